import { AttemptEnds, type Executioner } from './attempt-ends.js';
import type { Dispatcher } from './dispatcher.js';
import type { Ending } from './ending.js';
import type { Errands, ErrandWatcher } from './errands.js';
import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { ExecutionEnd, HistoryKind, Outcome } from './history.js';
import type { Lease } from './limiter.js';
import { Parcel } from './parcels.js';
import type { Parts } from './parts.js';
import type { Heirs, Renewals } from './renewals.js';
import { ChildState, NONE, type Request, RequestState, WorkEnd } from './requests.js';
import type { Slots } from './slots.js';
import { CrashPoint, Message, ROUTES } from './topology.js';

/** Lets a runner die. */
export interface Machines {
  crashRunnerOf(execution: Execution): void;
  /** The platform ends a runner because of how its work went; whoever else works on it is told that it is gone. */
  endRunnerOf(execution: Execution): void;
}

/** What happens to a request once it has a slot: its work ends, is stopped, is lost, or is taken away. */
export class Lifecycle implements Heirs, ErrandWatcher, Executioner {
  private renewals!: Renewals;
  private machines!: Machines;
  private readonly ends: AttemptEnds;

  constructor(
    private readonly parts: Parts,
    private readonly slots: Slots,
    private readonly ending: Ending,
    private readonly dispatcher: Dispatcher,
    private readonly errands: Errands,
  ) {
    this.ends = new AttemptEnds(parts, slots, ending, dispatcher, errands, this);
  }

  connect(renewals: Renewals, machines: Machines): void {
    this.renewals = renewals;
    this.machines = machines;
  }

  /** The work of an execution is done. */
  workDone(execution: Execution): void {
    const { request, lease } = execution;
    const { wire } = this.parts;
    if (lease !== null && wire.direct && endsThePlainWay(execution, lease)) {
      this.complete(execution, lease);
      return;
    }
    if (request.errand?.child != null && request.end === WorkEnd.ok && this.waitsForChild(execution)) return;
    if (wire.passes(CrashPoint['work-done'])) this.endAsPlanned(execution);
    else this.machines.crashRunnerOf(execution);
  }

  /**
   * An execution has stopped. Its runner's place is free, and its message about that goes to the dispatcher.
   * @param told what the message says, where that is not the same: work that a runner gave up is to be tried again
   */
  executionEnded(execution: Execution, how: ExecutionEnd, told: ExecutionEnd = how): void {
    const { request } = execution;
    const { endpoint } = request;
    const { wire } = this.parts;
    this.remove(execution, how);
    if (wire.calm) this.ends.conclude(request, execution, told);
    else wire.send(Parcel.done(request, execution, told));
    this.dispatcher.runnerFreed(endpoint);
  }

  /** Work ends with its runner, and no message says so. */
  vanish(execution: Execution, how: ExecutionEnd): void {
    const { request, attempt } = execution;
    const { policy, history, wire } = this.parts;
    this.remove(execution, how);
    history.record(HistoryKind.messageLost, request.number, Message.done, ROUTES[Message.done].link);
    // Work without a slot has no lease that could expire: its heartbeats are missed for as long.
    if (request.exempt && request.isOpen && policy.lease !== undefined) {
      const parcel = new Parcel(Message.expired, request);
      parcel.attempt = attempt;
      wire.sendLater(parcel, policy.lease.ttlUs + policy.lease.reapEveryUs);
    }
    this.letGo(request);
  }

  /** A runner has said how an attempt ended. */
  doneArrived(parcel: Parcel): void {
    if (parcel.request !== null) this.ends.conclude(parcel.request, parcel, parcel.how);
  }

  /** A caller cancels. Queued: removed at once. In progress: a signal to the runner, which takes `stopDelayUs`. */
  cancel(request: Request): void {
    this.stop(request, Outcome.cancelled);
  }

  /** The key of a request in the queue or in progress was revoked. */
  revoke(request: Request): void {
    const { policy } = this.parts;
    if (request.isQueued) {
      this.withdraw(request);
      this.ending.finish(request, Outcome.revoked);
    } else if (policy.onRevoke === 'strand') {
      request.stranded = true;
    } else if (policy.onRevoke === 'cancel') {
      this.stop(request, Outcome.revoked);
    }
  }

  /** The client's connection is gone. */
  disconnect(request: Request): void {
    const { policy, history, wire } = this.parts;
    if (!request.isOpen) return;
    history.record(HistoryKind.disconnected, request.number, request.isQueued ? 0 : 1, 0);
    if (policy.onDisconnect === 'finish') return;
    if (policy.onDisconnect === 'cancel' || request.isQueued) wire.send(new Parcel(Message.cancel, request));
    else request.stranded = true;
  }

