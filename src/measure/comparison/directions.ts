import { METRICS, type MetricName, type OutcomeTag } from '../metrics.js';

/** Which way a metric gets better; `neither`: more of it is neither good nor bad. */
export type Direction = 'low' | 'high' | 'neither';

/** How many calls a run saw, and what the good ones cost, follows from the load: outcomes and waits say whether it was served. */
const DIRECTIONS: Readonly<Record<MetricName, Direction>> = {
  queue_latency: 'low',
  time_to_result: 'low',
  slot_hold: 'low',
  slots_in_use: 'neither',
  slot_utilisation: 'neither',
  leaked_slots: 'low',
  leaked_slot_seconds: 'low',
  effective_limit: 'high',
  over_admission_seconds: 'low',
  unleased_seconds: 'low',
  client_retries: 'low',
  attempts_per_call: 'low',
  gave_up: 'low',
  dropped_iterations: 'low',
  http_429: 'low',
  server_requeues: 'low',
  requeues_per_request: 'low',
  start_timeouts: 'low',
  requests: 'neither',
  lost_requests: 'low',
  duplicate_executions: 'low',
  zombie_polls: 'low',
  bypassed: 'low',
  time_to_heal: 'low',
  cost_usd: 'neither',
};

const OUTCOME_DIRECTIONS: Readonly<Record<OutcomeTag, Direction>> = {
  ok: 'high',
  failed: 'low',
  start_timeout: 'low',
  cancelled: 'low',
  revoked: 'low',
  gave_up: 'low',
  unauthorized: 'low',
  waiting: 'low',
  in_progress: 'low',
  lost: 'low',
};

/** @param metric with its tags: `requests{outcome:ok}` */
export function directionOf(metric: string): Direction {
  const outcome = /[{,]outcome:([a-z0-9_]+)/.exec(metric)?.[1];
  if (outcome !== undefined && Object.hasOwn(OUTCOME_DIRECTIONS, outcome)) return OUTCOME_DIRECTIONS[outcome as OutcomeTag];
  const name = nameOf(metric);
  return name === undefined ? 'neither' : DIRECTIONS[name];
}

/** The metric without its tags; undefined: this version knows none of that name. */
export function nameOf(metric: string): MetricName | undefined {
  const [name = ''] = metric.split('{', 1);
  return Object.hasOwn(METRICS, name) ? (name as MetricName) : undefined;
}
