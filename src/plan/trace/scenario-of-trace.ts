import type { ScenarioInput } from '../../scenario/schema.js';
import { burstStep, clientOf, drainMs, GHOST_ENDPOINT, ghostFlow, ghostParts, invariantsUnderGhosts, policyOf } from '../dial-parts.js';
import { durationOfMs } from '../duration-words.js';
import type { Dials } from '../point.js';
import type { Slos } from '../slos.js';
import type { RecordedLoad } from './recorded-load.js';
import type { TraceLoadOptions } from './trace-options.js';

const ACCOUNT = 'app';
const KEY = 'app';
const APP_KEY = `${ACCOUNT}/${KEY}`;
export const ENDPOINT = 'model';

/** The replay begins here: ghosts take their slots before, and no row of the trace falls into the warm-up. */
const BEGIN_MS = 1_000;
const WARMUP_MS = 500;

/** Who sleeps asks again a minute later at most; everything is long over by then. */
const RECOVERY_LEAST_MS = 600_000;

type ArrivalsInput = NonNullable<ScenarioInput['workload']>[number]['arrivals'];

/** The scenario file of recorded traffic with some dials turned. The same text for the same question. @param endpoints the ones it names, the busiest first */
export function scenarioOfTrace(options: TraceLoadOptions, load: RecordedLoad, endpoints: readonly string[], dials: Dials, slos: Slos): ScenarioInput {
  const { limit, ghosts = 0, burst, rateFactor = 1 } = dials;
  const client = clientOf(dials);
  const ghost = ghosts === 0 ? undefined : ghostParts(ACCOUNT, ghosts);
  const { speed = 1, policy = 'fal-documented', waiting } = options;
  const isShared = options.tenantColumn === undefined;
  const own = isShared ? { accounts: [{ id: ACCOUNT, limit, keys: ghost === undefined ? [KEY] : [KEY, ghost.key] }] } : {};
  const middle = { atMs: BEGIN_MS + load.spanMs / speed / rateFactor / 2, as: APP_KEY, endpoint: endpoints[0] as string };
  const steps = [...(ghost === undefined ? [] : [ghost.revocation]), ...(burst === undefined ? [] : [burstStep(burst, middle, client)])];
  return {
    name: 'plan',
    platform: {
      policy: policyOf(policy, dials.waiting ?? waiting, ghosts),
      ...own,
      endpoints: [...endpointsOf(options, load, endpoints, dials), ...(ghost === undefined ? [] : [GHOST_ENDPOINT])],
    },
    workload: [
      {
        ...(isShared ? { as: APP_KEY } : {}),
        ...(options.endpointColumn === undefined ? { endpoint: ENDPOINT } : {}),
        ...client,
        arrivals: arrivalsOf(options, dials),
      },
      ...(ghost === undefined ? [] : [ghostFlow(ACCOUNT, ghosts)]),
    ],
    ...(steps.length === 0 ? {} : { steps }),
    warmup: durationOfMs(WARMUP_MS),
    recovery: durationOfMs(recoveryMs(load, dials, speed)),
    expect: { ...slos.expect, ...(ghosts === 0 ? {} : { invariants: invariantsUnderGhosts() }) },
  };
}

function arrivalsOf(options: TraceLoadOptions, { limit, rateFactor = 1, serviceFactor = 1 }: Dials): ArrivalsInput {
  const { serviceColumn, tenantColumn, endpointColumn, where, slice } = options;
  const columns = {
    arrival: options.arrivalColumn as string,
    ...(serviceColumn === undefined ? {} : { service: serviceColumn }),
    ...(tenantColumn === undefined ? {} : { account: tenantColumn }),
    ...(endpointColumn === undefined ? {} : { endpoint: endpointColumn }),
  };
  const service =
    serviceColumn === undefined
      ? {}
      : {
          ...(options.serviceUnit === undefined ? {} : { serviceUnit: options.serviceUnit as 's' }),
          ...(options.serviceOffset === undefined ? {} : { serviceOffset: options.serviceOffset }),
          ...(serviceFactor === 1 ? {} : { serviceFactor }),
        };
  const speed = (options.speed ?? 1) * rateFactor;
  return {
    trace: options.file,
    columns,
    ...service,
    ...(where === undefined ? {} : { where: Object.fromEntries(Object.entries(where).map(([column, values]) => [column, [...values]])) }),
    ...(tenantColumn === undefined ? {} : { accountLimit: limit }),
    from: durationOfMs(BEGIN_MS),
    ...(speed === 1 ? {} : { speed }),
    ...(slice === undefined ? {} : { slice: { from: `${slice.fromUs}us`, to: `${slice.toUs}us` } }),
    badRows: options.badRows ?? 'skip',
  };
}

/** A limit of an endpoint holds for every account on it. */
function endpointsOf(options: TraceLoadOptions, load: RecordedLoad, names: readonly string[], { serviceFactor = 1, endpointLimits = {} }: Dials) {
  const meanMs = options.serviceColumn === undefined ? (options.serviceMs as number) : load.meanServiceMs;
  const service = durationOfMs(meanMs * serviceFactor);
  return names.map((id) => ({ id, service, ...(endpointLimits[id] === undefined ? {} : { limit: endpointLimits[id] }) }));
}

/**
 * Until all that waits is worked off. Twice what the work takes, for slots stand empty while requests sleep; rounded up to
 * whole seconds.
 */
function recoveryMs(load: RecordedLoad, dials: Dials, speed: number): number {
  const { limit, ghosts = 0, rateFactor = 1, serviceFactor = 1, endpointLimits = {} } = dials;
  const slots = Math.max(1, Math.min(limit - ghosts, ...Object.values(endpointLimits)));
  const backlogMs =
    2 * load.drainMs(slots, rateFactor * speed, serviceFactor) + drainMs(load.meanServiceMs * serviceFactor, { ...dials, limit: slots, ghosts: 0 });
  return Math.ceil((RECOVERY_LEAST_MS + backlogMs + 3 * load.longestMs * serviceFactor) / 1000) * 1000;
}
