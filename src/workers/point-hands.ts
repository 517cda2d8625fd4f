import type { SeedFigures } from '../plan/point.js';
import type { JobFailure } from './point-job.js';

/** A point as it goes to a thread. Plain data and shared memory. */
export interface PointWork {
  /** SHA-256 of the point's document: the same point, the same text. */
  readonly document: string;
  readonly input: unknown;
  /** Recordings by the names that the input has for them: UTF-8 in shared memory. */
  readonly files: Readonly<Record<string, SharedArrayBuffer>>;
  /** The same text for the same recordings by the same names. */
  readonly filesKey: string;
  readonly seeds: readonly number[];
}

/** A failure that would be the same anywhere crosses as text; a lost thread throws. */
export type PointAnswer = { readonly figures: readonly SeedFigures[] /** Of the runs alone. */; readonly ms: number } | { readonly failure: JobFailure };

/** What computes: threads of a worker process. */
export interface PointHands {
  readonly threads: number;
  /** @param abort ends the thread, and the work with it @throws Error when a thread is lost */
  run(work: PointWork, abort: AbortSignal): Promise<PointAnswer>;
  /** Ends all threads, whatever they are doing. */
  stop(): Promise<void>;
}
