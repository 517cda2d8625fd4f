import type { Account } from '../core/accounts.js';
import type { Endpoint } from '../core/endpoints.js';
import type { Scope } from '../core/limiter.js';
import type { Request } from '../core/requests.js';
import { US_PER_MS } from '../core/time.js';
import type { MetricSet } from './metric-set.js';

export const NO_EXECUTION = -1;

/** What the measuring side may look at: names and unchanging facts of a request. Never where the platform thinks it stands. */
export interface PlatformView {
  readonly calendar: { readonly nowUs: number };
  readonly requests: { at(number: number): Request };
  readonly accounts: readonly Account[];
  readonly endpoints: readonly Endpoint[];
  readonly limiter: { readonly scopes: readonly Scope[] };
  readonly history: { readonly events: number };
}

/** Where a request stands by what the history said about it, and nothing else. */
export const Phase = { none: 0, queued: 1, working: 2, ended: 3 } as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** A scope of the limiter as the history tells it. */
export class ScopeTrace {
  /** Live leases. */
  held = 0;
  /** Work that counts towards the limit. */
  running = 0;
  limit = 0;
  /** The limit before the last change, and when that was. */
  formerLimit = 0;
  /** The highest within the time in which a granted slot may still wait for its work. */
  recentLimit = 0;
  limitChangedUs = Number.NEGATIVE_INFINITY;
  /** Work that may run: the limit, or what was admitted before it was lowered and has not ended yet. */
  allowance = 0;
  /** Work beyond that. */
  excess = 0;

  get hasRoom(): boolean {
    return this.held < this.limit;
  }
}

/** An account as the history tells it. */
export class AccountTrace {
  readonly scope = new ScopeTrace();
  queued = 0;
  orphans = 0;
  /** By endpoint number: the highest ordinal that has started. */
  readonly latestStart: number[] = [];

  constructor(readonly number: number) {}
}

/** A request as the history tells it. */
export class RequestTrace {
  // What every event of every request looks at comes first: V8 lays fields out in this order.
  readonly request: Request;
  phase: Phase = Phase.none;
  /** Live executions that compute. */
  running = 0;
  /** Executions it has had. */
  starts = 0;
  requeues = 0;
  /** The last one that was granted to it and is live. */
  lease: LeaseTrace | null = null;
  account!: AccountTrace;
  /** The scope of a per-endpoint limit, if one applies. */
  endpointScope: ScopeTrace | null = null;
  /** Where its metrics go. */
  sets: readonly MetricSet[] = [];
  isSubmit = false;
  /** Something below is not as it was in the beginning: most requests never need any of it. */
  isRare = false;
  /** What the last of its requeues says: when that was, and for how long it sleeps then, ms; -1: until it is woken. */
  requeuedUs = 0;
  sleepsMs = -1;
  /** It was put back because a limit was reached, not because an attempt has failed. */
  wasAtLimit = false;
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

  constructor(request: Request) {
    this.request = request;
  }

  get name(): string {
    return `req-${this.request.ordinal}`;
  }

  get started(): boolean {
    return this.starts > 0;
  }

  /** Live executions, computing or not. */
  get executions(): number {
    return this.running + this.paused;
  }

  /** How many of its leases are live. */
  get leases(): number {
    return (this.lease === null ? 0 : 1) + this.otherLeases;
  }

  /** Whether an ended request's number may be used again. */
  get isGone(): boolean {
    if (this.lease !== null || this.running > 0 || this.isOpen) return false;
    return !this.isRare || (this.paused === 0 && this.otherLeases === 0);
  }

  get isOpen(): boolean {
    return this.phase === Phase.queued || this.phase === Phase.working;
  }

  /** When it joined the line, last. */
  get waitsSinceUs(): number {
    return this.requeues === 0 ? this.request.calledUs : this.requeuedUs;
  }

  /** Until when it is not tried; in the past while it only waits to be woken. */
  get sleepsUntilUs(): number {
    return this.requeues === 0 ? Number.NEGATIVE_INFINITY : this.requeuedUs + this.sleepsMs * US_PER_MS;
  }

