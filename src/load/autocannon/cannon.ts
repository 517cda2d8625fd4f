import { autocannon, type CannonClient, type CannonResult, type CannonRun } from './autocannon-types.js';
import { Connection, type Flight, type Gun } from './connection.js';

/** How a run of autocannon is set up. */
export interface CannonTerms {
  /** `http://127.0.0.1:8080` */
  readonly origin: string;
  readonly connections: number;
  /** `once`: every connection sends one request, all at once. `again`: each sends the next as soon as it has its answer, until `cease`. */
  readonly fires: 'once' | 'again';
  /** After which a request counts as lost, s, at least 1. */
  readonly timeoutS: number;
}

/** A run looks so often whether it is over, ms. Its `requests.average` is per tick, so nobody reads it. */
const TICK_MS = 100;
/** Node's timers end at 2^31 - 1 ms. */
export const LONGEST_S = 2_000_000;

/**
 * A run of autocannon as far as it can be trusted: never with its own rate (all requests of a second come at once) and so
 * without its correction of coordinated omission (which takes a second for a millisecond), never with its own end (which
 * forgets what is on its way), and with an account of our own of what became of every request.
 */
export class Cannon {
  /** autocannon's own figures, once every connection has ended. */
  readonly done: Promise<CannonResult>;
  private readonly run: CannonRun;
  private readonly connections: Connection[] = [];

  constructor({ origin, connections, fires, timeoutS }: CannonTerms, gun: Gun) {
    const setupClient = (client: CannonClient): void => {
      this.connections.push(new Connection(client, gun, timeoutS));
    };
    this.run = autocannon({
      url: origin,
      connections,
      ...(fires === 'once' ? { amount: connections } : {}),
      duration: LONGEST_S,
      timeout: timeoutS,
      sampleInt: TICK_MS,
      maxConnectionRequests: Number.MAX_SAFE_INTEGER,
      // Every connection gets requests of its own when it is fired.
      requests: [{ method: 'POST' }],
      setupClient,
    });
    this.done = Promise.resolve(this.run);
  }

  /** Every connection sends its first request. */
  fire(): void {
    for (const connection of this.connections) connection.fire();
  }

  /** Each connection ends with the answer that it waits for. */
  cease(): void {
    for (const connection of this.connections) connection.cease();
  }

  /** Ends all connections. @returns what is on its way */
  stop(): Flight[] {
    const open = this.connections.map((connection) => connection.forget()).filter((flight) => flight !== undefined);
    this.run.stop();
    return open;
  }
}
