/** The clock and the timers of the machine, so that tests can have their own. */
export interface WallClock {
  /** ms on a clock that never goes backwards. */
  monotonicMs(): number;
  /** ms since 1970. */
  epochMs(): number;
  /** Calls `work` once. @returns a function that takes it back */
  after(ms: number, work: () => void): () => void;
}

/** Node fires a timer of more than 2^31-1 ms at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const realClock: WallClock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, Math.min(LONGEST_TIMER_MS, Math.max(0, ms)));
    return () => clearTimeout(timer);
  },
};
