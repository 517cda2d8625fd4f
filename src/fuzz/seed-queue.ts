/** How much is searched: whichever ends first. */
export interface FuzzBudget {
  /** Infinity: no bound. */
  readonly runs: number;
  /** Infinity: no bound. */
  readonly ms: number;
}

/** A chunk should take about this long: often enough for a live counter, seldom enough for messages to cost nothing. */
const CHUNK_MS = 100;
const MOST_SEEDS = 1_000;
/** A chunk is at most so many times as long as the last: stories grow. */
const GROWTH = 4;

/** Hands out seeds in order: first those that found something once, then one after the other. Who takes them decides nothing. */
export class SeedQueue {
  private next: number;
  private left: number;
  private size = 8;
  private stopped = false;
  private chunks = 0;
  /** The first chunk was taken then. */
  private startedMs: number | undefined;

  constructor(
    private readonly known: number[],
    first: number,
    private readonly budget: FuzzBudget,
    private readonly monotonicMs: () => number,
  ) {
    this.next = first;
    this.left = budget.runs;
  }

  /** @returns undefined when the budget is used up */
  take(): { readonly order: number; readonly seeds: readonly number[] } | undefined {
    if (this.stopped) return undefined;
    this.startedMs ??= this.monotonicMs();
    const known = this.known.splice(0, this.size);
    if (known.length > 0) return { order: this.chunks++, seeds: known };
    if (this.left <= 0 || this.monotonicMs() - this.startedMs >= this.budget.ms) return undefined;
    const size = Math.min(this.size, this.left);
    const seeds = Array.from({ length: size }, (_, n) => this.next + n);
    this.next += size;
    this.left -= size;
    return { order: this.chunks++, seeds };
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
}
