import { parseRatePerSecond } from '../../core/units.js';
import type { FlowSpec, Scenario } from '../../scenario/types.js';
import { burstStep, drainMs, endpointRunners, GHOST_ENDPOINT, ghostFlow, ghostParts, invariantsUnderGhosts, pauseOf, promisesUnder } from '../dial-parts.js';
import { durationOfMs, rateOf } from '../duration-words.js';
import type { Dials } from '../point.js';
import type { Slos } from '../slos.js';
import type { AccountTraffic } from './account-traffic.js';
import { scaledBursts } from './scaled-bursts.js';
import { scaledLaw } from './scaled-law.js';

/** What is known of the scenario whose data is turned. */
export interface TurnTerms {
  readonly scenario: Scenario;
  readonly traffic: AccountTraffic;
  readonly slos: Slos;
  /** ms */
  readonly warmupMs: number;
}

type Data = Record<string, unknown>;

/** Ghosts have their slots by then, and no request has come that counts. */
const GHOSTS_ARE_MADE_MS = 2;

/** A scenario file's data with some dials turned. @param data as written, without variants @returns a copy; the same text for the same dials */
export function turnScenario(data: Readonly<Data>, terms: TurnTerms, dials: Dials): unknown {
  const copy = structuredClone(data) as Data;
  const { scenario, traffic, slos, warmupMs } = terms;
  const { ghosts = 0, burst, outage } = dials;
  const platform = copy['platform'] as Data;
  const ghost = ghosts === 0 ? undefined : ghostParts(traffic.account, ghosts);
  nameEverything(copy, scenario);
  platform['policy'] = policyOf(platform['policy'], scenario, dials);
  platform['accounts'] = (platform['accounts'] as Data[]).map((account) =>
    account['id'] === traffic.account ? turnAccount(account, dials, ghost?.key) : account,
  );
  platform['endpoints'] = [
    ...(platform['endpoints'] as Data[]).map((endpoint) => (traffic.endpoints.includes(endpoint['id'] as string) ? turnEndpoint(endpoint, dials) : endpoint)),
    ...(ghost === undefined ? [] : [GHOST_ENDPOINT]),
  ];
  const counts = scaledBursts(scenario, traffic.flows, dials.rateFactor ?? 1);
  copy['workload'] = [
    ...flowsIn(copy).flatMap((flow, place) => (traffic.flows.includes(place) ? turnFlow(flow, dials, counts.get(place)) : flow)),
    ...(ghost === undefined ? [] : [ghostFlow(traffic.account, ghosts)]),
  ];
  const runMs = traffic.endUs / 1000;
  const meanServiceMs = (traffic.known?.meanServiceMs ?? 60_000) * (dials.serviceFactor ?? 1);
  const steps = [
    ...turnedSteps(data, (copy['steps'] ?? []) as Data[], dials, counts),
    ...(ghost === undefined ? [] : [ghost.revocation]),
    ...(burst === undefined ? [] : [turnClient(burstOf(burst, terms), dials)]),
    ...(outage === undefined ? [] : traffic.endpoints.map((endpoint) => pauseOf(endpoint, outage, runMs))),
  ];
  if (steps.length > 0) copy['steps'] = steps;
  else delete copy['steps'];
  const beginMs = Math.max(warmupMs, ghost === undefined ? 0 : GHOSTS_ARE_MADE_MS);
  if (beginMs > 0) copy['warmup'] = durationOfMs(beginMs);
  else delete copy['warmup'];
  if (burst !== undefined || outage !== undefined) copy['recovery'] = durationOfMs(scenario.recoveryUs / 1000 + drainMs(meanServiceMs, dials));
  const { invariants } = (copy['expect'] ?? {}) as Data;
  copy['expect'] = { ...slos.expect, invariants: { ...(invariants as Data | undefined), ...(ghost === undefined ? {} : invariantsUnderGhosts()) } };
  return copy;
}

function flowsIn(data: Data): Data[] {
  return (data['workload'] ?? []) as Data[];
}

/** Names that could be left out while there was one key or one endpoint stay what they stood for. */
function nameEverything(data: Data, { workload }: Scenario): void {
  const bursts = ((data['steps'] ?? []) as Data[]).filter((step) => step['do'] === 'burst');
  for (const [place, entry] of [...flowsIn(data), ...bursts].entries()) {
    const { as, endpoint } = workload[place] as FlowSpec;
    if (as !== undefined) entry['as'] = `${as.account}/${as.key}`;
    if (endpoint !== undefined) entry['endpoint'] = endpoint;
  }
}

function policyOf(written: unknown, { platform: { policy } }: Scenario, { waiting, ghosts = 0 }: Dials): unknown {
  if (waiting === undefined && ghosts === 0) return written ?? policy.preset;
  const switches: Data = typeof written === 'object' && written !== null ? { ...written } : { preset: policy.preset };
  if (waiting !== undefined) switches['waiting'] = waiting;
  Object.assign(switches, promisesUnder(waiting, policy.promises));
  if (ghosts > 0) switches['onRevoke'] = 'strand';
  return switches;
}

