import type { Piscina } from 'piscina';
import { reasonOf } from '../../reasons.js';
import type { PointAnswer, PointHands, PointWork } from '../../workers/point-hands.js';

/** Threads that run points. One that is lost, or aborted, is replaced. */
export class PointThreads implements PointHands {
  private isStopped = false;

  private constructor(
    private readonly pool: Piscina,
    readonly threads: number,
  ) {}

  /** @param script that they run */
  static async start(threads: number, script: string): Promise<PointThreads> {
    const { Piscina } = await import('piscina');
    const pool = new Piscina({ filename: script, minThreads: threads, maxThreads: threads, recordTiming: false });
    // A thread that dies with a job fails that job; one that dies idle is replaced.
    pool.on('error', () => undefined);
    return new PointThreads(pool, threads);
  }

  async run(work: PointWork, abort: AbortSignal): Promise<PointAnswer> {
    // The pool would begin again, with a thread that nobody ends.
    if (this.isStopped) throw new Error('the worker ends');
    try {
      return (await this.pool.run(work, { name: 'figures', signal: abort })) as PointAnswer;
    } catch (error) {
      throw new Error(`a thread was lost (${reasonOf(error)})`, { cause: error });
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.pool.destroy();
  }
}
