import { US_PER_MS } from '../core/time.js';
import { ExecutionBook } from './execution-book.js';
import { LooseLeases } from './loose-leases.js';
import { SuspectCount } from './suspects.js';
import { type AccountTrace, type ExecutionTrace, LeaseTrace, NO_EXECUTION, Phase, type RequestTrace, ScopeTrace, type TruthWatcher } from './traces.js';

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
  readonly loose: LooseLeases;
  /** Of every kind: here, of the executions, of the checkers. */
  readonly suspectCount = new SuspectCount();
  submitted = 0;
  ended = 0;
  queued = 0;
  held = 0;

  /** @param dispatchUs how long a granted slot may legally be without work */
  constructor(
    private readonly clock: { readonly nowUs: number },
    history: { readonly events: number },
    watcher: TruthWatcher,
    private readonly dispatchUs: number,
  ) {
    this.book = new ExecutionBook(clock, history, watcher, this.suspectCount);
    this.loose = new LooseLeases(clock, history, watcher, dispatchUs, this.suspectCount);
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
    this.loose.expectWork(lease);
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
    lease.notes.endedUs = this.clock.nowUs;
    this.loose.remove(lease);
    holder.account.scope.held--;
    if (lease.endpointScope !== null) lease.endpointScope.held--;
    this.held--;
    this.dropLease(holder, lease);
    if (lease.attached > 0) this.book.cover(lease);
  }

  /** A lease is in the store (again) without a grant: it covers the work that began under it, or works for the request now. */
  restore(trace: RequestTrace, lease: LeaseTrace): void {
    const isSame = lease.holder === trace && lease.attached > 0;
    const { generation, startedUs } = lease;
    const { listed } = lease.notes;
    this.takeStepwise(trace, lease);
    if (isSame) {
      lease.isRare = true;
      lease.generation = generation;
      lease.notes.listed = listed;
      lease.notes.wasListed = true;
      lease.notes.startedLateUs = startedUs;
      this.book.cover(lease);
      return;
    }
    this.book.adopt(trace, lease);
    if (lease.attached === 0) this.loose.add(lease);
  }

  /** @param isCovered false: it began with a token that its request does not hold */
  start(trace: RequestTrace, execution: ExecutionTrace, runner: number, isCovered: boolean): void {
    if (isCovered || trace.notes.granted) this.beginWorking(trace);
    else trace.starts++;
    if (trace.lease !== null) this.book.writeDown(trace.lease);
    const lease = isCovered ? trace.lease : null;
    if (lease !== null) {
      this.loose.remove(lease);
      lease.notes.isDue = false;
    }
    this.book.begin(execution, trace, lease, runner);
    this.book.compute(execution);
  }

  stop(trace: RequestTrace, execution: ExecutionTrace): void {
    const { lease } = execution;
    const wasAttached = execution.isAttached;
    this.book.end(execution);
    trace.isRare = true;
    trace.notes.stoppedUs = this.clock.nowUs;
    if (lease === null || !wasAttached) return;
    lease.notes.listed--;
    if (lease.live && lease.notes.listed === 0) this.loose.add(lease);
  }

  /** The holder of a slot whose work has never begun waits for a runner: nothing is late before one is there. */
  waitForRunner(lease: LeaseTrace): void {
    lease.isRare = true;
    lease.notes.awaitsRunner = true;
    this.loose.remove(lease);
    lease.notes.isDue = false;
  }

  /** Back in the line. @param sleepsMs it is not tried before; -1: it is woken @param atLimit no slot was free for it */
  requeue(trace: RequestTrace, sleepsMs: number, atLimit: boolean): void {
    if (trace.isRare) trace.notes.granted = false;
    trace.wasAtLimit = atLimit;
    trace.requeuedMs = Math.ceil(this.clock.nowUs / US_PER_MS);
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
    if (trace.notes.otherLeases === 0) return trace.lease === null ? [] : [trace.lease];
    return this.leases.filter((lease) => lease.live && lease.holder === trace);
  }

  /** A slot is taken whose work does not begin in the same step, perhaps beside another one. */
  private takeStepwise(trace: RequestTrace, lease: LeaseTrace): void {
    if (trace.lease !== null) this.book.writeDown(trace.lease);
    this.take(trace, lease);
    trace.isRare = true;
    trace.notes.granted = true;
  }

  private take(trace: RequestTrace, lease: LeaseTrace): void {
    if (trace.lease !== null) {
      trace.isRare = true;
      trace.notes.otherLeases++;
    }
    trace.lease = lease;
    if (lease.isRare) lease.begin();
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

  private beginWorking(trace: RequestTrace): void {
    trace.starts++;
    if (trace.phase !== Phase.queued) return;
    trace.phase = Phase.working;
    this.changeQueue(trace, -1);
  }

  /** The request of this lease has ended. */
  private endHolder(lease: LeaseTrace): void {
    if (lease.attached > 0) {
      if (lease.notes.isDue) return;
      lease.becomesDue(this.clock.nowUs);
      lease.notes.dueBeforeStop = true;
      return;
    }
    const isAwaited = !lease.isBegun && !lease.notes.awaitsRunner && this.clock.nowUs < lease.grantedUs + this.dispatchUs;
    if (!isAwaited) this.loose.add(lease);
    else if (!lease.notes.isDue) lease.becomesDue(this.clock.nowUs);
  }

  /** The lease has ended: which one does its holder have now? */
  private dropLease(trace: RequestTrace, lease: LeaseTrace): void {
    if (trace.notes.otherLeases > 0) trace.notes.otherLeases--;
    else trace.lease = null;
    if (trace.lease === lease) trace.lease = this.leases.findLast((one) => one.live && one.holder === trace) ?? null;
  }

  private changeQueue(trace: RequestTrace, by: 1 | -1): void {
    trace.account.queued += by;
    this.queued += by;
  }
}