  /** `start_timeout` has passed before the work began. */
  deadlinePassed(request: Request): void {
    // `at-dispatch`: the deadline does not know that a runner has the request already, so it is reported and runs.
    const runsAnyway = this.parts.policy.deadlineCheck === 'at-dispatch' && request.execution !== null;
    this.stayInLine(request);
    if (!runsAnyway) this.withdraw(request);
    this.ending.finish(request, Outcome.startTimeout);
  }

  /** A hold was too long, or the owner forced it, or an expired lease was found where no fault can come. */
  takeAway(lease: Lease): void {
    const { request } = lease;
    const { execution, endpoint } = request;
    const isAtWork = execution !== null && execution.lease === lease && execution.leaseToken === lease.token;
    if (isAtWork) this.remove(execution, ExecutionEnd.stopped);
    this.slots.takeBack(lease);
    if (request.state === RequestState.ended) this.ending.forgetIfLoose(request);
    // A slot that the request does not know of is none of its business.
    else if (isAtWork || request.execution === null) this.endUnlessQueued(request);
    if (isAtWork) this.dispatcher.runnerFreed(endpoint);
  }

  /** A hold was too long, and its work cannot be killed now: nobody renews the lease any more, and it is tried again. */
  holdTooLong(lease: Lease): void {
    const { calendar, policy, wire } = this.parts;
    const { execution } = lease.request;
    const canKill = execution === null || (!execution.paused && wire.exchange(Message.stop, lease.request) !== 'lost');
    if (canKill) {
      this.takeAway(lease);
      return;
    }
    lease.condemned = true;
    lease.holdTimer = calendar.scheduleIn(policy.resendEveryUs ?? policy.stopDelayUs + 1, eventKey(EventKind.holdTooLong, lease.number));
  }

  expired(lease: Lease): void {
    const { request, attempt } = lease;
    const parcel = new Parcel(Message.expired, request);
    parcel.attempt = attempt;
    this.slots.takeBack(lease);
    this.parts.wire.send(parcel);
    this.letGo(request);
  }

  /** The dispatcher hears that an attempt has lost its slot. */
  expiryArrived(request: Request, attempt: number): void {
    const { execution, endpoint } = request;
    // The lease that expired may be one that the attempt never heard of: it has another.
    const isHeld = request.lease?.isHeldWith(request.leaseToken) === true;
    if (request.state === RequestState.dispatched && request.line !== null && !isHeld) {
      // A direct call that waited for a runner with a slot, and has none now.
      this.ending.finish(request, Outcome.failed);
      return;
    }
    if (isHeld || !request.isOpen || request.isQueued || attempt !== request.attempts) return;
    if (execution?.begun === true) this.disown(request);
    else if (execution !== null) this.remove(execution, ExecutionEnd.stopped);
    if (!request.stranded && this.ends.mayRetry(request)) this.ends.retryLater(request);
    else this.ending.finish(request, request.stopping === 0 ? Outcome.failed : (request.stopping as Outcome));
    if (execution !== null) this.dispatcher.runnerFreed(endpoint);
  }

  fenced(execution: Execution): void {
    this.executionEnded(execution, ExecutionEnd.stopped, ExecutionEnd.crashed);
  }

  readmitted(execution: Execution): Lease {
    return this.slots.readmit(execution.request, execution.attempt);
  }

  /** The queue hands a request out again while its work may still run; its slot is not given back. */
  redeliver(request: Request): void {
    if (request.state !== RequestState.inProgress || request.execution === null) return;
    this.parts.history.record(HistoryKind.redelivered, request.number, request.attempts, 0);
    this.disown(request);
    if (request.lease !== null) this.slots.lose(request);
    request.state = RequestState.backingOff;
    this.dispatcher.admit(request);
  }

  /** The request that a parent waits for has ended. */
  childEnded(parent: Request): void {
    parent.strays--;
    parent.child = ChildState.ended;
    const { execution } = parent;
    const yielded = parent.isOpen && parent.state === RequestState.inProgress && execution === null;
    if (execution?.waits === true) this.waitIsOver(execution);
    else if (yielded) this.ends.endAfter(parent, ExecutionEnd.completed);
    else this.letGo(parent);
  }

  webhookOver(request: Request): void {
    if (!request.isOpen) return;
    // `releaseAfter: webhook`: only now.
    if (request.lease !== null) this.slots.giveBack(request, request.lease, request.leaseToken);
    this.ends.endAfter(request, ExecutionEnd.completed);
  }

  letGo(request: Request): void {
    this.ending.forgetIfLoose(request);
  }

  /** Work, slot and request end in one step, which the history hears of as one. */
  private complete(execution: Execution, lease: Lease): void {
    const { executions, requests, history, caller, wire } = this.parts;
    const { request, runner } = execution;
    const { account, endpoint } = request;
    if (wire.expectsFaults) this.renewals.rest(execution);
    request.execution = null;
    request.state = RequestState.ended;
    runner.pool.vacate(runner);
    executions.give(execution);
    const count = this.slots.takeIn(lease);
    history.completed(request.number, lease.number, count, execution.number);
    if (request.owner !== NONE) caller.requestEnded(request, Outcome.ok);
    if (request.strays === 0) requests.give(request);
    this.dispatcher.slotFreed(account);
    this.dispatcher.runnerFreed(endpoint);
  }

