import type { Account } from '../core/accounts.js';
import type { Endpoint } from '../core/endpoints.js';
import type { Scope } from '../core/limiter.js';
import type { Request } from '../core/requests.js';
import { US_PER_MS } from '../core/time.js';
import type { MetricSet } from './metric-set.js';
import { LeaseNotes, RequestNotes } from './notes.js';

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
  // What every event of every request looks at, and no more: thousands are open at once, and the processor's cache is small.
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
  /** What the last of its requeues says: when that was, and for how long it sleeps then; -1: until it is woken. In ms, which stay small numbers. */
  requeuedMs = 0;
  sleepsMs = -1;
  /** It was put back because a limit was reached, not because an attempt has failed. */
  wasAtLimit = false;
  /** The notes may not be as they were in the beginning. */
  isRare = false;
  private kept: RequestNotes | undefined;

  constructor(request: Request) {
    this.request = request;
  }

  get notes(): RequestNotes {
    this.kept ??= new RequestNotes();
    return this.kept;
  }

  get name(): string {
    return `req-${this.request.ordinal}`;
  }

  get started(): boolean {
    return this.starts > 0;
  }

  /** Live executions, computing or not. */
  get executions(): number {
    return this.isRare ? this.running + this.notes.paused : this.running;
  }

  /** How many of its leases are live. */
  get leases(): number {
    return (this.lease === null ? 0 : 1) + (this.isRare ? this.notes.otherLeases : 0);
  }

  /** Whether an ended request's number may be used again. */
  get isGone(): boolean {
    return !this.isOpen && this.executions === 0 && this.leases === 0;
  }

  get isOpen(): boolean {
    return this.phase === Phase.queued || this.phase === Phase.working;
  }

  /** When it joined the line, last. */
  get waitsSinceUs(): number {
    return this.requeues === 0 ? this.request.calledUs : this.requeuedMs * US_PER_MS;
  }

  /** Until when it is not tried; in the past while it only waits to be woken. */
  get sleepsUntilUs(): number {
    return this.requeues === 0 ? Number.NEGATIVE_INFINITY : (this.requeuedMs + this.sleepsMs) * US_PER_MS;
  }

  /** It waits because a limit was reached. */
  get atLimit(): boolean {
    return this.requeues > 0 && this.wasAtLimit;
  }

  /** A request begins whose number may have belonged to another one. */
  begin(): void {
    if (this.isRare) this.notes.reset();
    this.isRare = false;
    this.running = 0;
    this.lease = null;
    this.phase = Phase.queued;
    this.starts = 0;
    this.requeues = 0;
  }
}

/** A stretch of time in which something was amiss, and the event that began it. */
export interface Episode {
  readonly sinceUs: number;
  readonly event: number;
}

/** A lease as the history tells it. */
export class LeaseTrace {
  // As above: only what every grant and every release looks at.
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
  /** The notes may not be as they were in the beginning. */
  isRare = false;
  /** It has been without work while time passed. */
  orphan: Orphan | null = null;
  private kept: LeaseNotes | undefined;

  constructor(readonly number: number) {}

  get notes(): LeaseNotes {
    this.kept ??= new LeaseNotes();
    return this.kept;
  }

  /** Live executions that began under this grant, paused ones too. */
  get attached(): number {
    return (this.isRare ? this.notes.listed : 0) + (this.plainExecution === NO_EXECUTION ? 0 : 1);
  }

  /** Work has begun under it. */
  get isBegun(): boolean {
    return this.plainExecution !== NO_EXECUTION || (this.isRare && this.notes.wasListed);
  }

  /** When work began under it, last. */
  get startedUs(): number {
    return this.isRare ? Math.max(this.grantedUs, this.notes.startedLateUs) : this.grantedUs;
  }

  becomesDue(atUs: number): void {
    this.isRare = true;
    this.notes.isDue = true;
    this.notes.dueUs = atUs;
  }

  /** It is granted anew. */
  begin(): void {
    if (this.isRare) this.notes.reset();
    this.isRare = false;
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
