import { offeredSlots } from '../../measure/capacity/little.js';
import { dispersionOfBatches } from '../../measure/capacity/variability.js';
import { type DurationSpec, meanOfLawUs } from '../../scenario/durations.js';
import { plannedEndUs } from '../../scenario/planned-end.js';
import { arrivalsEndUs } from '../../scenario/resolve-arrivals.js';
import type { ArrivalSpec, EndpointSpec, FlowSpec, Scenario } from '../../scenario/types.js';
import { SDK_MODELS } from '../../sim/sdks.js';
import { type LoadClass, MOST_CLASSES } from '../point.js';

interface KnownLoad {
  readonly ratePerSecond: number;
  readonly meanServiceMs: number;
}

/** What one account of a scenario sends, as far as the scenario itself says. */
export interface AccountTraffic {
  readonly account: string;
  /** Places in the scenario's resolved workload, burst steps included. */
  readonly flows: readonly number[];
  /** Endpoints that they go to, in the order of the platform. */
  readonly endpoints: readonly string[];
  /** How many come where all come at one instant: there is no rate then. undefined: they do not. */
  readonly atOnce: number | undefined;
  /** When arrivals and steps are over, µs; 0 where only a recording knows. */
  readonly endUs: number;
  readonly isRecorded: boolean;
  /** Whether any of its requests has a start_timeout. */
  readonly hasDeadline: boolean;
  /** undefined: only a run can tell. */
  readonly known: KnownLoad | undefined;
  /** Of a load that is the same all the time, and whose requests all want to be served in the end; undefined: it is not. */
  readonly steady: (KnownLoad & { readonly offeredSlots: number }) | undefined;
  readonly arrivalScv: number | undefined;
  readonly serviceScv: number | undefined;
  /** Where there are several endpoints, or several keys. */
  readonly classes: readonly LoadClass[] | undefined;
}

export function trafficOf(scenario: Scenario, account: string): AccountTraffic {
  const places = scenario.workload.flatMap((flow, place) => (isOf(flow, account, scenario) ? [place] : []));
  const flows = places.map((place) => scenario.workload[place] as FlowSpec);
  const endpoints = scenario.platform.endpoints.filter(({ id }) => flows.some(({ endpoint }) => endpoint === undefined || endpoint === id));
  const endUs = plannedEndUs(scenario);
  const shares = sharesOf(flows, endpoints, spanUs(flows, endUs));
  const known = shares === undefined ? undefined : totalOf(shares);
  return {
    account,
    flows: places,
    endpoints: endpoints.map(({ id }) => id),
    atOnce: atOnceOf(flows),
    endUs,
    isRecorded: isRecorded(scenario),
    hasDeadline: flows.some(hasDeadline),
    known,
    steady: known !== undefined && isSteady(scenario, flows, endUs) ? { ...known, offeredSlots: offeredSlots(known) } : undefined,
    arrivalScv: arrivalScvOf(flows),
    serviceScv: endpoints.length === 1 ? scvOfLaw((endpoints[0] as EndpointSpec).service) : undefined,
    classes: classesOf(flows, shares),
  };
}

function atOnceOf(flows: readonly FlowSpec[]): number | undefined {
  const bursts = flows.flatMap(({ arrivals }) => (arrivals.kind === 'burst' ? [arrivals] : []));
  const isOneInstant = bursts.length > 0 && bursts.length === flows.length && bursts.every(({ atUs }) => atUs === bursts[0]?.atUs);
  return isOneInstant ? bursts.reduce((sum, { count }) => sum + count, 0) : undefined;
}

/** Its own, or its client's timeout that the SDK sends along as one. */
function hasDeadline({ call, sdk, startTimeoutUs, clientTimeoutUs }: FlowSpec): boolean {
  const isCopied = call === 'subscribe' && SDK_MODELS[sdk].sendsTimeoutAsStartTimeout;
  return Number.isFinite(isCopied ? Math.min(startTimeoutUs, clientTimeoutUs) : startTimeoutUs);
}

/** Calls to an own app need no slot. */
function isOf({ as, endpoint }: FlowSpec, account: string, { platform }: Scenario): boolean {
  if (as !== undefined && as.account !== account) return false;
  return endpoint === undefined || platform.endpoints.find(({ id }) => id === endpoint)?.owner !== account;
}

/** One flow's rate over the span of the load, and its mean service. */
interface FlowShare extends KnownLoad {
  readonly flow: FlowSpec;
}

function sharesOf(flows: readonly FlowSpec[], endpoints: readonly EndpointSpec[], us: number): FlowShare[] | undefined {
  const shares: FlowShare[] = [];
  for (const flow of flows) {
    const requests = expectedRequests(flow.arrivals);
    const endpoint = endpoints.find(({ id }) => id === flow.endpoint);
    const meanUs = endpoint === undefined ? undefined : meanOfLawUs(endpoint.service);
    if (requests === undefined || meanUs === undefined || us <= 0) return undefined;
    shares.push({ flow, ratePerSecond: (requests * 1e6) / us, meanServiceMs: meanUs / 1000 });
  }
  return shares;
}

function totalOf(shares: readonly FlowShare[]): KnownLoad | undefined {
  const ratePerSecond = shares.reduce((sum, share) => sum + share.ratePerSecond, 0);
  const work = shares.reduce((sum, share) => sum + share.ratePerSecond * share.meanServiceMs, 0);
  return ratePerSecond > 0 ? { ratePerSecond, meanServiceMs: work / ratePerSecond } : undefined;
}

