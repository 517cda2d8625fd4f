import { samplesFor } from '../percentile-samples.js';
import type { ThresholdVerdict, Verdict } from '../result.js';
import { compares, type Threshold } from '../thresholds.js';

/** What a threshold is held against in one seed. */
export interface MeasuredSeed {
  /** undefined: nothing was measured. */
  readonly actual: number | null | undefined;
  readonly n: number;
  readonly limit: number;
}

/** What a threshold says of one seed. Without samples, or with too few, nothing passes and nothing fails. */
export function thresholdVerdict({ operator, minSamples }: Pick<Threshold, 'operator' | 'minSamples'>, { actual, n, limit }: MeasuredSeed): Verdict {
  if (actual == null || n < (minSamples ?? 0)) return 'undecided';
  return compares(actual, operator, limit) ? 'pass' : 'fail';
}

/**
 * A percentile that meets its threshold with so few samples that nothing can be said of it: a remark, or with the preset
 * `strict` no pass. Over seeds, and against a baseline, the percentile of a seed is a number like any other.
 */
export function withDoubtOfPercentile(own: ThresholdVerdict, threshold: Threshold): ThresholdVerdict {
  const { aggregation, operator, over, baselineFactor, needsSamples } = threshold;
  if (typeof aggregation !== 'object' || own.verdict !== 'pass' || over !== undefined || baselineFactor !== undefined) return own;
  const needed = samplesNeeded(aggregation.percentile / 100, operator);
  if (own.n >= needed) return own;
  const note = `${own.n === 1 ? '1 sample says' : `${own.n} samples say`} nothing of p${aggregation.percentile}: ${needed.toLocaleString('en-US')} would`;
  return { ...own, verdict: needsSamples === true ? 'undecided' : 'pass', note };
}

/** Fewest samples that bound the percentile on the side that the threshold is about. The least and the greatest value are no percentiles. */
function samplesNeeded(share: number, operator: Threshold['operator']): number {
  if (share <= 0 || share >= 1) return 0;
  if (operator.startsWith('<')) return samplesFor(share);
  return operator.startsWith('>') ? samplesFor(1 - share) : 0;
}
