import type { FastifyReply } from 'fastify';
import { infrastructureProblem } from '../../protocol/problem.js';
import type { Answer } from '../answer.js';
import type { LiveRequest, RequestChange } from '../world/live-request.js';
import type { HttpContext } from './context.js';
import { EventStream, type StreamSource } from './event-stream.js';
import { platformHeaders, sendAnswer } from './model-answer.js';
import { WireError } from './wire-error.js';

/**
 * Streams the parts of a direct call. The answer's head waits for the first part, so that a call which fails before it
 * is answered with its own status. Parts wait in the request for a slow reader, not in the connection.
 */
export class DirectStream implements StreamSource {
  #stream: EventStream | undefined;
  #stopWatching = (): void => {};
  #sent = 0;
  #isOver = false;

  constructor(
    private readonly context: HttpContext,
    private readonly request: LiveRequest,
    private readonly reply: FastifyReply,
  ) {}

  begin(): void {
    this.reply.raw.on('close', this.#onClientGone);
    this.#stopWatching = this.request.watch(this.#onChange);
    if (this.request.parts.length > 0 || this.request.state === 'COMPLETED') this.#onChange('end');
  }

  onCaughtUp(): void {
    this.#pumpWritten();
  }

  onClosed(): void {
    this.#onClientGone();
  }

  readonly #onChange = (change: RequestChange): void => {
    if (this.#isOver || (change !== 'part' && change !== 'end')) return;
    this.#pumpWritten();
  };

  /** Nobody may hear of what is not on disk yet. */
  #pumpWritten(): void {
    if (this.context.world.ledger.isDirty) void this.context.world.settled().then(this.#pump, this.#fail);
    else this.#pump();
  }

  readonly #onClientGone = (): void => {
    if (this.#isOver) return;
    this.#leave();
    if (this.request.state !== 'COMPLETED') this.context.world.disconnect(this.request);
  };

  readonly #pump = (): void => {
    if (this.#isOver) return;
    const { answer, state } = this.request;
    if (this.request.parts.length > 0) this.#sendParts();
    if (this.#isOver || state !== 'COMPLETED' || this.#sent < this.request.parts.length) return;
    if (answer === undefined) this.#fail(WireError.of(infrastructureProblem('internal_error', 'The result of this call was not kept')));
    else this.#finish(answer);
  };

  #sendParts(): void {
    const stream = this.#opened();
    while (stream !== undefined && this.#sent < this.request.parts.length && !stream.isBehind && !this.#isOver) {
      stream.send(JSON.stringify(this.request.parts[this.#sent++]));
    }
  }

  #finish(answer: Answer): void {
    if (this.#stream === undefined && answer.status >= 300) {
      this.#leave();
      sendAnswer(this.reply, this.request, answer);
      return;
    }
    // CHOICE (2.4): a model that streams nothing is one event; a failure after the first event is the last one.
    if (this.#sent === 0 || answer.status >= 300) this.#opened()?.send(answer.body);
    this.#leave();
    this.#stream?.end();
  }

  /** @returns undefined: too many streams are open, and the caller was told */
  #opened(): EventStream | undefined {
    if (this.#stream !== undefined) return this.#stream;
    try {
      this.#stream = new EventStream(this.context, this.reply, platformHeaders(this.request, { status: 200, headers: {} }), this);
    } catch (error) {
      this.#onClientGone();
      this.reply.send(error);
    }
    return this.#stream;
  }

  readonly #fail = (error: unknown): void => {
    if (this.#isOver) return;
    this.#leave();
    if (this.#stream === undefined) this.reply.send(error);
    else this.#stream.end();
  };

  #leave(): void {
    this.#isOver = true;
    this.#stopWatching();
    this.reply.raw.off('close', this.#onClientGone);
  }
}
