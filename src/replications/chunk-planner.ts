import type { SeedRange } from './study.js';

/** A chunk should take about this long: a message costs about 0.1 ms, and a gate should not wait long for the last one. */
const CHUNK_MS = 50;
/** Results of more seeds than this are not held back for one message. */
const MOST_SEEDS = 1_000;
/** A chunk is at most this many times as long as the last: the first seeds of a variant may say little about the others. */
const GROWTH = 4;

/** What is to be run: every seed of every variant, whatever a variant is. */
export interface SeedsOfVariants {
  readonly variants: readonly unknown[];
  readonly seeds: readonly number[];
}

/**
 * Hands out the seeds of a study in order, in chunks that are as long as what they took before suggests. Who runs a chunk,
 * and how long chunks are, decides nothing but the time it takes.
 */
export class ChunkPlanner {
  private variant = 0;
  private next: number;
  private size = 1;
  private stopped = false;

  /**
   * @param workers how many share the work
   * @param skip seeds at the beginning of every variant that somebody else runs
   */
  constructor(
    private readonly study: SeedsOfVariants,
    private readonly workers: number,
    private readonly skip = 0,
  ) {
    this.next = skip;
    this.settle();
  }

  /** Seeds that nobody has taken yet. */
  get left(): number {
    if (this.stopped) return 0;
    const { variants, seeds } = this.study;
    const inLaterVariants = Math.max(0, variants.length - this.variant - 1) * Math.max(0, seeds.length - this.skip);
    return this.variant >= variants.length ? 0 : seeds.length - this.next + inLaterVariants;
  }

  /** Exactly one seed. @returns undefined when all are taken */
  takeOne(): SeedRange | undefined {
    return this.cut(1);
  }

  /** The next chunk, of one variant. Towards the end chunks get shorter, so that all workers end together. */
  take(): SeedRange | undefined {
    return this.cut(Math.min(this.size, Math.ceil(this.left / (2 * this.workers))));
  }

  /** Tells how long some seeds took. */
  took(seeds: number, ms: number): void {
    const fitting = Math.floor((CHUNK_MS * seeds) / Math.max(ms, 0.001));
    this.size = Math.max(1, Math.min(MOST_SEEDS, seeds * GROWTH, fitting));
  }

  /** Hands out nothing more. */
  stop(): void {
    this.stopped = true;
  }

  private cut(most: number): SeedRange | undefined {
    if (this.left === 0) return undefined;
    const { variant, next: from } = this;
    const to = Math.min(this.study.seeds.length, from + Math.max(1, most));
    this.next = to;
    this.settle();
    return { variant, from, to };
  }

  /** Goes on to the next variant that has seeds left. */
  private settle(): void {
    const { variants, seeds } = this.study;
    while (this.variant < variants.length && this.next >= seeds.length) {
      this.variant++;
      this.next = this.skip;
      if (this.skip >= seeds.length) this.variant = variants.length;
    }
  }
}
