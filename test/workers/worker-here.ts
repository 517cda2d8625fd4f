import { onTestFinished } from 'vitest';
import { PointThreads } from '../../src/cli/worker/point-threads.js';
import type { Build } from '../../src/workers/build.js';
import { DEFAULT_PREFIX, Names } from '../../src/workers/names.js';
import { PlanWorker } from '../../src/workers/plan-worker.js';
import type { PointAnswer, PointHands, PointWork } from '../../src/workers/point-hands.js';
import { RedisLink } from '../../src/workers/redis-link.js';
import { POINT_SCRIPT } from '../build-page.js';
import { BUILD } from './worker-program.js';

export interface WorkerHere {
  readonly log: readonly string[];
  /** It has left. */
  readonly ended: Promise<void>;
  /** Finishes what is in hand. */
  leave(): Promise<void>;
}

interface WorkerTerms {
  /** What it pretends to be. */
  readonly build: Build;
  readonly name: string;
  readonly mostJobMs: number;
  readonly threads: number;
  /** Leaves with its first plan. */
  readonly once: boolean;
  /** So many jobs are lost with their threads before the first is done. */
  readonly lostThreads: number;
}

/** A worker in this process, with threads of its own; it leaves when the test is over. */
export async function startWorkerHere(
  url: string,
  { build = BUILD, name = 'here', mostJobMs = 60_000, threads = 1, once = false, lostThreads = 0 }: Partial<WorkerTerms> = {},
): Promise<WorkerHere> {
  const link = await RedisLink.open(url, '--redis');
  const hands = await PointThreads.start(threads, POINT_SCRIPT);
  const losing = new LosingHands(hands, lostThreads);
  const log: string[] = [];
  const worker = new PlanWorker(link, new Names(DEFAULT_PREFIX), {
    name,
    hands: losing,
    mostJobMs,
    once,
    build,
    log: (event, fields) => log.push(`${event} ${JSON.stringify(fields)}`),
  });
  const work = worker.work();
  let over: Promise<void> | undefined;
  const leave = (): Promise<void> => {
    over ??= (async () => {
      worker.leave();
      await work;
      await hands.stop();
      link.close();
    })();
    return over;
  };
  onTestFinished(leave);
  return { log, ended: work, leave };
}

/** Threads of which the first ones are lost, as the operating system takes them. */
class LosingHands implements PointHands {
  readonly threads: number;

  constructor(
    private readonly hands: PointHands,
    private left: number,
  ) {
    this.threads = hands.threads;
  }

  run(work: PointWork, abort: AbortSignal): Promise<PointAnswer> {
    return this.left-- > 0 ? Promise.reject(new Error('a thread was lost (it ran out of memory)')) : this.hands.run(work, abort);
  }

  stop(): Promise<void> {
    return this.hands.stop();
  }
}
