import type { Account } from './accounts.js';
import { backoffDelayUs } from './backoff.js';
import type { Ending } from './ending.js';
import type { Endpoint } from './endpoints.js';
import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { HistoryKind, Outcome, RefusalReason, RequeueReason } from './history.js';
import type { Lease, Scope } from './limiter.js';
import type { Parts } from './parts.js';
import { type Request, RequestState } from './requests.js';
import type { Runner } from './runners.js';
import type { Slots, SlotWatcher } from './slots.js';

/** Decides who gets a slot and a runner, and when those who do not will be tried again. */
export class Dispatcher implements SlotWatcher {
  private slots!: Slots;

  constructor(
    private readonly parts: Parts,
    private readonly ending: Ending,
  ) {}

  /** The slots tell the dispatcher about every release, so one of the two must come first. */
  connect(slots: Slots): void {
    this.slots = slots;
  }

  /** A request has just joined the queue. */
  admit(request: Request): void {
    if (this.parts.policy.waiting === 'fifo' && !request.exempt) {
      const ahead = lineAhead(request);
      if (ahead !== null) {
        this.wait(request, ahead);
        return;
      }
    }
    this.tryDispatch(request, false);
  }

  /** Whether a direct call can be served now: 0, or the reason why it is turned away. */
  roomForDirect(request: Request): 0 | RefusalReason {
    const { account, endpoint } = request;
    if (!request.exempt) {
      const refusing = this.parts.limiter.refusingScope(account.scope, account.endpointScope(endpoint));
      if (refusing !== null) return refusing === account.scope ? RefusalReason.accountLimit : RefusalReason.endpointLimit;
    }
    return freeRunner(endpoint) === null && endpoint.line.length >= endpoint.runners.placesToCome ? RefusalReason.noRunner : 0;
  }

  /** Serves a direct call for which there is room: now, or as soon as a booting runner is ready. It holds its slot from now on. */
  serveDirect(request: Request): void {
    const runner = freeRunner(request.endpoint);
    if (!request.exempt) this.slots.grant(request);
    if (runner !== null) {
      this.assign(request, runner);
      return;
    }
    request.state = RequestState.dispatched;
    this.joinRunnerLine(request);
  }

  /** The request asks for a slot and a runner. @param isNext it stood at the head of the line for this runner */
  tryDispatch(request: Request, isNext: boolean): void {
    // At the deadline itself it is too late, whichever event of that instant comes first.
    if (request.deadlineUs <= this.parts.calendar.nowUs) {
      this.drop(request, Outcome.startTimeout);
      return;
    }
    if (!request.key.accepted) {
      this.drop(request, Outcome.revoked);
      return;
    }
    const { endpoint } = request;
    const runner = isNext ? endpoint.runners.available() : freeRunner(endpoint);
    if (runner === null) {
      request.state = RequestState.waitingForRunner;
      this.parts.history.record(HistoryKind.waitingForRunner, request.number, endpoint.number, 0);
      this.joinRunnerLine(request);
      return;
    }
    // `requeue: keep-slot` leaves a failed attempt its slot.
    if (request.exempt || request.lease !== null) {
      this.assign(request, runner);
      return;
    }
    const lease = this.slots.take(request);
    if (lease === null) {
      const { account } = request;
      this.wait(request, this.parts.limiter.refusingScope(account.scope, account.endpointScope(endpoint)) as Scope);
    } else if (this.parts.policy.dispatchLatencyUs === 0) {
      this.start(request, runner, lease);
    } else {
      this.parts.history.record(HistoryKind.leaseGranted, request.number, lease.number, request.account.scope.inUse);
      this.assign(request, runner);
    }
  }

  /** A runner of the endpoint has a free place: those who wait for one are tried in order. */
  runnerFreed(endpoint: Endpoint): void {
    const { line, runners } = endpoint;
    while (line.first !== null) {
      const runner = runners.available();
      if (runner === null) return;
      const request = line.first;
      line.leave(request);
      if (request.state !== RequestState.dispatched) this.tryDispatch(request, true);
      else if (request.deadlineUs <= this.parts.calendar.nowUs) this.drop(request, Outcome.startTimeout);
      else this.assign(request, runner);
    }
  }

