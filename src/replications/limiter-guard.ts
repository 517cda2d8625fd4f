import type { Piscina } from 'piscina';
import { formatDurationUs } from '../core/units.js';
import type { LimiterModule } from '../limiter-module.js';
import { EXIT_CODES } from '../measure/exit-codes.js';
import type { Answer, VariantWork } from './jobs.js';
import { findLostCall, lossOf, lossWhileRead, withLoss } from './lost-call.js';
import { type Beat, Pulse, Watchdog } from './pulse.js';

export interface GuardOptions {
  /** A run that takes longer is given up, and its thread with it, ms. */
  readonly mostRunMs: number;
  /** ms on a clock that never goes backwards. */
  readonly monotonicMs: () => number;
}

type GuardedJob = VariantWork & { readonly seeds?: readonly number[]; readonly seed?: number };

/** A job that took its thread along. */
interface LostJob {
  readonly lost: Beat;
  /** undefined: it was given up, for it took too long. */
  readonly loss: string | undefined;
}

/** Watches over jobs in which a limiter of one's own decides, and ends those that never would. */
export class LimiterGuard {
  private isStopped = false;

  constructor(
    private readonly threads: Piscina,
    private readonly options: GuardOptions,
  ) {}

  /** @returns the job's answer; where its thread was lost: which call of the limiter did it */
  async ask<T>(name: string, job: GuardedJob, limiter: LimiterModule): Promise<Answer<T>> {
    const answer = await this.watch<T>(name, job, 0);
    if (!('lost' in answer)) return answer;
    const { lost, loss } = answer;
    if (lost.isLoadingLimiter || (lost.runs === 0 && loss !== undefined)) return failed(`${limiter.file}: ${lossWhileRead(loss)}`);
    const seed = job.seeds?.[Math.max(0, lost.runs - 1)] ?? job.seed;
    const again =
      lost.call === 0 && loss === undefined ? undefined : await this.blame<T>(name, job.seeds === undefined ? job : { ...job, seeds: [seed as number] }, lost);
    if (again !== undefined && 'failure' in again) return { failure: { ...again.failure, message: withLoss(again.failure.message, loss) } };
    if (loss !== undefined) return failed(`${limiter.file}: ${loss} in the run with seed ${seed}: expected every call to answer`);
    const limit = formatDurationUs(this.options.mostRunMs * 1_000);
    return failed(`${limiter.file}: the run with seed ${seed} had not ended after ${limit} of real time; give it more with --run-timeout`);
  }

  /** From now on threads end because they are ended: no limiter is to blame. */
  stop(): void {
    this.isStopped = true;
  }

  /** The same run again, up to the call that took it along. */
  private blame<T>(name: string, job: GuardedJob, lost: Beat): Promise<Answer<T> | undefined> {
    return findLostCall(lost, async (call) => {
      const answer = await this.watch<T>(name, job, call);
      return 'lost' in answer ? undefined : answer;
    });
  }

  private async watch<T>(name: string, job: GuardedJob, stuckAt: number): Promise<Answer<T> | LostJob> {
    const { mostRunMs, monotonicMs } = this.options;
    const pulse = new Pulse();
    const dog = new Watchdog(pulse, mostRunMs, monotonicMs);
    const given = new AbortController();
    const timer = setInterval(() => dog.isOverdue() && given.abort(), Math.max(10, mostRunMs / 10));
    try {
      return (await this.threads.run({ ...job, watch: { pulse: pulse.memory, stuckAt } }, { name, signal: given.signal })) as Answer<T>;
    } catch (error) {
      // Before it has come to the limiter, the thread is ours.
      if (this.isStopped || (!given.signal.aborted && pulse.beat.isStarting)) throw error;
      return { lost: pulse.beat, loss: given.signal.aborted ? undefined : lossOf(error) };
    } finally {
      clearInterval(timer);
    }
  }
}

function failed(message: string): { readonly failure: { readonly code: number; readonly message: string } } {
  return { failure: { code: EXIT_CODES.script.code, message } };
}
