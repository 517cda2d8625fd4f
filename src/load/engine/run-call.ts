import { backoffDelayUs } from '../../core/backoff.js';
import { Outcome } from '../../core/history.js';
import { keyedUniform, Purpose } from '../../core/random.js';
import { endOfRun, type HttpAnswer, TURNED_AWAY, takenAs, workWasLost } from './answer.js';
import { LiveCall } from './live-call.js';

/** A direct call: waits on the connection, and tries again as its SDK does. */
export class RunCall extends LiveCall {
  begin(): void {
    this.#attempt();
  }

  readonly #attempt = (): void => {
    this.attempts++;
    this.parts.wire.run(this.handIn(), { sent: this.sent, answered: this.#answered });
  };

  readonly #answered = (answer: HttpAnswer): void => {
    this.heardBack(answer);
    this.requestId = takenAs(answer) ?? this.requestId;
    const end = endOfRun(answer);
    if (end !== undefined) {
      this.end(end);
      return;
    }
    const wasLost = workWasLost(answer);
    this.isRepeat ||= wasLost;
    if (this.#mayRepeat(answer.status)) this.#retryLater();
    else this.end(TURNED_AWAY.has(answer.status) && !wasLost ? Outcome.gaveUp : Outcome.failed);
  };

  #mayRepeat(status: number): boolean {
    const { sdk } = this.terms;
    // Every SDK that tries again at all does so after a broken connection.
    return (status === 0 || sdk.retriesOn.has(status)) && this.attempts < sdk.runAttempts;
  }

  #retryLater(): void {
    const { sdk, ordinal } = this.terms;
    const uniform = keyedUniform(this.parts.seed, Purpose.clientJitter, ordinal, this.attempts);
    this.parts.timers.at(this.parts.clock.nowUs() + backoffDelayUs(sdk.runBackoff, this.attempts, uniform), this.#attempt);
  }
}
