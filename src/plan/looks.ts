import { studentTQuantile } from '../measure/student-t.js';

/** How many seeds the first look takes; each later one takes twice as many. */
export const FIRST_LOOK = 8;
/** How many seeds a point may take at most, where nobody says otherwise. */
export const MOST_SEEDS = 128;

const MISS = 0.05;

/**
 * At how many seeds a point is looked at, until it is decided: 8, 16, 32, … and the most that are allowed. All looks together
 * miss in 5 % of the cases at most, for each may miss in its share of them (Bonferroni).
 */
export class Looks {
  /** Seeds at each look, rising. */
  readonly seeds: readonly number[];

  /** @param most a whole number from 2 up */
  constructor(readonly most: number = MOST_SEEDS) {
    if (!(Number.isInteger(most) && most >= 2)) throw new RangeError(`expected at least 2 seeds, got ${most}`);
    const seeds: number[] = [];
    for (let count = FIRST_LOOK; count < most; count *= 2) seeds.push(count);
    this.seeds = [...seeds, most];
  }

  /** The first look. */
  get first(): number {
    return this.seeds[0] as number;
  }

  /** How often one look may miss. */
  get miss(): number {
    return MISS / this.seeds.length;
  }

  /** The next look after so many seeds; undefined: there is none. */
  after(seeds: number): number | undefined {
    return this.seeds.find((count) => count > seeds);
  }

  /** Half the width of a mean's interval in standard errors. @param seeds from 2 up */
  widthAt(seeds: number): number {
    return studentTQuantile(1 - this.miss / 2, seeds - 1);
  }
}
