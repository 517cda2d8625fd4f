import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { withUsualAuthorities } from '../target/authorities.js';

/** A server that does not take a connection for so long will be met again by the calls, which say so. ms */
const LONGEST_MS = 5_000;

/**
 * Connections to one origin. Some are opened before the load begins: those of a burst would each be late by all that are
 * opened before them.
 */
export class OpenSockets {
  readonly #connector: buildConnector.connector;
  readonly #idle: Socket[] = [];

  /** @param ca PEM of an authority that is trusted besides the usual ones */
  constructor(
    private readonly url: URL,
    ca: string | undefined,
  ) {
    this.#connector = buildConnector({ timeout: 10_000, ...(ca === undefined ? {} : { ca: withUsualAuthorities(ca) }) });
  }

  /** Hands out what is open, else opens another one: undici's `connect`. */
  readonly connect: buildConnector.connector = (options, callback) => {
    const socket = this.#take();
    // Not at once: whoever asks is amid taking note of its request.
    if (socket !== undefined) queueMicrotask(() => callback(null, socket));
    else this.#connector(options, callback);
  };

  /** As many as can be had are open then. */
  async openAhead(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#open()));
  }

  close(): void {
    for (const socket of this.#idle.splice(0)) socket.destroy();
  }

  #open(): Promise<void> {
    const { hostname, host, protocol, port } = this.url;
    return new Promise((done) => {
      const timer = setTimeout(done, LONGEST_MS);
      this.#connector({ hostname, host, protocol, port }, (error, socket) => {
        clearTimeout(timer);
        if (error === null) this.#keep(socket);
        done();
      });
    });
  }

  #keep(socket: Socket): void {
    this.#idle.push(socket);
    // Nobody else listens until it is handed out; a broken one is passed over then.
    socket.on('error', ignore);
  }

  #take(): Socket | undefined {
    for (let socket = this.#idle.pop(); socket !== undefined; socket = this.#idle.pop()) {
      if (!socket.destroyed && socket.readable) return socket.off('error', ignore);
    }
    return undefined;
  }
}

function ignore(): void {}
