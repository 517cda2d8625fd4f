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
    if (this.context.world.ledger.isDirty) void this.context.world.settled().then(this.#answer, this.#fail);
    else this.#answer();
  };

  readonly #onClosed = (): void => {
    if (this.#isOver) return;
    this.#leave();
    this.context.world.disconnect(this.request);
  };

  readonly #answer = (): void => {
    const { answer } = this.request;
    if (answer === undefined) this.#fail(WireError.of(infrastructureProblem('internal_error', 'The result of this call was not kept')));
    else sendAnswer(this.reply, this.request, answer);
  };

  readonly #fail = (error: unknown): void => {
    this.reply.send(error);
  };

  #leave(): void {
    this.#isOver = true;
    this.#stopWatching();
    this.reply.raw.off('close', this.#onClosed);
  }
}
