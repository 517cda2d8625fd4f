import type { Account } from '../core/accounts.js';
import type { Endpoint } from '../core/endpoints.js';
import type { Scope } from '../core/limiter.js';
import type { Request } from '../core/requests.js';
import type { MetricSet } from './metric-set.js';

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
  limitChangedUs = Number.NEGATIVE_INFINITY;
  /** Work that may run: the limit, or what was admitted before it was lowered and has not ended yet. */
  allowance = 0;
  /** Work beyond that. */
  excess = 0;
}

/** An account as the history tells it. */
export class AccountTrace {
  readonly scope = new ScopeTrace();
  queued = 0;
  orphans = 0;
  /** By endpoint number: the highest ordinal that has started. */
  readonly latestStart: number[] = [];
}

/** A request as the history tells it. */
export class RequestTrace {
  phase: Phase = Phase.none;
  /** Executions that run now. */
  running = 0;
  started = false;
  timedOut = false;
  requeues = 0;
  lease: LeaseTrace | null = null;
  account!: AccountTrace;
  /** The scope of a per-endpoint limit, if one applies. */
  endpointScope: ScopeTrace | null = null;
  /** Where its metrics go. */
  sets: readonly MetricSet[] = [];
  isSubmit = false;
  /** The last thing that happened to its work, in words. */
  cause: string | undefined;

  constructor(readonly request: Request) {}

  /** Whether an ended request's number may be used again. */
  get isGone(): boolean {
    return this.phase === Phase.none || (this.phase === Phase.ended && this.running === 0 && this.lease === null);
  }

  get isOpen(): boolean {
    return this.phase === Phase.queued || this.phase === Phase.working;
  }
}

/** A lease as the history tells it. */
export class LeaseTrace {
  live = false;
  orphan = false;
  holder!: RequestTrace;
  /** The scope of a per-endpoint limit that it was taken in. */
  endpointScope: ScopeTrace | null = null;
  /** The limits when it was granted: what was decided then stays legal. */
  accountLimit = 0;
  endpointLimit = 0;
  grantedUs = 0;
  /** It should have come back: its work has ended, or its request has. */
  isDue = false;
  /** Since when, if it is due. */
  dueUs = 0;
  /** Its request ended while the work still ran: the work has its stop delay to end. */
  dueBeforeStop = false;

  constructor(readonly number: number) {}

  becomesDue(atUs: number): void {
    this.isDue = true;
    this.dueUs = atUs;
  }
}

/**
 * Both truths, rebuilt from the history alone: the slots that are held and the work that runs. A live lease whose request
 * has no work (any more) is loose; if time passes and it is still there, it is an orphan.
 */
export class SlotTruth {
  readonly requests: RequestTrace[] = [];
  readonly leases: LeaseTrace[] = [];
  readonly accounts: AccountTrace[] = [];
  /** By number; accounts' and endpoints' scopes. */
  readonly scopes: ScopeTrace[] = [];
  /** Leases that lost their work at this very instant. */
  private readonly loose: LeaseTrace[] = [];
  private looseCount = 0;
  submitted = 0;
  ended = 0;
  queued = 0;
  held = 0;
  orphans = 0;
  executions = 0;

  constructor(private readonly clock: { readonly nowUs: number }) {}

  /** What is known of a lease, a scope: an empty page for one that is new. */
  leaseAt(number: number): LeaseTrace {
    let lease = this.leases[number];
    if (lease === undefined) {
      lease = new LeaseTrace(number);
      this.leases[number] = lease;
    }
    return lease;
  }

  scopeAt(number: number): ScopeTrace {
    let scope = this.scopes[number];
    if (scope === undefined) {
      scope = new ScopeTrace();
      this.scopes[number] = scope;
    }
    return scope;
  }

  /** A limit has come upon an account's work at one endpoint: from now on it counts there. */
  include(scope: ScopeTrace, belongs: (trace: RequestTrace) => boolean): void {
    for (const trace of this.requests) {
      if (!trace.isOpen || trace.endpointScope === scope || !belongs(trace)) continue;
      trace.endpointScope = scope;
      if (!trace.request.exempt) scope.running += trace.running;
      if (trace.lease === null) continue;
      trace.lease.endpointScope = scope;
      trace.lease.endpointLimit = Number.POSITIVE_INFINITY;
      scope.held++;
    }
  }

