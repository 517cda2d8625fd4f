import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind, Outcome } from './history.js';
import type { Parts } from './parts.js';
import { NONE, type Request, RequestState } from './requests.js';

/** Waits for the end of a request that another one needs. */
export interface ChildWatcher {
  childEnded(parent: Request): void;
}

/** Ends requests: once, whatever the outcome. */
export class Ending {
  /** Told when the child of a request has ended. */
  private watcher!: ChildWatcher;

  constructor(private readonly parts: Parts) {}

  connect(watcher: ChildWatcher): void {
    this.watcher = watcher;
  }

  finish(request: Request, outcome: Outcome): void {
    const { history, caller } = this.parts;
    request.line?.leave(request);
    this.disarmDeadline(request);
    this.disarmRequeue(request);
    request.state = RequestState.ended;
    if (outcome === Outcome.ok && !request.exempt) request.account.shownInUse--;
    history.record(HistoryKind.ended, request.number, outcome, 0);
    if (request.owner !== NONE) caller.requestEnded(request, outcome);
    const { parent } = request;
    request.parent = null;
    this.forgetIfLoose(request);
    if (parent !== null) this.watcher.childEnded(parent);
  }

  /** Frees the request's place in the pool once it has ended and neither a lease nor an execution refers to it. */
  forgetIfLoose(request: Request): void {
    if (request.state === RequestState.ended && request.lease === null && request.execution === null && request.strays === 0) this.parts.requests.give(request);
  }

  /** The request begins to wait: its start deadline will end that. Requests that start at once never need the timer. */
  armDeadline(request: Request): void {
    if (request.deadlineTimer !== NONE || request.deadlineUs === Number.POSITIVE_INFINITY) return;
    const { calendar } = this.parts;
    request.deadlineTimer = calendar.schedule(Math.max(calendar.nowUs, request.deadlineUs), eventKey(EventKind.startDeadline, request.number));
  }

  disarmDeadline(request: Request): void {
    if (request.deadlineTimer === NONE) return;
    this.parts.calendar.cancel(request.deadlineTimer);
    request.deadlineTimer = NONE;
  }

  /** Nobody looks after the request any more. */
  disarm(request: Request): void {
    this.disarmDeadline(request);
    this.disarmRequeue(request);
  }

  private disarmRequeue(request: Request): void {
    if (request.requeueTimer === NONE) return;
    this.parts.calendar.cancel(request.requeueTimer);
    request.requeueTimer = NONE;
  }
}
