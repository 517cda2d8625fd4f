import { Pool } from 'undici';
import { appName, parseAppId } from '../../protocol/app-id.js';
import { LOAD_HINT_HEADER } from '../../protocol/load-hint.js';
import type { Target } from '../target/target.js';
import type { HttpAnswer } from './answer.js';
import { type Ask, Exchange, type HeardEvents } from './exchange.js';
import type { FirstWave } from './first-wave.js';
import { OpenSockets } from './open-sockets.js';
import type { PaceMeter } from './pace-meter.js';

/** Sockets to one origin for one purpose, at most: a server that stalls must not make the next call wait for an old one. */
const MOST_CONNECTIONS = 4_096;

/** A request in the queue, as its status is asked for. */
export interface RequestRef {
  /** Below the queue's address: `/owner/alias/requests/ID`. */
  readonly path: string;
  /** `account/key` */
  readonly key: string;
}

/** Work to hand in. */
export interface HandIn {
  readonly endpoint: string;
  /** `account/key` */
  readonly key: string;
  /** Virtual µs; Infinity: none. */
  readonly startTimeoutUs: number;
  /** undefined: the target heeds none. */
  readonly hint: string | undefined;
}

/** What is generated does not matter here, and real models want a prompt. */
const INPUT = Buffer.from('{"prompt":"a lighthouse in a storm"}');

/** fal's API over HTTP, as leanly as it can be asked. */
export class Wire {
  /** Direct calls and streams hold their connections for as long as the work takes: they have their own. */
  readonly #short: Pool;
  readonly #direct: Pool;
  readonly #streams: Pool;
  readonly #queueSockets: OpenSockets;
  readonly #runSockets: OpenSockets;
  readonly #queuePath: string;
  readonly #runPath: string;
  readonly #headers = new Map<string, string[]>();
  readonly #exchanges = new Set<Exchange>();
  #isClosed = false;

  constructor(
    private readonly target: Target,
    private readonly meter: PaceMeter,
    private readonly onIdle: () => void,
  ) {
    const queue = new URL(target.queueUrl);
    const run = new URL(target.runUrl);
    this.#queueSockets = new OpenSockets(queue, target.ca);
    this.#runSockets = new OpenSockets(run, target.ca);
    this.#short = poolOf(queue, this.#queueSockets);
    this.#streams = poolOf(queue, this.#queueSockets);
    this.#direct = poolOf(run, this.#runSockets);
    this.#queuePath = pathOf(queue);
    this.#runPath = pathOf(run);
  }

  /** Opens connections for calls that come at once. Nothing is sent. */
  async openAhead({ direct, queued }: FirstWave): Promise<void> {
    await Promise.all([this.#queueSockets.openAhead(queued), this.#runSockets.openAhead(direct)]);
  }

  /** HTTP requests under way. */
  get underWay(): number {
    return this.#exchanges.size;
  }

  /** Requests may wait for others of ours, and not for the server. */
  get isFull(): boolean {
    return this.#exchanges.size >= MOST_CONNECTIONS;
  }

  /** `id:secret`; undefined: nobody gave any. @param key `account/key` */
  secretOf(key: string): string | undefined {
    return Object.hasOwn(this.target.credentials, key) ? this.target.credentials[key] : undefined;
  }

  submit(work: HandIn, heard: HeardEvents): Exchange {
    return this.#send(this.#short, { method: 'POST', path: `${this.#queuePath}/${work.endpoint}`, headers: this.#handInHeaders(work), body: INPUT }, heard);
  }

  run(work: HandIn, heard: HeardEvents): Exchange {
    return this.#send(
      this.#direct,
      { method: 'POST', path: `${this.#runPath}/${work.endpoint}`, headers: this.#handInHeaders(work), body: INPUT, isResult: true },
      heard,
    );
  }

  /** @param id as the server told it */
  requestOf(endpoint: string, key: string, id: string): RequestRef {
    const app = parseAppId(endpoint);
    return { path: `/${app === undefined ? endpoint : appName(app)}/requests/${id}`, key };
  }

  status(request: RequestRef, answered: (answer: HttpAnswer) => void): Exchange {
    return this.#send(this.#short, this.#get(request, '/status'), { answered });
  }

  result(request: RequestRef, answered: (answer: HttpAnswer) => void): Exchange {
    return this.#send(this.#short, { ...this.#get(request, ''), isResult: true }, { answered });
  }

  cancel({ path, key }: RequestRef, answered: (answer: HttpAnswer) => void): Exchange {
    return this.#send(this.#short, { method: 'PUT', path: `${this.#queuePath}${path}/cancel`, headers: this.#headersOf(key), body: undefined }, { answered });
  }

  /** Server-sent events until the server ends them: `heard.data` has the text as it comes. */
  statusStream({ path, key }: RequestRef, heard: HeardEvents): Exchange {
    const headers = [...this.#headersOf(key), 'accept', 'text/event-stream'];
    return this.#send(this.#streams, { method: 'GET', path: `${this.#queuePath}${path}/status/stream`, headers, body: undefined }, heard);
  }

  /** Ends every connection; whoever waits for an answer hears nothing any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const exchange of this.#exchanges) exchange.forget();
    this.#exchanges.clear();
    this.#queueSockets.close();
    this.#runSockets.close();
    await Promise.all([this.#short.destroy(), this.#direct.destroy(), this.#streams.destroy()]);
  }

  #get({ path, key }: RequestRef, rest: string): Ask {
    return { method: 'GET', path: `${this.#queuePath}${path}${rest}`, headers: this.#headersOf(key), body: undefined };
  }

  #send(pool: Pool, ask: Ask, heard: HeardEvents): Exchange {
    const { isResult, body, ...rest } = ask;
    const exchange = new Exchange(heard, this.#over, isResult);
    if (this.#isClosed) return exchange;
    this.#exchanges.add(exchange);
    pool.dispatch({ ...rest, body: body ?? null, headersTimeout: 0, bodyTimeout: 0 }, exchange);
    return exchange;
  }

  readonly #over = (exchange: Exchange, tookMs: number | undefined): void => {
    this.#exchanges.delete(exchange);
    if (exchange.wasSent) this.meter.httpRequests++;
    if (tookMs !== undefined) this.meter.answered(tookMs * 1e3);
    if (this.#exchanges.size === 0) this.onIdle();
  };

  #handInHeaders({ key, startTimeoutUs, hint }: HandIn): string[] {
    const headers = [...this.#headersOf(key), 'content-type', 'application/json'];
    // Virtual seconds: the server's clock is virtual too.
    if (startTimeoutUs !== Number.POSITIVE_INFINITY) headers.push('x-fal-request-timeout', String(startTimeoutUs / 1e6));
    if (hint !== undefined) headers.push(LOAD_HINT_HEADER, hint);
    return headers;
  }

  #headersOf(key: string): string[] {
    let headers = this.#headers.get(key);
    if (headers === undefined) {
      const secret = this.secretOf(key);
      headers = secret === undefined ? [] : ['authorization', `Key ${secret}`];
      this.#headers.set(key, headers);
    }
    return headers;
  }
}

function poolOf(url: URL, { connect }: OpenSockets): Pool {
  return new Pool(url.origin, { connections: MOST_CONNECTIONS, pipelining: 1, connect });
}

function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '');
}
