import type { LatencyBuckets } from '../result.js';

const MOST_POINTS = 60;

/** The share of samples at most so long: [ms, share], rising to 1. Thinned out evenly by share, the slowest always kept. */
export function latencyCurve({ buckets }: LatencyBuckets): [ms: number, share: number][] {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [];
  let sum = 0;
  const all = buckets.map(([value, count]): [number, number] => {
    sum += count;
    return [value, sum / total];
  });
  if (all.length <= MOST_POINTS) return all;
  const kept: [number, number][] = [];
  let next = 0;
  for (const [at, point] of all.entries()) {
    if (point[1] * (MOST_POINTS - 1) < next && at < all.length - 1) continue;
    kept.push(point);
    next = Math.floor(point[1] * (MOST_POINTS - 1)) + 1;
  }
  return kept;
}
