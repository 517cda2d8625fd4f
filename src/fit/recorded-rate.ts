import { US_PER_SECOND } from '../core/time.js';
import { firstFrom } from '../sim/trace-columns.js';
import type { ArrivalModel } from './arrival-models.js';
import type { Looking } from './arrival-statistics.js';
import { rateAsWritten, writtenDuration, writtenRate } from './written-numbers.js';

/** More make a scenario file that nobody can read. */
const MOST_STRETCHES = 500;
/** The rate is looked for in so many cells at most. */
const MOST_CELLS = 1_000_000;

/**
 * The rate as it was recorded: Poisson, with a rate that is even in each of as many stretches as the trace shows, of whatever length. It repeats
 * this recording with other instants, and knows nothing of another week. undefined: the rate never changes.
 * @param atUs in order of time, not all at one instant
 */
export function recordedRate(atUs: Float64Array, looking: Looking): ArrivalModel | undefined {
  const cellUs = cellOf(looking);
  const stretches = stretchesOf(new Cells(atUs, cellUs));
  if (stretches.length < 2) return undefined;
  const stages = stretches.flatMap(({ from, to, count }) => {
    const durationUs = (to - from) * cellUs;
    const perSecond = rateAsWritten((count * US_PER_SECOND) / durationUs);
    return [
      { durationUs: 0, perSecond },
      { durationUs, perSecond },
    ];
  });
  return {
    model: 'recordedRate',
    spec: { stages: stages.map((stage) => ({ duration: writtenDuration(stage.durationUs), target: writtenRate(stage.perSecond) })), process: 'poisson' },
    text: `Poisson with the rate as it was recorded, in ${stretches.length} stretches`,
    parameters: 2 * stretches.length - 1,
    simulated: { kind: 'stages', startPerSecond: 0, stages, process: 'poisson', fromUs: 0, toUs: stages.reduce((sum, { durationUs }) => sum + durationUs, 0) },
  };
}

/** A round length, of whole ticks of the clock. */
function cellOf({ spanUs, resolutionUs }: Looking): number {
  let us = 1;
  while (us * MOST_CELLS < spanUs) us *= 10;
  return Math.ceil(us / resolutionUs) * resolutionUs;
}

/** Counts in cells of equal length, but for those without any. */
class Cells {
  /** Places of the cells that have arrivals. */
  readonly places: Float64Array;
  /** Arrivals before each of them, and in all. */
  readonly before: Float64Array;
  readonly length: number;

  constructor(atUs: Float64Array, cellUs: number) {
    const all = atUs.map((us) => Math.floor((us - (atUs[0] as number)) / cellUs));
    this.places = all.filter((place, n) => place !== all[n - 1]);
    this.before = Float64Array.from([...this.places.map((place) => firstFrom(all, place)), all.length]);
    this.length = (all.at(-1) as number) + 1;
  }
}

interface Stretch {
  /** Cells: from the first up to that after the last. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Where two rates instead of one are most likely, and the gain in logarithm of the likelihood. */
  readonly splitAt: number;
  readonly gain: number;
}

/** Splits where it makes the arrivals most likely, the greatest gain first, until none is worth two more numbers (Schwarz's criterion). One too many does no harm; one too few hides a burst. */
function stretchesOf(cells: Cells): readonly Stretch[] {
  const worth = Math.log(cells.before.at(-1) as number);
  const stretches = [stretchOf(cells, 0, cells.length)];
  while (stretches.length < MOST_STRETCHES) {
    let widest = 0;
    for (const [n, { gain }] of stretches.entries()) if (gain > (stretches[widest] as Stretch).gain) widest = n;
    const { from, to, splitAt, gain } = stretches[widest] as Stretch;
    if (gain <= worth) break;
    stretches.splice(widest, 1, stretchOf(cells, from, splitAt), stretchOf(cells, splitAt, to));
  }
  return stretches;
}

/** A rate changes best where an occupied cell begins or ends. */
function stretchOf({ places, before }: Cells, from: number, to: number): Stretch {
  const [first, end] = [firstFrom(places, from), firstFrom(places, to)];
  const base = before[first] as number;
  const count = (before[end] as number) - base;
  const whole = logLikelihood(count, to - from);
  let [splitAt, gain] = [from, 0];
  const consider = (at: number, countBefore: number): void => {
    if (at <= from || at >= to) return;
    const gained = logLikelihood(countBefore - base, at - from) + logLikelihood(count - (countBefore - base), to - at) - whole;
    if (gained > gain) [splitAt, gain] = [at, gained];
  };
  for (let n = first; n < end; n++) {
    consider(places[n] as number, before[n] as number);
    consider((places[n] as number) + 1, before[n + 1] as number);
  }
  return { from, to, count, splitAt, gain };
}

/** Of so many arrivals of one rate, but for what is the same however they are split. */
function logLikelihood(count: number, length: number): number {
  return count === 0 ? 0 : count * Math.log(count / length);
}
