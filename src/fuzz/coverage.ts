import type { CrashPointName, MessageName } from '../core/topology.js';
import type { FaultKind } from '../scenario/types.js';
import { CRASH_POINT_NAMES, MESSAGE_NAMES } from '../scenario/vocabulary.js';

/** What became of messages, by name. */
export type MessageFate = 'lost' | 'late' | 'twice';

/** What some runs have met: a campaign that never hit its fault proves nothing. Plain data, counted in runs unless it says otherwise. */
export interface Coverage {
  runs: number;
  /** A step of the kind was in the story. */
  readonly on: Partial<Record<FaultKind, number>>;
  /** It found a victim: somebody's request, slot, message or runner. */
  readonly hit: Partial<Record<FaultKind, number>>;
  /** How often a part crashed there, in all. */
  readonly crashPoints: Partial<Record<CrashPointName, number>>;
  /** How often a message met its fate, in all. */
  readonly messages: Record<MessageFate, Partial<Record<MessageName, number>>>;
  /** Runs in which an exercise counter was above zero. */
  readonly exercised: Record<string, number>;
}

export function emptyCoverage(): Coverage {
  return { runs: 0, on: {}, hit: {}, crashPoints: {}, messages: { lost: {}, late: {}, twice: {} }, exercised: {} };
}

/** Adds what other runs have met. */
export function addCoverage(sum: Coverage, more: Coverage): void {
  sum.runs += more.runs;
  addCounts(sum.on, more.on);
  addCounts(sum.hit, more.hit);
  addCounts(sum.crashPoints, more.crashPoints);
  for (const fate of ['lost', 'late', 'twice'] as const) addCounts(sum.messages[fate], more.messages[fate]);
  addCounts(sum.exercised, more.exercised);
}

export function addCounts(sum: Partial<Record<string, number>>, more: Readonly<Partial<Record<string, number>>>): void {
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + (count ?? 0);
}

/** What was allowed and never met. */
export interface Gaps {
  /** Kinds that no story had. */
  readonly absent: readonly FaultKind[];
  /** Kinds that never found a victim. */
  readonly missed: readonly FaultKind[];
  readonly crashPoints: readonly CrashPointName[];
  /** Messages that were never lost. */
  readonly messages: readonly MessageName[];
}

export function gapsIn({ on, hit, crashPoints, messages }: Coverage, allowed: readonly FaultKind[]): Gaps {
  return {
    absent: allowed.filter((kind) => on[kind] === undefined),
    missed: allowed.filter((kind) => on[kind] !== undefined && hit[kind] === undefined),
    crashPoints: allowed.includes('crash') ? CRASH_POINT_NAMES.filter((point) => crashPoints[point] === undefined) : [],
    messages: LOSING.some((kind) => allowed.includes(kind)) ? MESSAGE_NAMES.filter((message) => messages.lost[message] === undefined) : [],
  };
}

const LOSING: readonly FaultKind[] = ['drop', 'disturb', 'cut'];
