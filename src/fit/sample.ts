import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_SECOND } from '../core/time.js';

/** Durations that were recorded, sorted, with what laws are fitted by. */
export class Sample {
  readonly count: number;
  readonly meanUs: number;
  /** Standard deviation over mean. */
  readonly cv: number;
  readonly meanLog: number;
  /** Standard deviation of the logarithms, as the maximum of the likelihood has it: over n. */
  readonly sdLog: number;
  /** The grid on which nearly all values lie; 0: all are the same. */
  readonly stepUs: number;
  /** How many different values there are. */
  readonly distinct: number;

  /** @param sortedUs at least one value above 0, in rising order */
  constructor(readonly sortedUs: Float64Array) {
    this.count = sortedUs.length;
    this.meanUs = meanOf(sortedUs, (us) => us);
    this.cv = Math.sqrt(meanOf(sortedUs, (us) => (us - this.meanUs) * (us - this.meanUs))) / this.meanUs;
    this.meanLog = meanOf(sortedUs, Math.log);
    this.sdLog = Math.sqrt(meanOf(sortedUs, (us) => (Math.log(us) - this.meanLog) * (Math.log(us) - this.meanLog)));
    this.stepUs = gridOf(sortedUs);
    this.distinct = differentIn(sortedUs).length;
  }

  get leastUs(): number {
    return this.sortedUs[0] as number;
  }

  get mostUs(): number {
    return this.sortedUs[this.count - 1] as number;
  }

  /** The value that a share `p` of the sample does not exceed. */
  quantileUs(p: number): number {
    return this.sortedUs[Math.max(0, Math.min(this.count - 1, Math.ceil(p * this.count) - 1))] as number;
  }

  /**
   * The largest distance between the sample's distribution function and a law's (Kolmogorov and Smirnov). Values on a grid
   * were rounded when they were recorded: such a law is asked between them, or its first step would count as a miss.
   */
  distanceTo(cdf: (us: number) => number): number {
    const { sortedUs, count } = this;
    const halfStepUs = this.isRounded ? this.stepUs / 2 : 0;
    let distance = 0;
    for (let n = 0; n < count; ) {
      const us = sortedUs[n] as number;
      const before = n / count;
      while (n < count && sortedUs[n] === us) n++;
      distance = Math.max(distance, Math.abs(cdf(us - halfStepUs) - before), Math.abs(cdf(us + halfStepUs) - n / count));
    }
    return distance;
  }

  /** Many values on one grid, several times each: that is how a clock records. A few values may be all there are. */
  private get isRounded(): boolean {
    return this.distinct >= LEAST_ON_A_GRID && this.distinct < this.count;
  }
}

const LEAST_ON_A_GRID = 20;

/** So many values of a recording lie on the ticks of its clock. */
const SHOWN = 0.95;
/** What clocks count in, from coarse to fine. */
const CLOCKS_US = [US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND, 100_000, 10_000, US_PER_MS, 100, 10];

/**
 * The grid on which recorded values lie, µs: that of all of them, or the coarsest clock that 19 of 20 of the different ones show. An odd
 * row of a finer clock does not hide how the others were rounded, and what happens on whole minutes does not make a clock of minutes. 0: all are the same.
 */
export function gridOf(sortedUs: Float64Array): number {
  const different = differentIn(sortedUs);
  if (different.length < 2) return 0;
  let stepUs = 0;
  for (let n = 1; n < different.length && stepUs !== 1; n++) stepUs = commonDivisor(stepUs, (different[n] as number) - (different[n - 1] as number));
  const clockUs = CLOCKS_US.find((us) => different.reduce((count, value) => count + (value % us === 0 ? 1 : 0), 0) >= SHOWN * different.length);
  return Math.max(stepUs, clockUs ?? 1);
}

function differentIn(sortedUs: Float64Array): Float64Array {
  return sortedUs.filter((us, n) => us !== sortedUs[n - 1]);
}

function commonDivisor(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

function meanOf(values: Float64Array, of: (value: number) => number): number {
  let sum = 0;
  for (const value of values) sum += of(value);
  return sum / values.length;
}
