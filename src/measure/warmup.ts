import type { Timeline } from './timeline.js';

/** MSER-5: the series is averaged over this many values at a time before a cut is looked for. */
export const MSER_BATCH = 5;
/** With fewer batches a cut says more about noise than about the system. */
export const MIN_BATCHES = 20;

/** Where a series begins to look steady. */
export interface Truncation {
  /** Values to leave out at the beginning, a multiple of `MSER_BATCH`. */
  readonly cut: number;
  readonly batches: number;
  /** Squared standard error of the mean of what is kept, by the rule's own reckoning. */
  readonly statistic: number;
  /** false: the best cut is the last one looked at, so the series does not settle within its first half. */
  readonly isSteady: boolean;
}

/**
 * MSER-5 (White, Cobb, Spratt 2000): of all cuts within the first half, the one after which the standard error of the
 * mean of what remains is smallest; of several, the earliest. Values behind the last whole batch are left out.
 * @param series a level over time in equal steps
 * @returns undefined for a series of fewer than `MIN_BATCHES` batches
 */
export function mser5(series: readonly number[]): Truncation | undefined {
  const means = batchMeans(series);
  const batches = means.length;
  if (batches < MIN_BATCHES) return undefined;
  const last = Math.floor(batches / 2);
  let best = 0;
  let smallest = Number.POSITIVE_INFINITY;
  // From the back, so that each cut only adds one batch to the mean and the squares of the one before (Welford).
  let n = 0;
  let mean = 0;
  let squares = 0;
  for (let cut = batches - 1; cut >= 0; cut--) {
    const off = (means[cut] as number) - mean;
    n++;
    mean += off / n;
    squares += off * ((means[cut] as number) - mean);
    const statistic = squares / (n * n);
    if (cut > last || statistic > smallest) continue;
    best = cut;
    smallest = statistic;
  }
  return { cut: best * MSER_BATCH, batches, statistic: smallest, isSteady: best < last };
}

function batchMeans(series: readonly number[]): number[] {
  const means: number[] = [];
  for (let at = 0; at + MSER_BATCH <= series.length; at += MSER_BATCH) {
    let sum = 0;
    for (let n = 0; n < MSER_BATCH; n++) sum += series[at + n] as number;
    means.push(sum / MSER_BATCH);
  }
  return means;
}

/** Where the metrics of a variant begin, the same for all its seeds. */
export interface Warmup {
  /** 0: with the run. */
  readonly us: number;
  /** In words, for the reports. */
  readonly rule: string;
  /** false: a cut was looked for and not found, so nothing is left out. */
  readonly isSteady: boolean;
}

export const NO_WARMUP: Warmup = { us: 0, rule: 'none', isSteady: true };

/** A pilot run's levels over time, and how much of that time had load. */
export interface PilotLevels {
  readonly timeline: Timeline;
  readonly loadEndUs: number;
}

export interface WarmupCut {
  /** Where metrics are to begin, µs; 0 where no cut was found. */
  readonly cutUs: number;
  readonly kind: 'found' | 'not-steady' | 'too-short' | 'nothing-seen';
}

/**
 * One cut for all seeds of a variant: MSER-5 on the number in the system (waiting and in progress), averaged over the
 * pilots bin by bin (Welch). Only whole bins of the load phase count.
 * @param pilots at least one, of the same scenario
 */
export function warmupCut(pilots: readonly PilotLevels[]): WarmupCut {
  const binUs = pilots[0]?.timeline.binUs ?? 1;
  const loadEndUs = Math.min(...pilots.map((pilot) => pilot.loadEndUs));
  const levels = averageNumberInSystem(pilots, Math.floor(loadEndUs / binUs));
  if (levels.length > 0 && levels.every((level) => level === 0)) return { cutUs: 0, kind: 'nothing-seen' };
  const truncation = mser5(levels);
  if (truncation === undefined) return { cutUs: 0, kind: 'too-short' };
  // A rule that found no cut deletes nothing: what it would delete may be what the run is about.
  return truncation.isSteady ? { cutUs: truncation.cut * binUs, kind: 'found' } : { cutUs: 0, kind: 'not-steady' };
}

function averageNumberInSystem(pilots: readonly PilotLevels[], bins: number): number[] {
  const length = Math.min(bins, ...pilots.map(({ timeline }) => timeline.points.length));
  return Array.from({ length }, (_, bin) => {
    let sum = 0;
    for (const { timeline } of pilots) {
      const point = timeline.points[bin];
      if (point !== undefined) sum += point.live + point.ghost + point.queued;
    }
    return sum / pilots.length;
  });
}
