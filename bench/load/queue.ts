import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Per second of the wall clock. */
export const CALLS_PER_SECOND = 500;
/** A submit and three polls. */
export const REQUESTS_PER_CALL = 4;
export const POLL_EVERY_MS = 100;

/** Of all calls. */
const MOST_MISSING = 0.05;

interface Counts {
  readonly requests: number;
  readonly submitted: number;
  /** Requests that nobody has asked to their end. */
  readonly open: number;
}

/** The queue, in a process of its own. */
export class ForkedQueue {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(): Promise<ForkedQueue> {
    const child = fork(fileURLToPath(new URL('./queue-server.js', import.meta.url)));
    return new ForkedQueue(child, await next<string>(child));
  }

  /**
   * HTTP requests that the calls of so many seconds make, and the share of them that came: a generator that is starved of CPU
   * drops calls.
   * @throws Error when too few came, or others
   */
  async work(seconds: number): Promise<{ readonly work: number; readonly share: number }> {
    const counts = next<Counts>(this.child);
    this.child.send('count');
    const { requests, submitted, open } = await counts;
    const calls = CALLS_PER_SECOND * seconds;
    if (Math.abs(submitted - calls) > MOST_MISSING * calls || open > 0 || requests !== submitted * REQUESTS_PER_CALL)
      throw new Error(
        `expected ${calls} calls of ${REQUESTS_PER_CALL} requests each, the server has seen ${submitted} calls, ${open} of them open, and ${requests} requests`,
      );
    return { work: calls * REQUESTS_PER_CALL, share: submitted / calls };
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}

function next<T>(child: ChildProcess): Promise<T> {
  return new Promise((told) => child.once('message', (message) => told(message as T)));
}
