import type { Account } from './accounts.js';
import type { Admission } from './admission.js';
import type { Ending } from './ending.js';
import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind, RequeueReason } from './history.js';
import type { Scope } from './limiter.js';
import type { Parts } from './parts.js';
import { NONE, type Request, RequestState } from './requests.js';
import type { Runner } from './runners.js';
import type { Slots } from './slots.js';
import { US_PER_SECOND } from './time.js';
import { Part } from './topology.js';
import { freeRunner, hasLine } from './waiting-lines.js';

/** What the dispatcher does with a request once an answer is there. */
export interface Serving {
  tryDispatch(request: Request, isNext: boolean): void;
  assign(request: Request, runner: Runner): void;
  wait(request: Request, scope: Scope): void;
  /** The scope that has no room for it. */
  refusing(request: Request): Scope;
  slotFreed(account: Account): void;
}

/** How a request is dispatched where a step may fail or stands apart from the next: answers that do not come, looks that are taken later. */
export class StepwiseDispatch {
  constructor(
    private readonly parts: Parts,
    private readonly ending: Ending,
    private readonly slots: Slots,
    private readonly admission: Admission,
    private readonly serving: Serving,
  ) {}

  /** Step by step, each of which may fail. */
  dispatch(request: Request, runner: Runner): void {
    const { policy, limiter, calendar } = this.parts;
    const { account } = request;
    if (policy.acquire === 'check-then-act' && limiter.refusingScope(account.scope, account.endpointScope(request.endpoint), request) === null) {
      request.acting = true;
      request.state = RequestState.backingOff;
      request.requeueTimer = calendar.scheduleIn(policy.checkGapUs, eventKey(EventKind.requeue, request.number));
      return;
    }
    const answer = this.admission.ask(request);
    if (answer === 'full') this.serving.wait(request, this.serving.refusing(request));
    else if (answer === 'silent') this.askAgain(request);
    else if (answer === 'crashed') this.park(request);
    else this.serving.assign(request, runner);
  }

  /** The slot that was seen free is taken, whether it is still free or not. */
  act(request: Request): void {
    request.acting = false;
    const runner = freeRunner(request.endpoint);
    if (runner === null || request.deadlineUs <= this.parts.calendar.nowUs) {
      this.serving.tryDispatch(request, false);
      return;
    }
    this.slots.takeAnyway(request);
    this.serving.assign(request, runner);
  }

  /** The store has not answered. */
  private askAgain(request: Request): void {
    const { policy, calendar, history } = this.parts;
    const delayUs = policy.resendEveryUs ?? US_PER_SECOND;
    this.ending.armDeadline(request);
    if (policy.waiting === 'backoff') {
      request.state = RequestState.backingOff;
      request.requeueTimer = calendar.scheduleIn(delayUs, eventKey(EventKind.requeue, request.number));
    } else {
      request.state = RequestState.waitingForSlot;
      request.account.scope.line.joinInOrder(request);
      this.lookIn(request.account, delayUs);
    }
    history.record(HistoryKind.requeued, request.number, RequeueReason.storeSilent, Math.round(delayUs / 1000));
  }

  /** The dispatcher is down: the request lies in the queue until it is up again. */
  park(request: Request): void {
    request.acting = false;
    request.state = RequestState.backingOff;
    this.ending.armDeadline(request);
  }

  private lookIn(account: Account, delayUs: number): void {
    if (account.tickTimer !== NONE) return;
    account.tickTimer = this.parts.calendar.scheduleIn(delayUs, eventKey(EventKind.wakeTick, account.number));
  }

  /** A wake-up may have been lost: the line is looked at by and by, if the policy does that. */
  lookLater(account: Account): void {
    const { wakeEveryUs } = this.parts.policy;
    if (wakeEveryUs !== undefined) this.lookIn(account, wakeEveryUs);
  }

  /** The line of an account is looked at, whoever has or has not been woken. */
  tick(account: Account): void {
    account.tickTimer = NONE;
    if (this.parts.wire.isDown(Part.dispatcher)) return;
    this.serveUnheard(account);
    this.serving.slotFreed(account);
    const { wire, policy } = this.parts;
    if ((!wire.direct || policy.wakeOn === 'release') && hasLine(account)) this.lookLater(account);
  }

  /** Who has a slot without knowing it must not wait for one: its own would be in its way. */
  private serveUnheard(account: Account): void {
    const unheard: Request[] = [];
    for (let request = account.scope.line.first; request !== null; request = request.next) if (this.hasUnheardLease(request)) unheard.push(request);
    for (const request of unheard) {
      if (request.line === null) continue;
      request.line.leave(request);
      this.serving.tryDispatch(request, false);
    }
  }

  /** Whether a grant to it got lost on the way. */
  hasUnheardLease(request: Request): boolean {
    const { policy, limiter } = this.parts;
    return request.strays > 0 && policy.acquireRetry === 'adopt' && limiter.leaseOf(request, request.attempts + 1) !== null;
  }
}
