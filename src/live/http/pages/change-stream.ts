import type { FastifyReply } from 'fastify';
import type { HttpContext } from '../context.js';
import { EventStream, type StreamSource } from '../event-stream.js';
import type { StreamPlaces } from '../limits.js';

const CHANGED = '{"changed":true}';

/** Tells a page that something has changed; what it is, the page asks for itself. A reader that is behind misses nothing by that. */
export class ChangeStream implements StreamSource {
  private readonly stream: EventStream;
  private readonly leave: () => void;
  private stopListening = (): void => {};

  /**
   * @param places how many such streams there may be, so that pages take none away from clients
   * @param mayRead looked at before each word: the stream ends with the session
   * @throws WireError 503 when there are too many
   */
  constructor(
    context: HttpContext,
    reply: FastifyReply,
    places: StreamPlaces,
    private readonly mayRead: () => boolean,
  ) {
    this.leave = places.take();
    try {
      this.stream = new EventStream(context, reply, {}, this);
    } catch (error) {
      this.leave();
      throw error;
    }
    this.stopListening = context.world.onChange(this.tell);
  }

  onCaughtUp(): void {
    this.tell();
  }

  onClosed(): void {
    this.stopListening();
    this.leave();
  }

  private readonly tell = (): void => {
    if (!this.mayRead()) this.stream.end();
    else if (!this.stream.isBehind) this.stream.send(CHANGED);
  };
}
