import type { Dispatcher } from 'undici';
import type { HttpAnswer } from './answer.js';

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer | undefined;
  /** It is what a user waits for: read to its end, for a client would. */
  readonly isResult?: boolean | undefined;
}

/** What whoever asked wants to hear. Told at most once each, but `data`. */
export interface HeardEvents {
  /** The first byte is about to be handed to the socket. */
  readonly sent?: () => void;
  /** It is over: an answer has come, or none will. */
  readonly answered: (answer: HttpAnswer) => void;
  /** Of a status stream that the server has opened: its text as it comes. The answer's own text is empty then. */
  readonly data?: (chunk: Buffer) => void;
}

/** Of an answer only the beginning is kept, and read: queue bodies are shorter, and results are not looked at. Bytes. */
const MOST_BYTES = 16 * 1024;
/** How long a result may be, pictures in it included: whoever sends without end is left. Bytes. */
const MOST_RESULT_BYTES = 32 * 1024 * 1024;
const NO_HEADERS: HttpAnswer['headers'] = Object.freeze({});

/** One HTTP request and its answer. */
export class Exchange implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #sentMs: number | undefined;
  #status = 0;
  #headers: HttpAnswer['headers'] = NO_HEADERS;
  #chunks: Buffer[] | undefined;
  #bytes = 0;
  #isOver = false;

  /** @param over told when it is over, whoever still listens; `tookMs` undefined: no whole answer came */
  constructor(
    private readonly heard: HeardEvents,
    private readonly over: (exchange: Exchange, tookMs: number | undefined) => void,
    private readonly isResult = false,
  ) {}

  get wasSent(): boolean {
    return this.#sentMs !== undefined;
  }

  /** Closes the connection; nothing more is heard. */
  abort(): void {
    if (this.#isOver) return;
    this.#end(undefined);
    this.#controller?.abort(new Error('the client has left'));
  }

  /** Nothing more is heard; whoever calls closes the connections. */
  forget(): void {
    this.#isOver = true;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isOver) {
      controller.abort(new Error('the client has left'));
      return;
    }
    this.#controller = controller;
    this.#sentMs = performance.now();
    this.heard.sent?.();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpAnswer['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.heard.data !== undefined && this.#status === 200) {
      this.heard.data(chunk);
      return;
    }
    if (this.#bytes < MOST_BYTES) this.#keep(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#mostBytes) return;
    this.onResponseEnd();
    controller.abort(new Error('the answer is too long'));
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#end(performance.now() - (this.#sentMs as number));
    this.heard.answered({ status: this.#status, text: this.#text(), headers: this.#headers });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#isOver) return;
    this.#end(undefined);
    this.heard.answered({ status: 0, text: wordsOf(error), headers: NO_HEADERS });
  }

  get #mostBytes(): number {
    return this.isResult && this.#status >= 200 && this.#status < 300 ? MOST_RESULT_BYTES : MOST_BYTES;
  }

  #keep(chunk: Buffer): void {
    if (this.#chunks === undefined) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
  }

  #end(tookMs: number | undefined): void {
    this.#isOver = true;
    this.over(this, tookMs);
  }

  #text(): string {
    const chunks = this.#chunks;
    if (chunks === undefined) return '';
    const [first] = chunks;
    const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
    return whole.toString('utf8', 0, Math.min(whole.length, MOST_BYTES));
  }
}

function wordsOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return error.message !== '' ? error.message : (code ?? error.name);
}
