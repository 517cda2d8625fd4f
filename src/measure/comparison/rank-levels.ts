/**
 * At which misrates bounds from ranks really exist. Ranks are whole numbers, so only some misrates can be had; asked for
 * another one, pragmastat takes the next one **above** it (6 seeds at 5 %: 6.25 %). What is promised must be kept, so it is
 * asked for the next one below, which is worked out here.
 */

import { normalTail } from './normal-tail.js';

/** Beyond these sizes the steps between misrates are too small to matter, and approximations err on the safe side. */
export const MOST_EXACT_SEEDS = 63;
const MOST_EXACT_PAIRS = 2_500;
/** pragmastat cuts probabilities off behind 18 digits: the very last rank it finds for as many seeds only. */
const MOST_SEEDS_AT_LAST_RANK = 18;
/** So little below what can be had that rounding does not lead to the next rank. */
const JUST_BELOW = 1 - 1e-9;

/** The misrate to ask `centerBounds` for, so that the bounds miss with at most `misrate`; undefined: there are no such bounds. */
export const signedRankMisrate = remembered((seeds: number, misrate: number): number | undefined => {
  if (seeds < 2) return undefined;
  if (seeds > MOST_EXACT_SEEDS) return misrate;
  const found = lastBelow(signedRankCounts(seeds), 2 ** seeds, misrate);
  if (found === undefined) return undefined;
  if (found.rank > 0) return found.misrate * JUST_BELOW;
  return seeds <= MOST_SEEDS_AT_LAST_RANK ? found.misrate : undefined;
});

/**
 * How many of the lowest, and of the highest, means of two differences lie outside bounds that miss with at most `misrate`.
 * @param seeds more than `MOST_EXACT_SEEDS`: the normal law with Edgeworth's correction for flat tails
 */
export const meansOutside = remembered((seeds: number, misrate: number): number => {
  const mean = (seeds * (seeds + 1)) / 4;
  const variance = (seeds * (seeds + 1) * (2 * seeds + 1)) / 24;
  const flatness = (-seeds * (seeds + 1) * (2 * seeds + 1) * (3 * seeds * seeds + 3 * seeds - 1)) / 240 / (24 * variance * variance);
  const below = (rank: number): number => {
    const z = (mean - rank - 0.5) / Math.sqrt(variance);
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    return normalTail(z) + flatness * density * (z * z * z - 3 * z);
  };
  let [least, most] = [0, Math.floor(mean)];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (2 * below(middle) <= misrate) least = middle;
    else most = middle - 1;
  }
  return least;
});

/** The same for `shiftBounds` of so many runs on each side. */
export const rankSumMisrate = remembered((runs: number, misrate: number, others: number): number | undefined => {
  if (runs < 1 || others < 1) return undefined;
  if (runs * others > MOST_EXACT_PAIRS) return misrate;
  const counts = rankSumCounts(runs, others);
  const found = lastBelow(
    counts,
    counts.reduce((sum, count) => sum + count, 0),
    misrate,
  );
  if (found === undefined) return undefined;
  return found.rank > 0 ? found.misrate * JUST_BELOW : found.misrate;
});

/** The fewest seeds with which bounds of this misrate exist. */
export function leastSeeds(misrate: number): number {
  let seeds = 2;
  while (signedRankMisrate(seeds, misrate) === undefined) seeds++;
  return seeds;
}

/** The fewest runs on each side. */
export function leastRuns(misrate: number): number {
  let runs = 2;
  while (rankSumMisrate(runs, misrate, runs) === undefined) runs++;
  return runs;
}

/** The highest rank with at most half the misrate at or below it. */
function lastBelow(counts: Iterable<number>, total: number, misrate: number): { readonly rank: number; readonly misrate: number } | undefined {
  let found: { rank: number; misrate: number } | undefined;
  let rank = 0;
  let sum = 0;
  for (const count of counts) {
    sum += count;
    const both = (2 * sum) / total;
    if (both > misrate) break;
    found = { rank, misrate: both };
    rank++;
  }
  return found;
}

/** In how many of the 2^n ways to give signs the ranks of one sign sum up to 0, 1, 2, … (Wilcoxon). */
function signedRankCounts(n: number): Float64Array {
  const counts = new Float64Array((n * (n + 1)) / 2 + 1);
  counts[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = (rank * (rank + 1)) / 2; sum >= rank; sum--) counts[sum] = (counts[sum] as number) + (counts[sum - rank] as number);
  }
  return counts;
}

/** In how many of the ways to order n and m values 0, 1, 2, … pairs stand the one way round (Mann and Whitney). */
function rankSumCounts(n: number, m: number): Float64Array {
  const pairs = n * m;
  const counts = new Float64Array(pairs + 1);
  counts[0] = 1;
  // The generating function is a Gaussian binomial: multiply by 1 - q^(m + k), divide by 1 - q^k.
  for (let k = 1; k <= n; k++) {
    for (let at = pairs; at >= m + k; at--) counts[at] = (counts[at] as number) - (counts[at - m - k] as number);
    for (let at = k; at <= pairs; at++) counts[at] = (counts[at] as number) + (counts[at - k] as number);
  }
  return counts;
}

function remembered(work: (n: number, misrate: number, m: number) => number | undefined): (n: number, misrate: number, m?: number) => number | undefined {
  const known = new Map<string, number | undefined>();
  return (n, misrate, m = 0) => {
    const key = `${n} ${m} ${misrate}`;
    if (!known.has(key)) known.set(key, work(n, misrate, m));
    return known.get(key);
  };
}
