import type { LiveRun } from '../../measure/live-result.js';
import type { ResultFile, RunResult } from '../../measure/result.js';
import { shownVariants } from '../runs.js';

/** A run against a live server, with what only such a run has. */
export interface ShownLiveRun {
  readonly run: RunResult;
  readonly live: LiveRun;
}

export interface LiveVariant {
  readonly title: string;
  /** At least one. */
  readonly runs: readonly ShownLiveRun[];
}

/** In the order of the result. Empty: everything was simulated. */
export function liveRuns(result: ResultFile): ShownLiveRun[] {
  return result.runs.flatMap(shownLive);
}

/** Variants that ran live, in the order of the scenario. */
export function liveVariants(result: ResultFile): LiveVariant[] {
  return shownVariants(result)
    .map(({ title, runs }) => ({ title, runs: runs.flatMap(shownLive) }))
    .filter(({ runs }) => runs.length > 0);
}

function shownLive(run: RunResult): ShownLiveRun[] {
  return run.live == null ? [] : [{ run, live: run.live }];
}
