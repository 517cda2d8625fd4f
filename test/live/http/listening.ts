import { connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Listens on a free port of the loopback. @returns `http://127.0.0.1:12345` */
export function listening(app: FastifyInstance): Promise<string> {
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** A client that speaks raw bytes, so that it can misbehave. */
export class RawClient {
  readonly socket: Socket;
  #text = '';
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text: string) => {
      this.#text += text;
      this.#wake();
    });
    this.socket.on('error', () => this.#wake());
    this.socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  get text(): string {
    return this.#text;
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Resolves once everything received so far matches. @throws when the connection ends before */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      if (this.#isClosed) throw new Error(`the connection ended before ${pattern} came: ${this.#text}`);
      await this.#change();
    }
    return this.#text;
  }

  /** Resolves with everything received once the chunked body has ended. */
  untilEnd(): Promise<string> {
    return this.until(/\r\n0\r\n\r\n$/);
  }

  /** Resolves with everything received once the server has closed the connection. */
  async untilClosed(): Promise<string> {
    while (!this.#isClosed) await this.#change();
    return this.#text;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Lets everything that is under way on the loopback be done. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    if (turns > 100_000) throw new Error('it never came to be so');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
