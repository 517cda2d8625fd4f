import type { FlowSpec, Scenario } from '../../scenario/types.js';
import { SDK_MIN_START_TIMEOUT_MS } from '../dials.js';
import type { DialName } from '../point.js';
import type { AccountTraffic } from './account-traffic.js';

/** What can be changed of a scenario without changing its story. */
export function dialsOf(scenario: Scenario, traffic: AccountTraffic): ReadonlySet<DialName> {
  const flows = traffic.flows.map((place) => scenario.workload[place] as FlowSpec);
  const { endpoints } = scenario.platform;
  const dials = new Set<DialName>(['limit', 'serviceFactor', 'startTimeoutMs']);
  // How many users there are says how often they come, and the other way round.
  if (flows.every(({ arrivals }) => arrivals.kind !== 'closedLoop')) dials.add('rateFactor');
  if (scenario.platform.policy.waiting !== 'newest-first') dials.add('waiting');
  if (flows.every(({ child, webhook, startTimeoutUs }) => child === undefined && webhook !== true && startTimeoutUs > SDK_MIN_START_TIMEOUT_MS * 1000))
    dials.add('call');
  if (canHaveGhosts(scenario, flows)) dials.add('ghosts');
  if (flows.some(({ as, endpoint }) => as !== undefined && endpoint !== undefined)) dials.add('burst');
  const own = endpoints.filter(({ id }) => traffic.endpoints.includes(id));
  if (own.every(({ runners }) => runners.max === Number.POSITIVE_INFINITY)) dials.add('outage');
  if (own.every(({ runners, coldStart }) => runners.coldStartUs === 0 && coldStart === undefined)) dials.add('coldStartMs');
  if (traffic.classes?.[0]?.tag === 'endpoint') dials.add('endpointLimits');
  return dials;
}

/** Ghosts come from a revoked key under `strand`. A story that revokes keys itself is about what becomes of them. */
function canHaveGhosts({ platform, steps, faults }: Scenario, flows: readonly FlowSpec[]): boolean {
  const revokes = steps.some((step) => step.do === 'revoke-key') || faults?.kinds.includes('revoke-key') === true;
  const isTaken = platform.endpoints.some(({ id }) => id === 'ghost') || platform.accounts.some(({ keys }) => keys.includes('ghost'));
  // They would stand behind a burst of the first instant, and many would have no slot when the key is revoked.
  const beginsWithBurst = flows.some(({ arrivals }) => arrivals.kind === 'burst' && arrivals.atUs === 0);
  const isNamed = flows.every(({ as, endpoint }) => as !== undefined && endpoint !== undefined);
  return !revokes && !isTaken && !beginsWithBurst && isNamed;
}
