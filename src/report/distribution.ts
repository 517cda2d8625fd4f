import type { LatencyBuckets } from '../measure/result.js';

export function samplesIn(buckets: LatencyBuckets): number {
  return buckets.buckets.reduce((sum, [, count]) => sum + count, 0);
}

/** The value that at least the share `p` of the samples does not exceed; undefined without samples. */
export function quantileOf(buckets: LatencyBuckets, p: number): number | undefined {
  const n = samplesIn(buckets);
  if (n === 0) return undefined;
  const rank = Math.max(1, Math.ceil(p * n));
  let seen = 0;
  for (const [value, count] of buckets.buckets) {
    seen += count;
    if (seen >= rank) return value;
  }
  return buckets.buckets.at(-1)?.[0];
}

/** Cumulative share of the samples, one point a bucket. */
export function ecdfOf(buckets: LatencyBuckets): { readonly value: number; readonly share: number }[] {
  const n = samplesIn(buckets);
  let seen = 0;
  return buckets.buckets.map(([value, count]) => {
    seen += count;
    return { value, share: seen / n };
  });
}

export interface CountBin {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

const EXACT_BINS = 12;

/** Bins for small whole numbers: 0, 1, 2 … each alone, and ranges that double once they would be too many. */
export function countBins(max: number): CountBin[] {
  const bins: CountBin[] = [];
  const exactTo = max <= EXACT_BINS ? max : 5;
  for (let value = 0; value <= exactTo; value++) bins.push({ label: String(value), from: value, to: value });
  for (let from = exactTo + 1, width = 5; from <= max; from += width, width *= 2) {
    bins.push({ label: `${from}–${from + width - 1}`, from, to: from + width - 1 });
  }
  return bins;
}

/** Samples in each bin. @param shift added to every value first */
export function countInBins(buckets: LatencyBuckets, bins: readonly CountBin[], shift: number): number[] {
  const counts = bins.map(() => 0);
  for (const [value, count] of buckets.buckets) {
    const at = bins.findIndex((bin) => Math.round(value) + shift <= bin.to);
    if (at >= 0) counts[at] = (counts[at] as number) + count;
  }
  return counts;
}
