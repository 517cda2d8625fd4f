import type { Piscina } from 'piscina';
import type { LimiterModule } from '../limiter-module.js';
import type { PreparedVariant } from '../prepare.js';
import { reasonOf } from '../reasons.js';
import type { Answer, EventsJob, EventsSeen, SeedsDone, SeedsJob, Testimony, VariantWork, WitnessJob } from './jobs.js';
import { type GuardOptions, LimiterGuard } from './limiter-guard.js';

/** A run in a worker thread failed as it would have in this one: same words, same exit code. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';

  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** One in work, one in wait. */
const JOBS_PER_WORKER = 2;

/** Worker threads that have imported the simulator and run seeds of any scenario. */
export class WorkerPool {
  private nextId = 0;

  private constructor(
    private readonly threads: Piscina,
    private readonly size: number,
    private readonly guard: LimiterGuard | undefined,
  ) {}

  /**
   * Starts the threads. The library that keeps them is loaded only now: most runs need none.
   * @param entry path of the script that exports `runSeeds`, `witness` and `events`
   * @param guard where a limiter of one's own decides: how its runs are watched
   */
  static async start(entry: string, size: number, guard?: GuardOptions): Promise<WorkerPool> {
    const { Piscina } = await import('piscina');
    const threads = new Piscina({
      filename: entry,
      minThreads: size,
      maxThreads: size,
      // The next job waits in the thread, so that it need not wait for this one. With atomics a thread would take both at
      // once and answer neither before it had done the second.
      // A thread that is given up must not take another job along.
      concurrentTasksPerWorker: guard === undefined ? JOBS_PER_WORKER : 1,
      atomics: 'disabled',
      recordTiming: false,
    });
    // A thread that dies with a job fails that job; one that dies idle is replaced.
    threads.on('error', () => undefined);
    return new WorkerPool(threads, size, guard === undefined ? undefined : new LimiterGuard(threads, guard));
  }

  /** How many jobs keep all threads at work. */
  get capacity(): number {
    return this.guard === undefined ? this.size * JOBS_PER_WORKER : this.size;
  }

  /** Describes a variant to the workers. */
  work(variant: PreparedVariant, scenarioFile: string, limiter?: LimiterModule): VariantWork {
    return { id: this.nextId++, variant, scenarioFile, limiter };
  }

  runSeeds(job: SeedsJob): Promise<SeedsDone> {
    return this.ask<SeedsDone>('runSeeds', job);
  }

  witness(job: WitnessJob): Promise<Testimony> {
    return this.ask<Testimony>('witness', job);
  }

  events(job: EventsJob): Promise<EventsSeen> {
    return this.ask<EventsSeen>('events', job);
  }

  /** Any other job that the script exports, by its name. @throws WorkerFailure for a job that failed as it would have here */
  runJob<Done>(name: string, job: object): Promise<Done> {
    return this.ask<Done>(name, job);
  }

  /** Ends all threads, whatever they are doing; what they had not finished fails. */
  async stop(): Promise<void> {
    this.guard?.stop();
    await this.threads.destroy();
  }

  private async ask<T>(name: string, job: object | VariantWork): Promise<T> {
    const answer = await this.post<T>(name, job);
    if ('value' in answer) return answer.value;
    throw new WorkerFailure(answer.failure.code, answer.failure.message);
  }

  private async post<T>(name: string, job: object | VariantWork): Promise<Answer<T>> {
    const { guard } = this;
    try {
      if ('limiter' in job && job.limiter !== undefined && guard !== undefined) return await guard.ask<T>(name, job, job.limiter);
      return (await this.threads.run(job, { name })) as Answer<T>;
    } catch (error) {
      throw new Error(`a worker thread was lost (${reasonOf(error)}); --workers 1 runs all seeds in this process`, { cause: error });
    }
  }
}
