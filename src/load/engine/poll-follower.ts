import type { HttpAnswer } from './answer.js';
import type { Exchange } from './exchange.js';
import { TroubleTaking } from './follower.js';
import { readStatus } from './request-status.js';

/** Asks for the status at once, and then again and again. */
export class PollFollower extends TroubleTaking {
  #asking: Exchange | undefined;

  begin(): void {
    this.ask();
  }

  stop(): void {
    this.isStopped = true;
    this.#asking?.abort();
  }

  protected ask(): void {
    this.listener.polled();
    this.#asking = this.parts.wire.status(this.request, this.#answered);
  }

  readonly #answered = (answer: HttpAnswer): void => {
    this.#asking = undefined;
    if (this.isStopped) return;
    const status = answer.status === 200 || answer.status === 202 ? readStatus(answer.text) : undefined;
    if (status === undefined) {
      this.troubled(answer);
      return;
    }
    this.seen(status);
    if (!this.isStopped) this.askAtNextTick();
  };
}
