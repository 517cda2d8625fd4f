/** Chosen before anything was looked at. A test that is red gets longer runs, never other seeds. */
export const SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/** A right model trips this once in 300 quantities with ten seeds (Student's t). */
export const STANDARD_ERRORS_AT_MOST = 4;
/** So that a test can fail: an estimate that could be anything agrees with everything. */
export const RELATIVE_STANDARD_ERROR_BELOW = 0.02;

/** What the seeds say about a quantity. Seeds are independent of each other; requests of one run are not. */
export interface Estimate {
  readonly mean: number;
  /** Of the mean. */
  readonly standardError: number;
}

export function estimateFrom(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n) };
}

/** How many standard errors the estimate lies above the exact value. */
export function standardErrorsOff({ mean, standardError }: Estimate, exact: number): number {
  return mean === exact ? 0 : (mean - exact) / standardError;
}

/** @returns why the estimate does not agree with the exact value, or undefined if it does */
export function disagreement(estimate: Estimate, exact: number, scale = Math.abs(exact)): string | undefined {
  const off = standardErrorsOff(estimate, exact);
  const { mean, standardError } = estimate;
  // Not-a-number must not pass.
  if (!(Math.abs(off) < STANDARD_ERRORS_AT_MOST)) return `${mean} ± ${standardError} is ${off} standard errors away from ${exact}`;
  if (!(standardError < RELATIVE_STANDARD_ERROR_BELOW * scale))
    return `the standard error ${standardError} is not below 2 % of ${scale}: the runs are too short`;
  return undefined;
}
