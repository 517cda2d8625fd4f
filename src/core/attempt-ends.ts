import { backoffDelayUs } from './backoff.js';
import type { Dispatcher } from './dispatcher.js';
import type { Ending } from './ending.js';
import type { Errands } from './errands.js';
import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { ExecutionEnd, HistoryKind, Outcome, RequeueReason } from './history.js';
import { type AttemptFacts, Parcel } from './parcels.js';
import type { Parts } from './parts.js';
import { CallMode, ChildState, type Request, RequestState, WorkEnd } from './requests.js';
import type { Slots } from './slots.js';
import { CrashPoint, Message } from './topology.js';

/** Ends work physically, or lets it go on without its request. */
export interface Executioner {
  /** Off its runner, its timers gone. */
  remove(execution: Execution, how: ExecutionEnd): void;
  /** The request's work goes on, but the request does not know it any more. */
  disown(request: Request): void;
}

/** What the dispatcher makes of the news that an attempt has ended: the slot goes back, the request ends or is tried again. */
export class AttemptEnds {
  constructor(
    private readonly parts: Parts,
    private readonly slots: Slots,
    private readonly ending: Ending,
    private readonly dispatcher: Dispatcher,
    private readonly errands: Errands,
    private readonly executioner: Executioner,
  ) {}

  /** The dispatcher hears how an attempt ended. @param facts of an execution that is off its runner already, or of a message about it */
  conclude(request: Request, facts: AttemptFacts, how: ExecutionEnd): void {
    if (facts.attempt !== request.attempts || request.isQueued) {
      this.concludeOld(request, facts, how);
      return;
    }
    if (request.stranded) {
      this.dropCompletion(request, facts);
      return;
    }
    const { wire, policy } = this.parts;
    if (!wire.passes(CrashPoint['done-release'])) {
      wire.retry(Parcel.done(request, facts, how));
      return;
    }
    if (how === ExecutionEnd.completed && request.isOpen && this.isHeldBack(request)) return;
    const retry = how === ExecutionEnd.crashed && this.mayRetry(request);
    if (!(retry && policy.requeue === 'keep-slot')) this.releaseAfterAttempt(request, facts, how);
    if (!wire.passes(CrashPoint['release-end'])) {
      wire.retry(Parcel.done(request, facts, how));
      return;
    }
    if (request.state === RequestState.ended) this.ending.forgetIfLoose(request);
    else if (retry) this.retryLater(request);
    else this.endAfter(request, how);
  }

  private dropCompletion(request: Request, { number, lease, leaseToken, startedUs }: AttemptFacts): void {
    this.parts.history.record(HistoryKind.completionDropped, request.number, number, 0);
    // A cancel may have released the slot already; then the lease is somebody else's.
    if (lease?.isHeldWith(leaseToken)) this.slots.abandon(lease, startedUs);
    this.ending.forgetIfLoose(request);
  }

  /** Whether something is still to happen before the slot may go back: then that will end the request. */
  private isHeldBack(request: Request): boolean {
    const { errand } = request;
    if (errand?.child != null && request.child !== ChildState.ended && this.parts.policy.parentSlot === 'yield' && this.waitsWithoutSlot(request)) return true;
    if (errand?.webhook !== true || this.parts.policy.releaseAfter !== 'webhook') return false;
    this.errands.deliver(request);
    return true;
  }

  private releaseAfterAttempt(request: Request, { lease, leaseToken }: AttemptFacts, how: ExecutionEnd): void {
    if (lease === null) return;
    const { cancelRace } = this.parts.policy;
    const races = request.stopping !== 0 && how === ExecutionEnd.completed;
    if (races && cancelRace === 'neither-releases') {
      // The end of the work leaves it to the cancel, which finds no work to stop.
      if (request.lease === lease) this.slots.lose(request);
      return;
    }
    this.slots.giveBack(request, lease, leaseToken);
    if (races && cancelRace === 'both-release') this.slots.giveBack(request, lease, leaseToken);
  }

