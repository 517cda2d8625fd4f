import { US_PER_MS } from '../../core/time.js';
import { meanOfLawUs } from '../../scenario/durations.js';
import type { FlowSpec, Scenario } from '../../scenario/types.js';

/** Users who think no longer than this on average are as good as users who do not: the scenario means saturation. */
export const MOST_THINKING_US = 10 * US_PER_MS;

/** Why autocannon cannot send this workload: a sentence for each flow and thing. Empty: it can. */
export function autocannonComplaints(scenario: Scenario): readonly string[] {
  return scenario.workload.flatMap((flow, number) => flawsOf(flow).map((flaw) => `workload.${number}: ${flaw}`));
}

function flawsOf(flow: FlowSpec): string[] {
  return [...flawsOfArrivals(flow), ...flawsOfCall(flow)];
}

function flawsOfArrivals({ arrivals }: FlowSpec): string[] {
  if (arrivals.kind === 'burst') return [];
  if (arrivals.kind !== 'closedLoop')
    return [`autocannon cannot send at given times, so it has no ${arrivals.kind} arrivals, only burst and closedLoop; use the driver engine or k6`];
  const meanUs = meanOfLawUs(arrivals.thinkTime);
  if (meanUs !== undefined && meanUs <= MOST_THINKING_US) return [];
  const thinking = meanUs === undefined ? 'of a recording' : `of ${meanUs / US_PER_MS} ms on average`;
  return [`autocannon cannot wait before the next request: expected a thinkTime of at most ${MOST_THINKING_US / US_PER_MS} ms, got one ${thinking}`];
}

function flawsOfCall(flow: FlowSpec): string[] {
  const flaws: string[] = [];
  if (flow.call === 'subscribe') flaws.push('autocannon cannot poll: expected call: submit, or call: run with sdk: none, got subscribe');
  if (flow.call === 'run' && flow.sdk !== 'none')
    flaws.push(`autocannon cannot back off and try again as sdk: ${flow.sdk} does; say sdk: none, or use another driver`);
  if (Number.isFinite(flow.clientTimeoutUs)) flaws.push('autocannon cannot cancel, so it has no clientTimeout');
  if (flow.patience !== undefined) flaws.push('autocannon cannot cancel, so it has no patience');
  if (flow.maxVUs !== undefined) flaws.push('autocannon does not watch its requests until their end, so it has no maxVUs');
  if (flow.child !== undefined) flaws.push('child: no client can make the work of a request submit another; only the simulator can');
  if (flow.webhook === true) flaws.push('webhook: this driver has no receiver for webhooks; leave it out');
  return flaws;
}
