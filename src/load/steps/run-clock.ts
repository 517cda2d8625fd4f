import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { US_PER_MS } from '../../core/time.js';

/** Node fires at once what it is asked to fire later than that. */
const LONGEST_TIMER_MS = 1_000_000_000;
/** A timer may come that much too late: the rest is waited for turn by turn of the event loop. */
const TIMER_IS_LATE_MS = 2;

/** Virtual time of a run that has begun. */
export interface RunClock {
  /** Virtual seconds in a second of the wall clock. */
  readonly speed: number;
  /** Whole virtual µs since the load began. */
  nowUs(): number;
  /** Resolves when it is that time, or at once for what is past. Rejects with the signal's reason. */
  until(atUs: number, signal: AbortSignal): Promise<void>;
}

/** Virtual time on the wall clock. */
export class WallRunClock implements RunClock {
  /**
   * @param epochMs virtual time 0, by `performance.timeOrigin + performance.now()`
   * @param speed virtual seconds in a second of the wall clock
   */
  constructor(private readonly start: { readonly epochMs: number; readonly speed: number }) {}

  get speed(): number {
    return this.start.speed;
  }

  nowUs(): number {
    const { epochMs, speed } = this.start;
    return Math.round((performance.timeOrigin + performance.now() - epochMs) * US_PER_MS * speed);
  }

  async until(atUs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let ms = this.msUntil(atUs); ms > 0; ms = this.msUntil(atUs)) {
      await this.rest(ms, signal).catch((error: unknown) => {
        // Node rejects with an error of its own, which has the reason inside.
        signal.throwIfAborted();
        throw error;
      });
    }
  }

  private async rest(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > TIMER_IS_LATE_MS) await sleep(Math.min(LONGEST_TIMER_MS, ms - TIMER_IS_LATE_MS), undefined, { signal });
    else await nextTurn(undefined, { signal });
  }

  private msUntil(atUs: number): number {
    return (atUs - this.nowUs()) / US_PER_MS / this.start.speed;
  }
}
