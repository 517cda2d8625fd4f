import { shareBounds } from '../binomial-bounds.js';
import type { RunResult, ThresholdVerdict, VariantInfo, Verdict } from '../result.js';
import { MIN_SEEDS_FOR_INTERVAL } from '../seed-values.js';
import { FAILED_SEEDS } from './budgets.js';
import type { Budget, SeedQuantifier, SeedsVerdict } from './gate-result.js';
import { percentOf } from './percent.js';
import { MIN_SEEDS_FOR_NONE, type Occurrences, requestsToShow, type ShareInterval, shareInterval } from './share-interval.js';

/** What the seeds of one variant say together: quantified thresholds and budgets. @param runs of the variant */
export function seedsVerdicts({ name, gate }: VariantInfo, runs: readonly RunResult[]): SeedsVerdict[] {
  const quantified = (runs[0]?.thresholds ?? []).filter(({ over }) => (over ?? 'every') !== 'every');
  return [
    ...quantified.map((threshold) => thresholdOver(name, threshold, runs)),
    ...(gate?.budgets ?? []).map((budget) => (budget.name === FAILED_SEEDS ? failedSeeds(name, budget, runs) : budgetOver(name, budget, runs))),
  ];
}

/** So many seeds must meet a threshold that speaks over seeds. */
function seedsNeeded(over: SeedQuantifier, seeds: number): number {
  // More than half of them: of an odd number that is the median; of an even one both middle values.
  if (over === 'median') return Math.floor(seeds / 2) + 1;
  return over === 'every' ? seeds : Math.max(1, Math.ceil(over.share * seeds - 1e-9));
}

function thresholdOver(variant: string | undefined, asked: ThresholdVerdict, runs: readonly RunResult[]): SeedsVerdict {
  const { metric, expression, unit, level = 'error', over = 'every' } = asked;
  const own = runs.flatMap(({ thresholds }) => thresholds.filter((threshold) => threshold.metric === metric && threshold.expression === expression));
  const count = (verdict: Verdict): number => own.filter((threshold) => threshold.verdict === verdict).length;
  const needed = seedsNeeded(over, own.length);
  const meeting = count('pass');
  const open = count('undecided');
  const verdict = meeting >= needed ? 'pass' : meeting + open < needed ? 'fail' : 'undecided';
  const decided = own.filter((threshold) => threshold.verdict !== 'undecided').toSorted(byRoom);
  const deciding = decided[Math.min(needed, decided.length) - 1];
  return {
    kind: 'threshold',
    variant,
    scope: metric,
    expression,
    level,
    actual: deciding?.actual,
    limit: (deciding ?? asked).limit,
    unit,
    low: undefined,
    high: undefined,
    seeds: own.length,
    seedsFailing: count('fail'),
    n: own.reduce((sum, threshold) => sum + threshold.n, 0),
    verdict,
    note: `${meeting} of ${own.length} seeds meet it, ${needed} must${open === 0 ? '' : `; ${open} cannot be decided${reasonOf(own)}`}`,
  };
}

/** Of the first that has one. */
function reasonOf(seeds: readonly ThresholdVerdict[]): string {
  const note = seeds.find((seed) => seed.verdict === 'undecided')?.note;
  return note == null ? '' : `: ${note}`;
}

/** Those that meet it come first, and of two the one that has more room. */
function byRoom(one: ThresholdVerdict, other: ThresholdVerdict): number {
  if (one.verdict !== other.verdict) return one.verdict === 'pass' ? -1 : 1;
  return roomOf(other) - roomOf(one);
}

function roomOf({ expression, actual = 0, limit }: ThresholdVerdict): number {
  const operator = /[<>=!]+/.exec(expression)?.[0] ?? '==';
  if (operator.startsWith('<')) return limit - actual;
  return operator.startsWith('>') ? actual - limit : -Math.abs(actual - limit);
}

function budgetOver(variant: string | undefined, budget: Budget, runs: readonly RunResult[]): SeedsVerdict {
  const seeds = runs.flatMap(({ metrics }) => {
    const value = metrics[budget.name];
    return value?.type === 'counter' && value.n > 0 ? [{ k: Math.min(value.count, value.n), n: value.n }] : [];
  });
  if (seeds.length === 0) return withShare(variant, budget, runs.length, 0, 0, undefined, 'nothing was measured');
  const interval = shareInterval(seeds);
  const failing = seeds.filter(({ k, n }: Occurrences) => k / n > budget.share).length;
  return withShare(variant, budget, seeds.length, failing, interval.n, interval, budgetNote(budget, interval, seeds.length));
}

function budgetNote({ share }: Budget, { k, n, high, low, rule }: ShareInterval, seeds: number): string {
  const seen = `${k} of ${n} in ${seeds === 1 ? '1 seed' : `${seeds} seeds`}`;
  if (k === 0) return noneSeenNote(share, { n, high, rule }, seeds, seen);
  if (high <= share || low > share) return seen;
  if (rule === 'seeds') return `${seen}: with fewer than ${MIN_SEEDS_FOR_INTERVAL} seeds each counts as one observation; run more seeds`;
  return `${seen}: the 95 % interval holds the budget; more seeds make it narrower`;
}

/** Two statements, each at 95 %: about seeds, and if requests of one seed were independent about them. */
function noneSeenNote(share: number, { n, high, rule }: Pick<ShareInterval, 'n' | 'high' | 'rule'>, seeds: number, seen: string): string {
  const ofSeeds = `at most ${percentOf(shareBounds(0, seeds).high)} of seeds have any`;
  const bounds = rule === 'seeds' ? ofSeeds : `${ofSeeds}, at most ${percentOf(high)} of requests if they are independent`;
  if (high <= share) return `${seen}: ${bounds}`;
  const requests = requestsToShow(share);
  const needed = [...(rule === 'seeds' ? [`${Math.min(MIN_SEEDS_FOR_NONE, requests)} seeds`] : []), ...(n < requests ? [`${requests} requests`] : [])];
  return `${seen}: ${bounds}; it takes ${needed.join(' and ')} without one; run more seeds`;
}

/** Seeds are independent: nothing has to be assumed. */
function failedSeeds(variant: string | undefined, budget: Budget, runs: readonly RunResult[]): SeedsVerdict {
  const decided = runs.filter(({ verdict }) => verdict !== 'undecided');
  const k = decided.filter(({ verdict }) => verdict === 'fail').length;
  const n = decided.length;
  if (n === 0) return withShare(variant, budget, runs.length, 0, 0, undefined, 'no seed could be decided');
  const bounds = { share: k / n, ...shareBounds(k, n) };
  const isDecided = bounds.high <= budget.share || bounds.low > budget.share;
  const more = k === 0 ? `it takes ${requestsToShow(budget.share)} seeds without one` : 'the 95 % interval holds the budget; run more seeds';
  return withShare(variant, budget, runs.length, k, n, bounds, `${k} of ${n} seeds failed${isDecided ? '' : `: ${more}`}`);
}

function withShare(
  variant: string | undefined,
  { name, expression, share: limit, level }: Budget,
  seeds: number,
  seedsFailing: number,
  n: number,
  interval: Pick<ShareInterval, 'share' | 'low' | 'high'> | undefined,
  note: string,
): SeedsVerdict {
  const verdict = interval === undefined ? 'undecided' : interval.high <= limit ? 'pass' : interval.low > limit ? 'fail' : 'undecided';
  const { share: actual, low, high } = interval ?? {};
  return { kind: 'budget', variant, scope: name, expression, level, actual, limit, unit: 'ratio', low, high, seeds, seedsFailing, n, verdict, note };
}
