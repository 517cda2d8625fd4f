import { EXIT_CODES } from '../../measure/exit-codes.js';
import { Names } from '../../workers/names.js';
import { PlanWorker } from '../../workers/plan-worker.js';
import { workerName } from '../../workers/presence.js';
import { RedisLink } from '../../workers/redis-link.js';
import type { Outside } from '../outside.js';
import { workerLog } from '../worker/log.js';
import { PointThreads } from '../worker/point-threads.js';
import { thisBuild } from '../worker/this-build.js';

export interface WorkerArguments {
  readonly redis: string;
  readonly threads: number | undefined;
  readonly name: string | undefined;
  readonly prefix: string;
  /** ms */
  readonly 'job-timeout': number;
  readonly once: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * Takes jobs of plans until it is interrupted: the first time it finishes what is in hand, the second time it ends at once.
 * @returns the exit code
 */
export async function workerCommand(options: WorkerArguments, outside: Outside): Promise<number> {
  const names = new Names(options.prefix);
  const link = await RedisLink.open(options.redis, '--redis');
  const hands = await PointThreads.start(options.threads ?? outside.parallelism, outside.pointScript);
  const worker = new PlanWorker(link, names, {
    name: workerName(options.name ?? outside.machine.host),
    build: thisBuild(outside),
    hands,
    mostJobMs: options['job-timeout'],
    once: options.once,
    log: workerLog(outside, options),
  });
  const interrupts = new Interrupts(() => worker.leave());
  const stopListening = outside.onInterrupt(() => interrupts.note());
  try {
    const work = worker.work().then(() => EXIT_CODES.passed.code);
    // Ended at once, it may still fail on its way.
    work.catch(() => undefined);
    return await Promise.race([work, interrupts.second.then(() => EXIT_CODES.interrupted.code)]);
  } finally {
    stopListening();
    await hands.stop();
    link.close();
  }
}

/** The first asks, the second insists. */
class Interrupts {
  readonly second: Promise<void>;
  private insist = (): void => undefined;
  private count = 0;

  constructor(private readonly ask: () => void) {
    this.second = new Promise((resolve) => {
      this.insist = resolve;
    });
  }

  note(): void {
    this.count++;
    if (this.count === 1) this.ask();
    else this.insist();
  }
}
