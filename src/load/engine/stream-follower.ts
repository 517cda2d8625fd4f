import type { HttpAnswer } from './answer.js';
import type { Exchange } from './exchange.js';
import { TroubleTaking } from './follower.js';
import { readStatus } from './request-status.js';
import { StatusEvents } from './status-events.js';

/** Keeps a status stream open; one that breaks, or ends too early, is opened again. */
export class StreamFollower extends TroubleTaking {
  #stream: Exchange | undefined;

  begin(): void {
    this.ask();
  }

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.parts.places.giveBack();
    this.#stream?.abort();
  }

  protected ask(): void {
    const events = new StatusEvents((data) => this.#heard(data));
    this.#stream = this.parts.wire.statusStream(this.request, { data: (chunk) => events.read(chunk), answered: this.#ended });
  }

  #heard(data: string): void {
    if (this.isStopped) return;
    this.listener.polled();
    const status = readStatus(data);
    if (status !== undefined) this.seen(status);
  }

  readonly #ended = (answer: HttpAnswer): void => {
    if (!this.isStopped) this.troubled(answer);
  };
}
