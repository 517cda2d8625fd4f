import { US_PER_SECOND } from '../../core/time.js';
import type { RunResult } from '../../measure/result.js';

/** What became of the slots that a key held at an instant or later, counted from there. */
export interface HeldSlots {
  /** At the instant. */
  readonly held: number;
  /** Taken by the key only afterwards. */
  readonly takenLater: number;
  /** Those, taken before or after, that are never given back. */
  readonly neverFree: number;
  /** Until the last one that came back was free; 0: none did. s */
  readonly lastFreeS: number;
  /** Computed in them from that instant on, together. s */
  readonly workS: number;
}

/** What is freed in the instant itself was held. @throws Error for a run whose holds were not kept */
export function slotsHeldFrom(run: RunResult, atUs: number, key: string): HeldSlots {
  if (run.evidence === undefined) throw new Error(`expected the run of seed ${run.seed} to keep its evidence`);
  const all = run.evidence.holds.filter((hold) => hold.key === key && (hold.toUs ?? Infinity) >= atUs);
  const held = all.filter(({ fromUs }) => fromUs < atUs).length;
  const freed = all.flatMap(({ toUs }) => toUs ?? []);
  const workUs = all.reduce((sum, { fromUs, ghostFromUs, toUs }) => sum + Math.max(0, (ghostFromUs ?? toUs ?? run.endUs) - Math.max(atUs, fromUs)), 0);
  return {
    held,
    takenLater: all.length - held,
    neverFree: all.length - freed.length,
    lastFreeS: Math.max(0, ...freed.map((us) => us - atUs)) / US_PER_SECOND,
    workS: workUs / US_PER_SECOND,
  };
}

/** Slots that were held at an instant, and worked for by nobody. */
export function stuckSlotsAt(run: RunResult, atUs: number): number {
  return (run.evidence?.holds ?? []).filter(({ ghostFromUs, toUs }) => ghostFromUs !== undefined && ghostFromUs <= atUs && (toUs ?? Infinity) >= atUs).length;
}

/** What became of a key's requests from an instant on. */
export interface RequestEnds {
  /** Those that have not ended when the run has. */
  readonly open: number;
  /** Those that ended at the instant or later without having begun: in the queue. */
  readonly endedInQueue: number;
  /** Until the last one that ended had; 0: none did. s */
  readonly lastEndS: number;
}

export function requestEndsFrom(run: RunResult, atUs: number, key: string): RequestEnds {
  const stories = (run.evidence?.stories?.stories ?? []).filter((story) => story.key === key);
  const ended = stories.flatMap(({ startedUs, endedUs }) => (endedUs === undefined || endedUs < atUs ? [] : [{ startedUs, endedUs }]));
  return {
    open: stories.filter(({ endedUs }) => endedUs === undefined).length,
    endedInQueue: ended.filter(({ startedUs }) => startedUs === undefined).length,
    lastEndS: Math.max(0, ...ended.map(({ endedUs }) => endedUs - atUs)) / US_PER_SECOND,
  };
}

/** The largest over all seeds. */
export function worst(values: readonly number[]): number {
  return Math.max(0, ...values);
}
