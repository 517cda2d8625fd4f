/** What a request was doing, or what was done with it, for a stretch of time. */
export const SPAN_KINDS = ['client-backoff', 'queued', 'requeued', 'waiting-for-runner', 'cold-start', 'working', 'closing', 'ghost'] as const;
/**
 * `client-backoff`: its client sleeps after a 429. `queued`: it waits in line. `requeued`: it sleeps until it is tried again.
 * `closing`: the work is over and the slot about to come back. `ghost`: the slot is held by no live work.
 */
export type SpanKind = (typeof SPAN_KINDS)[number];

export interface RequestSpan {
  readonly kind: SpanKind;
  readonly fromUs: number;
  /** undefined: until the end of the run. */
  readonly toUs: number | undefined;
}

/** A slot was held by no live work. */
export interface GhostStretch {
  readonly fromUs: number;
  /** undefined: until the end of the run. */
  readonly toUs: number | undefined;
}

/** Why a request is listed: it was slow to start, ended badly, held a ghost, or never ended. */
export type StoryReason = 'slow' | 'failed' | 'ghost' | 'open';

/** One request's way through the platform, for its waterfall. */
export interface RequestStory {
  /** `req-3`; `call-1` for a direct call that was never accepted; `client-1` for one whose client still sleeps at the end. */
  readonly request: string;
  readonly account: string;
  readonly key: string;
  readonly endpoint: string;
  /** `submit`, `run`, `subscribe`. */
  readonly mode: string;
  readonly reasons: readonly StoryReason[];
  readonly calledUs: number;
  /** First start of work; undefined: never. */
  readonly startedUs: number | undefined;
  /** undefined: never. */
  readonly endedUs: number | undefined;
  /** `ok`, `start_timeout`, …; `waiting`, `in_progress` or `lost` at the end of the run. */
  readonly outcome: string;
  /** Attempts of its client, from 1; those after its work was lost too, unless another request came of them. */
  readonly attempts: number;
  readonly requeues: number;
  readonly spans: readonly RequestSpan[];
  /** When slots of it were held by no live work, as the leak ledger has it: other work of it may hide that from the spans. Older results have none. */
  readonly ghosts?: readonly GhostStretch[] | undefined;
  /** Spans that are not told apart: sleeps after the 40th, which are joined to the one before, what lies beyond the first 60, and ghosts beyond the first 60. */
  readonly spansHidden: number;
}

/** The slowest, the failed, the ghosts' and the open requests of one run. */
export interface RequestStories {
  readonly stories: readonly RequestStory[];
  /** All requests of the run; a call that was made again after its work was lost counts once. */
  readonly total: number;
  /** How many of each kind there were, listed or not; for `slow` all whose work has begun. */
  readonly counts: Readonly<Record<StoryReason, number>>;
}
