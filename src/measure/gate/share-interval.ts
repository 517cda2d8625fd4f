import { MIN_SEEDS_FOR_INTERVAL } from '../seed-values.js';
import { studentT95, studentTQuantile } from '../student-t.js';
import { betaQuantile } from './beta.js';

/** How often something happened in one seed, and how often it could have. */
export interface Occurrences {
  readonly k: number;
  readonly n: number;
}

/** A share over all seeds with its interval, at 95 % where nothing else is asked for. */
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

/** What one seed in so many has is common among seeds. */
const COMMON = 0.05;

/**
 * Of which none was seen can be rare among requests and common among seeds: where one seed in 20 has it, 20 seeds show none
 * in 36 of 100 cases, 59 in 5. With fewer the seeds are the observations.
 */
export const MIN_SEEDS_FOR_NONE = minSeedsForNone(MISS);

const NORMAL_95 = 1.959963984540054;
/** Student's t of so many degrees of freedom is the normal distribution to four digits. */
const AS_GOOD_AS_NORMAL = 20_000;

/** How many seeds without any leave a chance of at most `miss` that one seed in 20 has it. */
function minSeedsForNone(miss: number): number {
  return Math.ceil(Math.log(miss) / Math.log(1 - COMMON));
}

/**
 * The share of requests that something happened to, over seeds. Requests of one seed are no independent observations: the
 * interval is Clopper and Pearson's for as many independent ones as would tell as much (Korn and Graubard).
 * @param seeds with n above 0, at least one
 * @param miss how often the interval may miss the share: all looks at growing numbers of seeds may miss it in 5 % together
 */
export function shareInterval(seeds: readonly Occurrences[], miss = MISS): ShareInterval {
  const k = seeds.reduce((sum, seed) => sum + seed.k, 0);
  const n = seeds.reduce((sum, seed) => sum + seed.n, 0);
  const share = k / n;
  const fewest = k === 0 ? minSeedsForNone(miss) : MIN_SEEDS_FOR_INTERVAL;
  if (seeds.length < fewest) return { k, n, share, ...bounds(share, seeds.length, miss), rule: 'seeds' };
  if (k === 0 || k === n) return { k, n, share, ...bounds(share, n, miss), rule: 'requests' };
  return { k, n, share, ...bounds(share, effectiveCount(seeds, share, n, miss), miss), rule: 'clustered' };
}

/** How many independent requests tell as much as these. */
function effectiveCount(seeds: readonly Occurrences[], share: number, n: number, miss: number): number {
  const count = seeds.length;
  let squares = 0;
  for (const seed of seeds) {
    const off = seed.k - share * seed.n;
    squares += off * off;
  }
  const between = ((count / (count - 1)) * squares) / n / n;
  const alone = (share * (1 - share)) / n;
  const widening = wideningOf(count - 1, miss);
  return n / Math.max(1, between / alone) / (widening * widening);
}

/** How much wider an interval is where the spread is told from few seeds. @param df degrees of freedom */
function wideningOf(df: number, miss: number): number {
  if (miss === MISS) return studentT95(df) / NORMAL_95;
  return studentTQuantile(1 - miss / 2, df) / normalQuantile(miss);
}

/** Two-sided, by how often they miss: the same ones are asked for again and again. */
const normalQuantiles = new Map<number, number>();

function normalQuantile(miss: number): number {
  let quantile = normalQuantiles.get(miss);
  if (quantile === undefined) {
    quantile = studentTQuantile(1 - miss / 2, AS_GOOD_AS_NORMAL);
    normalQuantiles.set(miss, quantile);
  }
  return quantile;
}

/** None, or all: the one bound that can be wrong, with all of `miss`. Else both bounds of a two-sided interval. @param n need not be whole */
function bounds(share: number, n: number, miss: number): Pick<ShareInterval, 'low' | 'high'> {
  const all = Math.exp(Math.log(miss) / n);
  if (share === 0) return { low: 0, high: 1 - all };
  if (share === 1) return { low: all, high: 1 };
  const k = share * n;
  return { low: betaQuantile(miss / 2, k, n - k + 1), high: betaQuantile(1 - miss / 2, k + 1, n - k) };
}

/** How many independent requests without one such end show that their share lies below this one. */
export function requestsToShow(share: number): number {
  return Math.ceil(Math.log(MISS) / Math.log(1 - share));
}
