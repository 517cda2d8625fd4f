import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import type { HttpContext } from './context.js';
import { readJson } from './json-body.js';
import { type QueueAnswer, QueueDesk } from './queue-desk.js';
import { rewriteUrl } from './rewrite.js';
import type { WireCall } from './wire-call.js';
import { JSON_TYPE, problemFor } from './wire-error.js';

/** Hears of every answer of the lane: the framework's hooks do not. */
export type LaneListener = (isSubmit: boolean, status: number, id: string) => void;

interface ReadyAnswer {
  readonly response: ServerResponse;
  readonly isSubmit: boolean;
  readonly answer: QueueAnswer;
}

const PREFIX = '/queue/';
const STATUS = /^\/queue\/([A-Za-z0-9._~-]+)\/([A-Za-z0-9._~-]+)\/requests\/([0-9a-f-]{36})\/status(?:\?logs=(0|1|true|false))?$/;
const NO_QUERY = Object.freeze({});

/**
 * Submits and status polls, which are nearly all of the traffic, without the framework in between: half the time that it
 * takes for one. Takes only the plainest calls and leaves every other to the routes, before a byte of its body is read;
 * what it answers is what they would answer (`test/live/http/fast-lane.test.ts`).
 */
export class FastLane {
  readonly #desk: QueueDesk;
  readonly #ready: ReadyAnswer[] = [];

  constructor(
    private readonly context: HttpContext,
    private readonly log: FastifyBaseLogger,
    private readonly listener: LaneListener,
  ) {
    this.#desk = new QueueDesk(context);
  }

  /** @returns whether the call is in good hands; else nothing was touched */
  takes(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url?.startsWith(PREFIX) !== true || request.headers['x-fal-target-url'] !== undefined) return false;
    if (request.method === 'POST') return this.#takesSubmit(request, response);
    return request.method === 'GET' && this.#takesStatus(request, response);
  }

  #takesStatus(request: IncomingMessage, response: ServerResponse): boolean {
    const match = STATUS.exec(request.url as string);
    if (match === null) return false;
    const [url, owner, alias, id, logs] = match as unknown as [string, string, string, string, string | undefined];
    // A namespace is no owner: such a path has one part more.
    if (owner === 'workflows' || owner === 'comfy') return false;
    try {
      const call = new LaneCall(request, url, logs === undefined ? NO_QUERY : { logs }, undefined);
      this.#answer(response, false, this.#desk.status(call, { owner, alias, id }));
    } catch (error) {
      this.#fail(request, response, false, error);
    }
    return true;
  }

  #takesSubmit(request: IncomingMessage, response: ServerResponse): boolean {
    const { 'content-type': type, 'content-length': length } = request.headers;
    if ((type !== 'application/json' && type !== JSON_TYPE) || length === undefined || Number(length) > this.context.settings.limits.bodyBytes) return false;
    const url = rewriteUrl(request);
    if (url.includes('?') || url.includes('/requests/') || !url.includes('/', PREFIX.length)) return false;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.#submit(request, response, url, chunks));
    return true;
  }

  #submit(request: IncomingMessage, response: ServerResponse, url: string, chunks: readonly Buffer[]): void {
    try {
      const call = new LaneCall(request, url, NO_QUERY, readJson(textOf(chunks)));
      this.#answer(response, true, this.#desk.submit(call, url.slice(PREFIX.length)));
    } catch (error) {
      this.#fail(request, response, true, error);
    }
  }

  #answer(response: ServerResponse, isSubmit: boolean, answer: QueueAnswer): void {
    if (this.context.world.ledger.isDirty) void this.#answerSettled(response, isSubmit, answer);
    else this.#sendSoon({ response, isSubmit, answer });
  }

  /** All answers of one turn of the event loop go out together: each one alone would wake its client up, which costs more than the answer. */
  #sendSoon(ready: ReadyAnswer): void {
    this.#ready.push(ready);
    if (this.#ready.length > 1) return;
    setImmediate(() => {
      for (const { response, isSubmit, answer } of this.#ready.splice(0)) this.#send(response, isSubmit, answer);
    });
  }

  async #answerSettled(response: ServerResponse, isSubmit: boolean, answer: QueueAnswer): Promise<void> {
    try {
      await this.context.world.settled();
    } catch (error) {
      this.#fail(response.req, response, isSubmit, error);
      return;
    }
    this.#send(response, isSubmit, answer);
  }

  #fail(request: IncomingMessage, response: ServerResponse, isSubmit: boolean, error: unknown): void {
    const { status, headers, body } = problemFor(error, request.url ?? '/');
    if (status === 500) this.log.error({ err: error }, 'a request failed');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    this.#send(response, isSubmit, { status, id: randomUUID(), body: JSON.stringify(body) });
  }

  #send(response: ServerResponse, isSubmit: boolean, { status, id, body }: QueueAnswer): void {
    if (this.context.closing.aborted) response.setHeader('connection', 'close');
    response.writeHead(status, { 'content-type': JSON_TYPE, 'x-fal-request-id': id, 'content-length': Buffer.byteLength(body) });
    response.end(body);
    this.listener(isSubmit, status, id);
  }
}

function textOf(chunks: readonly Buffer[]): string {
  return chunks.length === 1 ? (chunks[0] as Buffer).toString() : Buffer.concat(chunks).toString();
}

/** A call as the routes would be given it. */
class LaneCall implements WireCall {
  constructor(
    readonly raw: IncomingMessage,
    readonly url: string,
    readonly query: unknown,
    readonly body: unknown,
  ) {}

  get method(): string {
    return this.raw.method as string;
  }

  get headers(): WireCall['headers'] {
    return this.raw.headers;
  }

  /** Only the plain listener has a lane. */
  get protocol(): 'http' {
    return 'http';
  }
}