  /** A message about an attempt that the dispatcher has given up. */
  private concludeOld(request: Request, { lease, leaseToken }: AttemptFacts, how: ExecutionEnd): void {
    const { policy, history } = this.parts;
    const isBelieved = policy.fence === 'none' && request.isOpen && how !== ExecutionEnd.crashed;
    if (!isBelieved) {
      history.record(HistoryKind.messageRefused, request.number, Message.done, 0);
      // Its own slot it may give back in any case: the token says which.
      if (lease?.isHeldWith(leaseToken)) this.slots.giveBack(request, lease, leaseToken);
      this.ending.forgetIfLoose(request);
      return;
    }
    // Released is the slot that the request has now, which is its successor's.
    if (request.lease !== null) this.slots.giveBack(request, request.lease, request.leaseToken);
    else if (lease?.isHeldWith(leaseToken)) this.slots.giveBack(request, lease, leaseToken);
    const successor = request.execution;
    if (successor?.begun === true) this.executioner.disown(request);
    else if (successor !== null) this.executioner.remove(successor, ExecutionEnd.stopped);
    request.line?.leave(request);
    this.endAfter(request, how);
    if (successor !== null) this.dispatcher.runnerFreed(request.endpoint);
  }

  /** The request ends as its last attempt did, and its result is delivered. */
  endAfter(request: Request, how: ExecutionEnd): void {
    const delivers = how === ExecutionEnd.completed && request.errand?.webhook === true && this.parts.policy.releaseAfter === 'work';
    request.failedByItself = how === ExecutionEnd.failed;
    // Held, for the delivery is still to come.
    if (delivers) request.strays++;
    this.ending.finish(request, outcomeOfAttempt(request, how));
    if (!delivers) return;
    request.strays--;
    this.errands.deliver(request);
  }

  /** The same where a parent gives its slot back meanwhile. */
  private waitsWithoutSlot(request: Request): boolean {
    const { lease, leaseToken } = request;
    if (!this.errands.beginChild(request, true)) return false;
    if (lease?.isHeldWith(leaseToken)) this.slots.giveBack(request, lease, leaseToken);
    return true;
  }

  /** Queue requests only, up to the cap on attempts, and not once a stop was accepted. */
  mayRetry(request: Request): boolean {
    const { terms } = request;
    const mayBe = request.mode === CallMode.queue && request.isOpen && request.stopping === 0 && request.attempts < this.parts.policy.maxAttempts;
    if (!mayBe || terms === null) return mayBe;
    return request.end === WorkEnd.timedOut ? request.timeoutRetries < terms.retriesAfterTimeout : request.errorRetries < terms.retriesAfterError;
  }

  retryLater(request: Request): void {
    const { calendar, policy, history, requeueUniform } = this.parts;
    const uniform = policy.retryBackoff.jitter === 0 ? 0 : requeueUniform(request.ordinal, request.requeues + request.attempts);
    const delayUs = backoffDelayUs(policy.retryBackoff, request.attempts, uniform);
    if (request.end === WorkEnd.timedOut) request.timeoutRetries++;
    else request.errorRetries++;
    request.state = RequestState.backingOff;
    request.requeueTimer = calendar.scheduleIn(delayUs, eventKey(EventKind.requeue, request.number));
    history.record(HistoryKind.requeued, request.number, RequeueReason.attemptFailed, Math.round(delayUs / 1000));
    // The deadline is absolute and keeps running across attempts.
    this.ending.armDeadline(request);
  }
}

function outcomeOfAttempt(request: Request, how: ExecutionEnd): Outcome {
  if (how === ExecutionEnd.completed) return Outcome.ok;
  // Also when the runner is lost before the stop is confirmed: the work has stopped.
  if (request.stopping !== 0) return request.stopping as Outcome;
  return Outcome.failed;
}
