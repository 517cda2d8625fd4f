import { type PreparedVariant, prepareScenario } from '../../../src/prepare.js';
import { sourceOfData } from '../../../src/scenario/source.js';
import { type Estimate, estimateFrom, SEEDS } from '../acceptance.js';
import { manyServers } from '../formulas/erlang.js';
import { fixedPatience } from '../formulas/impatience.js';
import { type Observation, observeVariant } from '../observation.js';
import { type QueueSetting, UNIT_US } from '../setting.js';

/** Mean service time, exponential: what the product-shaped load of the benchmarks has. */
export const SERVICE_SECONDS = 5;
export const LIMITS: readonly number[] = [2, 10, 40];
export const LOADS: readonly number[] = [0.5, 0.7, 0.85, 0.9, 0.95];
/** Long queues take long to settle. */
export function requestsAt(load: number): number {
  if (load < 0.9) return 20_000;
  return load < 0.95 ? 40_000 : 80_000;
}
/** For the comparison of start timeouts. */
export const START_TIMEOUT_SECONDS = 60;
export const LOADS_WITH_TIMEOUT: readonly number[] = [0.85, 0.95];
const REQUESTS_WITH_TIMEOUT = 20_000;

const WAITING = ['fifo', 'backoff'] as const;
export type Waiting = (typeof WAITING)[number];

/** What a policy made of the same requests with the same service times. Waits in seconds. */
export interface WaitingSummary {
  readonly meanWait: Estimate;
  readonly p95: Estimate;
  readonly p99: Estimate;
  /** Share of the slot-time in which a slot stood idle and a request waited. */
  readonly idleBesideQueue: Estimate;
  readonly bypassed: Estimate;
  readonly requeues: Estimate;
}

export interface Comparison {
  readonly limit: number;
  readonly load: number;
  /** Mean wait under fifo by Erlang C, seconds. */
  readonly exactWait: number;
  readonly summary: Readonly<Record<Waiting, WaitingSummary>>;
  /** backoff − fifo, seed by seed: with the same arrivals and service times most of the noise cancels. */
  readonly extraWait: Estimate;
}

export interface TimeoutComparison {
  readonly limit: number;
  readonly load: number;
  readonly timedOut: Readonly<Record<Waiting, Estimate>>;
  /** By theory, for fifo. */
  readonly exact: number;
}

export function compareWaiting(limit: number, load: number): Comparison {
  const requests = requestsAt(load);
  const runs = { fifo: runAll('fifo', limit, load, requests), backoff: runAll('backoff', limit, load, requests) };
  const extra = runs.backoff.map((run, n) => seconds(run.meanWaitOfServed - (runs.fifo[n] as Observation).meanWaitOfServed));
  const exactWait = manyServers((load * limit) / SERVICE_SECONDS, 1 / SERVICE_SECONDS, limit).meanWait;
  return { limit, load, exactWait, summary: { fifo: summarise(runs.fifo), backoff: summarise(runs.backoff) }, extraWait: estimateFrom(extra) };
}

export function compareTimeouts(limit: number, load: number): TimeoutComparison {
  const timedOut = (waiting: Waiting): Estimate =>
    estimateFrom(runAll(waiting, limit, load, REQUESTS_WITH_TIMEOUT, START_TIMEOUT_SECONDS).map((run) => run.shareLost));
  const exact = fixedPatience((load * limit) / SERVICE_SECONDS, 1 / SERVICE_SECONDS, limit, START_TIMEOUT_SECONDS).shareTimedOut;
  return { limit, load, timedOut: { fifo: timedOut('fifo'), backoff: timedOut('backoff') }, exact };
}

function runAll(waiting: Waiting, limit: number, load: number, requests: number, startTimeout?: number): Observation[] {
  const variant = variantOf(waiting, limit, load, requests, startTimeout);
  const setting: QueueSetting = { arrivals: { law: 'poisson', rate: 0 }, service: { law: 'exponential', mean: 0 }, servers: limit };
  return SEEDS.map((seed) => {
    const run = observeVariant(variant, setting, requests, seed);
    if (run.broken.length > 0) throw new Error(`waiting: ${waiting}, limit ${limit}, load ${load}, seed ${seed}: ${run.broken.join('; ')}`);
    return run;
  });
}

function variantOf(waiting: Waiting, limit: number, load: number, requests: number, startTimeout: number | undefined): PreparedVariant {
  const perSecond = (load * limit) / SERVICE_SECONDS;
  const data = {
    name: 'waiting',
    platform: {
      policy: { preset: 'fal-documented', waiting },
      accounts: [{ id: 'acme', limit }],
      endpoints: [{ id: 'model', service: { exponential: { mean: `${SERVICE_SECONDS}s` } } }],
    },
    workload: [
      {
        sdk: 'none',
        arrivals: { poisson: `${perSecond}/s`, to: `${Math.round(requests / perSecond)}s` },
        ...(startTimeout === undefined ? {} : { startTimeout: `${startTimeout}s` }),
      },
    ],
    recovery: '12h',
  };
  return prepareScenario(sourceOfData('waiting', data)).variants[0] as PreparedVariant;
}

function summarise(runs: readonly Observation[]): WaitingSummary {
  const over = (read: (run: Observation) => number): Estimate => estimateFrom(runs.map(read));
  return {
    meanWait: over((run) => seconds(run.meanWaitOfServed)),
    p95: over((run) => seconds(run.quantile(0.95))),
    p99: over((run) => seconds(run.quantile(0.99))),
    idleBesideQueue: over((run) => run.shareIdleBesideQueue),
    bypassed: over((run) => run.shareBypassed),
    requeues: over((run) => run.requeuesPerRequest),
  };
}

function seconds(units: number): number {
  return (units * UNIT_US) / 1e6;
}
