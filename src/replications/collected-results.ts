import type { RunResult } from '../measure/result.js';
import type { SeedRange, Study } from './study.js';

/** Results of a study, each in its place, in whatever order they come. */
export class CollectedResults {
  private readonly results: (RunResult | undefined)[];
  /** How many there are. */
  count = 0;

  constructor(private readonly study: Study) {
    this.results = new Array<RunResult | undefined>(study.size).fill(undefined);
  }

  /** @throws Error when they are not the results of these seeds, or were there already */
  put(range: SeedRange, results: readonly RunResult[]): void {
    const { variants, seeds } = this.study;
    const expected = range.to - range.from;
    if (results.length !== expected) throw new Error(`expected the results of ${expected} seeds, got ${results.length}`);
    for (const [n, result] of results.entries()) {
      const place = this.study.placeOf(range.variant, range.from + n);
      if (result.seed !== seeds[range.from + n] || result.variant !== variants[range.variant]?.name)
        throw new Error(`expected the result of ${this.nameOf(place)}, got that of ${result.variant ?? ''} seed ${result.seed}`);
      if (this.results[place] !== undefined) throw new Error(`${this.nameOf(place)} was run twice`);
      this.results[place] = result;
    }
    this.count += results.length;
  }

  /** All of them, variant by variant, seed by seed. @throws Error when one is missing */
  all(): RunResult[] {
    return this.results.map((result, place) => {
      if (result === undefined) throw new Error(`${this.nameOf(place)} was not run`);
      return result;
    });
  }

  private nameOf(place: number): string {
    const { variants, seeds } = this.study;
    return `${variants[Math.floor(place / seeds.length)]?.name ?? ''} seed ${seeds[place % seeds.length]}`.trim();
  }
}
