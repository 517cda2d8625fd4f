import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND } from '../core/time.js';
import { gridOf } from './sample.js';

/** What is looked at in arrivals, and what a model must make alike. */
export interface ArrivalStatistics {
  /** Variance over mean of counts in windows; 1: Poisson. */
  readonly dispersion: readonly { readonly windowUs: number; readonly index: number }[];
  /** Squared coefficient of variation of the gaps. */
  readonly gapScv: number;
  /** Mean number of arrivals at one instant. */
  readonly meanBatch: number;
  /** Share of the variance of hourly counts that goes with the hour of the day; undefined: fewer than two days. */
  readonly byTimeOfDay: number | undefined;
  /** Requests a second in the busiest window of `peakWindowUs`. */
  readonly peakPerSecond: number;
}

/** How arrivals are looked at: the same for a trace and for what a model makes. */
export interface Looking {
  /** The first arrival, on the recording's own clock. */
  readonly firstUs: number;
  /** From the first arrival to the last. */
  readonly spanUs: number;
  /** Of the clock that recorded nearly all instants. */
  readonly resolutionUs: number;
  readonly windowsUs: readonly number[];
  readonly peakWindowUs: number;
}

const WINDOWS_US = [US_PER_SECOND, 10 * US_PER_SECOND, US_PER_MINUTE, 10 * US_PER_MINUTE, US_PER_HOUR, 6 * US_PER_HOUR, US_PER_DAY];
/** Fewer say little about a variance. */
const LEAST_WINDOWS = 20;
/** Longer lists of counts say nothing new. */
const MOST_WINDOWS = 5_000_000;

/** @param atUs in order of time, not all at one instant */
export function lookingAt(atUs: Float64Array): Looking {
  const spanUs = (atUs[atUs.length - 1] as number) - (atUs[0] as number);
  const resolutionUs = gridOf(atUs);
  const fits = (windowUs: number): boolean => windowUs >= resolutionUs && spanUs / windowUs >= LEAST_WINDOWS && spanUs / windowUs <= MOST_WINDOWS;
  const windowsUs = WINDOWS_US.filter(fits);
  return {
    firstUs: atUs[0] as number,
    spanUs,
    resolutionUs,
    windowsUs: windowsUs.length > 0 ? windowsUs : [Math.max(1, Math.ceil(spanUs / LEAST_WINDOWS))],
    peakWindowUs: spanUs >= 10 * US_PER_MINUTE ? US_PER_MINUTE : Math.max(resolutionUs, Math.ceil(spanUs / 10)),
  };
}

/** @param atUs in order of time */
export function statisticsOf(atUs: Float64Array, looking: Looking): ArrivalStatistics {
  const { windowsUs, peakWindowUs, spanUs } = looking;
  const dispersion = windowsUs.map((windowUs) => ({ windowUs, index: countSums(atUs, windowUs, spanUs).dispersion }));
  const { busiest } = countSums(atUs, peakWindowUs, spanUs);
  return {
    dispersion,
    gapScv: gapScvOf(atUs),
    meanBatch: atUs.length / instantsIn(atUs, looking),
    byTimeOfDay: spanUs >= 2 * US_PER_DAY ? shareByTimeOfDay(atUs, looking) : undefined,
    peakPerSecond: (busiest * US_PER_SECOND) / peakWindowUs,
  };
}

/** Arrivals in each window of the span, the last one left out where it is cut off. */
export function countsIn(atUs: Float64Array, windowUs: number, spanUs: number, firstUs = atUs[0] ?? 0): Float64Array {
  const counts = new Float64Array(Math.max(1, Math.floor(spanUs / windowUs)));
  for (const us of atUs) {
    const window = Math.floor((us - firstUs) / windowUs);
    if (window < counts.length) counts[window] = (counts[window] as number) + 1;
  }
  return counts;
}

/** How many different instants there are by the clock of nearly all rows. */
export function instantsIn(atUs: Float64Array, { resolutionUs }: Looking): number {
  let instants = 0;
  let last = Number.NaN;
  for (const us of atUs) {
    const tick = Math.floor(us / resolutionUs);
    if (tick !== last) instants++;
    last = tick;
  }
  return instants;
}

/** 24 shares by the hour of the recording's own clock. */
export function hoursOf(atUs: Float64Array): number[] {
  const counts = new Array<number>(24).fill(0);
  for (const us of atUs) {
    const hour = Math.floor(us / US_PER_HOUR) % 24;
    counts[hour] = (counts[hour] as number) + 1;
  }
  return counts.map((count) => count / atUs.length);
}

function shareByTimeOfDay(atUs: Float64Array, { firstUs, spanUs }: Looking): number {
  const startUs = Math.floor(firstUs / US_PER_HOUR) * US_PER_HOUR;
  const counts = countsIn(atUs, US_PER_HOUR, spanUs + US_PER_HOUR, startUs);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const byHour = Array.from({ length: 24 }, () => ({ sum: 0, hours: 0 }));
  let whole = 0;
  for (const [hour, count] of counts.entries()) {
    const ofDay = byHour[hour % 24] as { sum: number; hours: number };
    ofDay.sum += count;
    ofDay.hours++;
    whole += (count - mean) * (count - mean);
  }
  const between = byHour.reduce((sum, one) => (one.hours === 0 ? sum : sum + one.hours * (one.sum / one.hours - mean) * (one.sum / one.hours - mean)), 0);
  return whole === 0 ? 0 : between / whole;
}

/** Variance over mean of the counts in whole windows, and the largest count. Windows without arrivals are only counted. */
function countSums(atUs: Float64Array, windowUs: number, spanUs: number): { readonly dispersion: number; readonly busiest: number } {
  const windows = Math.max(1, Math.floor(spanUs / windowUs));
  const firstUs = atUs[0] as number;
  let [sum, squares, busiest] = [0, 0, 0];
  for (let n = 0; n < atUs.length; ) {
    const window = Math.floor(((atUs[n] as number) - firstUs) / windowUs);
    if (window >= windows) break;
    const from = n;
    while (n < atUs.length && Math.floor(((atUs[n] as number) - firstUs) / windowUs) === window) n++;
    const count = n - from;
    sum += count;
    squares += count * count;
    busiest = Math.max(busiest, count);
  }
  const mean = sum / windows;
  const variance = (squares - windows * mean * mean) / Math.max(1, windows - 1);
  return { dispersion: mean === 0 ? 0 : Math.max(0, variance) / mean, busiest };
}

function gapScvOf(atUs: Float64Array): number {
  const gaps = atUs.length - 1;
  const mean = ((atUs[gaps] as number) - (atUs[0] as number)) / gaps;
  let squares = 0;
  for (let n = 0; n < gaps; n++) {
    const apart = (atUs[n + 1] as number) - (atUs[n] as number) - mean;
    squares += apart * apart;
  }
  return squares / Math.max(1, gaps - 1) / (mean * mean);
}
