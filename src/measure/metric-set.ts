import { US_PER_SECOND } from '../core/time.js';
import { Histogram } from './histogram.js';
import { METRICS, type MetricName, type MetricValue, OUTCOME_TAGS, type OutcomeTag } from './metrics.js';

/** Passed in: the measuring side has no clock of its own. */
export interface Clock {
  readonly nowUs: number;
}

/** A level over time: its integral is exact, because levels change at known instants only. */
class Level {
  value = 0;
  /** Over all stretches of time; Infinity and -Infinity while no time has passed. */
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  private sinceUs = 0;
  private sum = 0;

  constructor(private readonly clock: Clock) {}

  change(by: number): void {
    if (this.clock.nowUs > this.sinceUs) this.settle();
    this.value += by;
  }

  /** Takes the time since the last change into account. A level that lasted no time does not count. */
  settle(): void {
    this.settleAt(this.clock.nowUs);
  }

  /** Measuring begins at this instant, at or after the last change: what the level was until then does not count. */
  beginAt(atUs: number): void {
    this.sum = 0;
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
    this.sinceUs = atUs;
  }

  private settleAt(atUs: number): void {
    const spanUs = atUs - this.sinceUs;
    if (spanUs <= 0) return;
    this.sum += this.value * spanUs;
    if (this.value > this.max) this.max = this.value;
    if (this.value < this.min) this.min = this.value;
    this.sinceUs = atUs;
  }

  /** A change that happened at an earlier instant, at or after the last one. */
  changeAt(atUs: number, by: number): void {
    this.settleAt(atUs);
    this.value += by;
  }

  get integralSeconds(): number {
    return this.sum / US_PER_SECOND;
  }
}

/**
 * The metrics of all requests, or of those with certain tags. Its memory does not depend on how many there are.
 * Trends are kept in µs (times) or as plain counts.
 */
export class MetricSet {
  readonly queueLatency = new Histogram();
  readonly timeToResult = new Histogram();
  readonly slotHold = new Histogram();
  readonly attemptsPerCall = new Histogram();
  readonly requeuesPerRequest = new Histogram();
  readonly inUse: Level;
  readonly leaked: Level;
  readonly limit: Level;
  readonly excess: Level;
  /** Work that computes without a lease. */
  readonly unleased: Level;
  /** The limit less the leaked slots. */
  readonly effective: Level;
  /** Whether these tags have a limit: all traffic, or one account. */
  knowsLimit = false;
  clientRetries = 0;
  gaveUp = 0;
  droppedIterations = 0;
  /** Attempts that were turned away, and those of them that got a 429. */
  refused = 0;
  http429 = 0;
  zombiePolls = 0;
  /** Requests accepted; executions started. */
  accepted = 0;
  starts = 0;
  requeues = 0;
  startTimeouts = 0;
  lost = 0;
  costUsd = 0;
  duplicates = 0;
  bypassed = 0;
  /** By place in `OUTCOME_TAGS`. */
  readonly outcomes = new Float64Array(OUTCOME_TAGS.length);
  /** Calls that began, and those of them that were one accepted `submit`: one attempt each. */
  calls = 0;
  submits = 0;
  /** Requests that ended without ever having been put back. */
  neverRequeued = 0;
  /** Slot-seconds and limit-seconds until load and steps were over; NaN: not known for these tags. */
  loadSlotSeconds = Number.NaN;
  loadLimitSeconds = Number.NaN;
  timeToHealUs = Number.NaN;
  leasesGranted = 0;

  constructor(clock: Clock) {
    this.inUse = new Level(clock);
    this.leaked = new Level(clock);
    this.limit = new Level(clock);
    this.excess = new Level(clock);
    this.unleased = new Level(clock);
    this.effective = new Level(clock);
  }

  changeLimit(by: number): void {
    this.knowsLimit = true;
    this.limit.change(by);
    this.effective.change(by);
  }

  changeLeaked(by: number): void {
    this.leaked.change(by);
    this.effective.change(-by);
  }

  /** A leak began at an earlier instant: the last one at which anything happened. */
  leakedSince(atUs: number): void {
    this.leaked.changeAt(atUs, 1);
    this.effective.changeAt(atUs, -1);
  }

  /**
   * The warm-up is over: everything counts from this instant on. Calls that are open now count among those that begin
   * afterwards, for they will end among them; whoever calls this adds the requests that are open.
   */
  beginAt(atUs: number): void {
    const openCalls = this.calls - this.outcomes.reduce((sum, count) => sum + count, 0);
    for (const level of [this.inUse, this.leaked, this.limit, this.excess, this.unleased, this.effective]) level.beginAt(atUs);
    for (const histogram of [this.queueLatency, this.timeToResult, this.slotHold, this.attemptsPerCall, this.requeuesPerRequest]) histogram.clear();
    this.outcomes.fill(0);
    this.loadSlotSeconds = Number.NaN;
    this.loadLimitSeconds = Number.NaN;
    this.calls = openCalls;
    this.leasesGranted = this.inUse.value;
    this.accepted = 0;
    this.starts = 0;
    this.submits = 0;
    this.clientRetries = 0;
    this.gaveUp = 0;
    this.droppedIterations = 0;
    this.refused = 0;
    this.http429 = 0;
    this.zombiePolls = 0;
    this.requeues = 0;
    this.neverRequeued = 0;
    this.startTimeouts = 0;
    this.lost = 0;
    this.costUsd = 0;
    this.duplicates = 0;
    this.bypassed = 0;
  }

