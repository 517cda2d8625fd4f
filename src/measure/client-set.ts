import { Outcome } from '../core/history.js';
import type { CallRecord } from './client-calls.js';
import { MetricSet } from './metric-set.js';
import { METRICS, type MetricName, type MetricValue, OUTCOME_TAGS, type OutcomeTag, outcomeIndex } from './metrics.js';

/** What no client can see: without samples, so that no threshold on it ever passes. */
const UNSEEN: ReadonlySet<MetricName> = new Set<MetricName>([
  'slot_hold',
  'slot_utilisation',
  'leaked_slot_seconds',
  'effective_limit',
  'over_admission_seconds',
  'unleased_seconds',
  'server_requeues',
  'requeues_per_request',
  'lost_requests',
  'duplicate_executions',
  'bypassed',
  'time_to_heal',
  'cost_usd',
]);

/**
 * Metrics of calls as their clients saw them. Where only some of the calls could be seen to begin or to end, the metric of
 * it has no samples: a percentile of those that happened to be watched would be another metric.
 */
export class ClientSet extends MetricSet {
  /** Calls that nobody followed to their end. */
  unfollowed = 0;
  /** Calls that ended well, though no sign of their beginning was seen (direct calls). */
  unseenStarts = 0;
  /** Calls that were open at the end, where nobody could tell whether their work had begun. */
  openUntold = 0;

  /** @param isFollowed somebody watches its end @param measuredFromUs metrics leave out what happened before */
  add(record: CallRecord, isFollowed: boolean, measuredFromUs: number): void {
    const { plannedUs, attempts, refusals, requestId, outcome, elapsedUs } = record;
    this.calls++;
    if (requestId !== undefined) this.accepted++;
    this.refused += refusals;
    this.http429 += refusals;
    this.clientRetries += Math.max(0, attempts - 1);
    if (record.mode === 'submit' || outcome !== 0) this.attemptsPerCall.record(attempts);
    this.addStart(record, measuredFromUs);
    if (outcome === 0) this.addOpen(record, isFollowed);
    else this.addEnd(outcome, elapsedUs === undefined ? undefined : plannedUs + elapsedUs, plannedUs);
  }

  /** Slots of an account as its Concurrency page shows them: a look counts as a sample. */
  look(inUseBy: number, leakedBy: number): void {
    this.leasesGranted++;
    this.inUse.change(inUseBy);
    this.leaked.change(leakedBy);
  }

  /** @returns as `MetricSet` does; without samples where clients cannot know */
  override value(metric: MetricName, seconds: number, outcome?: OutcomeTag): MetricValue {
    const value = super.value(metric, seconds, outcome);
    return UNSEEN.has(metric) || this.isPartlySeen(metric, outcome) ? withoutSamples(value) : value;
  }

  private isPartlySeen(metric: MetricName, outcome: OutcomeTag | undefined): boolean {
    switch (metric) {
      case 'queue_latency':
        return this.unfollowed + this.unseenStarts > 0;
      case 'time_to_result':
      case 'start_timeouts':
        return this.unfollowed > 0;
      case 'requests':
        if (outcome === undefined) return false;
        if (outcome === 'lost') return true;
        return this.unfollowed > 0 || ((outcome === 'waiting' || outcome === 'in_progress') && this.openUntold > 0);
      default:
        return false;
    }
  }

  private addStart({ plannedUs, queueLatencyUs, outcome }: CallRecord, measuredFromUs: number): void {
    if (queueLatencyUs === undefined) {
      if (outcome === Outcome.ok) this.unseenStarts++;
    } else if (plannedUs + queueLatencyUs >= measuredFromUs) {
      this.queueLatency.record(whole(queueLatencyUs));
    }
  }

  private addEnd(outcome: Outcome, endedUs: number | undefined, plannedUs: number): void {
    this.count(outcomeIndex(outcome));
    if (outcome === Outcome.gaveUp) this.gaveUp++;
    if (outcome === Outcome.startTimeout) this.startTimeouts++;
    if (outcome === Outcome.ok && endedUs !== undefined) this.timeToResult.record(whole(endedUs - plannedUs));
  }

  private addOpen({ mode, queueLatencyUs }: CallRecord, isFollowed: boolean): void {
    if (!isFollowed) this.unfollowed++;
    else if (queueLatencyUs !== undefined) this.count(OUTCOME_TAGS.indexOf('in_progress'));
    else if (mode === 'run') this.openUntold++;
    else this.count(OUTCOME_TAGS.indexOf('waiting'));
  }

  private count(index: number): void {
    this.outcomes[index] = (this.outcomes[index] as number) + 1;
  }
}

/** Clocks of several processes differ by a little, so that something may seem to end before it was planned. */
function whole(us: number): number {
  return Math.max(0, Math.round(us));
}

function withoutSamples(value: MetricValue): MetricValue {
  switch (value.type) {
    case 'trend':
      return { type: 'trend', n: 0, avg: 0, min: 0, med: 0, max: 0, p90: 0, p95: 0, p99: 0 };
    case 'counter':
      return { type: 'counter', n: 0, count: 0, rate: 0 };
    case 'gauge':
      return { type: 'gauge', n: 0, value: 0, min: 0, max: 0, avg: 0 };
    case 'rate':
      return { type: 'rate', n: 0, rate: 0 };
  }
}

/** Names of the metrics that no client can see, for reports. */
export function unseenMetrics(): readonly MetricName[] {
  return (Object.keys(METRICS) as MetricName[]).filter((metric) => UNSEEN.has(metric));
}
