import { PRESETS } from '../core/policy.js';
import type { ShortRun } from '../measure/capacity/plan-result.js';
import { dispersionOfBatches, variabilityFactor } from '../measure/capacity/variability.js';
import type { ScenarioInput } from '../scenario/schema.js';
import {
  burstStep,
  clientOf,
  drainMs,
  endpointRunners,
  GHOST_ENDPOINT,
  ghostFlow,
  ghostParts,
  invariantsUnderGhosts,
  lastingGhosts,
  pauseOf,
  policyOf,
} from './dial-parts.js';
import { durationOfMs, rateOf } from './duration-words.js';
import type { Dials } from './point.js';
import type { Setting } from './setting.js';
import type { Slos } from './slos.js';
import { isDropping, settlingMs, warmupMs } from './warmup-rule.js';

const ACCOUNT = 'app';
const KEY = 'app';
const APP_KEY = `${ACCOUNT}/${KEY}`;
const ENDPOINT = 'model';

/** How long after the last arrival a run goes on: work ends, and who sleeps (60 s at most) asks once more. */
const RECOVERY_MEAN_SERVICES = 30;
const RECOVERY_LEAST_MS = 120_000;

/**
 * The scenario file of a setting with some dials turned. The same text for the same numbers: nothing in it is rounded but
 * times to whole µs.
 * @param slos what its thresholds say; undefined: nothing is judged
 */
export function scenarioOfSetting(setting: Setting, dials: Dials, slos?: Slos): ScenarioInput {
  const { limit, ghosts, arrivals, runMs, service, meanServiceMs, load, variability, client } = turn(setting, dials);
  const { outage, burst, endpointLimits } = dials;
  const recoveryMs = Math.max(RECOVERY_LEAST_MS, RECOVERY_MEAN_SERVICES * meanServiceMs) + drainMs(meanServiceMs, { ...dials, ghosts });
  const steps = [
    ...(burst === undefined ? [] : [burstStep(burst, { atMs: runMs / 2, as: APP_KEY, endpoint: ENDPOINT }, client)]),
    ...(outage === undefined ? [] : [pauseOf(ENDPOINT, outage, runMs)]),
  ];
  const ghost = ghosts === 0 ? undefined : ghostParts(ACCOUNT, ghosts);
  return {
    name: 'plan',
    seed: setting.seed,
    platform: {
      policy: policyOf(setting.policy, dials.waiting ?? setting.waiting, ghosts),
      accounts: [{ id: ACCOUNT, limit, keys: ghost === undefined ? [KEY] : [KEY, ghost.key], ...(endpointLimits === undefined ? {} : { endpointLimits }) }],
      endpoints: [{ id: ENDPOINT, service, ...endpointRunners(dials) }, ...(ghost === undefined ? [] : [GHOST_ENDPOINT])],
    },
    workload: [
      { as: APP_KEY, endpoint: ENDPOINT, ...client, arrivals: { ...arrivals, to: durationOfMs(runMs) } },
      ...(ghost === undefined ? [] : [ghostFlow(ACCOUNT, ghosts)]),
    ],
    ...(steps.length + (ghost === undefined ? 0 : 1) === 0 ? {} : { steps: [...(ghost === undefined ? [] : [ghost.revocation]), ...steps] }),
    warmup: durationOfMs(warmupMs(load, Math.max(0, limit - lastingGhosts(ghosts, PRESETS[setting.policy].policy)), runMs, variability)),
    recovery: durationOfMs(recoveryMs),
    expect: { ...slos?.expect, ...(ghosts === 0 ? {} : { invariants: invariantsUnderGhosts() }) },
  };
}

/** How long requests come, ms: until so many have come, or a century is over. It does not depend on the batches. */
export function runMsOf({ requests, ratePerSecond }: Setting, { rateFactor = 1 }: Pick<Dials, 'rateFactor'>): number {
  return Math.min(LONGEST_RUN_MS, (requests * 1000) / (ratePerSecond * rateFactor));
}

/** Time is counted in whole microseconds: they last for 285 years. */
const LONGEST_RUN_MS = 100 * 365.25 * 86_400_000;

/** The variability of arrivals and service with some dials turned, as squared coefficients of variation. */
export function scvsOf(setting: Setting, dials: Pick<Dials, 'batchMean' | 'serviceCv'>): { readonly arrivalScv: number; readonly serviceScv: number } {
  const cv = cvOf(setting, dials);
  return { arrivalScv: dispersionOfBatches(dials.batchMean ?? setting.batchMean), serviceScv: cv * cv };
}

/** Whether runs of a setting end before its queue shows what it does in the long run; undefined: they do not. */
export function shortRunOf(setting: Setting, dials: Dials): ShortRun | undefined {
  if (endsWaits(setting, dials)) return undefined;
  const { load, limit, ghosts, variability, runMs } = turn(setting, dials);
  const neededMs = settlingMs(load, limit - lastingGhosts(ghosts, PRESETS[setting.policy].policy), variability);
  return neededMs > runMs ? { runMs, neededMs } : undefined;
}

/** Whether no wait can grow as long as the load lasts: requests are dropped, or their clients repeat them only so often. */
export function endsWaits(setting: Setting, { call, startTimeoutMs = setting.startTimeoutMs, rateFactor }: Dials): boolean {
  return call?.call === 'run' || isDropping(startTimeoutMs, runMsOf(setting, { rateFactor }));
}

function turn(setting: Setting, dials: Dials) {
  const ratePerSecond = setting.ratePerSecond * (dials.rateFactor ?? 1);
  const meanServiceMs = setting.service.meanMs * (dials.serviceFactor ?? 1);
  const batchMean = dials.batchMean ?? setting.batchMean;
  const { arrivalScv, serviceScv } = scvsOf(setting, dials);
  return {
    limit: dials.limit,
    ghosts: dials.ghosts ?? setting.ghosts,
    load: { ratePerSecond, meanServiceMs },
    meanServiceMs,
    variability: variabilityFactor(arrivalScv, serviceScv),
    runMs: runMsOf(setting, dials),
    arrivals:
      batchMean === 1
        ? { poisson: rateOf(ratePerSecond) }
        : { batches: { poisson: rateOf(ratePerSecond / batchMean), size: { geometric: { mean: batchMean } } } },
    service: serviceOf(setting, dials, meanServiceMs),
    client: clientOf(dials, setting.startTimeoutMs),
  };
}

function cvOf({ service }: Setting, { serviceCv }: Pick<Dials, 'serviceCv'>): number {
  if (serviceCv !== undefined) return serviceCv;
  return service.law === 'constant' ? 0 : service.law === 'exponential' ? 1 : service.cv;
}

/** With another variability the exponential and the constant law become what has one: lognormal; without any all are constant. */
function serviceOf(setting: Setting, dials: Dials, meanMs: number): ScenarioInput['platform']['endpoints'][number]['service'] {
  const { law } = setting.service;
  const cv = cvOf(setting, dials);
  const mean = durationOfMs(meanMs);
  if (cv === 0) return mean;
  if (law === 'exponential' && cv === 1) return { exponential: { mean } };
  return law === 'gamma' ? { gamma: { mean, cv } } : { lognormal: { mean, cv } };
}