  submit(trace: RequestTrace): void {
    trace.phase = Phase.queued;
    trace.running = 0;
    trace.started = false;
    trace.timedOut = false;
    trace.requeues = 0;
    trace.lease = null;
    trace.cause = undefined;
    this.submitted++;
    this.changeQueue(trace, 1);
  }

  grant(trace: RequestTrace, lease: LeaseTrace): void {
    trace.lease = lease;
    lease.live = true;
    lease.orphan = false;
    lease.holder = trace;
    lease.grantedUs = this.clock.nowUs;
    lease.isDue = false;
    lease.dueBeforeStop = false;
    lease.accountLimit = trace.account.scope.limit;
    lease.endpointScope = trace.endpointScope;
    trace.account.scope.held++;
    if (trace.endpointScope !== null) {
      lease.endpointLimit = trace.endpointScope.limit;
      trace.endpointScope.held++;
    }
    this.held++;
  }

  /** A request without slot and work gets both. */
  dispatch(trace: RequestTrace, lease: LeaseTrace): void {
    this.grant(trace, lease);
    if (trace.phase === Phase.queued) {
      trace.phase = Phase.working;
      this.changeQueue(trace, -1);
    }
    trace.started = true;
    trace.running = 1;
    this.executions++;
  }

  /** Whether the request holds this lease, works, and nothing is amiss. */
  isPlainlyAtWork(trace: RequestTrace, lease: LeaseTrace): boolean {
    return trace.running === 1 && trace.phase === Phase.working && trace.lease === lease && lease.holder === trace && lease.live && !lease.isDue;
  }

  /** What `isPlainlyAtWork` ends: work, slot and request. */
  complete(trace: RequestTrace, lease: LeaseTrace): void {
    lease.live = false;
    trace.account.scope.held--;
    if (lease.endpointScope !== null) lease.endpointScope.held--;
    this.held--;
    this.executions--;
    this.ended++;
    trace.lease = null;
    trace.running = 0;
    trace.phase = Phase.ended;
  }

  endLease(lease: LeaseTrace): void {
    const { holder } = lease;
    lease.live = false;
    if (lease.orphan) this.changeOrphans(lease, -1);
    holder.account.scope.held--;
    if (lease.endpointScope !== null) lease.endpointScope.held--;
    this.held--;
    if (holder.lease === lease) holder.lease = null;
  }

  start(trace: RequestTrace): void {
    if (trace.phase === Phase.queued) {
      trace.phase = Phase.working;
      this.changeQueue(trace, -1);
    }
    trace.started = true;
    trace.running++;
    this.executions++;
    const { lease } = trace;
    if (lease === null) return;
    if (lease.orphan) this.changeOrphans(lease, -1);
    lease.isDue = false;
  }

  stop(trace: RequestTrace): void {
    trace.running--;
    this.executions--;
    if (trace.running === 0) this.loosen(trace.lease);
  }

  /** Back in the line for another attempt. */
  requeue(trace: RequestTrace): void {
    if (trace.phase !== Phase.working) return;
    trace.phase = Phase.queued;
    this.changeQueue(trace, 1);
  }

  end(trace: RequestTrace): void {
    if (trace.phase === Phase.queued) this.changeQueue(trace, -1);
    trace.phase = Phase.ended;
    this.ended++;
    const { lease } = trace;
    if (lease === null) return;
    if (trace.running === 0) this.loosen(lease);
    else if (!lease.isDue) {
      lease.becomesDue(this.clock.nowUs);
      lease.dueBeforeStop = true;
    }
  }

  /** Time has passed. What is still loose is an orphan since it lost its work. @param visit told about each */
  turnOrphans(visit: (lease: LeaseTrace) => void): void {
    for (let n = 0; n < this.looseCount; n++) {
      const lease = this.loose[n] as LeaseTrace;
      if (!lease.live || lease.orphan || lease.holder.running > 0 || !lease.isDue) continue;
      this.changeOrphans(lease, 1);
      visit(lease);
    }
    this.looseCount = 0;
  }

  private loosen(lease: LeaseTrace | null): void {
    if (lease === null || lease.orphan) return;
    if (!lease.isDue) lease.becomesDue(this.clock.nowUs);
    this.loose[this.looseCount++] = lease;
  }

  private changeOrphans(lease: LeaseTrace, by: 1 | -1): void {
    lease.orphan = by === 1;
    lease.holder.account.orphans += by;
    this.orphans += by;
  }

  private changeQueue(trace: RequestTrace, by: 1 | -1): void {
    trace.account.queued += by;
    this.queued += by;
  }
}