  private endAsPlanned(execution: Execution): void {
    switch (execution.request.end) {
      case WorkEnd.ok:
        this.executionEnded(execution, ExecutionEnd.completed);
        return;
      case WorkEnd.failed:
        this.executionEnded(execution, ExecutionEnd.failed);
        return;
      case WorkEnd.tryAgain:
        this.executionEnded(execution, ExecutionEnd.failed, ExecutionEnd.crashed);
        return;
      default:
        this.machines.endRunnerOf(execution);
    }
  }

  private stop(request: Request, outcome: Outcome): void {
    if (!request.isOpen || request.stopping !== 0) return;
    const { policy, history, wire } = this.parts;
    history.record(HistoryKind.cancelRequested, request.number, request.isQueued ? 0 : 1, outcome === Outcome.revoked ? 1 : 0);
    if (request.state !== RequestState.inProgress) {
      this.stayInLine(request);
      this.withdraw(request);
      this.ending.finish(request, outcome);
      return;
    }
    const { execution } = request;
    if (execution === null) {
      // The signal goes to a runner that no longer knows the request: a ghost cannot be cancelled, a parent that waits can.
      if (request.child === ChildState.awaited) this.ending.finish(request, outcome);
      return;
    }
    request.stopping = outcome;
    wire.send(new Parcel(Message.stop, request).about(execution));
    if (policy.releaseOn === 'cancel-request') {
      this.giveBack(request);
      this.ending.finish(request, outcome);
    }
  }

  /** `abandonedWaiter: granted`: who gives up leaves, but its place in the line stays. */
  private stayInLine(request: Request): void {
    if (this.parts.policy.abandonedWaiter !== 'granted' || request.state !== RequestState.waitingForSlot) return;
    request.strays++;
    request.account.abandoned.push(request);
  }

  /** Takes back what a request holds before its work has begun: its place in a line or on a runner, and its slot. */
  private withdraw(request: Request): void {
    const { execution, endpoint } = request;
    request.line?.leave(request);
    if (execution !== null) this.remove(execution, ExecutionEnd.stopped);
    this.giveBack(request);
    if (execution !== null) this.dispatcher.runnerFreed(endpoint);
  }

  private giveBack(request: Request): void {
    if (request.lease !== null) this.slots.giveBack(request, request.lease, request.leaseToken);
  }

  disown(request: Request): void {
    if (request.execution === null) return;
    request.execution = null;
    request.strays++;
  }

  private endUnlessQueued(request: Request): void {
    if (!request.isQueued) this.ending.finish(request, Outcome.failed);
  }

  /** A parent has what it waited for: its work ends, unless its runner computes nothing, or is about to die. */
  private waitIsOver(execution: Execution): void {
    execution.waits = false;
    // Nothing is left to do when it wakes up.
    execution.endsUs = 0;
    if (execution.hung || execution.paused || !execution.runner.ready) return;
    this.executionEnded(execution, ExecutionEnd.completed);
  }

  /** The work is done, but the request needs a child first. @returns whether it waits, its work still in its slot */
  private waitsForChild(execution: Execution): boolean {
    const { request } = execution;
    if (this.parts.policy.parentSlot === 'yield' || request.execution !== execution) return false;
    if (!this.errands.beginChild(request, false)) return false;
    execution.waits = true;
    return true;
  }

  remove(execution: Execution, how: ExecutionEnd): void {
    const { executions, calendar, history, wire } = this.parts;
    const { request } = execution;
    if (execution.timer !== NONE) calendar.cancel(execution.timer);
    if (execution.stopTimer !== NONE) calendar.cancel(execution.stopTimer);
    execution.timer = NONE;
    execution.stopTimer = NONE;
    if (execution.redeliveryTimer !== NONE) calendar.cancel(execution.redeliveryTimer);
    execution.redeliveryTimer = NONE;
    if (wire.expectsFaults) this.renewals.rest(execution);
    if (execution.begun) history.record(HistoryKind.executionEnded, request.number, execution.number, how);
    if (request.execution === execution) request.execution = null;
    else request.strays--;
    execution.runner.pool.vacate(execution.runner);
    executions.give(execution);
  }
}

/** Whether nothing out of the ordinary has happened to the request, its work or its slot. */
function endsThePlainWay({ request, leaseToken, stopTimer }: Execution, lease: Lease): boolean {
  if (request.state !== RequestState.inProgress || request.stranded || request.end !== WorkEnd.ok || stopTimer !== NONE || request.errand !== null)
    return false;
  return request.lease === lease && lease.isHeldWith(leaseToken);
}
