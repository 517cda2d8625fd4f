import type { FastifyReply } from 'fastify';
import type { LiveRequest, RequestChange } from '../world/live-request.js';
import type { HttpContext } from './context.js';
import { EventStream, type StreamSource } from './event-stream.js';
import { statusBody } from './status-text.js';

/** Streams whose position is looked at after one change of the platform; the others have their turn after the next. */
const MOST_LOOKED_AT = 250;

/** The status streams that are open. Positions change without a word of the request, so one listener looks at all who wait. */
export class StatusStreams {
  readonly #waiting = new Set<StatusStream>();
  #stopListening: (() => void) | undefined;

  constructor(private readonly context: HttpContext) {}

  /** @param links as `requestLinks` writes them @param keyId whose revocation ends the stream */
  open(reply: FastifyReply, request: LiveRequest, links: string, withLogs: boolean, keyId: string): void {
    const stream = new StatusStream(this.context, this, request, links, withLogs, keyId);
    stream.begin(reply);
  }

  /** Its request stands in a queue: its position may change. */
  watchPosition(stream: StatusStream): void {
    this.#waiting.add(stream);
    // Positions are told at most as often as this listener is called, which is a few times a second.
    this.#stopListening ??= this.context.world.onChange(this.#lookAtPositions);
  }

  leave(stream: StatusStream): void {
    this.#waiting.delete(stream);
    if (this.#waiting.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  readonly #lookAtPositions = (): void => {
    let left = Math.min(MOST_LOOKED_AT, this.#waiting.size);
    for (const stream of this.#waiting) {
      if (left-- <= 0) return;
      // To the end of the row, so that the next round begins with those who were not looked at.
      this.#waiting.delete(stream);
      this.#waiting.add(stream);
      stream.tellPosition();
    }
  };
}

/** One reader of one request's status: an event at once, then one a change, the last one is COMPLETED. */
class StatusStream implements StreamSource {
  #stream!: EventStream;
  #stopWatching = (): void => {};
  #stopKeyWatch = (): void => {};
  /** Log lines told so far: each event has only the new ones, which the JavaScript client adds up. */
  #logsTold = 0;
  #positionTold = -1;
  #stateTold: LiveRequest['state'] | undefined;
  /** Something has changed that the reader was too slow to hear of. */
  #owes = false;

  constructor(
    private readonly context: HttpContext,
    private readonly streams: StatusStreams,
    private readonly request: LiveRequest,
    private readonly links: string,
    private readonly withLogs: boolean,
    private readonly keyId: string,
  ) {}

  begin(reply: FastifyReply): void {
    this.#stream = new EventStream(this.context, reply, { 'x-fal-request-id': this.request.id }, this);
    this.#tellWritten();
    if (this.#stream.isOver) return;
    this.#stopWatching = this.request.watch(this.#onChange);
    this.#stopKeyWatch = this.context.world.keys.onRevoked(this.#onRevoked);
  }

  /** If it is another one than was told last. */
  tellPosition(): void {
    if (this.request.state === 'IN_QUEUE') this.#tellWritten();
  }

  onCaughtUp(): void {
    if (this.#owes) this.#tellWritten();
  }

  onClosed(): void {
    this.#stopWatching();
    this.#stopKeyWatch();
    this.streams.leave(this);
  }

  readonly #onChange = (change: RequestChange): void => {
    if (change === 'part' || (change === 'log' && !this.withLogs)) return;
    this.#tellWritten();
  };

  readonly #onRevoked = (keyId: string): void => {
    if (keyId === this.keyId) this.#stream.end();
  };

  /** Nobody may hear of what is not on disk yet. */
  #tellWritten(): void {
    if (this.context.world.ledger.isDirty) void this.context.world.settled().then(this.#tell, this.#fail);
    else this.#tell();
  }

  readonly #fail = (): void => {
    this.#stream.end();
  };

  readonly #tell = (): void => {
    if (this.#stream.isOver) return;
    const { state } = this.request;
    // What comes between is skipped for a slow reader; the end never is.
    this.#owes = this.#stream.isBehind && state !== 'COMPLETED';
    if (this.#owes || !this.#hasNews()) return;
    this.#stateTold = state;
    this.#positionTold = this.request.queuePosition();
    this.#stream.send(statusBody(this.request, this.links, this.#newLogs(), this.context.world.clock));
    if (state === 'COMPLETED') this.#stream.end();
    else if (state === 'IN_QUEUE') this.streams.watchPosition(this);
    else this.streams.leave(this);
  };

  #hasNews(): boolean {
    const { state, logs } = this.request;
    if (state !== this.#stateTold) return true;
    if (state === 'IN_QUEUE') return this.request.queuePosition() !== this.#positionTold;
    return this.withLogs && logs.length > this.#logsTold;
  }

  #newLogs(): LiveRequest['logs'] | undefined {
    if (!this.withLogs || this.request.state === 'IN_QUEUE') return undefined;
    const { logs } = this.request;
    const lines = logs.slice(this.#logsTold);
    this.#logsTold = logs.length;
    return lines;
  }
}
