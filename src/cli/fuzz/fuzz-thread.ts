import { Worker } from 'node:worker_threads';
import { formatDurationUs } from '../../core/units.js';
import { type FuzzJob, LostRun } from '../../fuzz/jobs.js';
import type { LimiterModule } from '../../limiter-module.js';
import type { Answer } from '../../replications/jobs.js';
import { Pulse, Watchdog } from '../../replications/pulse.js';
import { WorkerFailure } from '../../replications/worker-pool.js';
import { ScriptError } from '../failures.js';

export interface FuzzThreadOptions {
  /** Path of the script that threads run. */
  readonly script: string;
  /** A run that takes longer is given up, and its thread with it, ms. */
  readonly mostRunMs: number;
  /** ms on a clock that never goes backwards. */
  readonly monotonicMs: () => number;
  /** Decides about slots in every run. */
  readonly limiter?: LimiterModule | undefined;
}

/** What a thread is started with. */
export interface FuzzThreadData {
  readonly pulse: SharedArrayBuffer;
  readonly limiter: LimiterModule | undefined;
}

type Ending = (failure: Error) => void;

/** One thread and the watchdog over it. A thread that is lost is replaced when the next job comes. */
export class FuzzThread {
  private worker: Worker | undefined;
  private readonly pulse = new Pulse();
  /** Ends the job that is under way. */
  private giveUp: Ending | undefined;

  constructor(private readonly options: FuzzThreadOptions) {}

  /** @throws LostRun when a run takes the thread along; WorkerFailure for what the job itself threw */
  async ask<T>(job: FuzzJob): Promise<T> {
    const answer = await this.post<T>(job);
    if ('value' in answer) return answer.value;
    throw new WorkerFailure(answer.failure.code, answer.failure.message);
  }

  async stop(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private post<T>(job: FuzzJob): Promise<Answer<T>> {
    const worker = this.worker ?? this.start();
    this.pulse.reset();
    const dog = setInterval(this.watch(), Math.max(10, this.options.mostRunMs / 10));
    return new Promise<Answer<T>>((resolve, reject) => {
      this.giveUp = reject;
      worker.once('message', resolve);
      worker.postMessage(job);
    }).finally(() => {
      clearInterval(dog);
      worker.removeAllListeners('message');
      this.giveUp = undefined;
    });
  }

  private start(): Worker {
    this.pulse.starts();
    const worker = new Worker(this.options.script, { workerData: { pulse: this.pulse.memory, limiter: this.options.limiter } satisfies FuzzThreadData });
    worker.on('error', (error) => this.lose(worker, { kind: 'error', message: `the run broke its thread: ${reasonOf(error)}`, stack: '' }));
    worker.on('exit', () => this.lose(worker, { kind: 'error', message: 'the run ended its thread', stack: '' }));
    this.worker = worker;
    return worker;
  }

  private watch(): () => void {
    const { monotonicMs, mostRunMs } = this.options;
    const dog = new Watchdog(this.pulse, mostRunMs, monotonicMs);
    return () => {
      if (this.worker === undefined || !dog.isOverdue()) return;
      this.lose(this.worker, { kind: 'hang', message: `the run had not ended after ${formatDurationUs(mostRunMs * 1_000)} of real time` });
    };
  }

  private lose(worker: Worker, failure: LostRun['failure']): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    void worker.terminate();
    const { runs, call, isLoadingLimiter } = this.pulse.beat;
    // The run that was begun last is the one that was lost.
    if (!isLoadingLimiter) this.giveUp?.(new LostRun(Math.max(0, runs - 1), failure, call));
    else this.giveUp?.(new ScriptError(`${this.options.limiter?.file}: reading the module never ended: expected it to export a limiter at once`));
  }
}

function reasonOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it ran out of memory';
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
