import { MIN_SEEDS_FOR_INTERVAL } from '../seed-values.js';
import { studentT95 } from '../student-t.js';
import { betaQuantile } from './beta.js';

/** How often something happened in one seed, and how often it could have. */
export interface Occurrences {
  readonly k: number;
  readonly n: number;
}

/** A share over all seeds with its 95 % interval. */
export interface ShareInterval extends Occurrences {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /**
   * `requests`: nothing was seen (or all), so that requests count as independent. `seeds`: too few seeds to tell how much
   * the requests of one hang together, or to have met a bad one, so that each seed counts as one observation. `clustered`:
   * how much they do was told from the seeds.
   */
  readonly rule: 'requests' | 'seeds' | 'clustered';
}

const MISS = 0.05;

/**
 * Of which none was seen can be rare among requests and common among seeds: where one seed in 20 has it, 20 seeds show none
 * in 36 of 100 cases, 59 in 5. With fewer the seeds are the observations.
 */
export const MIN_SEEDS_FOR_NONE = 59;

const NORMAL_95 = 1.959963984540054;

/**
 * The share of requests that something happened to, over seeds. Requests of one seed are no independent observations: the
 * interval is Clopper and Pearson's for as many independent ones as would tell as much (Korn and Graubard).
 * @param seeds with n above 0, at least one
 */
export function shareInterval(seeds: readonly Occurrences[]): ShareInterval {
  const k = seeds.reduce((sum, seed) => sum + seed.k, 0);
  const n = seeds.reduce((sum, seed) => sum + seed.n, 0);
  const share = k / n;
  const fewest = k === 0 ? MIN_SEEDS_FOR_NONE : MIN_SEEDS_FOR_INTERVAL;
  if (seeds.length < fewest) return { k, n, share, ...bounds(share, seeds.length), rule: 'seeds' };
  if (k === 0 || k === n) return { k, n, share, ...bounds(share, n), rule: 'requests' };
  return { k, n, share, ...bounds(share, effectiveCount(seeds, share, n)), rule: 'clustered' };
}

/** How many independent requests tell as much as these. */
function effectiveCount(seeds: readonly Occurrences[], share: number, n: number): number {
  const count = seeds.length;
  let squares = 0;
  for (const seed of seeds) {
    const off = seed.k - share * seed.n;
    squares += off * off;
  }
  const between = ((count / (count - 1)) * squares) / n / n;
  const alone = (share * (1 - share)) / n;
  const widening = studentT95(count - 1) / NORMAL_95;
  return n / Math.max(1, between / alone) / (widening * widening);
}

/** None, or all: the one bound that can be wrong, at 95 %. Else both bounds of a two-sided interval. @param n need not be whole */
function bounds(share: number, n: number): Pick<ShareInterval, 'low' | 'high'> {
  const all = Math.exp(Math.log(MISS) / n);
  if (share === 0) return { low: 0, high: 1 - all };
  if (share === 1) return { low: all, high: 1 };
  const k = share * n;
  return { low: betaQuantile(MISS / 2, k, n - k + 1), high: betaQuantile(1 - MISS / 2, k + 1, n - k) };
}

/** How many independent requests without one such end show that their share lies below this one. */
export function requestsToShow(share: number): number {
  return Math.ceil(Math.log(MISS) / Math.log(1 - share));
}
