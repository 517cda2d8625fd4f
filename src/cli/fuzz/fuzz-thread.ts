import { Worker } from 'node:worker_threads';
import { formatDurationUs } from '../../core/units.js';
import type { Failure } from '../../fuzz/failure.js';
import { type FuzzJob, LostRun } from '../../fuzz/jobs.js';
import type { LimiterModule } from '../../limiter-module.js';
import type { Answer } from '../../replications/jobs.js';
import { exitOf, lossOf, lossWhileRead } from '../../replications/lost-call.js';
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
  private isStopped = false;

  constructor(private readonly options: FuzzThreadOptions) {}

  /** @throws LostRun when a run takes the thread along; WorkerFailure for what the job itself threw */
  async ask<T>(job: FuzzJob): Promise<T> {
    const answer = await this.post<T>(job);
    if ('value' in answer) return answer.value;
    throw new WorkerFailure(answer.failure.code, answer.failure.message);
  }

  /** Ends it for good; the job that is under way fails, so that nobody waits for it for ever. */
  async stop(): Promise<void> {
    const { worker } = this;
    this.isStopped = true;
    this.worker = undefined;
    this.giveUp?.(stopped());
    await worker?.terminate();
  }

  private async post<T>(job: FuzzJob): Promise<Answer<T>> {
    if (this.isStopped) throw stopped();
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
    worker.on('error', (error) => this.lose(worker, lossOf(error)));
    worker.on('exit', (code) => this.lose(worker, exitOf(code)));
    this.worker = worker;
    return worker;
  }

  private watch(): () => void {
    const { monotonicMs, mostRunMs } = this.options;
    const dog = new Watchdog(this.pulse, mostRunMs, monotonicMs);
    return () => {
      if (this.worker !== undefined && dog.isOverdue()) this.lose(this.worker, undefined);
    };
  }

  /** @param loss what the thread died of; undefined: it has taken too long */
  private lose(worker: Worker, loss: string | undefined): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    void worker.terminate();
    const { beat } = this.pulse;
    const { limiter } = this.options;
    if (limiter !== undefined && (beat.isLoadingLimiter || (beat.runs === 0 && loss !== undefined))) {
      this.giveUp?.(new ScriptError(`${limiter.file}: ${lossWhileRead(loss)}`));
      return;
    }
    // The run that was begun last is the one that was lost.
    this.giveUp?.(new LostRun(Math.max(0, beat.runs - 1), this.failureOf(loss), limiter === undefined ? undefined : beat, loss));
  }

  private failureOf(loss: string | undefined): Failure {
    const { limiter, mostRunMs } = this.options;
    if (loss === undefined) return { kind: 'hang', message: `the run had not ended after ${formatDurationUs(mostRunMs * 1_000)} of real time` };
    if (limiter === undefined) return { kind: 'error', message: `the run was lost: ${loss}`, stack: '', losesThread: true };
    return { kind: 'limiter', message: `${limiter.file}: ${loss}: expected every call to answer, and to leave nothing behind that throws`, losesThread: true };
  }
}

function stopped(): Error {
  return new Error('the thread was stopped');
}
