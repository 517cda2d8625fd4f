import { type SuspectCount, Suspects } from './suspects.js';
import { ExecutionTrace, type LeaseTrace, NO_EXECUTION, type RequestTrace, type TruthWatcher, type Unleased } from './traces.js';

const NONE = -1;

/** Work that physically runs: who does it, under which lease, and whether it computes just now. */
export class ExecutionBook {
  readonly all: ExecutionTrace[] = [];
  /** Work without a lease, in the order in which it lost it. */
  readonly suspects: Suspects<Unleased>;
  /** Live ones, and those that compute without a lease. */
  live = 0;
  unleased = 0;

  constructor(
    private readonly clock: { readonly nowUs: number },
    private readonly history: { readonly events: number },
    private readonly watcher: TruthWatcher,
    suspectCount: SuspectCount,
  ) {
    this.suspects = new Suspects(suspectCount);
  }

  /** An execution of a request. One that began together with its grant is written down only now. */
  of(trace: RequestTrace, number: number): ExecutionTrace {
    if (trace.lease !== null && trace.lease.plainExecution === number) this.writeDown(trace.lease);
    return this.at(number);
  }

  at(number: number): ExecutionTrace {
    // Without gaps: a number may be given out whose work never begins.
    while (this.all.length <= number) this.all.push(new ExecutionTrace(this.all.length));
    return this.all[number] as ExecutionTrace;
  }

  /** Work that began together with the grant is looked at more closely from now on. */
  writeDown(lease: LeaseTrace): void {
    if (lease.plainExecution === NO_EXECUTION) return;
    const execution = this.at(lease.plainExecution);
    execution.live = true;
    execution.request = lease.holder;
    execution.runner = lease.plainRunner;
    execution.lease = lease;
    execution.generation = lease.generation;
    lease.plainExecution = NO_EXECUTION;
    lease.isRare = true;
    lease.notes.listed = 1;
    lease.notes.wasListed = true;
  }

  begin(execution: ExecutionTrace, trace: RequestTrace, lease: LeaseTrace | null, runner: number): void {
    execution.live = true;
    execution.request = trace;
    execution.runner = runner;
    execution.lease = lease;
    this.live++;
    if (lease !== null) this.attach(execution, lease);
  }

  /** It computes from now on. */
  compute(execution: ExecutionTrace): void {
    const { request } = execution;
    request.running++;
    if (!request.request.exempt) this.watcher.runningChanged(request, 1);
    this.watch(execution);
  }

  end(execution: ExecutionTrace): void {
    if (execution.paused) execution.request.notes.paused--;
    else this.rest(execution);
    execution.live = false;
    execution.paused = false;
    this.live--;
    if (execution.lease?.isRare === true) this.excuse(execution);
  }

  /** Its runner computes nothing any more. */
  pause(execution: ExecutionTrace): void {
    if (!execution.live || execution.paused) return;
    this.rest(execution);
    execution.paused = true;
    execution.request.isRare = true;
    execution.request.notes.paused++;
    this.excuse(execution);
  }

  resume(execution: ExecutionTrace): void {
    if (!execution.live || !execution.paused) return;
    execution.paused = false;
    execution.request.notes.paused--;
    this.compute(execution);
    this.excuse(execution);
  }

  /** A request begins to wait for its child, or waits no longer: work that is kept in its slot meanwhile is excused. */
  childChanged(trace: RequestTrace): void {
    if (trace.lease !== null) this.writeDown(trace.lease);
    for (const execution of this.all) if (execution.live && execution.request === trace) this.excuse(execution);
  }

  /** A lease came about without a grant: it covers what its request does without one. */
  adopt(trace: RequestTrace, lease: LeaseTrace): void {
    for (const execution of this.all) {
      if (!execution.live || execution.request !== trace || execution.isCovered) continue;
      this.attach(execution, lease);
      this.watch(execution);
    }
  }

  /** A lease has ended, or is there again: is the work that began under it still covered? */
  cover(lease: LeaseTrace): void {
    this.writeDown(lease);
    for (const execution of this.all) if (execution.live && execution.lease === lease && execution.isAttached) this.watch(execution);
  }

  private attach(execution: ExecutionTrace, lease: LeaseTrace): void {
    execution.lease = lease;
    execution.generation = lease.generation;
    lease.isRare = true;
    lease.notes.listed++;
    lease.notes.wasListed = true;
    lease.notes.startedLateUs = this.clock.nowUs;
    lease.notes.forgetExcuse();
  }

  /** It computes no more. */
  private rest(execution: ExecutionTrace): void {
    const { request } = execution;
    request.running--;
    if (!request.request.exempt) this.watcher.runningChanged(request, -1);
    if (execution.unleased !== null) this.changeUnleased(execution, null);
  }

  private watch(execution: ExecutionTrace): void {
    const isBare = execution.computes && !execution.request.request.exempt && !execution.isCovered;
    if (!isBare && execution.unleased !== null) this.changeUnleased(execution, null);
    if (!isBare || execution.unleased !== null) return;
    const unleased: Unleased = { execution, sinceUs: this.clock.nowUs, event: this.history.events };
    this.changeUnleased(execution, unleased);
    this.suspects.add(unleased);
  }

  private changeUnleased(execution: ExecutionTrace, unleased: Unleased | null): void {
    execution.unleased = unleased;
    const by = unleased === null ? NONE : 1;
    this.unleased += by;
    this.watcher.unleasedChanged(execution.request, by);
  }

  /** Whether the work under its lease has a reason to take longer just now: it is paused, or waits for its child. */
  private excuse(execution: ExecutionTrace): void {
    const { lease } = execution;
    if (lease === null || !execution.isAttached) return;
    const { nowUs } = this.clock;
    if (!Number.isNaN(lease.notes.excusedSinceUs)) lease.notes.excusedUs += nowUs - lease.notes.excusedSinceUs;
    lease.notes.excusedSinceUs = execution.live && (execution.paused || execution.request.notes.child !== null) ? nowUs : Number.NaN;
    lease.isRare = true;
  }
}
