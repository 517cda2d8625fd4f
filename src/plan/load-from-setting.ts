import { PRESETS } from '../core/policy.js';
import { formatDurationUs } from '../core/units.js';
import { mostPerSecond, offeredSlots } from '../measure/capacity/little.js';
import type { LoadFacts, Overload } from '../measure/capacity/plan-result.js';
import { lastingGhosts } from './dial-parts.js';
import { checkDials, SDK_MIN_START_TIMEOUT_MS, SERVER_MIN_START_TIMEOUT_MS } from './dials.js';
import { PlanError } from './plan-error.js';
import type { DialName, Dials, PlannedLoad, PlanPoint } from './point.js';
import { endsWaits, scenarioOfSetting, scvsOf, shortRunOf } from './scenario-of-setting.js';
import type { Setting } from './setting.js';
import type { Slos } from './slos.js';

export { runMsOf, scenarioOfSetting } from './scenario-of-setting.js';

/** So many requests a seed say enough about a p95, and take some hundredths of a second. */
export const DEFAULT_REQUESTS = 20_000;

const DIALS: ReadonlySet<DialName> = new Set<DialName>([
  'limit',
  'rateFactor',
  'serviceFactor',
  'batchMean',
  'serviceCv',
  'ghosts',
  'coldStartMs',
  'startTimeoutMs',
  'call',
  'burst',
  'waiting',
  'outage',
]);

/** The load of a few numbers. @throws PlanError for numbers that are no load */
export function loadOfSetting(setting: Setting, slos: Slos): PlannedLoad {
  checkSetting(setting);
  const dials = setting.startTimeoutMs > SDK_MIN_START_TIMEOUT_MS ? DIALS : withoutCall();
  return {
    facts: factsOf(setting),
    dials,
    isRecorded: false,
    overload: (turned) => overloadOf(setting, turned),
    shortRun: (turned) => shortRunOf(setting, turned),
    point: (turned) => {
      checkDials(turned, dials);
      return pointOf(scenarioOfSetting(setting, turned, slos));
    },
  };
}

/** @param input plain data @returns the point whose key is the data itself */
export function pointOf(input: unknown): PlanPoint {
  return { input, key: JSON.stringify(input) };
}

function factsOf(setting: Setting): LoadFacts {
  const { ratePerSecond, service } = setting;
  const load = { ratePerSecond, meanServiceMs: service.meanMs };
  return { source: 'flags', text: textOf(setting), ...load, offeredSlots: offeredSlots(load), ...scvsOf(setting, {}) };
}

function textOf({ ratePerSecond, batchMean, service: { law, meanMs, cv }, ghosts }: Setting): string {
  const batches = batchMean === 1 ? 'Poisson' : `in Poisson batches of mean ${batchMean}`;
  const spread = law === 'lognormal' || law === 'gamma' ? ` (cv ${cv})` : '';
  const haunted = ghosts === 0 ? '' : `, ${ghosts} ghost slot${ghosts === 1 ? '' : 's'}`;
  return `${ratePerSecond}/s ${batches}, ${formatDurationUs(meanMs * 1000)} ${law}${spread}${haunted}`;
}

function overloadOf(setting: Setting, dials: Dials): Overload | undefined {
  const meanServiceMs = setting.service.meanMs * (dials.serviceFactor ?? 1);
  const offered = offeredSlots({ ratePerSecond: setting.ratePerSecond * (dials.rateFactor ?? 1), meanServiceMs });
  const limit = Math.max(0, dials.limit - lastingGhosts(dials.ghosts ?? setting.ghosts, PRESETS[setting.policy].policy));
  // Who is dropped, or gives up, waits no longer: the queue ends by itself, and only a run can tell of how many that is true.
  return offered < limit || (limit > 0 && endsWaits(setting, dials))
    ? undefined
    : { offeredSlots: offered, limit, mostPerSecond: mostPerSecond(limit, meanServiceMs) };
}

function withoutCall(): ReadonlySet<DialName> {
  const dials = new Set(DIALS);
  dials.delete('call');
  return dials;
}

function checkSetting({ ratePerSecond, batchMean, service, requests, ghosts, startTimeoutMs }: Setting): void {
  const isAbove0 = (value: number): boolean => value > 0 && Number.isFinite(value);
  if (!isAbove0(ratePerSecond)) throw new PlanError(`expected a rate above 0 such as 5/s, got ${ratePerSecond}/s`);
  if (!isAbove0(service.meanMs)) throw new PlanError(`expected a mean service time above 0 such as 12s, got ${service.meanMs}ms`);
  if (!(batchMean >= 1 && Number.isFinite(batchMean))) throw new PlanError(`expected a mean batch of at least 1, got ${batchMean}`);
  if (!(service.cv >= 0 && service.cv <= 100)) throw new PlanError(`expected a coefficient of variation from 0 to 100, got ${service.cv}`);
  if (!(Number.isInteger(requests) && requests >= 1)) throw new PlanError(`expected a whole number of requests a seed, got ${requests}`);
  if (!(startTimeoutMs > SERVER_MIN_START_TIMEOUT_MS))
    throw new PlanError(`expected a start_timeout of more than ${SERVER_MIN_START_TIMEOUT_MS}ms, got ${startTimeoutMs}ms`);
  if (!(Number.isInteger(ghosts) && ghosts >= 0)) throw new PlanError(`expected a whole number of ghost slots, got ${ghosts}`);
}
