import type { SlotHold } from '../../measure/lease-log.js';
import type { RunResult } from '../../measure/result.js';

/** What a row of the chart stands for. */
export type GanttRows = 'slots' | 'runners';

export interface GanttPlan {
  /** Names of the rows, top to bottom. */
  readonly rows: readonly string[];
  readonly rowOf: (hold: SlotHold) => string;
  readonly holds: readonly SlotHold[];
  readonly hiddenRows: number;
  readonly hiddenHolds: number;
  /** Of the hidden holds. */
  readonly hiddenGhosts: number;
}

const MAX_ROWS = 40;
const MAX_HAUNTED_ROWS = 120;
const MAX_HOLDS = 2_000;

const plans = new WeakMap<RunResult, Map<GanttRows, GanttPlan>>();

/**
 * Which rows and holds are drawn. Rows with ghosts come first, then the others in order; of too many holds ghosts, then those
 * of failed requests, then those of the slowest, then the longest.
 */
export function planGantt(run: RunResult, rows: GanttRows = 'slots'): GanttPlan {
  const known = plans.get(run) ?? new Map<GanttRows, GanttPlan>();
  plans.set(run, known);
  const plan = known.get(rows) ?? makePlan(run, rows);
  known.set(rows, plan);
  return plan;
}

/** Whether the result says which runner worked for whom. */
export function knowsRunners(run: RunResult): boolean {
  return run.evidence?.holds.some((hold) => hold.runner != null) ?? false;
}

function makePlan(run: RunResult, kind: GanttRows): GanttPlan {
  const { holds: all, holdsHidden } = run.evidence ?? { holds: [], holdsHidden: 0 };
  const holds = kind === 'slots' ? all : all.filter((hold) => hold.runner != null);
  const rowOf = kind === 'slots' ? slotNamer(all) : runnerName;
  const inOrder = kind === 'slots' ? holds.toSorted(byAccountAndSlot) : holds.toSorted((a, b) => natural.compare(runnerName(a), runnerName(b)));
  const names = [...new Set(inOrder.map(rowOf))];
  const haunted = new Set(inOrder.filter(isGhost).map(rowOf));
  const mostRows = Math.max(MAX_ROWS, Math.min(MAX_HAUNTED_ROWS, haunted.size));
  const chosen = new Set([...new Set([...haunted, ...names])].slice(0, mostRows));
  const onRows = inOrder.filter((hold) => chosen.has(rowOf(hold)));
  const kept = onRows.length <= MAX_HOLDS ? onRows : onRows.toSorted(mostTelling(run)).slice(0, MAX_HOLDS);
  return {
    rows: names.filter((row) => chosen.has(row)),
    rowOf,
    holds: kept,
    hiddenRows: names.length - chosen.size,
    hiddenHolds: holds.length - kept.length + holdsHidden,
    hiddenGhosts: holds.filter(isGhost).length - kept.filter(isGhost).length,
  };
}

function isGhost(hold: SlotHold): boolean {
  return hold.ghostFromUs != null;
}

/** Ghosts first, then what failed, then what was slow, then the longest. */
function mostTelling(run: RunResult): (a: SlotHold, b: SlotHold) => number {
  const stories = new Map(run.evidence?.stories?.stories.map((story) => [story.request, story.reasons]));
  const rank = (hold: SlotHold): number => {
    if (isGhost(hold)) return 3;
    const reasons = stories.get(hold.request) ?? [];
    return reasons.includes('failed') ? 2 : reasons.includes('slow') ? 1 : 0;
  };
  const ranks = new Map(run.evidence?.holds.map((hold) => [hold, rank(hold)]));
  const lengthUs = (hold: SlotHold): number => (hold.toUs ?? run.endUs) - hold.fromUs;
  return (a, b) => (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0) || lengthUs(b) - lengthUs(a);
}

function byAccountAndSlot(a: SlotHold, b: SlotHold): number {
  return a.account < b.account ? -1 : a.account > b.account ? 1 : a.slot - b.slot;
}

/** `slot 3`, or `acme slot 3` where there are several accounts. Slots have no numbers on the platform; people count from 1. */
function slotNamer(holds: readonly SlotHold[]): (hold: SlotHold) => string {
  const several = new Set(holds.map((hold) => hold.account)).size > 1;
  // A ghost that was beyond the cap when its slot was granted has no place of its own.
  return (hold) => `${several ? `${hold.account} ` : ''}${hold.slot < 0 ? 'slot not known' : `slot ${hold.slot + 1}`}`;
}

const natural = new Intl.Collator('en', { numeric: true });

function runnerName(hold: SlotHold): string {
  return hold.runner ?? '';
}
