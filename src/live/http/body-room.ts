import type { IncomingMessage } from 'node:http';
import { plainProblem } from '../../protocol/problem.js';
import type { ServerLimits } from './context.js';
import { WireError } from './wire-error.js';

/** Smaller bodies are not counted: the number of connections bounds them. */
const SMALL_BYTES = 16 * 1024;

/** JSON bodies are held in memory until they are whole: only so many bytes at once, all callers together. */
export class BodyRoom {
  #taken = 0;

  constructor(private readonly limits: Pick<ServerLimits, 'bodyBytes' | 'readingBytes'>) {}

  /** The bytes of bodies that are being read, as far as they are counted. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes room for a body until it was read, or will not be. @throws WireError 429 where there is none left */
  enter(request: IncomingMessage): void {
    const bytes = this.#bytesOf(request);
    if (bytes <= SMALL_BYTES) return;
    if (this.#taken + bytes > this.limits.readingBytes) throw WireError.of(plainProblem(429, 'Too many bytes are being sent at once. Try again'));
    this.#taken += bytes;
    request.once('close', () => {
      this.#taken -= bytes;
    });
  }

  #bytesOf({ headers }: IncomingMessage): number {
    const length = headers['content-length'];
    if (length === undefined) return headers['transfer-encoding'] === undefined ? 0 : this.limits.bodyBytes;
    // A longer one is refused before it is read.
    return Number(length) > this.limits.bodyBytes ? 0 : Number(length);
  }
}
