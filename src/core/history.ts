/** What can happen on the platform. Numbers are part of the hash: append, never renumber. */
export const HistoryKind = {
  /** (request, mode, 0) accepted by the gateway. */
  submitted: 1,
  /** (request, HTTP status, RefusalReason) an attempt that the gateway turned away; it never became a request. */
  refused: 2,
  /** (request, RequeueReason, ms until it is tried again or -1) back to the line without a slot. */
  requeued: 3,
  /** (request, endpoint, 0) a slot would be free, but no runner is. */
  waitingForRunner: 4,
  /** (request, lease, the account's count after) */
  leaseGranted: 5,
  /** (request, lease, the account's count after) released by its holder. */
  leaseReleased: 6,
  /** (request, lease, the account's count after) taken away: expired, held too long, or forced by its owner. */
  leaseTakenBack: 7,
  /** (request, lease, the account's count after) a release of a lease that had already ended. */
  leaseReleasedAgain: 8,
  /** (request, execution, runner) work begins physically. */
  executionStarted: 9,
  /** (request, execution, ExecutionEnd) work has stopped physically. */
  executionEnded: 10,
  /** (request, execution, 0) its completion message was dropped. */
  completionDropped: 11,
  /** (request, Outcome, 0) terminal. */
  ended: 12,
  /** (request, 1 if it was in progress, 1 if a revocation asked for it) */
  cancelRequested: 13,
  /** (key, requests in progress, requests queued) the owner revokes a key. */
  keyRevoked: 14,
  /** (key, 0, 0) gateways stop accepting it. */
  keyRefused: 15,
  /** (account, scope or -1 for the account's own, limit) */
  limitSet: 16,
  /** (account, paid sum in cents in the window, 0) */
  invoicePaid: 17,
  /** (endpoint, runner, 0) */
  runnerBooting: 18,
  runnerReady: 19,
  runnerGone: 20,
  /** (endpoint, runner, executions lost) */
  runnerCrashed: 21,
  /** (account, released, 1 if the platform offers it) a self-service release of stuck slots was asked for. */
  selfServiceRelease: 22,
  /** (step, 0, 0) a scripted step was performed. */
  step: 23,
  /** (0, 0, 0) faults are over, no new load. */
  recovery: 24,
  /** (request, lease, the account's count after, execution, runner) `leaseGranted` and `executionStarted` in one step. */
  dispatched: 25,
  /** (request, lease, the account's count after, execution) work done, slot given back, request ended well: in one step. */
  completed: 26,
  /** (request, execution, runner) its runner has stopped computing without ending; a paused execution does no work. */
  executionPaused: 27,
  /** (request, execution, runner) it computes again. */
  executionResumed: 28,
  /** (request, execution, runner) work begins with a token that its request does not hold (any more): no lease covers it. */
  executionStartedStale: 29,
  /** (request, lease, the account's count after) the slot store has lost it. */
  leaseForgotten: 30,
  /** (request, lease, the account's count after) it is in the slot store (again) without a grant: restored, or added by a renewal. */
  leaseRestored: 31,
  /** (leases forgotten, leases restored, age of the restored state in ms or -1) the slot store was lost. */
  storeLost: 32,
  /** (request or -1, Message, Link) */
  messageLost: 33,
  messageDelayed: 34,
  messageDuplicated: 35,
  /** (Part, CrashPoint or 0, 0) a part stops, what it had in memory is gone. */
  partDown: 36,
  /** (Part, 0, 0) */
  partUp: 37,
  /** (request, Message, 0) a message that a token, an attempt number or a state refused. */
  messageRefused: 38,
  /** (request, lease, 0) the holder wants to give it back, but whom it is looked up by is gone: nothing happens. */
  releaseMisdirected: 39,
  /** (request, 1 if it was in progress, 0) the client's connection is gone. */
  disconnected: 40,
  /** (account, leases it holds, 1 if it was deleted) */
  accountRenamed: 41,
  /** (Part, skew in ms, 0) */
  clockSkewed: 42,
  /** (endpoint, runner, executions on it) */
  runnerPaused: 43,
  runnerResumed: 44,
  runnerHung: 45,
  runnerSlowed: 46,
  /** (request, 1 if it was delivered, attempt) */
  webhookSent: 47,
  /** (parent request, child request, 1 if the parent gave its slot back) */
  childAwaited: 48,
  /** (account, its count before, its count after) */
  reconciled: 49,
  /** (account, slots in use as the account is shown, slots in the list that it is shown) */
  usageShown: 50,
  /** (request, attempt, 0) the dispatcher hands the request out again while its work may still run. */
  redelivered: 51,
  /** (step, 0, 0) what the step disturbed is whole again: the link, the part, the runner. */
  faultOver: 52,
} as const;
export type HistoryKind = (typeof HistoryKind)[keyof typeof HistoryKind];

