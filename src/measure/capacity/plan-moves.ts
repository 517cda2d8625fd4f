import type { PlanMove } from './plan-comparison.js';
import type { Estimate, InverseAnswer, PieceAnswer, PlanResult, PointEvidence } from './plan-result.js';

/** What is too small to matter. */
export interface MoveMargin {
  readonly marginShare: number;
  /** Of times, ms. */
  readonly marginMs: number;
}

type Way = 'low' | 'high';

/** Every number that both plans have, and which way it went. @returns the most important first */
export function movesBetween(plan: PlanResult, baseline: PlanResult, margin: MoveMargin): PlanMove[] {
  return [
    limitMove('smallest limit', limitOf(plan), limitOf(baseline)),
    ...tierMoves(plan, baseline),
    ...waitMoves(plan, baseline, margin),
    ...rateMoves(plan, baseline, margin),
    ...dayMoves(plan, baseline),
  ];
}

/** A limit that was found; none at all; or nobody can tell. */
interface FoundLimit {
  readonly limit: number | undefined;
  readonly isDecided: boolean;
}

/** Where no limit passed, but one was undecided, there may be a limit that would have. */
function limitOf({ answer }: PlanResult): FoundLimit {
  const isDecided = answer.limit !== undefined || !answer.evidence.some(({ verdict }) => verdict === 'undecided');
  return { limit: answer.limit, isDecided };
}

/** No limit at all is worse than any. */
function limitMove(what: string, after: FoundLimit, before: FoundLimit): PlanMove {
  const sizes = { before: before.limit, after: after.limit };
  if (!after.isDecided || !before.isDecided) return { what, ...sizes, unit: 'slots', verdict: 'undecided' };
  const difference = (after.limit ?? Number.POSITIVE_INFINITY) - (before.limit ?? Number.POSITIVE_INFINITY);
  // Both none: the difference of two endless numbers is none.
  return { what, ...sizes, unit: 'slots', verdict: difference > 0 ? 'worse' : difference < 0 ? 'better' : 'same' };
}

/** Tiers are told apart by their limits; where neither plan has any, there is nothing to say. */
function tierMoves(plan: PlanResult, baseline: PlanResult): PlanMove[] {
  if (plan.tiers.tier === undefined && baseline.tiers.tier === undefined) return [];
  const found = (one: PlanResult): FoundLimit => ({ limit: one.tiers.tier?.limit, isDecided: limitOf(one).isDecided });
  return [limitMove('tier', found(plan), found(baseline))];
}

/** At the limit that the gate is about, else at the baseline's answer: wherever both have looked. */
function waitMoves(plan: PlanResult, baseline: PlanResult, margin: MoveMargin): PlanMove[] {
  const [own, former] = [pointsOf(plan), pointsOf(baseline)];
  const wanted = [baseline.gate?.limit, baseline.answer.limit, plan.answer.limit];
  const limit = wanted.find((one) => one !== undefined && own.has(one) && former.has(one));
  if (limit === undefined) return [];
  const [after, before] = [own.get(limit) as PointEvidence, former.get(limit) as PointEvidence];
  return before.checks.flatMap(({ slo, unit, actual }) => {
    const now = after.checks.find((check) => check.slo === slo);
    if (actual === undefined || now?.actual === undefined) return [];
    const least = unit === 'ms' ? margin.marginMs : 0;
    return [estimateMove(`${slo} at limit ${limit}`, now.actual, actual, unit, isAboveBetter(slo) ? 'high' : 'low', { share: margin.marginShare, least })];
  });
}

function pointsOf({ answer, gate, frontier }: PlanResult): Map<number, PointEvidence> {
  const points = [...(frontier?.points ?? []), ...answer.evidence, ...(gate === undefined ? [] : [gate.evidence])];
  return new Map(points.filter(({ seeds }) => seeds > 0).map((point) => [point.limit, point]));
}

/** An SLO that asks for much, such as `requests{outcome:ok} count > 100`. */
function isAboveBetter(slo: string): boolean {
  return />=?[^<>]*$/.test(slo);
}

function rateMoves(plan: PlanResult, baseline: PlanResult, margin: MoveMargin): PlanMove[] {
  const [after, before] = [highestRate(plan), highestRate(baseline)];
  if (after?.value === undefined || before?.value === undefined || after.title !== before.title) return [];
  return [estimateMove(before.title, after.value.estimate, before.value.estimate, before.value.unit, 'high', { share: margin.marginShare, least: 0 })];
}

function highestRate({ inverse }: PlanResult): InverseAnswer | undefined {
  return inverse?.find(({ question }) => question === 'highest-rate' || question === 'largest-burst');
}

/** Days that both have, and whose limit is another. */
function dayMoves(plan: PlanResult, baseline: PlanResult): PlanMove[] {
  const former = new Map((baseline.days ?? []).map((day) => [day.name, day]));
  const found = ({ limit }: PieceAnswer): FoundLimit => ({ limit, isDecided: true });
  return (plan.days ?? []).flatMap((day) => {
    const before = former.get(day.name);
    return before === undefined || before.limit === day.limit ? [] : [limitMove(`limit of ${day.name}`, found(day), found(before))];
  });
}

function estimateMove(
  what: string,
  after: Estimate,
  before: Estimate,
  unit: string,
  better: Way,
  { share, least }: { readonly share: number; readonly least: number },
): PlanMove {
  const sizes = { what, before: before.mean, after: after.mean, unit };
  const isApart = after.low > before.high || after.high < before.low;
  const difference = after.mean - before.mean;
  if (!isApart || Math.abs(difference) <= Math.max(least, Math.abs(before.mean) * share)) return { ...sizes, verdict: 'same' };
  return { ...sizes, verdict: difference > 0 === (better === 'high') ? 'better' : 'worse' };
}