const DEFAULT_KEY = 'key';

function turnAccount(account: Data, { limit, endpointLimits }: Dials, ghostKey: string | undefined): Data {
  const turned: Data = { ...account, limit };
  if (endpointLimits !== undefined) turned['endpointLimits'] = { ...(account['endpointLimits'] as Data | undefined), ...endpointLimits };
  if (ghostKey !== undefined) turned['keys'] = [...((account['keys'] as string[] | undefined) ?? [DEFAULT_KEY]), ghostKey];
  return turned;
}

function turnEndpoint(endpoint: Data, dials: Dials): Data {
  const { serviceFactor = 1 } = dials;
  const service = serviceFactor === 1 ? endpoint['service'] : scaledLaw(endpoint['service'], serviceFactor);
  return { ...endpoint, service, ...endpointRunners(dials) };
}

/** @param count of a burst: how many are left of it */
function turnFlow(flow: Data, dials: Dials, count: number | undefined): Data[] {
  if (count === 0) return [];
  const arrivals = turnArrivals(flow['arrivals'] as Data, dials);
  return [{ ...turnClient(flow, dials), arrivals: count === undefined ? arrivals : { ...arrivals, burst: count } }];
}

/** What an entry of the workload and a burst have in common. */
function turnClient(entry: Data, { startTimeoutMs, call }: Dials): Data {
  const turned: Data = { ...entry, ...call };
  if (call !== undefined) {
    // What only another kind of call takes.
    if (call.call !== 'subscribe') delete turned['clientTimeout'];
    if (call.call === 'run') delete turned['patience'];
  }
  if (startTimeoutMs !== undefined) delete turned['startTimeout'];
  if (startTimeoutMs !== undefined && Number.isFinite(startTimeoutMs)) turned['startTimeout'] = durationOfMs(startTimeoutMs);
  return turned;
}

function turnArrivals(arrivals: Data, { rateFactor = 1, serviceFactor = 1 }: Dials): Data {
  const turned: Data = { ...arrivals };
  const scale = (of: Data, name: string): void => {
    if (typeof of[name] === 'string') of[name] = rateOf((parseRatePerSecond(of[name]) as number) * rateFactor);
  };
  if (rateFactor !== 1) {
    for (const name of ['rate', 'poisson', 'startRate']) scale(turned, name);
    for (const part of ['onOff', 'batches'] as const) {
      if (arrivals[part] === undefined) continue;
      const own: Data = { ...(arrivals[part] as Data) };
      for (const name of ['rate', 'poisson', 'onRate', 'offRate']) scale(own, name);
      turned[part] = own;
    }
    if (arrivals['stages'] !== undefined) {
      turned['stages'] = (arrivals['stages'] as Data[]).map((stage) => {
        const own = { ...stage };
        scale(own, 'target');
        return own;
      });
    }
    if (arrivals['trace'] !== undefined) turned['speed'] = ((arrivals['speed'] as number | undefined) ?? 1) * rateFactor;
  }
  const hasServices = (arrivals['columns'] as Data | undefined)?.['service'] !== undefined;
  if (serviceFactor !== 1 && hasServices) turned['serviceFactor'] = ((arrivals['serviceFactor'] as number | undefined) ?? 1) * serviceFactor;
  return turned;
}

/** @param data as written: in the resolved workload its bursts follow its flows */
function turnedSteps(data: Data, steps: readonly Data[], dials: Dials, counts: ReadonlyMap<number, number>): Data[] {
  let place = flowsIn(data).length;
  return steps.flatMap((step): Data[] => {
    const count = step['do'] === 'burst' ? counts.get(place++) : undefined;
    if (count === undefined) return [step];
    return count === 0 ? [] : [{ ...turnClient(step, dials), count }];
  });
}

/** As the first of the account's flows calls. */
function burstOf(count: number, { scenario, traffic }: TurnTerms): Data {
  const flow = traffic.flows.map((place) => scenario.workload[place] as FlowSpec).find(({ as, endpoint }) => as !== undefined && endpoint !== undefined);
  if (flow?.as === undefined) throw new RangeError('expected a flow with a key and an endpoint, for the burst comes as it does');
  const { as, endpoint, call, sdk, startTimeoutUs } = flow;
  const startTimeout = Number.isFinite(startTimeoutUs) ? { startTimeout: durationOfMs(startTimeoutUs / 1000) } : {};
  const place = { atMs: traffic.endUs / 2000, as: `${as.account}/${as.key}`, endpoint: endpoint as string };
  return burstStep(count, place, { call, sdk, ...startTimeout });
}
