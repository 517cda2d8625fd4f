import { backoffDelayUs } from './backoff.js';
import type { Dispatcher } from './dispatcher.js';
import type { Ending } from './ending.js';
import { EventKind, eventKey } from './event-keys.js';
import { ExecutionEnd, HistoryKind, Outcome, RequeueReason } from './history.js';
import type { Parts } from './parts.js';
import { CallMode, NONE, RequestState } from './requests.js';
import type { Slots } from './slots.js';

/** `requests.cancelling` while a stop is under way: which outcome it will have. */
const Cancelling = { no: 0, byCaller: 1, byRevocation: 2 } as const;

/** What happens to a request once it has a slot: its work ends, is stopped, is lost, or is taken away. */
export class Lifecycle {
  constructor(
    private readonly parts: Parts,
    private readonly slots: Slots,
    private readonly ending: Ending,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** An execution has stopped. Its runner's place is free, and its message about that goes to the gateway. */
  executionEnded(execution: number, how: ExecutionEnd): void {
    const { executions, fleet, requests } = this.parts;
    const id = executions.request[execution] as number;
    const lease = executions.lease[execution] as number;
    const token = executions.leaseToken[execution] as number;
    const startedUs = executions.startedUs[execution] as number;
    const pool = fleet.poolOfRunner(executions.runner[execution] as number);
    this.remove(execution, how);
    this.concludeAttempt(id, lease, token, how, startedUs, execution);
    this.dispatcher.runnerFreed(pool);
    if (requests.state[id] === RequestState.ended) this.ending.forgetIfLoose(id);
  }

  /** A caller cancels. Queued: removed at once. In progress: a signal to the runner, which takes `stopDelayUs`. */
  cancel(id: number): void {
    this.stop(id, Cancelling.byCaller);
  }

  /** The key of a request in the queue or in progress was revoked. */
  revoke(id: number): void {
    const { requests, policy } = this.parts;
    if ((requests.state[id] as number) < RequestState.dispatched) {
      this.withdraw(id);
      this.ending.finish(id, Outcome.revoked);
    } else if (policy.onRevoke === 'strand') {
      requests.stranded[id] = 1;
    } else if (policy.onRevoke === 'cancel') {
      this.stop(id, Cancelling.byRevocation);
    }
  }

  /** `start_timeout` has passed before the work began. */
  deadlinePassed(id: number): void {
    const { requests, policy } = this.parts;
    // `at-dispatch`: the deadline does not know that a runner has the request already, so it is reported and runs.
    const runsAnyway = policy.deadlineCheck === 'at-dispatch' && requests.execution[id] !== NONE;
    if (!runsAnyway) this.withdraw(id);
    this.ending.finish(id, Outcome.startTimeout);
  }

  /** An expired lease has been found by the reaper, or a hold was too long, or the owner forced it. */
  takeAway(lease: number): void {
    const { limiter, requests } = this.parts;
    const id = limiter.request[lease] as number;
    const execution = requests.execution[id] as number;
    if (execution !== NONE) this.kill(execution);
    this.slots.revoke(lease);
    if (requests.state[id] === RequestState.ended) this.ending.forgetIfLoose(id);
    else this.ending.finish(id, Outcome.failed);
  }

  private stop(id: number, why: number): void {
    const { requests, executions, policy, calendar, history } = this.parts;
    const state = requests.state[id] as number;
    const outcome = outcomeOf(why);
    if (state < RequestState.dispatched || state === RequestState.ended) {
      if (state !== RequestState.ended) {
        history.record(HistoryKind.cancelRequested, id, 0, 0);
        this.withdraw(id);
        this.ending.finish(id, outcome);
      }
      return;
    }
    history.record(HistoryKind.cancelRequested, id, 1, 0);
    if (state === RequestState.dispatched) {
      this.withdraw(id);
      this.ending.finish(id, outcome);
      return;
    }
    const execution = requests.execution[id] as number;
    // The signal goes to a runner that no longer knows the request: a ghost cannot be cancelled.
    if (execution === NONE || requests.cancelling[id] !== Cancelling.no) return;
    requests.cancelling[id] = why;
    executions.stopTimer[execution] = calendar.schedule(calendar.nowUs + policy.stopDelayUs, eventKey(EventKind.stopConfirmed, execution));
    if (policy.releaseOn === 'cancel-request') {
      this.giveBack(id);
      this.ending.finish(id, outcome);
    }
  }

  /** Takes back what a request holds before its work has begun: its place on a runner and its slot. */
  private withdraw(id: number): void {
    const { requests, executions, calendar, fleet, lines } = this.parts;
    lines.leave(id);
    const execution = requests.execution[id] as number;
    let pool = NONE;
    if (execution !== NONE) {
      calendar.cancel(executions.timer[execution] as number);
      pool = fleet.poolOfRunner(executions.runner[execution] as number);
      fleet.vacate(execution);
      executions.give(execution);
      requests.execution[id] = NONE;
    }
    this.giveBack(id);
    if (pool !== NONE) this.dispatcher.runnerFreed(pool);
  }

  private giveBack(id: number): void {
    const { requests } = this.parts;
    const lease = requests.lease[id] as number;
    if (lease !== NONE) this.slots.release(id, lease, requests.leaseToken[id] as number);
  }

  /** The gateway hears how an attempt ended. */
  private concludeAttempt(id: number, lease: number, token: number, how: ExecutionEnd, startedUs: number, execution: number): void {
    const { requests, history } = this.parts;
    if (requests.stranded[id] === 1) {
      history.record(HistoryKind.completionDropped, id, execution, 0);
      this.slots.abandon(lease, startedUs);
      return;
    }
    const retry = how === ExecutionEnd.crashed && this.mayRetry(id);
    if (lease !== NONE && !(retry && this.parts.policy.requeue === 'keep-slot')) this.slots.release(id, lease, token);
    if (requests.state[id] === RequestState.ended) return;
    if (retry) this.retryLater(id);
    else this.ending.finish(id, this.outcomeOfAttempt(id, how));
  }

  private outcomeOfAttempt(id: number, how: ExecutionEnd): Outcome {
    if (how === ExecutionEnd.completed) return Outcome.ok;
    if (how === ExecutionEnd.stopped) return outcomeOf(this.parts.requests.cancelling[id] as number);
    return Outcome.failed;
  }

  /** Queue requests only, up to the cap on attempts, and not once a stop was accepted. */
  private mayRetry(id: number): boolean {
    const { requests, policy } = this.parts;
    return (
      requests.mode[id] === CallMode.queue &&
      requests.state[id] !== RequestState.ended &&
      requests.cancelling[id] === Cancelling.no &&
      (requests.attempts[id] as number) < policy.maxAttempts
    );
  }

  private retryLater(id: number): void {
    const { requests, calendar, policy, history, requeueJitter } = this.parts;
    const uniform = policy.retryBackoff.jitter === 0 ? 0 : requeueJitter.uniform();
    const delayUs = backoffDelayUs(policy.retryBackoff, requests.attempts[id] as number, uniform);
    requests.state[id] = RequestState.backingOff;
    requests.requeueTimer[id] = calendar.schedule(calendar.nowUs + delayUs, eventKey(EventKind.requeue, id));
    history.record(HistoryKind.requeued, id, RequeueReason.attemptFailed, Math.round(delayUs / 1000));
    // The deadline is absolute and keeps running across attempts.
    const deadlineUs = requests.deadlineUs[id] as number;
    if (Number.isFinite(deadlineUs)) {
      requests.deadlineTimer[id] = calendar.schedule(Math.max(calendar.nowUs, deadlineUs), eventKey(EventKind.startDeadline, id));
    }
  }

  private kill(execution: number): void {
    const { executions, fleet } = this.parts;
    const pool = fleet.poolOfRunner(executions.runner[execution] as number);
    this.remove(execution, ExecutionEnd.stopped);
    this.dispatcher.runnerFreed(pool);
  }

  private remove(execution: number, how: ExecutionEnd): void {
    const { executions, requests, fleet, calendar, history } = this.parts;
    const id = executions.request[execution] as number;
    const timer = executions.timer[execution] as number;
    if (timer !== NONE) calendar.cancel(timer);
    const stopTimer = executions.stopTimer[execution] as number;
    if (stopTimer !== NONE) calendar.cancel(stopTimer);
    if (executions.begun[execution] === 1) history.record(HistoryKind.executionEnded, id, execution, how);
    requests.execution[id] = NONE;
    fleet.vacate(execution);
    executions.give(execution);
  }
}

function outcomeOf(why: number): Outcome {
  return why === Cancelling.byRevocation ? Outcome.revoked : Outcome.cancelled;
}
