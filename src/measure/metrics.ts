/** k6's kinds of metrics. */
export type MetricType = 'trend' | 'counter' | 'gauge' | 'rate';
/** The unit of a metric's values; it decides which suffixes a threshold may use. */
export type MetricUnit = 'ms' | 'slots' | 'slot_seconds' | 'seconds' | 'requests' | 'usd' | 'ratio';

export interface MetricDefinition {
  readonly type: MetricType;
  readonly unit: MetricUnit;
  /** What is counted, and what one sample is. */
  readonly doc: string;
}

/** Every metric a threshold may name. The spellings are a contract. */
export const METRICS = {
  queue_latency: {
    type: 'trend',
    unit: 'ms',
    doc: 'From the first attempt of a call to the first start of its work. Requests that never started are counted in requests{outcome:waiting}.',
  },
  time_to_result: { type: 'trend', unit: 'ms', doc: 'From the first attempt of a call to its successful result in the hands of the client (polls included).' },
  slot_hold: { type: 'trend', unit: 'ms', doc: 'How long a slot was held, for slots that came back.' },
  slots_in_use: { type: 'gauge', unit: 'slots', doc: 'Slots that the limiter counts as taken, ghosts included.' },
  slot_utilisation: { type: 'gauge', unit: 'ratio', doc: 'Slot-seconds taken over slot-seconds allowed, until load and steps are over.' },
  leaked_slots: { type: 'gauge', unit: 'slots', doc: 'Slots held by no live work. value: at the end of recovery.' },
  leaked_slot_seconds: { type: 'counter', unit: 'slot_seconds', doc: 'Time of slots held by no live work, counted from the moment the work ended.' },
  effective_limit: { type: 'gauge', unit: 'slots', doc: 'The limit less the leaked slots. value: at the end of recovery.' },
  over_admission_seconds: { type: 'counter', unit: 'slot_seconds', doc: 'Time of work running beyond what the limit allowed.' },
  unleased_seconds: {
    type: 'counter',
    unit: 'slot_seconds',
    doc: 'Time of work that computed while no live lease covered it. Calls to an own app, which need none, do not count.',
  },
  client_retries: { type: 'counter', unit: 'requests', doc: 'Requests that SDKs repeated by themselves.' },
  attempts_per_call: { type: 'trend', unit: 'requests', doc: 'HTTP requests that one call made to hand its work in.' },
  gave_up: { type: 'counter', unit: 'requests', doc: 'Calls whose client gave up: attempts used up, or its own timeout.' },
  dropped_iterations: {
    type: 'counter',
    unit: 'requests',
    doc: 'Arrivals that the client dropped because maxVUs calls of their flow were open. No call began, so requests does not count them.',
  },
  http_429: { type: 'counter', unit: 'requests', doc: 'Direct calls turned away with concurrent_requests_limit.' },
  server_requeues: { type: 'counter', unit: 'requests', doc: 'Times the platform put a request back to wait for a slot, or for its next attempt.' },
  requeues_per_request: { type: 'trend', unit: 'requests', doc: 'Server requeues of one request, taken when it ends.' },
  start_timeouts: { type: 'counter', unit: 'requests', doc: 'Requests dropped because start_timeout passed before their work began.' },
  requests: {
    type: 'counter',
    unit: 'requests',
    doc: 'Calls by outcome (tag outcome): ok, failed, start_timeout, cancelled, revoked, gave_up, unauthorized; at the end of the run also waiting, in_progress, lost.',
  },
  lost_requests: { type: 'counter', unit: 'requests', doc: 'Accepted requests that nothing will ever end: no work, no place in a line, not terminal.' },
  duplicate_executions: { type: 'counter', unit: 'requests', doc: 'Starts of a request, or resumed work of it, while other work of it was running.' },
  zombie_polls: { type: 'counter', unit: 'requests', doc: 'Status requests of pollers whose caller had given up.' },
  bypassed: { type: 'counter', unit: 'requests', doc: 'Requests that started after a later-submitted request of the same account and endpoint.' },
  time_to_heal: {
    type: 'gauge',
    unit: 'ms',
    doc: 'From the last step to the end of the last leak; no sample when nothing leaked, or when a leak never ended.',
  },
  cost_usd: { type: 'counter', unit: 'usd', doc: 'Price of the successful requests. What stuck requests cost is not known; see the leak ledger.' },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;

export const TAGS = ['account', 'key', 'endpoint', 'mode', 'outcome'] as const;
export type Tag = (typeof TAGS)[number];

export const OUTCOME_TAGS = ['ok', 'failed', 'start_timeout', 'cancelled', 'revoked', 'gave_up', 'unauthorized', 'waiting', 'in_progress', 'lost'] as const;
export type OutcomeTag = (typeof OUTCOME_TAGS)[number];

/** Where core's `Outcome` n stands in `OUTCOME_TAGS`: the first tags are in the order of those numbers, from 1. */
export function outcomeIndex(outcome: number): number {
  return outcome - 1;
}

/** A metric's values at the end of a run. Numbers are in the metric's unit. `n` is the number of samples it rests on. */
export type MetricValue =
  | {
      readonly type: 'trend';
      readonly n: number;
      readonly avg: number;
      readonly min: number;
      readonly med: number;
      readonly max: number;
      readonly p90: number;
      readonly p95: number;
      readonly p99: number;
    }
  | { readonly type: 'counter'; readonly n: number; readonly count: number; readonly rate: number }
  | { readonly type: 'gauge'; readonly n: number; readonly value: number; readonly min: number; readonly max: number; readonly avg: number }
  | { readonly type: 'rate'; readonly n: number; readonly rate: number };
