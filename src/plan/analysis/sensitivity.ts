import type { LimitAnswer, PointEvidence, Risk, SensitivityRow } from '../../measure/capacity/plan-result.js';
import type { Dials, Planning } from '../point.js';
import { type Change, changesOf } from './changes.js';
import { isShiftedByGhosts } from './ghost-shift.js';
import { type PairedWaits, pairedWaits, shorterNote } from './paired-waits.js';
import type { AnalysisTerms } from './terms.js';

/** More slots than this share of the answer are no longer a matter of a little slack. */
const MANY_MORE = 1.1;

/**
 * One thing changed at a time, all else kept: what it does at the answer's limit, and the smallest limit with it.
 * Factors with the largest effect come first, and so do rows inside a factor.
 * @param limit the answer's
 */
export async function sensitivity(
  planning: Planning,
  limit: number,
  { ghosts, waiting }: Pick<AnalysisTerms, 'ghosts' | 'waiting'>,
): Promise<SensitivityRow[]> {
  const changes = changesOf(planning.load, ghosts);
  const changed = await planning.judge(
    changes.map(({ dials }) => ({ ...dials, limit })),
    'look',
  );
  const rows: SensitivityRow[] = [];
  for (const [at, change] of changes.entries()) {
    planning.progress(`smallest limit: ${change.what}`);
    const smallest = await smallestWith(planning, limit, change.dials);
    const waits = await pairedWaits(planning, { limit }, { ...change.dials, limit });
    const note = change.dials.coldStartMs === undefined ? undefined : shorterNote(waits, waiting);
    rows.push({ ...rowOf(change, limit, waits, changed[at] as PointEvidence, smallest), ...(note === undefined ? {} : { note }) });
  }
  return inOrderOfEffect(rows, limit);
}

/** The smallest limit, and why where there is none. */
type Smallest = Pick<LimitAnswer, 'limit' | 'why'>;

async function smallestWith(planning: Planning, limit: number, dials: Omit<Dials, 'limit'>): Promise<Smallest> {
  if (dials.ghosts !== undefined && (await isShiftedByGhosts(planning, { limit }, dials.ghosts))) return { limit: limit + dials.ghosts };
  const weighed = await planning.smallestLimit(dials, 'weigh');
  // Where no limit is clearly enough and none clearly too small, only all seeds can tell.
  return weighed.limit === undefined && weighed.evidence.at(-1)?.verdict === 'undecided' ? planning.smallestLimit(dials, 'decide') : weighed;
}

function rowOf(change: Change, limit: number, waits: PairedWaits | undefined, atAnswer: PointEvidence, { limit: smallest, why }: Smallest): SensitivityRow {
  return {
    what: change.what,
    factor: change.factor,
    change: change.change,
    limit: smallest,
    ...(smallest === undefined && why !== undefined ? { why } : {}),
    atAnswer,
    p95Ratio: waits === undefined || waits.before === 0 ? undefined : waits.after / waits.before,
    risk: riskOf(atAnswer, smallest, limit),
  };
}

/** As `Risk` says. */
function riskOf(atAnswer: PointEvidence, smallest: number | undefined, limit: number): Risk {
  if (atAnswer.unstable !== undefined || smallest === undefined) return 'Critical';
  if (atAnswer.verdict === 'pass') return 'Low';
  return smallest <= limit * MANY_MORE ? 'Medium' : 'High';
}

function inOrderOfEffect(rows: readonly SensitivityRow[], limit: number): SensitivityRow[] {
  const names = [...new Set(rows.map(({ factor }) => factor))];
  const factors = names.map((name) => rows.filter(({ factor }) => factor === name).toSorted((a, b) => compareEffects(a, b, limit)));
  return factors.toSorted(([a], [b]) => compareEffects(a as SensitivityRow, b as SensitivityRow, limit)).flat();
}

/** By slots more or less than the answer, then by what becomes of p95. */
function compareEffects(a: SensitivityRow, b: SensitivityRow, limit: number): number {
  return descending(slotsOff(a, limit), slotsOff(b, limit)) || descending(ratioOff(a), ratioOff(b));
}

function descending(a: number, b: number): number {
  return a === b ? 0 : b - a;
}

function slotsOff(row: SensitivityRow, limit: number): number {
  return row.limit === undefined ? Number.POSITIVE_INFINITY : Math.abs(row.limit - limit);
}

function ratioOff({ p95Ratio, atAnswer }: SensitivityRow): number {
  if (atAnswer.unstable !== undefined) return Number.POSITIVE_INFINITY;
  return p95Ratio === undefined ? 0 : Math.abs(Math.log(p95Ratio));
}
