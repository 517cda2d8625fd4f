import { backoffDelayUs } from './backoff.js';
import type { Dispatcher } from './dispatcher.js';
import type { Ending } from './ending.js';
import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { ExecutionEnd, HistoryKind, Outcome, RequeueReason } from './history.js';
import type { Lease } from './limiter.js';
import type { Parts } from './parts.js';
import { CallMode, NONE, type Request, RequestState } from './requests.js';
import type { Slots } from './slots.js';

/** What happens to a request once it has a slot: its work ends, is stopped, is lost, or is taken away. */
export class Lifecycle {
  constructor(
    private readonly parts: Parts,
    private readonly slots: Slots,
    private readonly ending: Ending,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** The work of an execution is done. */
  workDone(execution: Execution): void {
    const { request, lease } = execution;
    if (lease === null || !endsThePlainWay(execution, lease)) this.executionEnded(execution, request.fails ? ExecutionEnd.failed : ExecutionEnd.completed);
    else this.complete(execution, lease);
  }

  /** An execution has stopped. Its runner's place is free, and its message about that goes to the gateway. */
  executionEnded(execution: Execution, how: ExecutionEnd): void {
    const { request } = execution;
    const { endpoint } = request;
    this.remove(execution, how);
    this.concludeAttempt(request, execution, how);
    this.dispatcher.runnerFreed(endpoint);
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

  /** `start_timeout` has passed before the work began. */
  deadlinePassed(request: Request): void {
    // `at-dispatch`: the deadline does not know that a runner has the request already, so it is reported and runs.
    const runsAnyway = this.parts.policy.deadlineCheck === 'at-dispatch' && request.execution !== null;
    if (!runsAnyway) this.withdraw(request);
    this.ending.finish(request, Outcome.startTimeout);
  }

  /** An expired lease has been found by the reaper, or a hold was too long, or the owner forced it. */
  takeAway(lease: Lease): void {
    const { request } = lease;
    const { execution, endpoint } = request;
    if (execution !== null) this.remove(execution, ExecutionEnd.stopped);
    this.slots.takeBack(lease);
    if (request.state === RequestState.ended) this.ending.forgetIfLoose(request);
    else this.ending.finish(request, Outcome.failed);
    if (execution !== null) this.dispatcher.runnerFreed(endpoint);
  }

  /** Work, slot and request end in one step, which the history hears of as one. */
  private complete(execution: Execution, lease: Lease): void {
    const { executions, requests, history, caller } = this.parts;
    const { request, runner } = execution;
    const { account, endpoint } = request;
    request.execution = null;
    request.state = RequestState.ended;
    runner.pool.vacate(runner);
    executions.give(execution);
    const count = this.slots.takeIn(lease);
    history.completed(request.number, lease.number, count, execution.number);
    if (request.owner !== NONE) caller.requestEnded(request, Outcome.ok);
    requests.give(request);
    this.dispatcher.slotFreed(account);
    this.dispatcher.runnerFreed(endpoint);
  }

  private stop(request: Request, outcome: Outcome): void {
    if (!request.isOpen || request.stopping !== 0) return;
    const { policy, calendar, history } = this.parts;
    history.record(HistoryKind.cancelRequested, request.number, request.isQueued ? 0 : 1, outcome === Outcome.revoked ? 1 : 0);
    if (request.state !== RequestState.inProgress) {
      this.withdraw(request);
      this.ending.finish(request, outcome);
      return;
    }
    const { execution } = request;
    // The signal goes to a runner that no longer knows the request: a ghost cannot be cancelled.
    if (execution === null) return;
    request.stopping = outcome;
    execution.stopTimer = calendar.scheduleIn(policy.stopDelayUs, eventKey(EventKind.stopConfirmed, execution.number));
    if (policy.releaseOn === 'cancel-request') {
      this.giveBack(request);
      this.ending.finish(request, outcome);
    }
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
    if (request.lease !== null) this.slots.release(request, request.lease, request.leaseToken);
  }

  /** The gateway hears how an attempt ended. @param execution off its runner already; only what it carried is read */
  private concludeAttempt(request: Request, execution: Execution, how: ExecutionEnd): void {
    const { lease, leaseToken, startedUs } = execution;
    if (request.stranded) {
      this.parts.history.record(HistoryKind.completionDropped, request.number, execution.number, 0);
      // A cancel may have released the slot already; then the lease is somebody else's.
      if (lease?.isHeldWith(leaseToken)) this.slots.abandon(lease, startedUs);
      this.ending.forgetIfLoose(request);
      return;
    }
    const retry = how === ExecutionEnd.crashed && this.mayRetry(request);
    if (lease !== null && !(retry && this.parts.policy.requeue === 'keep-slot')) this.slots.release(request, lease, leaseToken);
    if (request.state === RequestState.ended) this.ending.forgetIfLoose(request);
    else if (retry) this.retryLater(request);
    else this.endAfter(request, how);
  }

  private endAfter(request: Request, how: ExecutionEnd): void {
    request.failedByItself = how === ExecutionEnd.failed;
    this.ending.finish(request, outcomeOfAttempt(request, how));
  }

  /** Queue requests only, up to the cap on attempts, and not once a stop was accepted. */
  private mayRetry(request: Request): boolean {
    return request.mode === CallMode.queue && request.isOpen && request.stopping === 0 && request.attempts < this.parts.policy.maxAttempts;
  }

  private retryLater(request: Request): void {
    const { calendar, policy, history, requeueUniform } = this.parts;
    const uniform = policy.retryBackoff.jitter === 0 ? 0 : requeueUniform(request.ordinal, request.requeues + request.attempts);
    const delayUs = backoffDelayUs(policy.retryBackoff, request.attempts, uniform);
    request.state = RequestState.backingOff;
    request.requeueTimer = calendar.scheduleIn(delayUs, eventKey(EventKind.requeue, request.number));
    history.record(HistoryKind.requeued, request.number, RequeueReason.attemptFailed, Math.round(delayUs / 1000));
    // The deadline is absolute and keeps running across attempts.
    this.ending.armDeadline(request);
  }

  /** Ends an execution physically: off its runner, its timers gone. */
  private remove(execution: Execution, how: ExecutionEnd): void {
    const { executions, calendar, history } = this.parts;
    const { request } = execution;
    if (execution.timer !== NONE) calendar.cancel(execution.timer);
    if (execution.stopTimer !== NONE) calendar.cancel(execution.stopTimer);
    execution.timer = NONE;
    execution.stopTimer = NONE;
    if (execution.begun) history.record(HistoryKind.executionEnded, request.number, execution.number, how);
    request.execution = null;
    execution.runner.pool.vacate(execution.runner);
    executions.give(execution);
  }
}

function outcomeOfAttempt(request: Request, how: ExecutionEnd): Outcome {
  if (how === ExecutionEnd.completed) return Outcome.ok;
  // Also when the runner is lost before the stop is confirmed: the work has stopped.
  if (request.stopping !== 0) return request.stopping as Outcome;
  return Outcome.failed;
}

/** Whether nothing out of the ordinary has happened to the request, its work or its slot. */
function endsThePlainWay({ request, leaseToken, stopTimer }: Execution, lease: Lease): boolean {
  if (request.state !== RequestState.inProgress || request.stranded || request.fails || stopTimer !== NONE) return false;
  return request.lease === lease && lease.isHeldWith(leaseToken);
}
