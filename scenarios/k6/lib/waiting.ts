import type { VirtualClock } from './clock.ts';

/** A poller whose caller has given up: it goes on by itself. */
export interface Poller {
  readonly nextUs: number;
  /** @returns whether it goes on */
  poll(): boolean;
  /** The run is over. */
  stop(): void;
}

/**
 * How a virtual user lets time pass. A user can do one thing at a time, so pollers that it has left behind have their turns
 * while it waits, in this iteration or a later one.
 */
export class Waiting {
  private pollers: Poller[] = [];

  /** @param runEndUs virtual; Infinity: the run has no end of its own */
  constructor(
    readonly clock: VirtualClock,
    readonly runEndUs: number,
  ) {}

  /** @returns false: the run is over, before that time came */
  untilUs(us: number): boolean {
    for (let next = this.next(); next !== undefined && next.nextUs < us; next = this.next()) {
      if (!this.sleepUntilUs(next.nextUs)) return false;
      if (!next.poll()) this.pollers = this.pollers.filter((poller) => poller !== next);
    }
    return this.sleepUntilUs(us);
  }

  leaveBehind(poller: Poller): void {
    this.pollers.push(poller);
  }

  /** This user will not wait again: its pollers have all its time until they end, or the run does. */
  untilPollersEnd(): void {
    while (this.pollers.length > 0 && this.untilUs((this.next() as Poller).nextUs + 1)) {
      // Each turn lets one of them poll.
    }
    for (const poller of this.pollers) poller.stop();
    this.pollers = [];
  }

  private sleepUntilUs(us: number): boolean {
    this.clock.sleepUntilUs(Math.min(us, this.runEndUs));
    return us < this.runEndUs;
  }

  private next(): Poller | undefined {
    return this.pollers.reduce<Poller | undefined>((first, poller) => (first === undefined || poller.nextUs < first.nextUs ? poller : first), undefined);
  }
}
