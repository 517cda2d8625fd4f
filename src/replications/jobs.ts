import type { SeenEvent } from '../history/event-window.js';
import type { Checkpoints, EventRange } from '../history/hash-checkpoints.js';
import type { LimiterModule } from '../limiter-module.js';
import type { RunResult } from '../measure/result.js';
import type { PreparedVariant } from '../prepare.js';
import type { PackedResults } from './packed-results.js';

/** What a worker thread needs to run seeds of one variant. Plain data, like everything that crosses to it. */
export interface VariantWork {
  /** The same number for the same variant, so that a worker can tell whether it knows it already. */
  readonly id: number;
  readonly variant: PreparedVariant;
  /** Recorded traces are looked for beside it. */
  readonly scenarioFile: string;
  /** Decides about slots instead of the policy. */
  readonly limiter?: LimiterModule | undefined;
  /** Where a limiter decides: it may do anything, so the thread is watched. */
  readonly watch?: ThreadWatch | undefined;
}

export interface ThreadWatch {
  /** Memory of the pulse. */
  readonly pulse: SharedArrayBuffer;
  /** The limiter's call that never came back before; 0: none. */
  readonly stuckAt: number;
}

/** One seed, or every seed. */
export type EvidenceFor = number | 'all';

export interface SeedsJob extends VariantWork {
  readonly seeds: readonly number[];
  /** Which seed keeps charts and ledgers. */
  readonly evidenceFor: EvidenceFor;
}

/** Results of a chunk of seeds in their order, and how long they took. */
export interface SeedsDone {
  readonly results: PackedResults;
  readonly ms: number;
}

export interface WitnessJob extends VariantWork {
  readonly seed: number;
}

/** What one of two runs of the same seed saw. */
export interface Testimony {
  readonly result: RunResult;
  readonly checkpoints: Checkpoints;
}

export interface EventsJob extends WitnessJob {
  readonly range: EventRange;
}

export type EventsSeen = readonly SeenEvent[];

/** A job's answer. What went wrong crosses as text: an error's class would be lost on the way. */
export type Answer<T> = { readonly value: T } | { readonly failure: { readonly code: number; readonly message: string } };