  /** `waiting: fifo`: a free slot goes to whoever has waited longest and may use it. */
  slotFreed(account: Account): void {
    if (this.parts.policy.waiting !== 'fifo') return;
    while (account.scope.hasRoom) {
      const next = longestWaiting(account);
      if (next === null) return;
      next.line?.leave(next);
      this.tryDispatch(next, false);
    }
  }

  /** The runner begins to work. */
  begin(execution: Execution): void {
    this.work(execution);
    this.parts.history.record(HistoryKind.executionStarted, execution.request.number, execution.number, execution.runner.number);
  }

  /** The usual way: a slot is granted and the work begins in one step, which the history hears of as one. */
  private start(request: Request, runner: Runner, lease: Lease): void {
    const execution = this.place(request, runner);
    this.work(execution);
    this.parts.history.dispatched(request.number, lease.number, request.account.scope.inUse, execution.number, runner.number);
  }

  /** The work begins after the dispatch latency. */
  private assign(request: Request, runner: Runner): void {
    const { calendar, policy } = this.parts;
    const execution = this.place(request, runner);
    if (policy.dispatchLatencyUs === 0) {
      this.begin(execution);
      return;
    }
    this.ending.armDeadline(request);
    execution.timer = calendar.scheduleIn(policy.dispatchLatencyUs, eventKey(EventKind.start, execution.number));
  }

  /** A place on the runner is the request's, and unless it is exempt it has a slot. */
  private place(request: Request, runner: Runner): Execution {
    const execution = this.parts.executions.take(request, runner);
    runner.pool.takePlace(runner);
    request.execution = execution;
    request.attempts++;
    request.state = RequestState.dispatched;
    return execution;
  }

  private work(execution: Execution): void {
    const { calendar } = this.parts;
    const { request } = execution;
    if (request.state === RequestState.dispatched) {
      request.state = RequestState.inProgress;
      this.ending.disarmDeadline(request);
    }
    execution.begun = true;
    execution.startedUs = calendar.nowUs;
    execution.timer = calendar.scheduleIn(request.serviceUs, eventKey(EventKind.serviceEnd, execution.number));
  }

  /** The request ends without having been served; a slot that it kept or waited with goes back. */
  private drop(request: Request, outcome: Outcome): void {
    if (request.lease !== null) this.slots.release(request, request.lease, request.leaseToken);
    this.ending.finish(request, outcome);
  }

  private joinRunnerLine(request: Request): void {
    const { line, runners } = request.endpoint;
    this.ending.armDeadline(request);
    line.join(request);
    runners.growFor(line.length);
  }

  private wait(request: Request, scope: Scope): void {
    const { calendar, policy, history, requeueUniform } = this.parts;
    const reason = scope === request.account.scope ? RequeueReason.accountLimit : RequeueReason.endpointLimit;
    request.requeues++;
    this.ending.armDeadline(request);
    if (policy.waiting === 'fifo') {
      request.state = RequestState.waitingForSlot;
      scope.line.joinInOrder(request);
      history.record(HistoryKind.requeued, request.number, reason, -1);
      return;
    }
    const uniform = policy.requeueBackoff.jitter === 0 ? 0 : requeueUniform(request.ordinal, request.requeues + request.attempts);
    const delayUs = backoffDelayUs(policy.requeueBackoff, request.requeues, uniform);
    request.state = RequestState.backingOff;
    request.requeueTimer = calendar.scheduleIn(delayUs, eventKey(EventKind.requeue, request.number));
    history.record(HistoryKind.requeued, request.number, reason, Math.round(delayUs / 1000));
  }
}

/** A runner for somebody who has not waited for one: null while others do. */
function freeRunner(endpoint: Endpoint): Runner | null {
  return endpoint.line.first === null ? endpoint.runners.available() : null;
}

/** The scope in whose line a newcomer must stand behind others, or null. */
function lineAhead(request: Request): Scope | null {
  const { scope } = request.account;
  if (scope.line.first !== null) return scope;
  const endpointScope = request.account.endpointScope(request.endpoint);
  return endpointScope !== null && endpointScope.line.first !== null ? endpointScope : null;
}

/** Among those who wait for the account's limit, or for a per-endpoint limit that has room by now. */
function longestWaiting(account: Account): Request | null {
  let longest = account.scope.line.first;
  for (const scope of account.limitedEndpoints) {
    const { first } = scope.line;
    if (first !== null && scope.hasRoom && (longest === null || first.ordinal < longest.ordinal)) longest = first;
  }
  return longest;
}
