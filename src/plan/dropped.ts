import type { MetricName, MetricValue } from '../measure/metrics.js';
import type { Selector, Threshold } from '../measure/thresholds.js';
import { levelsOf, shareBeyond } from './levels.js';
import type { SeedFigures } from './point.js';

/** Of those who came in one seed, how many never got what a wait is measured to. */
interface Dropped {
  readonly k: number;
  readonly n: number;
}

/** How calls end that were dropped, or whose clients left. */
const DROPPED_AS = ['start_timeout', 'gave_up', 'cancelled'] as const;

/** What runs must measure so that `droppedIn` can tell, beyond what they always do; empty for all traffic together, and for what is no wait. */
export function metricsOfDropped({ metric, tags }: Selector): readonly string[] {
  if (tags.length === 0 || !isWait(metric)) return [];
  return [named(metric, tags), named('requests', tags), ...DROPPED_AS.map((outcome) => named('requests', [...tags, ['outcome', outcome]]))];
}

/**
 * Waits are measured of requests that got somewhere. Those that were dropped before (start_timeout, clients that gave up or
 * cancelled) waited in vain, and count as waits above any bound.
 * @returns undefined: the threshold is no upper bound of a wait
 */
export function droppedIn({ metrics }: SeedFigures, { selector, operator }: Threshold): Dropped | undefined {
  const { metric, tags } = selector;
  if (!isWait(metric) || !operator.startsWith('<')) return undefined;
  const came = countOf(metrics[named('requests', tags)]);
  const served = samplesOf(metrics[named(metric, tags)]);
  const ended = DROPPED_AS.reduce((sum, outcome) => sum + countOf(metrics[named('requests', [...tags, ['outcome', outcome]])]), 0);
  // Some of them left when their work had begun: then more were served than did not end so.
  const k = Math.max(0, Math.min(ended, came - served));
  return { k, n: served + k };
}

/**
 * The number that a threshold asks for, of all who came: of those that were served it is one further up, told between the
 * levels that are known. Waits rarely grow slower towards the end, so that this is rather too long than too short.
 * @param actual of those that were served
 * @returns where too many were dropped the longest wait: what was asked for is longer still; null: nobody was served
 */
export function actualOfAll(actual: number | null, { k, n }: Dropped, { selector, aggregation }: Threshold, { metrics }: SeedFigures): number | null {
  const value = metrics[named(selector.metric, selector.tags)];
  if (k === 0 || actual === null || value?.type !== 'trend') return actual;
  const beyond = shareBeyond(aggregation);
  if (k / n > beyond) return value.max;
  const level = (1 - beyond) / (1 - k / n);
  let [below, from] = [1 - beyond, actual];
  for (const [share, wait] of levelsOf(value)) {
    if (share <= below) continue;
    if (level <= share) return from + ((wait - from) * (level - below)) / (share - below);
    [below, from] = [share, wait];
  }
  return from;
}

function isWait(metric: MetricName): boolean {
  return metric === 'queue_latency' || metric === 'time_to_result';
}

/** As metrics are named: `requests{account:a,outcome:cancelled}`. Outcomes come last. */
export function named(metric: string, tags: readonly (readonly [string, string])[]): string {
  return tags.length === 0 ? metric : `${metric}{${tags.map(([tag, value]) => `${tag}:${value}`).join(',')}}`;
}

function countOf(value: MetricValue | undefined): number {
  return value?.type === 'counter' ? value.count : 0;
}

function samplesOf(value: MetricValue | undefined): number {
  return value?.type === 'trend' ? value.n : 0;
}