/** How a request or call ended, or where it stood when the run ended. */
export const Outcome = {
  ok: 1,
  failed: 2,
  startTimeout: 3,
  cancelled: 4,
  revoked: 5,
  gaveUp: 6,
  /** Turned away with 401: the key was not accepted. */
  unauthorized: 7,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

export const ExecutionEnd = {
  completed: 1,
  /** Its runner was lost. */
  crashed: 2,
  stopped: 3,
  /** The work itself ended in an error: an answer like any other to the platform, which does not try again. */
  failed: 4,
} as const;
export type ExecutionEnd = (typeof ExecutionEnd)[keyof typeof ExecutionEnd];

export const RefusalReason = { accountLimit: 1, endpointLimit: 2, noRunner: 3, badKey: 4, gatewayDown: 5 } as const;
export type RefusalReason = (typeof RefusalReason)[keyof typeof RefusalReason];

export const RequeueReason = { accountLimit: 1, endpointLimit: 2, attemptFailed: 3, storeSilent: 4, leaseExpired: 5, redelivered: 6, priority: 7 } as const;
export type RequeueReason = (typeof RequeueReason)[keyof typeof RequeueReason];

/** Reads the history as it happens. `id`, `a` and `b` are as documented at each kind. */
export interface HistorySink {
  record(kind: HistoryKind, id: number, a: number, b: number): void;
  /** Slot and work begin together. @param count the account's slots in use after it */
  dispatched(request: number, lease: number, count: number, execution: number, runner: number): void;
  /** Work, slot and request end together, and well. @param count the account's slots in use after it */
  completed(request: number, lease: number, count: number, execution: number): void;
  /** A client's call that may take several requests (run, subscribe) begins. */
  callBegan(traffic: number): void;
  /** A client tries again by itself. @param attempt attempts made so far */
  callRetried(traffic: number, attempt: number): void;
  /** A client's call (run, subscribe) is over. @param elapsedUs since the call's first attempt */
  callEnded(traffic: number, outcome: Outcome, attempts: number, elapsedUs: number): void;
  /** Status requests of a poller whose caller had given up. */
  zombiePolls(traffic: number, polls: number): void;
  /** An arrival that found `maxVUs` calls of its flow open: the client drops it, and no call begins. */
  iterationDropped(traffic: number): void;
}

/** Hears nothing: for a platform that nobody watches. */
export const NO_SINK: HistorySink = {
  record: unheard,
  dispatched: unheard,
  completed: unheard,
  callBegan: unheard,
  callRetried: unheard,
  callEnded: unheard,
  zombiePolls: unheard,
  iterationDropped: unheard,
};

function unheard(): void {}

/** Evidence of a run: passes everything that happens to a sink and keeps a rolling hash over it. */
export class History {
  private hashA = 0x811c9dc5 | 0;
  private hashB = 0x2545f491 | 0;
  events = 0;
  /** The last time that was mixed in, and its word: several events share an instant. */
  private mixedUs = -1;
  private when = 0;

  constructor(
    private readonly clock: { readonly nowUs: number },
    private readonly sink: HistorySink,
  ) {}

  record(kind: HistoryKind, id: number, a: number, b: number): void {
    this.mix(kind, id, a, b);
    this.sink.record(kind, id, a, b);
  }

  dispatched(request: number, lease: number, count: number, execution: number, runner: number): void {
    this.mix(HistoryKind.dispatched, request, lease, count ^ Math.imul(execution, 0x165667b1) ^ Math.imul(runner, 0x2c1b3c6d));
    this.sink.dispatched(request, lease, count, execution, runner);
  }

  completed(request: number, lease: number, count: number, execution: number): void {
    this.mix(HistoryKind.completed, request, lease, count ^ Math.imul(execution, 0x165667b1));
    this.sink.completed(request, lease, count, execution);
  }

  callBegan(traffic: number): void {
    this.mix(100, traffic, 0, 0);
    this.sink.callBegan(traffic);
  }

  callRetried(traffic: number, attempt: number): void {
    this.mix(101, traffic, attempt, 0);
    this.sink.callRetried(traffic, attempt);
  }

  callEnded(traffic: number, outcome: Outcome, attempts: number, elapsedUs: number): void {
    this.mix(102, traffic, outcome, attempts);
    this.sink.callEnded(traffic, outcome, attempts, elapsedUs);
  }

  zombiePolls(traffic: number, polls: number): void {
    this.mix(103, traffic, polls, 0);
    this.sink.zombiePolls(traffic, polls);
  }

  iterationDropped(traffic: number): void {
    this.mix(104, traffic, 0, 0);
    this.sink.iterationDropped(traffic);
  }

  /** 16 hexadecimal digits over (time, kind, ids) of everything so far, in order. */
  get hash(): string {
    return hex(this.hashA) + hex(this.hashB);
  }

  private mix(kind: number, id: number, a: number, b: number): void {
    this.events++;
    const { nowUs } = this.clock;
    if (nowUs !== this.mixedUs) {
      this.mixedUs = nowUs;
      this.when = (nowUs | 0) ^ Math.imul((nowUs / 0x1_0000_0000) | 0, 0x9e3779b1);
    }
    const { when } = this;
    const what = (id + Math.imul(a, 0x5bd1e995)) ^ Math.imul(b + (kind << 16), 0x27d4eb2f);
    const mixed = Math.imul(this.hashA ^ when ^ what, 0x85ebca6b);
    this.hashA = mixed ^ (mixed >>> 15);
    this.hashB = Math.imul(this.hashB + what, 0xc2b2ae35) ^ when;
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
