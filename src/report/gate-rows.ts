import { type ComparedNumber, isAskedFor } from '../measure/comparison/comparison-result.js';
import { directionOf } from '../measure/comparison/directions.js';
import { FAILED_SEEDS } from '../measure/gate/budgets.js';
import { asksForBaseline } from '../measure/gate/gate-exit-code.js';
import type { QuarantineOutcome, SeedsVerdict } from '../measure/gate/gate-result.js';
import { asVerdict } from '../measure/gate/quarantine.js';
import type { ResultFile, RunResult } from '../measure/result.js';
import { formatDifference, formatShare, formatValue, isNumber } from './format.js';
import type { SeededGate } from './gates.js';

/** Gates that no single seed can tell of: quantified thresholds and budgets, regressions, and the quarantine itself. */
export function gatesOverSeeds(result: ResultFile): SeededGate[] {
  return [
    ...(result.incomplete == null ? [] : [incompleteGate(result, result.incomplete)]),
    ...(result.gate?.acrossSeeds ?? []).map((verdict) => acrossSeedsGate(result, verdict)),
    ...regressionGates(result),
    ...(result.gate?.quarantine ?? []).map((entry) => quarantineGate(result, entry)),
  ];
}

/** Shards that are not there may hold whatever would have failed. */
function incompleteGate({ seeds }: ResultFile, incomplete: string): SeededGate {
  return {
    kind: 'load',
    variant: undefined,
    seed: seeds[0] ?? 0,
    scope: 'shards',
    expression: 'all there',
    actual: 'some are missing',
    limit: 'all',
    margin: undefined,
    n: seeds.length,
    verdict: 'undecided',
    note: incomplete,
    seeds: seeds.length,
    seedsFailing: 0,
    seedsUndecided: 0,
  };
}

function acrossSeedsGate(result: ResultFile, verdict: SeedsVerdict): SeededGate {
  const { kind, variant, scope, expression, level, actual, limit, unit, low, high, seeds, seedsFailing, n } = verdict;
  const interval = isNumber(low) && isNumber(high) ? ` (${formatShare(low)} to ${formatShare(high)})` : '';
  return {
    kind,
    variant,
    seed: worstSeed(result, verdict),
    scope,
    expression,
    actual: `${formatValue(actual, unit)}${interval}`,
    limit: isNumber(limit) ? formatValue(limit, unit) : '–',
    margin: kind === 'budget' && isNumber(high) ? (limit - high) / limit : undefined,
    n,
    verdict: verdict.verdict,
    note: verdict.note,
    ...(level === 'error' ? {} : { level }),
    seeds,
    seedsFailing,
    seedsUndecided: 0,
  };
}

/** The seed to look at first. */
function worstSeed(result: ResultFile, verdict: SeedsVerdict): number {
  const runs = result.runs.filter((run) => (run.variant ?? undefined) === (verdict.variant ?? undefined));
  const worst = verdict.kind === 'budget' ? mostOften(runs, verdict.scope) : runs.find((run) => misses(run, verdict));
  return (worst ?? runs[0])?.seed ?? 0;
}

function misses({ thresholds }: RunResult, { scope, expression }: SeedsVerdict): boolean {
  return thresholds.some((threshold) => threshold.metric === scope && threshold.expression === expression && threshold.verdict !== 'pass');
}

function mostOften(runs: readonly RunResult[], name: string): RunResult | undefined {
  if (name === FAILED_SEEDS) return runs.find(({ verdict }) => verdict === 'fail');
  const share = ({ metrics }: RunResult): number => {
    const value = metrics[name];
    return value?.type === 'counter' && value.n > 0 ? value.count / value.n : -1;
  };
  return runs.toSorted((a, b) => share(b) - share(a))[0];
}

function regressionGates(result: ResultFile): SeededGate[] {
  const { comparison } = result;
  if (comparison == null) return asksForBaseline(result) ? [wholeComparison(result, 'there is no baseline: make one with slotstorm baseline update')] : [];
  const whole = comparison.obstacles.length === 0 ? [] : [wholeComparison(result, comparison.obstacles.join('; '))];
  return [...whole, ...comparison.numbers.filter(isAskedFor).map((compared) => regressionGate(result, compared))];
}

function wholeComparison(result: ResultFile, note: string): SeededGate {
  const { seeds } = result;
  return {
    ...{
      kind: 'regression',
      variant: undefined,
      seed: seeds[0] ?? 0,
      scope: 'baseline',
      expression: 'nothing got worse',
      actual: 'not comparable',
      limit: '–',
    },
    ...{ margin: undefined, n: 0, verdict: 'undecided', note, seeds: seeds.length, seedsFailing: 0, seedsUndecided: seeds.length },
  };
}

function regressionGate(result: ResultFile, compared: ComparedNumber): SeededGate {
  const { variant, metric, number, unit, baseline, candidate, shift, low, high, margin, note, seeds, seedsWorse, worstSeed: worst } = compared;
  const verdict = asVerdict(compared.verdict);
  const { level = 'error' } = compared;
  const bounds = isNumber(low) && isNumber(high) ? ` (${formatDifference(low, unit)} to ${formatDifference(high, unit)})` : '';
  const change = isNumber(shift)
    ? `${compared.verdict}: ${formatDifference(shift, unit)}${bounds}, up to ${formatValue(margin, unit)} is the same`
    : compared.verdict;
  return {
    kind: 'regression',
    variant,
    seed: worst ?? result.seeds[0] ?? 0,
    scope: metric,
    expression: number,
    actual: formatValue(candidate, unit),
    limit: isNumber(baseline) ? `${formatValue(baseline, unit)} ${SIGNS[directionOf(metric)]} ${formatValue(margin, unit)}` : '–',
    margin: undefined,
    n: seeds,
    verdict,
    note: note === '' ? change : `${change}; ${note}`,
    ...(level === 'error' ? {} : { level }),
    seeds,
    seedsFailing: seedsWorse,
    seedsUndecided: verdict === 'undecided' ? seeds : 0,
  };
}

/** The baseline, and what beyond it is still the same. */
const SIGNS = { low: '+', high: '−', neither: '±' } as const;

const STATES: Readonly<Record<QuarantineOutcome['state'], string>> = {
  used: 'covers a failure',
  removable: 'its check passes: take it out',
  expired: 'has expired: mend the check, or say anew until when',
  unknown: 'there is no such check',
};

/** An entry that has expired, or is about nothing, is a failure of its own. */
function quarantineGate({ seeds }: ResultFile, { state, variant, check, until, owner, reason, issue }: QuarantineOutcome): SeededGate {
  const fails = state === 'expired' || state === 'unknown';
  return {
    kind: 'quarantine',
    variant,
    seed: seeds[0] ?? 0,
    scope: check,
    expression: `in quarantine until ${until}`,
    actual: STATES[state],
    limit: until,
    margin: undefined,
    n: seeds.length,
    verdict: fails ? 'fail' : 'pass',
    note: `${owner}: ${reason}${issue == null ? '' : ` (${issue})`}`,
    seeds: 1,
    seedsFailing: fails ? 1 : 0,
    seedsUndecided: 0,
  };
}
