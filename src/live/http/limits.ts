import { infrastructureProblem } from '../../protocol/problem.js';
import type { ServerLimits } from './context.js';
import { WireError } from './wire-error.js';

const MEBIBYTE = 1024 * 1024;

export const DEFAULT_LIMITS: ServerLimits = {
  bodyBytes: 10 * MEBIBYTE,
  readingBytes: 128 * MEBIBYTE,
  // The largest that the SDKs send in one piece: Python splits above 100 MiB, JavaScript above 90 MiB.
  uploadBytes: 100 * MEBIBYTE,
  headerBytes: 32 * 1024,
  connections: 10_000,
  streams: 4_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
};

/** Streams that are open, all callers together. */
export class StreamPlaces {
  #taken = 0;

  constructor(private readonly most: number) {}

  get taken(): number {
    return this.#taken;
  }

  /** @returns a function that gives the place back; a second call of it does nothing. @throws WireError 503 when all are taken */
  take(): () => void {
    if (this.#taken >= this.most) {
      throw WireError.of(infrastructureProblem('runner_connection_refused', `Too many open streams: this server holds at most ${this.most}`));
    }
    this.#taken++;
    let held = true;
    return () => {
      if (held) this.#taken--;
      held = false;
    };
  }
}
