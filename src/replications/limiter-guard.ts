import type { Piscina } from 'piscina';
import { formatDurationUs } from '../core/units.js';
import type { LimiterModule } from '../limiter-module.js';
import { EXIT_CODES } from '../measure/exit-codes.js';
import type { Answer, VariantWork } from './jobs.js';
import { type Beat, Pulse, Watchdog } from './pulse.js';

export interface GuardOptions {
  /** A run that takes longer is given up, and its thread with it, ms. */
  readonly mostRunMs: number;
  /** ms on a clock that never goes backwards. */
  readonly monotonicMs: () => number;
}

type GuardedJob = VariantWork & { readonly seeds?: readonly number[]; readonly seed?: number };

/** Watches over jobs in which a limiter of one's own decides, and ends those that never would. */
export class LimiterGuard {
  constructor(
    private readonly threads: Piscina,
    private readonly options: GuardOptions,
  ) {}

  /** @returns the job's answer; where a run was given up: which call of the limiter never came back */
  async ask<T>(name: string, job: GuardedJob, limiter: LimiterModule): Promise<Answer<T>> {
    const answer = await this.watch<T>(name, job, 0);
    if (!('runs' in answer)) return answer;
    const { runs, call, isLoadingLimiter } = answer;
    if (isLoadingLimiter) return failed(`${limiter.file}: reading the module never ended: expected it to export a limiter at once`);
    const seed = job.seeds?.[Math.max(0, runs - 1)] ?? job.seed;
    // The same run again, up to that call.
    const again = call === 0 ? undefined : await this.watch<T>(name, job.seeds === undefined ? job : { ...job, seeds: [seed as number] }, call);
    if (again !== undefined && 'failure' in again) return again;
    const limit = formatDurationUs(this.options.mostRunMs * 1_000);
    return failed(`${limiter.file}: the run with seed ${seed} had not ended after ${limit} of real time; give it more with --run-timeout`);
  }

  /** @returns the last sign of life, if the job was given up */
  private async watch<T>(name: string, job: GuardedJob, stuckAt: number): Promise<Answer<T> | Beat> {
    const { mostRunMs, monotonicMs } = this.options;
    const pulse = new Pulse();
    const dog = new Watchdog(pulse, mostRunMs, monotonicMs);
    const given = new AbortController();
    const timer = setInterval(() => dog.isOverdue() && given.abort(), Math.max(10, mostRunMs / 10));
    try {
      return (await this.threads.run({ ...job, watch: { pulse: pulse.memory, stuckAt } }, { name, signal: given.signal })) as Answer<T>;
    } catch (error) {
      if (given.signal.aborted) return pulse.beat;
      throw error;
    } finally {
      clearInterval(timer);
    }
  }
}

function failed(message: string): { readonly failure: { readonly code: number; readonly message: string } } {
  return { failure: { code: EXIT_CODES.script.code, message } };
}
