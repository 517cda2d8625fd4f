import { normalTail } from './normal-tail.js';

/** A place in a series of runs from which on it lies elsewhere. */
export interface ChangePoint {
  /** Index of the first value of the new level. */
  readonly at: number;
  /** Medians of the stretches on both sides, up to the next change points. */
  readonly before: number;
  readonly after: number;
  /** Chance that a stretch without any change shows one like it somewhere. */
  readonly chance: number;
}

/** Fewer values say nothing about change points. */
export const LEAST_HISTORY = 30;
/** A level needs so many values on each side: one that stands alone is an outlier. */
const LEAST_STRETCH = 5;
/** A stretch without a change shows one in at most this share of cases. */
const MOST_CHANCE = 0.01;

/**
 * Where a series of runs changes its level. It cuts the series where both sides differ most, then each side again, as E-divisive
 * does; the sides are compared by ranks (Mann and Whitney, corrected for ties), so that one wild value is not taken for a new
 * level, and the many places to cut are paid for by Bonferroni's correction instead of by permutations: nothing is drawn.
 * Report only: it blocks nothing. @param values oldest first @returns in order; none for fewer than `LEAST_HISTORY` values
 */
export function changePoints(values: readonly number[]): ChangePoint[] {
  if (values.length < LEAST_HISTORY) return [];
  let cuts = cutsWithin(values, 0, values.length);
  // Each must still stand out between its neighbours: the first cuts were made beside changes that were not known yet.
  for (;;) {
    cuts = settled(values, cuts);
    const points = cuts.map((at, n) => pointAt(values, cuts[n - 1] ?? 0, at, cuts[n + 1] ?? values.length));
    const weakest = points.reduce((worst, point, n) => (point.chance > (points[worst]?.chance ?? 0) ? n : worst), 0);
    if ((points[weakest]?.chance ?? 0) <= MOST_CHANCE) return points;
    cuts = cuts.filter((_, n) => n !== weakest);
  }
}

/** Every cut moves to where it is best between its neighbours. */
function settled(values: readonly number[], cuts: readonly number[]): number[] {
  const moved = [...cuts];
  for (const n of moved.keys()) {
    const from = moved[n - 1] ?? 0;
    const best = bestCut(values.slice(from, moved[n + 1] ?? values.length));
    if (best !== undefined) moved[n] = from + best.at;
  }
  return moved;
}

function cutsWithin(values: readonly number[], from: number, to: number): number[] {
  const cut = bestCut(values.slice(from, to));
  if (cut === undefined || cut.chance > MOST_CHANCE) return [];
  const at = from + cut.at;
  return [...cutsWithin(values, from, at), at, ...cutsWithin(values, at, to)];
}

function pointAt(values: readonly number[], from: number, at: number, to: number): ChangePoint {
  const stretch = values.slice(from, to);
  const scores = cutScores(stretch);
  return { at, before: middle(values.slice(from, at)), after: middle(values.slice(at, to)), chance: chanceOf(scores[at - from] ?? 0, places(stretch.length)) };
}

function bestCut(stretch: readonly number[]): { readonly at: number; readonly chance: number } | undefined {
  const count = places(stretch.length);
  if (count < 1) return undefined;
  const scores = cutScores(stretch);
  let at = LEAST_STRETCH;
  for (let place = LEAST_STRETCH; place <= stretch.length - LEAST_STRETCH; place++) if ((scores[place] as number) > (scores[at] as number)) at = place;
  return { at, chance: chanceOf(scores[at] as number, count) };
}

/** Places where a stretch can be cut. */
function places(length: number): number {
  return length - 2 * LEAST_STRETCH + 1;
}

/** How many standard deviations the ranks before each place are off from what chance would give; 0 where all values are equal. */
function cutScores(stretch: readonly number[]): Float64Array {
  const n = stretch.length;
  const { ranks, tieTerm } = middleRanks(stretch);
  const scores = new Float64Array(n + 1);
  let sum = 0;
  for (let at = 1; at < n; at++) {
    sum += ranks[at - 1] as number;
    const others = n - at;
    const variance = ((at * others) / 12) * (n + 1 - tieTerm / (n * (n - 1)));
    // Half a rank towards the middle: ranks are whole numbers, the normal law is not.
    const off = Math.max(0, Math.abs(sum - (at * (n + 1)) / 2) - 0.5);
    scores[at] = variance > 0 ? off / Math.sqrt(variance) : 0;
  }
  return scores;
}

/** Ranks from 1; equal values share the middle of theirs. */
function middleRanks(values: readonly number[]): { readonly ranks: Float64Array; readonly tieTerm: number } {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Float64Array(values.length);
  let tieTerm = 0;
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let at = from; at < to; at++) ranks[order[at] as number] = (from + 1 + to) / 2;
    const ties = to - from;
    tieTerm += ties * (ties * ties - 1);
    from = to;
  }
  return { ranks, tieTerm };
}

/** Two-sided, for so many places at once. */
function chanceOf(score: number, count: number): number {
  return Math.min(1, count * 2 * normalTail(score));
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)] as number, sorted[Math.ceil((sorted.length - 1) / 2)] as number];
  return (low + high) / 2;
}

/** The last value of a history, held against those before it. */
export interface LatestGuard {
  readonly latest: number;
  readonly mean: number;
  /** Beyond it, on either side of the mean, the latest value stands out. */
  readonly deviation: number;
  readonly values: number;
}

const GUARD_VALUES = 40;
const GUARD_DEVIATIONS = 4;

/** Whether the latest value lies more than 4 standard deviations from the mean of the 40 before it; undefined: it does not, or there are fewer than 30 values. */
export function latestOutside(values: readonly number[]): LatestGuard | undefined {
  if (values.length < LEAST_HISTORY) return undefined;
  const before = values.slice(0, -1).slice(-GUARD_VALUES);
  const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
  const variance = before.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (before.length - 1);
  const latest = values.at(-1) as number;
  const deviation = GUARD_DEVIATIONS * Math.sqrt(variance);
  return Math.abs(latest - mean) > deviation ? { latest, mean, deviation, values: before.length } : undefined;
}
