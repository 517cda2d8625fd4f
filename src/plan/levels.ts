import type { MetricValue } from '../measure/metrics.js';
import type { Aggregation } from '../measure/thresholds.js';

/** What is known of how the samples of one seed lie: shares of them, and the value that no larger share stays below, both rising. */
export function levelsOf(value: Extract<MetricValue, { type: 'trend' }>): readonly (readonly [share: number, value: number])[] {
  return [
    [0, value.min],
    [0.5, value.med],
    [0.9, value.p90],
    [0.95, value.p95],
    [0.99, value.p99],
    [1, value.max],
  ];
}

/** The share of all samples that may lie above the number that is asked for; 0: none may. */
export function shareBeyond(aggregation: Aggregation): number {
  if (aggregation === 'med') return 0.5;
  return typeof aggregation === 'object' ? 1 - aggregation.percentile / 100 : 0;
}

/** The nearest known levels below and above a share; undefined: there are no samples. @param share from 0 to 1; beyond its ends there is no level */
export function besideIn(
  value: MetricValue | undefined,
  share: number,
): { readonly below?: number | undefined; readonly above?: number | undefined } | undefined {
  if (value?.type !== 'trend' || value.n === 0) return undefined;
  const levels = levelsOf(value);
  return { below: levels.findLast(([level]) => level < share)?.[1], above: levels.find(([level]) => level > share)?.[1] };
}
