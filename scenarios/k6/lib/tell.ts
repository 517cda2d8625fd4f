import exec from 'k6/execution';
import { Counter, Rate, Trend } from 'k6/metrics';
import { Outcome } from '../../../src/core/history.ts';
import { TELLING, type Telling, TOLD } from '../../../src/load/k6/play.ts';

const calls = new Counter('fal_calls');
const queueLatency = new Trend('fal_queue_latency', true);
const timeToResult = new Trend('fal_time_to_result', true);
const attempts = new Trend('fal_attempts');
const retries = new Counter('fal_retries');
const gaveUp = new Rate('fal_gave_up');

const told = {
  call: new Counter(TOLD.call),
  open: new Counter(TOLD.open),
  dropped: new Counter(TOLD.dropped),
  zombiePolls: new Counter(TOLD.zombiePolls),
  broken: new Counter(TOLD.broken),
  idle: new Counter(TOLD.idle),
  end: new Counter(TOLD.end),
};

const OUTCOME_NAMES: Readonly<Record<number, string>> = Object.fromEntries(Object.entries(Outcome).map(([name, number]) => [number, name]));

/** Metrics for people, in virtual ms, where k6 itself prints and judges. A call counts once, however many requests it made. */
export function count(call: Telling, endpoint: string): void {
  const tags = { endpoint, outcome: OUTCOME_NAMES[call.outcome] ?? 'open' };
  calls.add(1, tags);
  attempts.add(call.attempts, { endpoint });
  retries.add(Math.max(0, call.attempts - 1), { endpoint });
  gaveUp.add(call.outcome === Outcome.gaveUp, { endpoint });
  if (call.queueLatencyUs !== null) queueLatency.add(call.queueLatencyUs / 1000, { endpoint });
  if (call.elapsedUs !== null && call.outcome === Outcome.ok) timeToResult.add(call.elapsedUs / 1000, { endpoint });
}

let metrics: typeof exec.vu.metrics | undefined;

/** Nothing more is known than that it happened. */
export function note(what: 'idle' | 'end'): void {
  told[what].add(1);
}

/** Tells slotstorm all of it. Not in tags: each call would be a time series of its own, which k6 keeps for ever. */
export function tell(what: Exclude<keyof typeof TOLD, 'idle' | 'end'>, telling: Partial<Telling>, value = 1): void {
  metrics ??= exec.vu.metrics;
  const { metadata } = metrics;
  metadata[TELLING] = encodeURIComponent(JSON.stringify(telling));
  told[what].add(value);
  delete metadata[TELLING];
}
