import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SDK_MODELS } from '../../sim/sdks.js';
import type { CallBook, CallParts } from './call-parts.js';
import { CallTimers } from './call-timers.js';
import type { CallTerms, LiveCall } from './live-call.js';
import { WallClock } from './load-clock.js';
import { PaceMeter } from './pace-meter.js';
import { type Agenda, Pacer } from './pacer.js';
import { RunCall } from './run-call.js';
import { StreamPlaces } from './stream-places.js';
import { SubmitCall } from './submit-call.js';
import { SubscribeCall } from './subscribe-call.js';
import { Wire } from './wire.js';

/** Whichever comes first. By then the compiler has seen what it needs to see. */
const LONGEST_MS = 600;
const MOST_ROUNDS = 30;
const AT_ONCE = 30;
/** So that nothing waits for a poll. */
const SPEED = 1_000;

let warm: Promise<void> | undefined;

/**
 * Makes calls of all kinds to a server of this process's own, once a process. The first calls of a cold program take several
 * times as long as later ones: at 2,000 requests a second it would be half a second late within the first.
 */
export function warmUp(): Promise<void> {
  warm ??= new WarmUp().run();
  return warm;
}

class WarmUp implements CallBook, Agenda {
  readonly isExact = false;
  readonly #timers = new CallTimers(() => this.#pacer?.wake());
  readonly #server: Server;
  #pacer: Pacer | undefined;
  #open = 0;
  #roundIsOver = (): void => {};

  constructor() {
    this.#server = createServer(answer);
  }

  async run(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening));
    const clock = new WallClock(SPEED);
    clock.start(performance.timeOrigin + performance.now());
    this.#pacer = new Pacer(clock, this);
    this.#pacer.start();
    const parts = this.#partsOn(clock);
    const deadlineMs = performance.now() + LONGEST_MS;
    for (let round = 0; round < MOST_ROUNDS && performance.now() < deadlineMs; round++) await this.#round(parts);
    this.#pacer.stop();
    await parts.wire.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get nextUs(): number {
    return this.#timers.nextUs;
  }

  performNext(): void {
    this.#timers.fire();
  }

  closed(): void {
    if (--this.#open === 0) this.#roundIsOver();
  }

  callerIsFree(): void {}

  #round(parts: CallParts): Promise<void> {
    const over = new Promise<void>((resolve) => {
      this.#roundIsOver = resolve;
    });
    this.#open = AT_ONCE;
    for (let n = 0; n < AT_ONCE; n++) callOf(n, parts).begin();
    return over;
  }

  #partsOn(clock: WallClock): CallParts {
    const meter = new PaceMeter();
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    const target = { kind: 'fal', queueUrl: url, runUrl: url, apiUrl: url, ca: undefined, takesHints: true, credentials: {}, operator: undefined } as const;
    const wire = new Wire(target, meter, () => {});
    const sink = { calls: () => {}, dropped: () => {}, zombiePolls: () => {} };
    const places = new StreamPlaces(AT_ONCE);
    return { clock, timers: this.#timers, wire, meter, sink, book: this, places, seed: 0, follow: 'poll', takesHints: true };
  }
}

function callOf(n: number, parts: CallParts): LiveCall {
  const mode = (['run', 'submit', 'subscribe'] as const)[n % 3] ?? 'run';
  const terms: CallTerms = {
    traffic: { account: 'warm', key: 'up', endpoint: 'slotstorm/warm-up', mode },
    sdk: SDK_MODELS.js,
    ordinal: n,
    plannedUs: Math.max(0, parts.clock.nowUs()),
    serviceUs: 0,
    end: 'ok',
    startTimeoutUs: Number.POSITIVE_INFINITY,
    clientTimeoutUs: Number.POSITIVE_INFINITY,
    patienceUs: Number.POSITIVE_INFINITY,
    watcher: null,
  };
  if (mode === 'run') return new RunCall(parts, terms);
  return mode === 'submit' ? new SubmitCall({ ...parts, follow: n % 2 === 0 ? 'poll' : 'stream' }, terms) : new SubscribeCall(parts, terms);
}

const WORKING = '{"status":"IN_PROGRESS","logs":null}';
const DONE = '{"status":"COMPLETED","logs":null,"metrics":{"inference_time":0.1}}';
let asked = 0;

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '' } = request;
  request.resume();
  if (url.endsWith('/stream')) response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${WORKING}\n\ndata: ${DONE}\n\n`);
  else if (method === 'POST') send(response, 200, '{"status":"IN_QUEUE","request_id":"warm-up","queue_position":0}');
  else send(response, 200, ++asked % 2 === 0 ? WORKING : DONE);
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}
