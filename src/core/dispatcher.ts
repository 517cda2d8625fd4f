import type { Account } from './accounts.js';
import type { Admission } from './admission.js';
import { backoffDelayUs } from './backoff.js';
import type { Ending } from './ending.js';
import type { Endpoint } from './endpoints.js';
import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { HistoryKind, Outcome, RefusalReason, RequeueReason } from './history.js';
import type { Lease, Scope } from './limiter.js';
import type { Parts } from './parts.js';
import { NONE, type Request, RequestState } from './requests.js';
import type { Runner } from './runners.js';
import type { Slots, SlotWatcher } from './slots.js';
import { type Serving, StepwiseDispatch } from './stepwise-dispatch.js';
import { Part } from './topology.js';
import { freeRunner, lineAhead, longestWaiting, shortestWaiting, standsBack } from './waiting-lines.js';

/** Sends work to runners. */
export interface Launcher {
  /** A runner is to begin. */
  launch(execution: Execution): void;
  /** Work has begun: what goes on beside it begins too. */
  begun(execution: Execution): void;
}

/** Decides who gets a slot and a runner, and when those who do not will be tried again. */
export class Dispatcher implements SlotWatcher, Serving {
  private slots!: Slots;
  private admission!: Admission;
  private launcher!: Launcher;
  private stepwise!: StepwiseDispatch;

  constructor(
    private readonly parts: Parts,
    private readonly ending: Ending,
  ) {}

  /** The slots tell the dispatcher about every release, so one of the two must come first. */
  connect(slots: Slots, admission: Admission, launcher: Launcher): void {
    this.slots = slots;
    this.admission = admission;
    this.launcher = launcher;
    this.stepwise = new StepwiseDispatch(this.parts, this.ending, slots, admission, this);
  }

