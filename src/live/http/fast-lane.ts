import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { LONGEST_APP_ID } from '../../protocol/app-id.js';
import type { Problem } from '../../protocol/problem.js';
import type { BodyRoom } from './body-room.js';
import type { HttpContext } from './context.js';
import { CROSS_ORIGIN_HEADERS } from './cross-origin.js';
import { readJson } from './json-body.js';
import { noteRefusedByHeaders } from './listener.js';
import { type QueueAnswer, QueueDesk, type Submitter } from './queue-desk.js';
import { appPathOf, rewriteUrl } from './rewrite.js';
import { notWritten } from './settling.js';
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
/** An app's id, and what may stand behind it. Longer addresses are the routes' to refuse. */
const LONGEST_URL = PREFIX.length + LONGEST_APP_ID;
const LONGEST_STATUS_URL = LONGEST_URL + '/requests/00000000-0000-0000-0000-000000000000/status?logs=false'.length;
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
    private readonly room: BodyRoom,
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
    const match = (request.url as string).length > LONGEST_STATUS_URL ? null : STATUS.exec(request.url as string);
    if (match === null) return false;
    const [url, owner, alias, id, logs] = match as unknown as [string, string, string, string, string | undefined];
    // A namespace is no owner: such a path has one part more.
    if (owner === 'workflows' || owner === 'comfy') return false;
    try {
      const call = new LaneCall(request, url, logs === undefined ? NO_QUERY : { logs });
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
    if (url.length > LONGEST_URL || /[?%]|\/requests\//.test(url) || !url.includes('/', PREFIX.length)) return false;
    try {
      const call = new LaneCall(request, url, NO_QUERY);
      this.#read(call, response, this.#desk.admit(call, appPathOf(url)));
    } catch (error) {
      noteRefusedByHeaders(request);
      this.#fail(request, response, true, error);
    }
    return true;
  }

  /** Whoever calls is known: now a body may come. */
  #read(call: LaneCall, response: ServerResponse, submitter: Submitter): void {
    const { raw } = call;
    this.room.enter(raw);
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('end', () => this.#submit(call, response, submitter, chunks));
  }

  #submit(call: LaneCall, response: ServerResponse, submitter: Submitter, chunks: readonly Buffer[]): void {
    try {
      call.body = readJson(textOf(chunks));
      this.#answer(response, true, this.#desk.submit(call, submitter));
    } catch (error) {
      this.#fail(call.raw, response, true, error);
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
      this.log.error({ err: error }, 'what has happened cannot be written');
      this.#send(response, isSubmit, refusal(response, notWritten(PREFIX)));
      return;
    }
    this.#send(response, isSubmit, answer);
  }

  #fail(request: IncomingMessage, response: ServerResponse, isSubmit: boolean, error: unknown): void {
    const problem = problemFor(error, request.url ?? '/');
    if (problem.status === 500) this.log.error({ err: error }, 'a request failed');
    this.#answer(response, isSubmit, refusal(response, problem));
  }

  #send(response: ServerResponse, isSubmit: boolean, { status, id, body }: QueueAnswer): void {
    if (this.context.closing.aborted) response.setHeader('connection', 'close');
    response.writeHead(status, { ...CROSS_ORIGIN_HEADERS, 'content-type': JSON_TYPE, 'x-fal-request-id': id, 'content-length': Buffer.byteLength(body) });
    response.end(body);
    this.listener(isSubmit, status, id);
  }
}

/** The answer that says what went wrong; its headers are set. */
function refusal(response: ServerResponse, { status, headers, body }: Problem): QueueAnswer {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return { status, id: randomUUID(), body: JSON.stringify(body) };
}

function textOf(chunks: readonly Buffer[]): string {
  return chunks.length === 1 ? (chunks[0] as Buffer).toString() : Buffer.concat(chunks).toString();
}

/** A call as the routes would be given it. */
class LaneCall implements WireCall {
  /** Once it is there. */
  body: unknown;

  constructor(
    readonly raw: IncomingMessage,
    readonly url: string,
    readonly query: unknown,
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
