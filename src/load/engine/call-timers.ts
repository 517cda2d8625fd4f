import { EventCalendar } from '../../core/calendar.js';

/** A timer of a call: dead once it has fired. */
export interface CallTimer {
  /** Safe at any time. */
  cancel(): void;
}

/** All timers of all calls, on one calendar: thousands of polls and backoffs need no timer of the event loop each. */
export class CallTimers {
  readonly #calendar = new EventCalendar();
  readonly #pending: (PendingTimer | undefined)[] = [];
  readonly #free: number[] = [];

  /** @param onSet told of every new timer, for it may be the next one */
  constructor(private readonly onSet: () => void) {}

  /** Infinity: none is pending. */
  get nextUs(): number {
    return this.#calendar.peekTimeUs();
  }

  /** @param atUs virtual µs; what is over is due at once */
  at(atUs: number, due: () => void): CallTimer {
    const place = this.#free.pop() ?? this.#pending.length;
    const handle = this.#calendar.schedule(Math.max(this.#calendar.nowUs, Math.ceil(atUs)), place);
    const timer = new PendingTimer(due, () => {
      this.#calendar.cancel(handle);
      this.#release(place);
    });
    this.#pending[place] = timer;
    this.onSet();
    return timer;
  }

  /** Lets the next one fire. */
  fire(): void {
    const place = this.#calendar.pop();
    if (place === -1) return;
    const timer = this.#pending[place] as PendingTimer;
    this.#release(place);
    timer.fire();
  }

  #release(place: number): void {
    this.#pending[place] = undefined;
    this.#free.push(place);
  }
}

class PendingTimer implements CallTimer {
  #isOver = false;

  constructor(
    private readonly due: () => void,
    private readonly takeBack: () => void,
  ) {}

  fire(): void {
    this.#isOver = true;
    this.due();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.takeBack();
  }
}
