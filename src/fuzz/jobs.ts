import type { Beat } from '../replications/pulse.js';
import type { ScenarioInput } from '../scenario/schema.js';
import type { FuzzBounds } from './bounds.js';
import type { Coverage } from './coverage.js';
import type { Failure } from './failure.js';
import type { StorySize } from './story.js';

/** What threads are asked and answer. Plain data, like everything that crosses to them. */
export type FuzzJob = SearchJob | ShrinkJob | RetellJob | HistoryJob;

export interface SearchJob {
  readonly kind: 'search';
  readonly bounds: FuzzBounds;
  readonly seeds: readonly number[];
  /** Whether the seeds after the first one that fails are left. */
  readonly stopAtFirst: boolean;
  /** The call of the limiter that never came back when these seeds were run before: it is not made, but reported. */
  readonly stuckAt?: number | undefined;
}

/** Runs that failed in the same way. */
export interface FoundFailure {
  /** The first seed that failed so. */
  readonly seed: number;
  readonly failure: Failure;
  /** How many seeds did. */
  readonly times: number;
}

export interface SearchDone {
  readonly coverage: Coverage;
  /** Runs that ended too early to decide everything. */
  readonly undecided: number;
  /** In the order of their first seeds. */
  readonly found: readonly FoundFailure[];
}

export interface ShrinkJob {
  readonly kind: 'shrink';
  readonly bounds: FuzzBounds;
  readonly seed: number;
  readonly failure: Failure;
  readonly mostTries: number;
}

export interface ShrinkDone {
  readonly story: ScenarioInput;
  readonly failure: Failure;
  readonly drawn: StorySize;
  readonly shrunk: StorySize;
  readonly tries: number;
  /** false: the budget was used up before nothing could be made simpler. */
  readonly finished: boolean;
}

/** A story that broke something once. */
export interface KnownStory {
  /** What it broke, as `nameOfFailure` says it; undefined: anything that it breaks counts. */
  readonly found: string | undefined;
  readonly story: ScenarioInput;
}

/** Runs a known story again. */
export interface RetellJob extends KnownStory {
  readonly kind: 'retell';
  /** As for a search. */
  readonly stuckAt?: number | undefined;
}

/** What a known story comes to now. */
export interface RetellDone {
  /** `otherwise`: what it broke holds now, but something else does not. */
  readonly state: 'still broken' | 'broken otherwise' | 'holds now' | 'undecided now';
  /** What is broken. */
  readonly failure: Failure | undefined;
}

/** Writes the history of a story down. */
export interface HistoryJob {
  readonly kind: 'history';
  readonly story: ScenarioInput;
}

/** A run took its thread along: it did not end, or broke the thread. */
export class LostRun extends Error {
  override readonly name = 'LostRun';

  constructor(
    /** How many runs of the job were over. */
    readonly runsDone: number,
    readonly failure: Failure,
    /** The last sign of life, where a limiter of one's own decides: it says which call was under way. */
    readonly lastBeat?: Beat | undefined,
    /** How the thread was lost; undefined: it was given up. */
    readonly loss?: string | undefined,
  ) {
    super(failure.message);
  }
}

/** Who does the work: threads, each with one job at a time. */
export interface FuzzHands {
  /** How many jobs are done at once. */
  readonly count: number;
  /** @throws LostRun */
  search(job: SearchJob): Promise<SearchDone>;
  /** @throws LostRun */
  shrink(job: ShrinkJob): Promise<ShrinkDone>;
  /** @throws LostRun */
  retell(job: RetellJob): Promise<RetellDone>;
}
