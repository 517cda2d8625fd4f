import { Outcome } from '../../core/history.js';
import type { HttpAnswer } from './answer.js';
import type { CallTimer } from './call-timers.js';
import type { Follower, StatusListener } from './follower.js';
import { LiveCall } from './live-call.js';
import { type RequestStatus, readRequestId, readStatus } from './request-status.js';
import type { RequestRef } from './wire.js';

/** A call through the queue: handed in once, as neither SDK is modelled to hand in again, then watched. */
export abstract class QueuedCall extends LiveCall implements StatusListener {
  protected follower: Follower | undefined;
  #patience: CallTimer | undefined;

  begin(): void {
    this.attempts = 1;
    this.parts.wire.submit(this.handIn(), { sent: this.sent, answered: this.#answered });
  }

  polled(): void {
    this.polls++;
  }

  abstract statusSeen(status: RequestStatus): void;
  abstract followLost(outcome: Outcome | 0, answer: HttpAnswer): void;

  /** The server has taken the work. */
  protected abstract accepted(request: RequestRef): void;
  /** It waits still, and its caller has waited enough. */
  protected abstract patienceEnds(request: RequestRef): void;

  /** Cancels after so long in the queue. */
  protected armPatience(request: RequestRef): void {
    const { patienceUs, plannedUs } = this.terms;
    if (patienceUs !== Number.POSITIVE_INFINITY) this.#patience = this.parts.timers.at(plannedUs + patienceUs, () => this.#lookBeforeLeaving(request));
  }

  protected disarmPatience(): void {
    this.#patience?.cancel();
    this.#patience = undefined;
  }

  protected get isPatient(): boolean {
    return this.#patience !== undefined;
  }

  /** What a status tells of the beginning of the work. */
  protected noteWork({ state, outcome, inferenceUs }: RequestStatus): void {
    if (state === 'IN_PROGRESS') this.workHadBegun();
    // A poll may miss all of a short work: then its length tells when it began.
    else if (state === 'COMPLETED' && (outcome === Outcome.ok || inferenceUs > 0)) this.workHadBegun(inferenceUs);
  }

  readonly #answered = (answer: HttpAnswer): void => {
    this.heardBack(answer);
    const isTaken = answer.status >= 200 && answer.status < 300;
    const id = isTaken ? readRequestId(answer.text) : undefined;
    if (id !== undefined) {
      this.accepted(this.acceptedAs(id));
      return;
    }
    if (isTaken) this.trouble = `expected a request_id, got ${this.inWords(answer)}`;
    this.end(answer.status === 401 ? Outcome.unauthorized : Outcome.failed);
  };

  /** Work that has begun is waited for, and only the server knows. */
  #lookBeforeLeaving(request: RequestRef): void {
    if (this.workBegan) {
      this.#leaveIf(false, request);
      return;
    }
    this.polls++;
    this.parts.wire.status(request, ({ text }) => this.#leaveIf(readStatus(text)?.state === 'IN_QUEUE', request));
  }

  #leaveIf(isWaiting: boolean, request: RequestRef): void {
    if (!this.isPatient) return;
    this.disarmPatience();
    if (isWaiting) this.patienceEnds(request);
    else this.patienceWasEnough();
  }

  /** The work has begun in time. */
  protected patienceWasEnough(): void {}
}
