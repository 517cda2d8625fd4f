import { ExecutionBook } from './execution-book.js';
import { SuspectCount, Suspects } from './suspects.js';
import { type AccountTrace, type ExecutionTrace, LeaseTrace, NO_EXECUTION, Phase, type RequestTrace, ScopeTrace, type TruthWatcher } from './traces.js';

/** A grant that no work has followed yet. */
interface Unstarted {
  readonly lease: LeaseTrace;
  readonly generation: number;
  readonly dueUs: number;
  readonly event: number;
}

/**
 * Both truths, rebuilt from the history alone: the slots that are held and the work that runs. Each execution belongs to
 * the lease that its request held when it began, or to none. A live lease without work is loose; if time passes and it
 * still is, it is an orphan.
 */
export class SlotTruth {
  readonly requests: RequestTrace[] = [];
  readonly leases: LeaseTrace[] = [];
  readonly accounts: AccountTrace[] = [];
  /** By number; accounts' and endpoints' scopes. */
  readonly scopes: ScopeTrace[] = [];
  readonly book: ExecutionBook;
  /** Leases that lost their work at this very instant, or were granted without any. */
  private readonly loose: LeaseTrace[] = [];
  private looseCount = 0;
  /** Of every kind: here, of the executions, of the checkers. */
  readonly suspectCount = new SuspectCount();
  private readonly unstarted = new Suspects<Unstarted>(this.suspectCount);
  submitted = 0;
  ended = 0;
  queued = 0;
  held = 0;
  orphans = 0;

