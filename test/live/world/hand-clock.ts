import type { WallClock } from '../../../src/live/driver/wall-clock.js';

/** A wall clock that a test moves. */
export class HandClock implements WallClock {
  private nowMs = 0;
  private timers: { readonly atMs: number; readonly work: () => void }[] = [];

  /** @param startMs ms since 1970 at its beginning */
  constructor(private readonly startMs = Date.UTC(2026, 0, 15, 12)) {}

  monotonicMs(): number {
    return this.nowMs;
  }

  epochMs(): number {
    return this.startMs + this.nowMs;
  }

  after(ms: number, work: () => void): () => void {
    const timer = { atMs: this.nowMs + ms, work };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Timers that are set. */
  get pending(): number {
    return this.timers.length;
  }

  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.atMs <= untilMs).sort((one, other) => one.atMs - other.atMs)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.work();
    }
    this.nowMs = untilMs;
  }
}