  /** A request has just joined the queue. */
  admit(request: Request): void {
    request.enqueued = true;
    if (this.parts.policy.waiting !== 'backoff' && !request.exempt && !this.stepwise.hasUnheardLease(request)) {
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
    const { wire } = this.parts;
    if (!wire.calm && wire.isDown(Part.dispatcher)) return RefusalReason.gatewayDown;
    if (!request.exempt) {
      if (!wire.direct && this.admission.isClosed(request)) return RefusalReason.gatewayDown;
      const refusing = this.parts.limiter.refusingScope(account.scope, account.endpointScope(endpoint), request);
      if (refusing !== null) return refusing === account.scope ? RefusalReason.accountLimit : RefusalReason.endpointLimit;
    }
    return freeRunner(endpoint) === null && endpoint.line.length >= endpoint.runners.placesToCome ? RefusalReason.noRunner : 0;
  }

  /** Serves a direct call for which there is room: now, or as soon as a booting runner is ready. It holds its slot from now on. */
  serveDirect(request: Request): void {
    const runner = freeRunner(request.endpoint, wishOf(request));
    if (!request.exempt) {
      // A limiter of one's own may refuse although it says that there is room.
      const isGranted = this.slots.grant(request);
      if (!isGranted || (!this.parts.wire.calm && !this.admission.isHeard(request))) {
        this.ending.finish(request, Outcome.failed);
        return;
      }
    }
    if (runner !== null) {
      this.assign(request, runner);
      return;
    }
    request.state = RequestState.dispatched;
    // Its slot is no ghost's: it waits for a runner that boots.
    this.parts.history.record(HistoryKind.waitingForRunner, request.number, request.endpoint.number, 0);
    this.joinRunnerLine(request);
  }

  /** The request asks for a slot and a runner. @param isNext it stood at the head of the line for this runner */
  tryDispatch(request: Request, isNext: boolean): void {
    const { wire } = this.parts;
    if (wire.isDown(Part.dispatcher)) {
      this.stepwise.park(request);
      return;
    }
    // At the deadline itself it is too late, whichever event of that instant comes first.
    if (request.deadlineUs <= this.parts.calendar.nowUs) {
      this.drop(request, Outcome.startTimeout);
      return;
    }
    if (!request.key.accepted) {
      this.drop(request, Outcome.revoked);
      return;
    }
    const { endpoint, account } = request;
    const runner = isNext ? endpoint.runners.available(wishOf(request)) : freeRunner(endpoint, wishOf(request));
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
    if (request.isLow && standsBack(request, this.parts.requests)) {
      this.wait(request, account.scope, RequeueReason.priority);
      return;
    }
    // It may have a slot that it never heard of.
    if (!wire.direct || request.strays > 0) {
      this.stepwise.dispatch(request, runner);
      return;
    }
    const lease = this.slots.take(request);
    if (lease === null) {
      this.wait(request, this.refusing(request));
    } else if (this.parts.policy.dispatchLatencyUs === 0) {
      this.start(request, runner, lease);
    } else {
      this.slots.tellGrant(request, lease);
      this.assign(request, runner);
    }
  }

  /** The timer of a request in the queue says that it is to be tried again. */
  retry(request: Request): void {
    if (this.parts.wire.isDown(Part.dispatcher)) return;
    if (request.acting) this.stepwise.act(request);
    else this.tryDispatch(request, false);
  }

  /** A runner of the endpoint has a free place: those who wait for one are tried in order. */
  runnerFreed(endpoint: Endpoint): void {
    const { line, runners } = endpoint;
    while (line.first !== null) {
      if (this.parts.wire.isDown(Part.dispatcher)) return;
      const runner = runners.available();
      if (runner === null) return;
      const request = line.first;
      line.leave(request);
      if (request.state !== RequestState.dispatched) this.tryDispatch(request, true);
      else if (request.deadlineUs <= this.parts.calendar.nowUs) this.drop(request, Outcome.startTimeout);
      else this.assign(request, runner);
    }
  }

  /** A free slot goes to whoever has waited longest, or shortest, and may use it. */
  slotFreed(account: Account): void {
    const { waiting } = this.parts.policy;
    if (waiting === 'backoff') return;
    while (account.scope.hasRoom) {
      if (this.parts.wire.isDown(Part.dispatcher)) return;
      const gone = account.abandoned.shift();
      if (gone !== undefined) {
        // It gave up long ago, but still stands in the line: the slot is nobody's from now on.
        this.slots.takeAnyway(gone);
        this.slots.lose(gone);
        gone.strays--;
        continue;
      }
      const next = waiting === 'fifo' ? longestWaiting(account) : shortestWaiting(account);
      if (next === null) return;
      const { line } = next;
      line?.leave(next);
      this.tryDispatch(next, false);
      // Back where it stood: nobody answers, and the others would hear no more.
      if (next.line === line) return;
    }
  }

  lookLater(account: Account): void {
    this.stepwise.lookLater(account);
  }

  /** The line of an account is looked at, whoever has or has not been woken. */
  tick(account: Account): void {
    this.stepwise.tick(account);
  }

  /** The dispatcher is up again and goes through its queue, the oldest first. */
  recover(accounts: readonly Account[], endpoints: readonly Endpoint[]): void {
    const waiting = this.parts.requests
      .open()
      .filter((request) => request.enqueued && !request.forgotten && request.line === null && request.requeueTimer === NONE);
    waiting.sort((a, b) => a.ordinal - b.ordinal);
    for (const request of waiting) if (request.isQueued && request.line === null) this.admit(request);
    for (const account of accounts) this.slotFreed(account);
    for (const endpoint of endpoints) this.runnerFreed(endpoint);
  }

  /** The runner begins to work. */
  begin(execution: Execution): void {
    const { request, lease, leaseToken } = execution;
    const isStale = !request.exempt && lease?.isHeldWith(leaseToken) !== true;
    this.work(execution);
    const kind = isStale ? HistoryKind.executionStartedStale : HistoryKind.executionStarted;
    this.parts.history.record(kind, request.number, execution.number, execution.runner.number);
    this.launcher.begun(execution);
  }

  /** A place on the runner is the request's, and unless it is exempt it has a slot. */
  place(request: Request, runner: Runner): Execution {
    request.attempts++;
    // Without a fence an attempt may still be at work: nobody asks after it any more.
    if (request.execution !== null) request.strays++;
    const execution = this.parts.executions.take(request, runner);
    runner.pool.takePlace(runner);
    request.execution = execution;
    request.state = RequestState.dispatched;
    return execution;
  }

  /** The usual way: a slot is granted and the work begins in one step, which the history hears of as one. */
  private start(request: Request, runner: Runner, lease: Lease): void {
    const execution = this.place(request, runner);
    this.work(execution);
    this.parts.history.dispatched(request.number, lease.number, request.account.scope.inUse, execution.number, runner.number);
    if (this.parts.wire.expectsFaults) this.launcher.begun(execution);
  }

  /** The work begins after the dispatch latency. */
  assign(request: Request, runner: Runner): void {
    const { calendar, policy } = this.parts;
    const execution = this.place(request, runner);
    if (policy.dispatchLatencyUs === 0) {
      this.launcher.launch(execution);
      // Its start is still under way: the deadline runs on.
      if (request.execution === execution && request.state === RequestState.dispatched) this.ending.armDeadline(request);
      return;
    }
    this.ending.armDeadline(request);
    execution.timer = calendar.scheduleIn(policy.dispatchLatencyUs, eventKey(EventKind.start, execution.number));
  }

  private work(execution: Execution): void {
    const { calendar } = this.parts;
    const { request } = execution;
    if (request.state === RequestState.dispatched && request.execution === execution) {
      request.state = RequestState.inProgress;
      this.ending.disarmDeadline(request);
    }
    execution.begun = true;
    execution.startedUs = calendar.nowUs;
    const { slowness } = execution.runner;
    const serviceUs = slowness === 1 ? request.serviceUs : Math.round(request.serviceUs * slowness);
    execution.endsUs = calendar.nowUs + serviceUs;
    if (serviceUs === Number.POSITIVE_INFINITY) return;
    execution.timer = calendar.scheduleIn(serviceUs, eventKey(EventKind.serviceEnd, execution.number));
  }

  /** The request ends without having been served; a slot that it kept or waited with goes back. */
  private drop(request: Request, outcome: Outcome): void {
    if (request.lease !== null) this.slots.giveBack(request, request.lease, request.leaseToken);
    this.ending.finish(request, outcome);
  }

  private joinRunnerLine(request: Request): void {
    const { line, runners } = request.endpoint;
    this.ending.armDeadline(request);
    // Who came back from a line for a slot has not lost its place.
    if (this.parts.policy.waiting === 'fifo') line.joinInOrder(request);
    else line.join(request);
    runners.growFor(line.length);
  }

  /** The scope that has no room for the request. */
  refusing(request: Request): Scope {
    const { account, endpoint } = request;
    // Where nobody refuses any more, the next release of the account will look again.
    return this.parts.limiter.refusingScope(account.scope, account.endpointScope(endpoint), request) ?? account.scope;
  }

  /** The request joins the line of the scope, or sleeps. */
  wait(request: Request, scope: Scope, reason = reasonOf(request, scope)): void {
    const { calendar, policy, history, requeueUniform } = this.parts;
    request.requeues++;
    this.ending.armDeadline(request);
    if (policy.waiting !== 'backoff') {
      request.state = RequestState.waitingForSlot;
      scope.line.joinInOrder(request);
      // A raised limit will wake nobody, so the line is looked at from now on.
      if (policy.wakeOn === 'release') this.stepwise.lookLater(request.account);
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

function reasonOf(request: Request, scope: Scope): RequeueReason {
  return scope === request.account.scope ? RequeueReason.accountLimit : RequeueReason.endpointLimit;
}

/** The runner that it would like best; NONE: any. */
function wishOf(request: Request): number {
  return request.terms === null ? NONE : request.terms.runner;
}
