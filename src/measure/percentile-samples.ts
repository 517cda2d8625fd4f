const MISS = 0.05;

/**
 * The fewest independent samples that bound a percentile from above with 95 %: 5 for p50, 29 for p90, 59 for p95, 299 for p99, 2,995 for
 * p99.9. With fewer, not even the greatest of them is above it in 95 of 100 cases: 1 - share^n < 0.95.
 * @param share of samples up to the percentile: 0.95 for p95, from above 0 to below 1
 */
export function samplesFor(share: number): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`expected a share above 0 and below 1, got ${share}`);
  let least = Math.max(1, Math.ceil(Math.log(MISS) / Math.log(share)));
  // The logarithms may be off by a rounding where n is just enough.
  while (least > 1 && (least - 1) * Math.log(share) <= Math.log(MISS)) least--;
  return least;
}

/** Whether `n` samples are enough to say anything of this percentile's size: with fewer, no bound of it may be printed. */
export function enoughFor(share: number, n: number): boolean {
  return n >= samplesFor(share);
}
