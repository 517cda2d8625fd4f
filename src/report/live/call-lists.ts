import type { CallRecord } from '../../measure/client-calls.js';
import { OUTCOME_TAGS, outcomeIndex } from '../../measure/metrics.js';
import type { ResultFile } from '../../measure/result.js';
import { cutText } from '../format.js';
import { runLabel } from '../runs.js';
import { liveRuns } from './live-runs.js';

/** A call as a client saw it, and in which run. */
export interface ListedCall {
  /** undefined: the only run. */
  readonly run: string | undefined;
  readonly call: CallRecord;
}

export interface CallList {
  readonly calls: readonly ListedCall[];
  /** Those that a run or this list left out. */
  readonly hidden: number;
}

const MAX_SLOWEST = 20;
const MAX_TROUBLED = 40;
const MAX_TROUBLE_TEXT = 240;

/** Of all runs together. A call that never ended counts by how long it had waited. */
export function slowestCalls(result: ResultFile): ListedCall[] {
  const all = liveRuns(result).flatMap(({ run, live }) => live.slowest.map((call) => ({ run: runLabel(result, run), call })));
  return all.toSorted((a, b) => durationUs(b.call) - durationUs(a.call)).slice(0, MAX_SLOWEST);
}

export function troubledCalls(result: ResultFile): CallList {
  const runs = liveRuns(result);
  const all = runs.flatMap(({ run, live }) => live.troubled.map((call) => ({ run: runLabel(result, run), call })));
  const left = runs.reduce((sum, { live }) => sum + live.troubledHidden, 0);
  return { calls: all.slice(0, MAX_TROUBLED), hidden: left + Math.max(0, all.length - MAX_TROUBLED) };
}

/** What went wrong, each word of the servers once, the most frequent first. Counts are of the calls that the result lists. */
export function commonTroubles(result: ResultFile): { readonly text: string; readonly calls: number }[] {
  const counts = new Map<string, number>();
  for (const { live } of liveRuns(result)) {
    for (const call of live.troubled) {
      if (call.trouble == null || call.trouble === '') continue;
      const text = troubleText(call);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return [...counts].map(([text, calls]) => ({ text, calls })).toSorted((a, b) => b.calls - a.calls);
}

/** How it ended: `ok`, `start_timeout`, `still open`. */
export function outcomeText({ outcome, mode, elapsedUs }: CallRecord): string {
  if (outcome === 0) return mode === 'submit' && elapsedUs == null ? 'not seen to end' : 'still open';
  return OUTCOME_TAGS[outcomeIndex(outcome)] ?? String(outcome);
}

export function troubleText({ trouble }: CallRecord): string {
  return trouble == null || trouble === '' ? '–' : cutText(trouble, MAX_TROUBLE_TEXT);
}

function durationUs({ elapsedUs, queueLatencyUs, acceptedUs }: CallRecord): number {
  return elapsedUs ?? queueLatencyUs ?? acceptedUs ?? 0;
}
