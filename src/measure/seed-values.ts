import { studentT95 } from './student-t.js';

/**
 * Fewer seeds get no interval: with three or four, the 95 % interval of the mean is wider than the whole range of the
 * values, whatever they are; five is the first number with which it can be narrower.
 */
export const MIN_SEEDS_FOR_INTERVAL = 5;

/** One number of each seed, over all seeds. In the metric's unit. The replication is the seed, never the request. */
export interface SeedStatistics {
  /** Seeds that have a value. In the others nothing was measured. */
  readonly n: number;
  readonly mean: number;
  /** Between seeds, with n - 1; undefined for one seed. */
  readonly sd: number | undefined;
  /** Ends of the 95 % Student t interval of the mean; undefined below `MIN_SEEDS_FOR_INTERVAL`, and where all seeds are the same. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly min: number;
  /** The middle value; of an even number the lower of the two, so that a seed has it. */
  readonly med: number;
  readonly max: number;
}

/** One number of each seed, in the order of the seeds. A result has some hundred such numbers of thousands of seeds: none is boxed. */
export class SeedValues {
  private readonly values: Float64Array;
  private n = 0;

  /** @param seeds room for so many values */
  constructor(seeds: number) {
    this.values = new Float64Array(seeds);
  }

  /** What is no finite number is left out: files write "no limit" as a word, and no number as null. */
  add(value: unknown): void {
    if (typeof value === 'number' && Number.isFinite(value)) this.values[this.n++] = value;
  }

  /** @param floor no interval ends below it @returns undefined without values */
  statistics(floor: number): SeedStatistics | undefined {
    const { n } = this;
    if (n === 0) return undefined;
    const first = this.values[0] as number;
    // Seeds that all agree say nothing about how far another one may be: zero width would claim certainty.
    if (this.allAre(first)) return { n, mean: first, sd: n === 1 ? undefined : 0, low: undefined, high: undefined, min: first, med: first, max: first };
    const sorted = this.values.slice(0, n).sort();
    const mean = this.mean();
    const sd = this.deviationFrom(mean);
    const half = n < MIN_SEEDS_FOR_INTERVAL ? undefined : (studentT95(n - 1) * sd) / Math.sqrt(n);
    return {
      n,
      mean,
      sd,
      low: half === undefined ? undefined : Math.max(floor, mean - half),
      high: half === undefined ? undefined : mean + half,
      min: sorted[0] as number,
      med: sorted[Math.floor((n - 1) / 2)] as number,
      max: sorted[n - 1] as number,
    };
  }

  private allAre(value: number): boolean {
    for (let at = 0; at < this.n; at++) if (this.values[at] !== value) return false;
    return true;
  }

  private mean(): number {
    let sum = 0;
    for (let at = 0; at < this.n; at++) sum += this.values[at] as number;
    return sum / this.n;
  }

  private deviationFrom(mean: number): number {
    let squares = 0;
    for (let at = 0; at < this.n; at++) {
      const off = (this.values[at] as number) - mean;
      squares += off * off;
    }
    return Math.sqrt(squares / (this.n - 1));
  }
}