/** From the first arrival to the last, µs. */
function spanUs(flows: readonly FlowSpec[], endUs: number): number {
  const begins = flows.map(({ arrivals }) => (arrivals.kind === 'burst' ? arrivals.atUs : ((arrivals as { readonly fromUs?: number }).fromUs ?? 0)));
  const ends = flows.map(({ arrivals }) => arrivalsEndUs(arrivals));
  return Math.min(endUs, Math.max(0, ...ends)) - Math.min(...begins, endUs);
}

/** undefined: nobody knows before it has happened. */
function expectedRequests(arrivals: ArrivalSpec): number | undefined {
  switch (arrivals.kind) {
    case 'burst':
      return arrivals.count;
    case 'constant':
    case 'poisson':
      return arrivals.perSecond * secondsOf(arrivals);
    case 'batches':
      return arrivals.perSecond * (arrivals.size.kind === 'constant' ? arrivals.size.count : arrivals.size.mean) * secondsOf(arrivals);
    case 'onOff': {
      const { onPerSecond, offPerSecond, meanOnUs, meanOffUs } = arrivals;
      return ((onPerSecond * meanOnUs + offPerSecond * meanOffUs) / (meanOnUs + meanOffUs)) * secondsOf(arrivals);
    }
    case 'stages': {
      let before = arrivals.startPerSecond;
      let requests = 0;
      for (const { durationUs, perSecond } of arrivals.stages) {
        requests += (((before + perSecond) / 2) * durationUs) / 1e6;
        before = perSecond;
      }
      return requests;
    }
    default:
      return undefined;
  }
}

function secondsOf({ fromUs, toUs }: { readonly fromUs: number; readonly toUs: number }): number {
  return (toUs - fromUs) / 1e6;
}

const STEADY_KINDS: readonly string[] = ['constant', 'poisson', 'batches', 'onOff'];

/** The same load from beginning to end, nothing breaks, nothing is tried again, and nobody gives up. */
function isSteady({ platform, steps, faults }: Scenario, flows: readonly FlowSpec[], endUs: number): boolean {
  const isPlain = (flow: FlowSpec): boolean =>
    STEADY_KINDS.includes(flow.arrivals.kind) &&
    arrivalsEndUs(flow.arrivals) === endUs &&
    (flow.arrivals as { readonly fromUs: number }).fromUs === 0 &&
    flow.call === 'submit' &&
    !Number.isFinite(flow.startTimeoutUs) &&
    flow.patience === undefined &&
    flow.maxVUs === undefined &&
    flow.child === undefined;
  const isSound = platform.endpoints.every(({ failureProbability = 0, requestTimeoutUs }) => failureProbability === 0 && requestTimeoutUs === undefined);
  return steps.length === 0 && faults === undefined && isSound && flows.every(isPlain);
}

/** Rows with their service times, handed in without any client that draws: no seed changes anything. */
function isRecorded({ workload, platform, faults }: Scenario): boolean {
  const draws = platform.policy.requeueBackoff.jitter > 0 || platform.policy.retryBackoff.jitter > 0 || faults !== undefined;
  const isFixed = ({ arrivals, endpoint, call, patience, child }: FlowSpec): boolean => {
    const services = platform.endpoints.filter(({ id }) => endpoint === undefined || id === endpoint);
    const isKnown = arrivals.kind === 'trace' && arrivals.serviceColumn !== undefined;
    return call === 'submit' && patience === undefined && child === undefined && (isKnown || services.every(({ service }) => service.kind === 'constant'));
  };
  const isCertain = workload.every(({ arrivals }) => arrivals.kind === 'trace' || arrivals.kind === 'burst' || arrivals.kind === 'constant');
  const isSound = platform.endpoints.every(({ failureProbability = 0, coldStart }) => failureProbability === 0 && coldStart === undefined);
  return !draws && isCertain && isSound && workload.every(isFixed);
}

function arrivalScvOf(flows: readonly FlowSpec[]): number | undefined {
  const [only] = flows;
  if (only === undefined) return undefined;
  if (flows.every(({ arrivals }) => arrivals.kind === 'poisson')) return 1;
  if (flows.length > 1) return undefined;
  if (only.arrivals.kind === 'constant') return 0;
  if (only.arrivals.kind !== 'batches' || only.arrivals.process !== 'poisson') return undefined;
  return only.arrivals.size.kind === 'constant' ? only.arrivals.size.count : dispersionOfBatches(only.arrivals.size.mean);
}

function scvOfLaw(law: DurationSpec): number | undefined {
  switch (law.kind) {
    case 'constant':
      return 0;
    case 'exponential':
      return 1;
    case 'lognormal':
      return law.cv * law.cv;
    case 'gamma':
      return 1 / law.shape;
    default:
      return undefined;
  }
}

function classesOf(flows: readonly FlowSpec[], shares: readonly FlowShare[] | undefined): LoadClass[] | undefined {
  const byEndpoint = classesBy('endpoint', flows, shares, ({ endpoint }) => endpoint);
  return byEndpoint ?? classesBy('key', flows, shares, ({ as }) => (as === undefined ? undefined : `${as.account}/${as.key}`));
}

function classesBy(
  tag: LoadClass['tag'],
  flows: readonly FlowSpec[],
  shares: readonly FlowShare[] | undefined,
  nameOf: (flow: FlowSpec) => string | undefined,
): LoadClass[] | undefined {
  const names = [...new Set(flows.map(nameOf))];
  if (names.includes(undefined) || names.length < 2 || names.length > MOST_CLASSES) return undefined;
  return names.map((name) => {
    const own = shares === undefined ? undefined : totalOf(shares.filter(({ flow }) => nameOf(flow) === name));
    return { tag, name: name as string, ...own };
  });
}
