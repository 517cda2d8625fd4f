import type { FastifyReply } from 'fastify';
import { COMMENT, COMMENT_EVERY_US, eventText } from '../../protocol/event-stream.js';
import type { HttpContext } from './context.js';

/** A reader this far behind is cut off instead of being sent more. Bytes of this server's memory. */
const MOST_BUFFERED_BYTES = 256 * 1024;
/** Who reads nothing for so long is not there any more. Wall time: readers know nothing of the platform's. */
export const UNREAD_MS = 30_000;

/** What happens to a stream that its source wants to know. */
export interface StreamSource {
  /** The reader has caught up after `isBehind`. */
  onCaughtUp(): void;
  /** Called once, whoever ended it. */
  onClosed(): void;
}

/**
 * One `text/event-stream` answer: begins with its headers, shows every 15 s that it lives, ends with the server, and
 * never holds more than a bounded amount for a reader that does not read.
 */
export class EventStream {
  readonly #response: FastifyReply['raw'];
  readonly #leave: () => void;
  #stopTicking: () => void;
  #unread: NodeJS.Timeout | undefined;
  #isOver = false;

  /**
   * @param headers beside those of every event stream; names in lower case
   * @throws WireError 503 when too many streams are open, before anything is sent
   */
  constructor(
    private readonly context: HttpContext,
    reply: FastifyReply,
    headers: Readonly<Record<string, string>>,
    private readonly source: StreamSource,
  ) {
    this.#leave = context.openStream();
    reply.hijack();
    this.#response = reply.raw;
    this.#response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no', ...headers });
    this.#response.flushHeaders();
    this.#response.on('drain', this.#caughtUp);
    this.#response.on('close', this.#closed);
    this.#response.on('close', this.#readAgain);
    this.#response.on('error', this.#closed);
    context.closing.addEventListener('abort', this.end);
    this.#stopTicking = context.world.clock.after(COMMENT_EVERY_US, this.#tick);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether what was written has not gone out yet: whoever can skip something should wait for `onCaughtUp`. */
  get isBehind(): boolean {
    return this.#response.writableNeedDrain;
  }

  /** @param json JSON text */
  send(json: string): void {
    this.#write(eventText(json));
  }

  /** Everything written still goes out. */
  readonly end = (): void => {
    if (this.#isOver) return;
    this.#response.end();
    this.#expectReader();
    this.#closed();
  };

  #write(text: string): void {
    if (this.#isOver) return;
    if (this.#response.writableLength > MOST_BUFFERED_BYTES) this.#response.destroy();
    else if (!this.#response.write(text)) this.#expectReader();
  }

  #expectReader(): void {
    this.#unread ??= setTimeout(() => this.#response.destroy(), UNREAD_MS);
  }

  readonly #tick = (): void => {
    // Who is behind has enough to read: in quick time comments alone would be too much.
    if (!this.isBehind) this.#write(COMMENT);
    this.#stopTicking = this.context.world.clock.after(COMMENT_EVERY_US, this.#tick);
  };

  readonly #caughtUp = (): void => {
    this.#readAgain();
    if (!this.#isOver) this.source.onCaughtUp();
  };

  readonly #readAgain = (): void => {
    clearTimeout(this.#unread);
    this.#unread = undefined;
  };

  readonly #closed = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopTicking();
    this.context.closing.removeEventListener('abort', this.end);
    this.#leave();
    this.source.onClosed();
  };
}