  /** @param dispatchUs how long a granted slot may legally be without work */
  constructor(
    private readonly clock: { readonly nowUs: number },
    private readonly history: { readonly events: number },
    private readonly watcher: TruthWatcher,
    private readonly dispatchUs: number,
  ) {
    this.book = new ExecutionBook(clock, history, watcher, this.suspectCount);
  }

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
    }
    for (const lease of this.leases) {
      if (!lease.live || lease.endpointScope === scope || !belongs(lease.holder)) continue;
      lease.endpointScope = scope;
      lease.endpointLimit = Number.POSITIVE_INFINITY;
      scope.held++;
    }
  }

  submit(trace: RequestTrace): void {
    trace.begin();
    this.submitted++;
    this.changeQueue(trace, 1);
  }

  /** A request gets a slot; its work is to begin within the dispatch latency. */
  grant(trace: RequestTrace, lease: LeaseTrace): void {
    this.takeStepwise(trace, lease);
    this.expectWork(lease);
  }

  /** A request without slot and work gets both. */
  dispatch(trace: RequestTrace, lease: LeaseTrace, execution: number, runner: number): void {
    this.take(trace, lease);
    this.beginWorking(trace);
    trace.running = 1;
    lease.plainExecution = execution;
    lease.plainRunner = runner;
    this.book.live++;
  }

  /** Whether the request holds this lease, works, and nothing is amiss: whatever is puts its work down in writing. */
  isPlainlyAtWork(trace: RequestTrace, lease: LeaseTrace, execution: number): boolean {
    return trace.lease === lease && lease.plainExecution === execution;
  }

  /** What `isPlainlyAtWork` ends: work, slot and request. */
  complete(trace: RequestTrace, lease: LeaseTrace): void {
    lease.live = false;
    lease.plainExecution = NO_EXECUTION;
    trace.account.scope.held--;
    if (lease.endpointScope !== null) lease.endpointScope.held--;
    this.held--;
    this.book.live--;
    this.ended++;
    trace.lease = null;
    trace.running = 0;
    trace.phase = Phase.ended;
  }

  endLease(lease: LeaseTrace): void {
    const { holder } = lease;
    lease.live = false;
    lease.endedUs = this.clock.nowUs;
    this.tighten(lease);
    holder.account.scope.held--;
    if (lease.endpointScope !== null) lease.endpointScope.held--;
    this.held--;
    this.dropLease(holder, lease);
    if (lease.attached > 0) this.book.cover(lease);
  }

  /** A lease is in the store (again) without a grant: it covers the work that began under it, or works for the request now. */
  restore(trace: RequestTrace, lease: LeaseTrace): void {
    const isSame = lease.holder === trace && lease.attached > 0;
    const { listed, generation, startedUs } = lease;
    this.takeStepwise(trace, lease);
    if (isSame) {
      lease.isRare = true;
      lease.generation = generation;
      lease.listed = listed;
      lease.wasListed = true;
      lease.startedLateUs = startedUs;
      this.book.cover(lease);
      return;
    }
    this.book.adopt(trace, lease);
    if (lease.attached === 0) this.loosen(lease);
  }

  /** @param isCovered false: it began with a token that its request does not hold */
  start(trace: RequestTrace, execution: ExecutionTrace, runner: number, isCovered: boolean): void {
    if (isCovered || trace.granted) this.beginWorking(trace);
    else trace.starts++;
    if (trace.lease !== null) this.book.writeDown(trace.lease);
    const lease = isCovered ? trace.lease : null;
    if (lease !== null) {
      this.tighten(lease);
      lease.isDue = false;
    }
    this.book.begin(execution, trace, lease, runner);
    this.book.compute(execution);
  }

  stop(trace: RequestTrace, execution: ExecutionTrace): void {
    const { lease } = execution;
    const wasAttached = execution.isAttached;
    this.book.end(execution);
    trace.isRare = true;
    trace.stoppedUs = this.clock.nowUs;
    if (lease === null || !wasAttached) return;
    lease.listed--;
    if (lease.live && lease.listed === 0) this.loosen(lease);
  }

  /** The holder of a slot whose work has never begun waits for a runner: nothing is late before one is there. */
  waitForRunner(lease: LeaseTrace): void {
    lease.isRare = true;
    lease.awaitsRunner = true;
    this.tighten(lease);
    lease.isDue = false;
  }

  /** Back in the line. @param sleepsMs it is not tried before; -1: it is woken @param atLimit no slot was free for it */
  requeue(trace: RequestTrace, sleepsMs: number, atLimit: boolean): void {
    if (trace.isRare) trace.granted = false;
    trace.wasAtLimit = atLimit;
    trace.requeuedUs = this.clock.nowUs;
    trace.sleepsMs = sleepsMs;
    trace.requeues++;
    if (trace.phase !== Phase.working) return;
    if (trace.lease !== null) this.book.writeDown(trace.lease);
    trace.phase = Phase.queued;
    this.changeQueue(trace, 1);
  }

  end(trace: RequestTrace): void {
    if (trace.phase === Phase.queued) this.changeQueue(trace, -1);
    trace.phase = Phase.ended;
    this.ended++;
    if (trace.lease === null) return;
    this.book.writeDown(trace.lease);
    for (const lease of this.leasesOf(trace)) this.endHolder(lease);
  }

  /** Live leases of a request: nearly always the one. */
  leasesOf(trace: RequestTrace): readonly LeaseTrace[] {
    if (trace.otherLeases === 0) return trace.lease === null ? [] : [trace.lease];
    return this.leases.filter((lease) => lease.live && lease.holder === trace);
  }

  /** Whether anything has to be looked at when time passes. */
  get isSuspicious(): boolean {
    return this.suspectCount.open > 0;
  }

  /** Time has passed. What is still loose is an orphan since it lost its work. */
  timePassed(): void {
    for (let n = 0; n < this.looseCount; n++) {
      const lease = this.loose[n] as LeaseTrace;
      if (lease.live && lease.orphan === null && !Number.isNaN(lease.looseUs)) this.orphan(lease);
    }
    this.suspectCount.open -= this.looseCount;
    this.looseCount = 0;
    while (!this.unstarted.isEmpty && this.unstarted.oldest.dueUs < this.clock.nowUs) this.giveUpWaiting();
  }

  /** A slot is taken whose work does not begin in the same step, perhaps beside another one. */
  private takeStepwise(trace: RequestTrace, lease: LeaseTrace): void {
    if (trace.lease !== null) this.book.writeDown(trace.lease);
    this.take(trace, lease);
    trace.isRare = true;
    trace.granted = true;
  }

  private take(trace: RequestTrace, lease: LeaseTrace): void {
    if (trace.lease !== null) trace.otherLeases++;
    trace.lease = lease;
    if (lease.isRare) lease.reset();
    lease.live = true;
    lease.generation++;
    lease.holder = trace;
    lease.grantedUs = this.clock.nowUs;
    lease.accountLimit = trace.account.scope.limit;
    lease.endpointScope = trace.endpointScope;
    trace.account.scope.held++;
    if (trace.endpointScope !== null) {
      lease.endpointLimit = trace.endpointScope.limit;
      trace.endpointScope.held++;
    }
    this.held++;
  }

  /** A grant without work: it must follow within the dispatch latency. */
  private expectWork(lease: LeaseTrace): void {
    if (lease.holder.phase === Phase.ended) lease.becomesDue(this.clock.nowUs);
    const { events } = this.history;
    if (this.dispatchUs === 0) this.markLoose(lease, this.clock.nowUs, events);
    else this.unstarted.add({ lease, generation: lease.generation, dueUs: this.clock.nowUs + this.dispatchUs, event: events });
  }

  private giveUpWaiting(): void {
    const { lease, generation, dueUs, event } = this.unstarted.oldest;
    this.unstarted.dropOldest();
    if (!lease.live || lease.generation !== generation || lease.isBegun || lease.awaitsRunner || lease.orphan !== null) return;
    lease.looseUs = dueUs;
    lease.looseEvent = event;
    this.orphan(lease);
  }

  private beginWorking(trace: RequestTrace): void {
    trace.starts++;
    if (trace.phase !== Phase.queued) return;
    trace.phase = Phase.working;
    this.changeQueue(trace, -1);
  }

  /** The request of this lease has ended. */
  private endHolder(lease: LeaseTrace): void {
    if (lease.attached > 0) {
      if (lease.isDue) return;
      lease.becomesDue(this.clock.nowUs);
      lease.dueBeforeStop = true;
      return;
    }
    const isAwaited = !lease.isBegun && !lease.awaitsRunner && this.clock.nowUs < lease.grantedUs + this.dispatchUs;
    if (!isAwaited) this.loosen(lease);
    else if (!lease.isDue) lease.becomesDue(this.clock.nowUs);
  }

  private loosen(lease: LeaseTrace): void {
    if (!lease.isDue) lease.becomesDue(this.clock.nowUs);
    if (lease.orphan === null && Number.isNaN(lease.looseUs)) this.markLoose(lease, this.clock.nowUs, this.history.events);
  }

  private markLoose(lease: LeaseTrace, sinceUs: number, event: number): void {
    lease.looseUs = sinceUs;
    lease.looseEvent = event;
    this.loose[this.looseCount++] = lease;
    this.suspectCount.open++;
  }

  private orphan(lease: LeaseTrace): void {
    if (!lease.isDue) lease.becomesDue(lease.looseUs);
    lease.orphan = { lease, sinceUs: lease.looseUs, event: lease.looseEvent };
    lease.holder.account.orphans++;
    this.orphans++;
    this.watcher.orphaned(lease.orphan);
  }

  /** It has work (again), or is gone. */
  private tighten(lease: LeaseTrace): void {
    if (Number.isNaN(lease.looseUs)) return;
    lease.looseUs = Number.NaN;
    if (lease.orphan === null) return;
    lease.orphan = null;
    lease.holder.account.orphans--;
    this.orphans--;
  }

  /** The lease has ended: which one does its holder have now? */
  private dropLease(trace: RequestTrace, lease: LeaseTrace): void {
    if (trace.otherLeases > 0) trace.otherLeases--;
    else trace.lease = null;
    if (trace.lease === lease) trace.lease = this.leases.findLast((one) => one.live && one.holder === trace) ?? null;
  }

  private changeQueue(trace: RequestTrace, by: 1 | -1): void {
    trace.account.queued += by;
    this.queued += by;
  }
}
