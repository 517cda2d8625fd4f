import { Outcome } from '../../core/history.js';
import type { HttpAnswer } from './answer.js';
import type { CallTimer } from './call-timers.js';
import { PollFollower } from './poll-follower.js';
import { QueuedCall } from './queued-call.js';
import type { RequestStatus } from './request-status.js';
import type { RequestRef } from './wire.js';

/** Hands in, polls for the end, fetches the result. Whoever gives up cancels once; some pollers go on after that. */
export class SubscribeCall extends QueuedCall {
  #timeout: CallTimer | undefined;
  #isZombie = false;

  override polled(): void {
    if (this.#isZombie) this.parts.sink.zombiePolls(this.terms.traffic, 1);
    else super.polled();
  }

  statusSeen(status: RequestStatus): void {
    if (this.#isZombie) {
      if (status.state === 'COMPLETED') this.close();
      return;
    }
    this.noteWork(status);
    if (status.state !== 'COMPLETED') return;
    this.#disarm();
    this.trouble = this.saidBy(status.error);
    this.parts.wire.result(this.request as RequestRef, (answer) => this.#resultCame(status.outcome, answer));
  }

  followLost(outcome: Outcome | 0, answer: HttpAnswer): void {
    this.#disarm();
    if (this.#isZombie) {
      this.close();
      return;
    }
    this.trouble = this.inWords(answer);
    this.end(outcome === 0 ? Outcome.failed : outcome);
  }

  protected accepted(request: RequestRef): void {
    const { sdk, plannedUs, clientTimeoutUs } = this.terms;
    this.armPatience(request);
    if (clientTimeoutUs !== Number.POSITIVE_INFINITY) this.#timeout = this.parts.timers.at(plannedUs + clientTimeoutUs, () => this.patienceEnds(request));
    this.follower = new PollFollower(this.parts, request, this, plannedUs, sdk.pollEveryUs);
    this.follower.begin();
  }

  /** Patience or the client timeout is over: both SDKs cancel once. */
  protected patienceEnds(request: RequestRef): void {
    this.#disarm();
    this.tellEnd(Outcome.gaveUp);
    this.#isZombie = true;
    this.parts.wire.cancel(request, () => {});
    if (this.terms.sdk.zombiePoller) return;
    this.follower?.stop();
    this.close();
  }

  #resultCame(outcome: Outcome | 0, answer: HttpAnswer): void {
    const isWell = answer.status >= 200 && answer.status < 300;
    if (!isWell) this.trouble = this.inWords(answer);
    if (answer.status === 401) this.end(Outcome.unauthorized);
    else this.end(outcome === Outcome.ok && !isWell ? Outcome.failed : outcome);
  }

  #disarm(): void {
    this.disarmPatience();
    this.#timeout?.cancel();
    this.#timeout = undefined;
  }
}
