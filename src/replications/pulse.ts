import type { CallWatch } from '../core/own-limiter-terms.js';

const RUNS = 0;
const CALL = 1;
const STATE = 2;
const CALLS = 3;
const WORDS = 4;

const STARTING = 0;
const LOADING = 1;
const WORKING = 2;

/** What somebody who watches a thread saw: the same twice means that nothing has happened between. */
export interface Beat {
  /** Runs that were begun. */
  readonly runs: number;
  /** The limiter's call that is under way, from 1; 0: none. */
  readonly call: number;
  /** How many calls of the limiter the run has begun. */
  readonly calls: number;
  /** The thread's own program is still being read: that takes as long as it takes. */
  readonly isStarting: boolean;
  readonly isLoadingLimiter: boolean;
}

/** Signs of life of a thread, in memory that it shares with whoever watches it: what never ends can only be seen from outside. */
export class Pulse implements CallWatch {
  stuckAt = 0;
  private readonly words: Int32Array;

  /** @param memory that of the other side; without it there is no other side yet */
  constructor(readonly memory = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.words = new Int32Array(memory);
  }

  /** A job begins, or a thread. */
  reset(): void {
    Atomics.store(this.words, RUNS, 0);
    Atomics.store(this.words, CALL, 0);
    Atomics.store(this.words, CALLS, 0);
  }

  starts(): void {
    this.reset();
    Atomics.store(this.words, STATE, STARTING);
  }

  loadsLimiter(): void {
    Atomics.store(this.words, STATE, LOADING);
  }

  works(): void {
    Atomics.store(this.words, STATE, WORKING);
  }

  runBegins(): void {
    Atomics.add(this.words, RUNS, 1);
    Atomics.store(this.words, CALL, 0);
    Atomics.store(this.words, CALLS, 0);
  }

  begin(call: number): void {
    Atomics.store(this.words, CALL, call);
    Atomics.store(this.words, CALLS, call);
  }

  end(): void {
    Atomics.store(this.words, CALL, 0);
  }

  get beat(): Beat {
    const state = Atomics.load(this.words, STATE);
    return {
      runs: Atomics.load(this.words, RUNS),
      call: Atomics.load(this.words, CALL),
      calls: Atomics.load(this.words, CALLS),
      isStarting: state === STARTING,
      isLoadingLimiter: state === LOADING,
    };
  }
}

/** Looks again and again whether the run that was under way the last time still is, and for how long. */
export class Watchdog {
  private seenRuns = -1;
  private seenLoading = false;
  private sinceMs = 0;

  constructor(
    private readonly pulse: Pulse,
    private readonly mostRunMs: number,
    private readonly monotonicMs: () => number,
  ) {}

  /** @returns whether what is under way has taken too long */
  isOverdue(): boolean {
    const { runs, isStarting, isLoadingLimiter } = this.pulse.beat;
    const nowMs = this.monotonicMs();
    if (isStarting || runs !== this.seenRuns || isLoadingLimiter !== this.seenLoading) {
      this.seenRuns = runs;
      this.seenLoading = isLoadingLimiter;
      this.sinceMs = nowMs;
    }
    return nowMs - this.sinceMs >= this.mostRunMs;
  }
}
