import type { RequestTrace } from './traces.js';

/** What is out of the ordinary about a request: most never need any of it. */
export class RequestNotes {
  /** Live executions that do not compute. */
  paused = 0;
  /** Live leases beside the last one. */
  otherLeases = 0;
  timedOut = false;
  /** It was granted a slot since it last joined the line, without beginning in the same step. */
  granted = false;
  /** When its last execution stopped. */
  stoppedUs = 0;
  /** Until when its webhook may still be delivered. */
  webhookUntilUs = Number.NEGATIVE_INFINITY;
  /** The request that its work waits for. */
  child: RequestTrace | null = null;
  /** A fault has struck a message of it, or its runner. */
  touched = false;
  /** Another one waits for this one. */
  isAwaited = false;
  /** The last thing that happened to its work, in words. */
  cause: string | undefined;

  reset(): void {
    this.paused = 0;
    this.otherLeases = 0;
    this.timedOut = false;
    this.granted = false;
    this.webhookUntilUs = Number.NEGATIVE_INFINITY;
    this.child = null;
    this.touched = false;
    this.isAwaited = false;
    this.cause = undefined;
  }
}

/** What is out of the ordinary about a lease: most never need any of it. */
export class LeaseNotes {
  /** Live executions that began under this grant and are written down, paused ones too. */
  listed = 0;
  /** Work that was written down has begun under it. */
  wasListed = false;
  /** When work began under it last, if that was later than the grant. */
  startedLateUs = 0;
  /** How long that work has not computed for a good reason (it was paused, or its child was awaited), and since when it does so now. */
  excusedUs = 0;
  excusedSinceUs = Number.NaN;
  /** Its holder waits for a runner with the slot in hand: no work is expected yet. */
  awaitsRunner = false;
  /** A place on a runner is taken for the work that is still to begin in it. */
  isPromised = false;
  /** It should have come back: its work has ended, or its request has. */
  isDue = false;
  /** Since when, if it is due. */
  dueUs = 0;
  /** Its request ended while the work still ran: the work has its stop delay to end. */
  dueBeforeStop = false;
  /** Since when it has been without the work it is for, and by which event; no number while it has that work. */
  looseUs = Number.NaN;
  looseEvent = 0;
  endedUs = Number.NEGATIVE_INFINITY;
  /** How, in words. */
  endedBy = '';

  forgetExcuse(): void {
    this.excusedUs = 0;
    this.excusedSinceUs = Number.NaN;
  }

  /** It is granted anew. */
  reset(): void {
    this.listed = 0;
    this.wasListed = false;
    this.awaitsRunner = false;
    this.isDue = false;
    this.dueBeforeStop = false;
    this.forgetExcuse();
  }
}
