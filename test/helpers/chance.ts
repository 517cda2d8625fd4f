import { expect } from 'vitest';

/**
 * Acceptance by standard errors, the same for every law: an estimate may be off by less than four of them. With seeds fixed
 * beforehand a right law trips that in 6 of 100,000 checks, and a green test stays green.
 */
export const STANDARD_ERRORS = 4;

/** @param standardError of the estimate, from theory */
export function expectWithin(estimate: number, exact: number, standardError: number, what = ''): void {
  const off = Math.abs(estimate - exact) / standardError;
  expect(off, `${what} estimated ${estimate}, exactly ${exact}, standard error ${standardError}: off by ${off.toFixed(2)} of them`).toBeLessThan(
    STANDARD_ERRORS,
  );
}

export interface Law {
  readonly mean: number;
  readonly variance: number;
  /** E(X - mean)^4, from which the standard error of a sample's variance follows. */
  readonly fourthMoment: number;
  /** Pairs of p and the value that a share p does not exceed. */
  readonly quantiles: readonly (readonly [number, number])[];
}

/** Mean: SE = √(σ²/n). Variance: SE = √((μ4 - σ⁴)/n). Share below a quantile: SE = √(p(1-p)/n). */
export function expectLaw(sample: readonly number[], law: Law): void {
  const n = sample.length;
  const mean = sample.reduce((sum, x) => sum + x, 0) / n;
  const variance = sample.reduce((sum, x) => sum + (x - law.mean) ** 2, 0) / n;
  expectWithin(mean, law.mean, Math.sqrt(law.variance / n), 'mean');
  expectWithin(variance, law.variance, Math.sqrt((law.fourthMoment - law.variance ** 2) / n), 'variance');
  for (const [p, value] of law.quantiles) {
    const below = sample.filter((x) => x <= value).length / n;
    expectWithin(below, p, Math.sqrt((p * (1 - p)) / n), `share up to the ${p} quantile`);
  }
}
