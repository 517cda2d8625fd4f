import type { LoadClock } from './load-clock.js';

/** What is due at which time. */
export interface Agenda {
  /** When the next thing is due, virtual µs; Infinity: nothing is. */
  readonly nextUs: number;
  /** Whether that is an arrival: those want to be sent on the microsecond, polls and backoffs do not. */
  readonly isExact: boolean;
  /** Performs the next thing, due or not. */
  performNext(): void;
}

/** The timers of the event loop. */
export interface LoopTimers {
  /** @returns a function that takes it back */
  later(delayMs: number, task: () => void): () => void;
  /** After the sockets have had their turn. */
  soon(task: () => void): () => void;
}

export const realTimers: LoopTimers = {
  later: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (task) => {
    const immediate = setImmediate(task);
    return () => clearImmediate(immediate);
  },
};

/**
 * Timers of Node come up to a millisecond late, and their delays are whole milliseconds. Before an arrival that comes alone the
 * loop is turned for the rest; where arrivals follow each other closer than this, a millisecond is all that timers can do.
 */
const SPIN_MS = 2;
/** What turning the loop may cost: a busy core makes everything late. */
const SPIN_SHARE = 0.05;
const SPIN_AT_ONCE_MS = 100;
/** Then the sockets have their turn, however much is overdue. */
const MOST_AT_ONCE = 512;
/** Delays beyond 2^31 - 1 ms fire at once. */
const LONGEST_DELAY_MS = 2_000_000_000;

/**
 * Performs an agenda at its times. What is late is performed at once, and shifts nothing that comes after it: every time is
 * taken from the agenda, none from the time before.
 */
export class Pacer {
  #cancel: (() => void) | undefined;
  #armedUs = Number.POSITIVE_INFINITY;
  #isTurning = false;
  #isStopped = true;
  #spinFromMs = 0;
  #spunMs = 0;
  /** The arrival that a timer has been set a little early for. */
  #approachedUs = Number.NaN;
  #spinsSinceMs: number | undefined;

  constructor(
    private readonly clock: LoadClock,
    private readonly agenda: Agenda,
    private readonly timers: LoopTimers = realTimers,
    private readonly nowMs: () => number = () => performance.now(),
    private readonly spinShare = SPIN_SHARE,
  ) {}

  start(): void {
    this.#isStopped = false;
    this.#spinFromMs = this.nowMs();
    this.#arm();
  }

  /** Something new is on the agenda: it may be due before what was next. */
  wake(): void {
    if (this.#isStopped || this.#isTurning || this.agenda.nextUs >= this.#armedUs) return;
    this.#cancel?.();
    this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  readonly #turn = (): void => {
    this.#cancel = undefined;
    if (this.#spinsSinceMs !== undefined) this.#countSpin();
    this.#isTurning = true;
    const nowUs = this.clock.nowUs();
    for (let n = 0; n < MOST_AT_ONCE && this.agenda.nextUs <= nowUs && !this.#isStopped; n++) this.agenda.performNext();
    this.#isTurning = false;
    if (!this.#isStopped) this.#arm();
  };

  #arm(): void {
    const { nextUs } = this.agenda;
    this.#armedUs = nextUs;
    if (nextUs === Number.POSITIVE_INFINITY) return;
    const leftMs = this.clock.msUntil(nextUs);
    if (leftMs <= 0) {
      this.#cancel = this.timers.soon(this.#turn);
    } else if (leftMs <= SPIN_MS && nextUs === this.#approachedUs) {
      this.#spinsSinceMs = this.nowMs();
      this.#cancel = this.timers.soon(this.#turn);
    } else if (leftMs > SPIN_MS && this.agenda.isExact && this.#maySpin()) {
      this.#approachedUs = nextUs;
      this.#setTimer(Math.floor(leftMs - SPIN_MS / 2));
    } else {
      this.#setTimer(Math.round(leftMs));
    }
  }

  #setTimer(delayMs: number): void {
    this.#cancel = this.timers.later(Math.min(LONGEST_DELAY_MS, Math.max(1, delayMs)), this.#turn);
  }

  #maySpin(): boolean {
    return this.#spunMs < SPIN_AT_ONCE_MS + (this.nowMs() - this.#spinFromMs) * this.spinShare;
  }

  #countSpin(): void {
    this.#spunMs += this.nowMs() - (this.#spinsSinceMs as number);
    this.#spinsSinceMs = undefined;
  }
}
