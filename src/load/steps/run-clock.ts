import { setTimeout as sleep } from 'node:timers/promises';
import { US_PER_MS } from '../../core/time.js';

/** Node fires at once what it is asked to fire later than that. */
const LONGEST_TIMER_MS = 1_000_000_000;

/** Virtual time of a run that has begun. */
export interface RunClock {
  /** Whole virtual µs since the load began. */
  nowUs(): number;
  /** Resolves when it is that time, or at once for what is past. Rejects when the signal says so. */
  until(atUs: number, signal: AbortSignal): Promise<void>;
}

/** Virtual time on the wall clock. */
export class WallRunClock implements RunClock {
  /**
   * @param epochMs virtual time 0, by `performance.timeOrigin + performance.now()`
   * @param speed virtual seconds in a second of the wall clock
   */
  constructor(private readonly start: { readonly epochMs: number; readonly speed: number }) {}

  nowUs(): number {
    const { epochMs, speed } = this.start;
    return Math.round((performance.timeOrigin + performance.now() - epochMs) * US_PER_MS * speed);
  }

  async until(atUs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let us = atUs - this.nowUs(); us > 0; us = atUs - this.nowUs()) {
      const ms = us / US_PER_MS / this.start.speed;
      await sleep(Math.min(LONGEST_TIMER_MS, Math.max(1, Math.ceil(ms))), undefined, { signal });
    }
  }
}
