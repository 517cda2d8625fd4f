import type { Estimate } from '../../measure/capacity/plan-result.js';
import { type Occurrences, type ShareInterval, shareInterval } from '../../measure/gate/share-interval.js';
import type { MetricName, MetricValue } from '../../measure/metrics.js';
import { estimateOf } from '../estimates.js';
import { Looks } from '../looks.js';
import type { Planning, SeedFigures } from '../point.js';

/** The mean over seeds of a trend's number, ms for times. @param name as metrics are written: `queue_latency{endpoint:a}` @returns undefined without samples */
export function trendEstimate(planning: Planning, figures: readonly SeedFigures[], name: string, number: TrendNumber): Estimate | undefined {
  const looks = planning.load.isRecorded || figures.length < 2 ? undefined : new Looks(figures.length);
  return estimateOf(
    figures.map(({ metrics }) => trendOf(metrics[name], number)),
    looks,
  );
}

export type TrendNumber = 'avg' | 'med' | 'p90' | 'p95' | 'p99' | 'max';

function trendOf(value: MetricValue | undefined, number: TrendNumber): number | null {
  return value?.type === 'trend' && value.n > 0 ? value[number] : null;
}

/** How often a counter counted in all seeds together. */
export function countOf(figures: readonly SeedFigures[], name: MetricName): number {
  return figures.reduce((sum, { metrics }) => sum + occurrencesOf(metrics[name]).k, 0);
}

/**
 * The share that a counter is of what it could have been. A recorded history is what it is: its share has no interval.
 * @returns undefined where it could not have been
 */
export function shareOf(planning: Planning, figures: readonly SeedFigures[], name: MetricName): ShareInterval | undefined {
  const seeds = figures.map(({ metrics }) => occurrencesOf(metrics[name])).filter(({ n }) => n > 0);
  if (seeds.length === 0) return undefined;
  if (!planning.load.isRecorded) return shareInterval(seeds);
  const k = seeds.reduce((sum, seed) => sum + seed.k, 0);
  const n = seeds.reduce((sum, seed) => sum + seed.n, 0);
  return { k, n, share: k / n, low: k / n, high: k / n, rule: 'requests' };
}

function occurrencesOf(value: MetricValue | undefined): Occurrences {
  return value?.type === 'counter' ? { k: value.count, n: value.n } : { k: 0, n: 0 };
}
