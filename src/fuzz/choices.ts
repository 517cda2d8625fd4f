import { Purpose, RandomStream } from '../core/random.js';

/** What is drawn of a story, each from a stream of its own: another policy leaves the load untouched. */
export const Aspect = { platform: 1, policy: 2, workload: 3, faults: 4, size: 5 } as const;
export type Aspect = (typeof Aspect)[keyof typeof Aspect];

/** Streams of the kinds of faults begin at 0; these lie far beyond them. */
const FIRST_ENTITY = 1_000_000;

/** Chance as whoever draws a story wants it. */
export class Choices {
  private readonly stream: RandomStream;

  constructor(seed: number, aspect: Aspect) {
    this.stream = new RandomStream(seed, Purpose.fault, FIRST_ENTITY + aspect);
  }

  /** @param probability from 0 to 1 */
  chance(probability: number): boolean {
    return this.stream.uniform() < probability;
  }

  /** A whole number from `least` to `most`, both of which may come. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.stream.uniform() * (most - least + 1));
  }

  oneOf<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)] as T;
  }

  /** Some of the list in their order: at least one, at most so many, rather few than many. */
  some<T>(list: readonly T[], most: number): T[] {
    const wanted = this.whole(1, this.whole(1, Math.min(most, list.length)));
    const ranks = list.map((item, at) => ({ item, at, rank: this.stream.uniform() }));
    return ranks
      .sort((one, other) => one.rank - other.rank)
      .slice(0, wanted)
      .sort((one, other) => one.at - other.at)
      .map(({ item }) => item);
  }
}