  /** It waits because a limit was reached. */
  get atLimit(): boolean {
    return this.requeues > 0 && this.wasAtLimit;
  }

  /** A request begins whose number may have belonged to another one. */
  begin(): void {
    if (this.isRare || this.lease !== null || this.running > 0) this.reset();
    this.phase = Phase.queued;
    this.starts = 0;
    this.requeues = 0;
  }

  private reset(): void {
    this.running = 0;
    this.lease = null;
    this.isRare = false;
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

/** A stretch of time in which something was amiss, and the event that began it. */
export interface Episode {
  readonly sinceUs: number;
  readonly event: number;
}

/** A lease as the history tells it. */
export class LeaseTrace {
  // As above: first what every grant and every release looks at.
  live = false;
  /** Numbers are used again: this tells one grant of it from the next. */
  generation = 0;
  holder!: RequestTrace;
  /** The scope of a per-endpoint limit that it was taken in. */
  endpointScope: ScopeTrace | null = null;
  /** The limits when it was granted: what was decided then stays legal. */
  accountLimit = 0;
  endpointLimit = 0;
  grantedUs = 0;
  /** The execution that began together with the grant, and its runner: as long as nothing is amiss, no more of it is written down. */
  plainExecution = NO_EXECUTION;
  plainRunner = 0;
  /** Something below is not as it was in the beginning: most leases never need any of it. */
  isRare = false;
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
  /** It has been loose while time passed. */
  orphan: Orphan | null = null;
  endedUs = Number.NEGATIVE_INFINITY;
  /** How, in words. */
  endedBy = '';

  constructor(readonly number: number) {}

  /** Live executions that began under this grant, paused ones too. */
  get attached(): number {
    return this.listed + (this.plainExecution === NO_EXECUTION ? 0 : 1);
  }

  /** Work has begun under it. */
  get isBegun(): boolean {
    return this.wasListed || this.plainExecution !== NO_EXECUTION;
  }

  /** When work began under it, last. */
  get startedUs(): number {
    return Math.max(this.grantedUs, this.startedLateUs);
  }

  becomesDue(atUs: number): void {
    this.isRare = true;
    this.isDue = true;
    this.dueUs = atUs;
  }

  forgetExcuse(): void {
    this.excusedUs = 0;
    this.excusedSinceUs = Number.NaN;
  }

  /** It is granted anew. */
  reset(): void {
    this.isRare = false;
    this.listed = 0;
    this.wasListed = false;
    this.awaitsRunner = false;
    this.isDue = false;
    this.dueBeforeStop = false;
    this.forgetExcuse();
  }
}

/** A lease without work. */
export interface Orphan extends Episode {
  readonly lease: LeaseTrace;
}

/** Work that physically runs, as the history tells it. */
export class ExecutionTrace {
  live = false;
  /** Its runner computes nothing. */
  paused = false;
  request!: RequestTrace;
  runner = -1;
  /** What it began under, and which grant of that; null: no lease covered it. */
  lease: LeaseTrace | null = null;
  generation = 0;
  /** It computes, it is no exempt call, and no live lease covers it. */
  unleased: Unleased | null = null;

  constructor(readonly number: number) {}

  get computes(): boolean {
    return this.live && !this.paused;
  }

  get isAttached(): boolean {
    return this.lease !== null && this.lease.generation === this.generation;
  }

  get isCovered(): boolean {
    return this.isAttached && (this.lease as LeaseTrace).live;
  }
}

/** Work without a lease. */
export interface Unleased extends Episode {
  readonly execution: ExecutionTrace;
}

/** Told what follows from the truth while it is kept. */
export interface TruthWatcher {
  /** Time has passed over a lease without work. */
  orphaned(orphan: Orphan): void;
  /** A request's work that computes and counts towards limits is more or less. */
  runningChanged(trace: RequestTrace, by: 1 | -1): void;
  /** So is its work that computes without a lease. */
  unleasedChanged(trace: RequestTrace, by: 1 | -1): void;
}
