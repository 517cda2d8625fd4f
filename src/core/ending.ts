import { HistoryKind, type Outcome } from './history.js';
import type { Parts } from './parts.js';
import { NONE, RequestState } from './requests.js';

/** Ends requests: once, whatever the outcome. */
export class Ending {
  constructor(private readonly parts: Parts) {}

  finish(id: number, outcome: Outcome): void {
    const { requests, lines, history, caller } = this.parts;
    lines.leave(id);
    this.disarmDeadline(id);
    this.disarmRequeue(id);
    requests.state[id] = RequestState.ended;
    history.record(HistoryKind.ended, id, outcome, 0);
    const owner = requests.owner[id] as number;
    if (owner !== NONE) caller.requestEnded(owner, id, outcome);
    this.forgetIfLoose(id);
  }

  /** Frees the request's place in the pool once it has ended and neither a lease nor an execution refers to it. */
  forgetIfLoose(id: number): void {
    const { requests } = this.parts;
    if (requests.state[id] === RequestState.ended && requests.lease[id] === NONE && requests.execution[id] === NONE) requests.give(id);
  }

  disarmDeadline(id: number): void {
    const { requests, calendar } = this.parts;
    const timer = requests.deadlineTimer[id] as number;
    if (timer === NONE) return;
    calendar.cancel(timer);
    requests.deadlineTimer[id] = NONE;
  }

  disarmRequeue(id: number): void {
    const { requests, calendar } = this.parts;
    const timer = requests.requeueTimer[id] as number;
    if (timer === NONE) return;
    calendar.cancel(timer);
    requests.requeueTimer[id] = NONE;
  }
}
