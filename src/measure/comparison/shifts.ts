import { center, centerBounds, Sample, shift, shiftBounds } from 'pragmastat';
import { PairMeans } from './pair-means.js';
import { MOST_EXACT_SEEDS, meansOutside, rankSumMisrate, signedRankMisrate } from './rank-levels.js';

/** How far the candidate lies from the baseline. */
export interface Shift {
  /** Hodges–Lehmann estimate: the median of all means of two differences (live: of all differences). */
  readonly centre: number;
  /** undefined: too few seeds or runs for bounds of this misrate. */
  readonly bounds: { readonly low: number; readonly high: number } | undefined;
}

/** From differences by seed, with bounds from signed ranks. @param differences at least one */
export function pairedShift(differences: readonly number[], misrate: number): Shift {
  // What pragmastat does with ranks takes a time that grows with the square of the seeds.
  if (differences.length > MOST_EXACT_SEEDS) return shiftOfMany(differences, misrate);
  const sample = Sample.of([...differences]);
  const asked = signedRankMisrate(differences.length, misrate);
  if (asked === undefined) return { centre: center(sample).value, bounds: undefined };
  const { lower, upper } = centerBounds(sample, asked);
  return { centre: center(sample).value, bounds: { low: lower, high: upper } };
}

function shiftOfMany(differences: readonly number[], misrate: number): Shift {
  const means = new PairMeans(differences);
  const outside = meansOutside(differences.length, misrate) as number;
  return { centre: means.median, bounds: { low: means.at(outside + 1), high: means.at(means.count - outside) } };
}

/** From runs that have nothing to do with one another, with bounds from rank sums. @param baseline at least one, as `candidate` */
export function shiftBetween(baseline: readonly number[], candidate: readonly number[], misrate: number): Shift {
  const [from, to] = [Sample.of([...baseline]), Sample.of([...candidate])];
  const asked = rankSumMisrate(candidate.length, misrate, baseline.length);
  if (asked === undefined) return { centre: shift(to, from).value, bounds: undefined };
  const { lower, upper } = shiftBounds(to, from, asked);
  return { centre: shift(to, from).value, bounds: { low: lower, high: upper } };
}
