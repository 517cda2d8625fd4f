import type { FastifyReply } from 'fastify';
import { infrastructureProblem } from '../../protocol/problem.js';
import type { LiveRequest, RequestChange } from '../world/live-request.js';
import type { HttpContext } from './context.js';
import { sendAnswer } from './model-answer.js';
import { WireError } from './wire-error.js';

/** Waits for the end of a direct call and answers with it, or gives the call up when its client is gone. */
export class DirectAnswer {
  #stopWatching = (): void => {};
  #isOver = false;

  constructor(
    private readonly context: HttpContext,
    private readonly request: LiveRequest,
    private readonly reply: FastifyReply,
  ) {}

  begin(): void {
    this.reply.raw.on('close', this.#onClosed);
    this.#stopWatching = this.request.watch(this.#onChange);
    if (this.request.state === 'COMPLETED') this.#onChange('end');
  }

  readonly #onChange = (change: RequestChange): void => {
    if (change !== 'end' || this.#isOver) return;
    this.#leave();
    this.#answer();
  };

  readonly #onClosed = (): void => {
    if (this.#isOver) return;
    this.#leave();
    this.context.world.disconnect(this.request);
  };

  #answer(): void {
    const { answer } = this.request;
    if (answer === undefined) this.reply.send(WireError.of(infrastructureProblem('internal_error', 'The result of this call was not kept')));
    else sendAnswer(this.reply, this.request, answer);
  }

  #leave(): void {
    this.#isOver = true;
    this.#stopWatching();
    this.reply.raw.off('close', this.#onClosed);
  }
}