  outcome(tag: OutcomeTag): number {
    return this.outcomes[OUTCOME_TAGS.indexOf(tag)] as number;
  }

  /** The run is over. */
  close(): void {
    this.settle();
    this.attemptsPerCall.recordMany(1, this.submits);
    this.requeuesPerRequest.recordMany(0, this.neverRequeued);
  }

  settle(): void {
    this.inUse.settle();
    this.leaked.settle();
    this.limit.settle();
    this.excess.settle();
    this.unleased.settle();
    this.effective.settle();
  }

  /** @param quantile a share, 0 to 1 @returns in the metric's unit; NaN where the metric has no distribution */
  quantile(metric: MetricName, share: number): number {
    const histogram = this.histogram(metric);
    return histogram === undefined ? Number.NaN : histogram.quantile(share) * scaleOf(metric);
  }

  histogram(metric: MetricName): Histogram | undefined {
    switch (metric) {
      case 'queue_latency':
        return this.queueLatency;
      case 'time_to_result':
        return this.timeToResult;
      case 'slot_hold':
        return this.slotHold;
      case 'attempts_per_call':
        return this.attemptsPerCall;
      case 'requeues_per_request':
        return this.requeuesPerRequest;
      default:
        return undefined;
    }
  }

  /** @param seconds length of the run; @param outcome for `requests{outcome:…}` */
  value(metric: MetricName, seconds: number, outcome?: OutcomeTag): MetricValue {
    const histogram = this.histogram(metric);
    if (histogram !== undefined) return trend(histogram, scaleOf(metric));
    switch (metric) {
      case 'slots_in_use':
        return this.gauge(this.inUse, seconds);
      case 'leaked_slots':
        return this.gauge(this.leaked, seconds);
      case 'leaked_slot_seconds':
        return counter(this.leaked.integralSeconds, this.leasesGranted, seconds);
      case 'effective_limit':
        return this.knowsLimit ? this.gauge(this.effective, seconds) : single(Number.NaN);
      case 'over_admission_seconds':
        return counter(this.excess.integralSeconds, this.knowsLimit ? this.leasesGranted : 0, seconds);
      case 'unleased_seconds':
        return counter(this.unleased.integralSeconds, this.starts, seconds);
      case 'slot_utilisation':
        return single(this.loadSlotSeconds / this.loadLimitSeconds);
      case 'time_to_heal':
        return single(this.timeToHealUs / 1000);
      case 'requests':
        return counter(outcome === undefined ? this.calls : this.outcome(outcome), this.calls, seconds);
      case 'client_retries':
        return counter(this.clientRetries, this.calls, seconds);
      case 'gave_up':
        return counter(this.gaveUp, this.calls, seconds);
      case 'dropped_iterations':
        return counter(this.droppedIterations, this.calls + this.droppedIterations, seconds);
      case 'zombie_polls':
        return counter(this.zombiePolls, this.calls, seconds);
      case 'http_429':
        return counter(this.http429, this.accepted + this.refused, seconds);
      case 'server_requeues':
        return counter(this.requeues, this.accepted, seconds);
      case 'start_timeouts':
        return counter(this.startTimeouts, this.accepted, seconds);
      case 'lost_requests':
        return counter(this.lost, this.accepted, seconds);
      case 'cost_usd':
        return counter(this.costUsd, this.accepted, seconds);
      case 'duplicate_executions':
        return counter(this.duplicates, this.starts, seconds);
      case 'bypassed':
        return counter(this.bypassed, this.starts, seconds);
      default:
        throw new Error(`metric ${metric} has no values`);
    }
  }

  private gauge(level: Level, seconds: number): MetricValue {
    const { value, min, max } = level;
    const avg = seconds > 0 ? level.integralSeconds / seconds : value;
    // Before any time has passed a level is what it is.
    return { type: 'gauge', n: this.leasesGranted, value, min: Number.isFinite(min) ? min : value, max: Number.isFinite(max) ? max : value, avg };
  }
}

function scaleOf(metric: MetricName): number {
  return METRICS[metric].unit === 'ms' ? 0.001 : 1;
}

const TREND_SHARES = [0.5, 0.9, 0.95, 0.99];

function trend(histogram: Histogram, scale: number): MetricValue {
  const { n } = histogram;
  if (n === 0) return { type: 'trend', n: 0, avg: 0, min: 0, med: 0, max: 0, p90: 0, p95: 0, p99: 0 };
  const [med, p90, p95, p99] = histogram.quantiles(TREND_SHARES) as [number, number, number, number];
  return {
    type: 'trend',
    n,
    avg: histogram.mean() * scale,
    min: histogram.min * scale,
    med: med * scale,
    max: histogram.max * scale,
    p90: p90 * scale,
    p95: p95 * scale,
    p99: p99 * scale,
  };
}

function counter(count: number, n: number, seconds: number): MetricValue {
  return { type: 'counter', n, count, rate: seconds > 0 ? count / seconds : 0 };
}

function single(value: number): MetricValue {
  return Number.isNaN(value) ? { type: 'gauge', n: 0, value: 0, min: 0, max: 0, avg: 0 } : { type: 'gauge', n: 1, value, min: value, max: value, avg: value };
}
