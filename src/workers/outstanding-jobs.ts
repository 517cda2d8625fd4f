import type { SeedFigures } from '../plan/point.js';
import type { QueuedJob } from './plan-queue.js';

/** A job that has not been answered, with all that it takes to ask again. */
export interface OutstandingJob extends QueuedJob {
  /** For messages. */
  readonly what: string;
  /** SHA-256 of the texts that it needs. */
  readonly texts: readonly string[];
  /** How often its texts were gone. */
  textsLost: number;
  /** Was in the queue when somebody last looked. */
  wasThere: boolean;
  resolve(done: { readonly figures: readonly SeedFigures[]; readonly ms: number }): void;
  reject(error: Error): void;
}

/** Jobs by their number. The first answer counts: one that was lost and asked for again may be answered twice, with the same figures. */
export class OutstandingJobs {
  private readonly jobs = new Map<string, OutstandingJob>();
  private failure: Error | undefined;
  private readonly end = new AbortController();

  get size(): number {
    return this.jobs.size;
  }

  get all(): readonly OutstandingJob[] {
    return [...this.jobs.values()];
  }

  find(id: string): OutstandingJob | undefined {
    return this.jobs.get(id);
  }

  /** @returns what it will be answered */
  open(job: Omit<OutstandingJob, 'resolve' | 'reject' | 'textsLost' | 'wasThere'>): Promise<{ readonly figures: readonly SeedFigures[]; readonly ms: number }> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.jobs.set(job.id, { ...job, textsLost: 0, wasThere: true, resolve, reject });
    });
  }

  /** Nobody waits for it any longer. @returns undefined when nobody did */
  take(id: string): OutstandingJob | undefined {
    const job = this.jobs.get(id);
    this.jobs.delete(id);
    return job;
  }

  /** Waits for some work that asks for answers, but no longer than until all is given up. */
  async unlessGivenUp<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.end;
    let stop = (): void => undefined;
    const givenUp = new Promise<never>((_resolve, reject) => {
      stop = () => reject(this.failure);
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      return await Promise.race([work, givenUp]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Nothing will be answered any more, now or later. */
  giveUp(error: Error): void {
    this.failure ??= error;
    this.end.abort();
    const jobs = this.all;
    this.jobs.clear();
    for (const job of jobs) job.reject(error);
  }
}
