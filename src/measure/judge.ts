import { exitCodeOfRun, verdictOfCode } from './exit-codes.js';
import type { ExpectationPlan, InvariantExpectation } from './expectations.js';
import { HISTOGRAM_RELATIVE_ERROR, type Histogram } from './histogram.js';
import type { InvariantOutcome } from './invariants/checker.js';
import { METRICS, type MetricName, type MetricValue, OUTCOME_TAGS, type OutcomeTag } from './metrics.js';
import type { Recording } from './recorder.js';
import type { ExercisedVerdict, InvariantVerdict, LatencyBuckets, RunResult, ThresholdVerdict, Verdict } from './result.js';
import { aggregate, compares, type Selector, type Threshold } from './thresholds.js';

const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
const OUTCOME_NAMES = OUTCOME_TAGS.map((outcome) => ({ name: `requests{outcome:${outcome}}`, outcome }));

/** Holds a recording against what was expected of it. */
export function judge(recording: Recording, plan: ExpectationPlan): Pick<RunResult, 'verdict' | 'exitCode' | 'thresholds' | 'invariants' | 'exercised'> {
  const thresholds = plan.thresholds.map((threshold) => judgeThreshold(recording, threshold));
  const invariants = recording.invariants.map((outcome) => judgeInvariant(outcome, plan.invariants[outcome.id]));
  const exercised = plan.exercised.map((expected): ExercisedVerdict => {
    const actual = recording.exercised[expected.name] ?? 0;
    return { name: expected.name, expression: expected.expression, actual, verdict: compares(actual, expected.operator, expected.limit) ? 'pass' : 'fail' };
  });
  const exitCode = exitCodeOfRun({ thresholds, invariants, exercised });
  return { verdict: verdictOfCode(exitCode), exitCode, thresholds, invariants, exercised };
}

function judgeThreshold(recording: Recording, threshold: Threshold): ThresholdVerdict {
  const { selector } = threshold;
  const set = recording.setFor(selector);
  const value = set.value(selector.metric, measuredSeconds(recording), outcomeOf(selector));
  const actual = aggregate(value, threshold.aggregation, (share) => set.quantile(selector.metric, share));
  return {
    metric: selector.text,
    expression: threshold.expression,
    actual,
    limit: threshold.limit,
    unit: METRICS[selector.metric].unit,
    n: value.n,
    verdict: actual === undefined ? 'undecided' : compares(actual, threshold.operator, threshold.limit) ? 'pass' : 'fail',
  };
}

/** @param asked undefined: the scenario does not name it */
function judgeInvariant(outcome: InvariantOutcome, asked: InvariantExpectation | undefined): InvariantVerdict {
  const expected = asked ?? 'held';
  const { id, state, examined, violations, examples, reason } = outcome;
  // Whoever asks for a law by name wants it looked at: nobody has.
  // Written out: to spread an object costs V8 more than a hundred requests of a short run.
  return {
    id,
    state,
    examined,
    violations,
    examples,
    reason,
    expected,
    verdict: state === 'not-promised' && asked === 'held' ? 'undecided' : verdictOn(state, expected),
  };
}

function verdictOn(state: InvariantOutcome['state'], expected: InvariantExpectation): Verdict {
  if (expected === 'off') return 'pass';
  if (expected === 'violated') return state === 'violated' ? 'pass' : 'fail';
  if (state === 'violated') return 'fail';
  // An invariant with nothing to examine neither passes nor fails anything; `exercised` is where that is demanded.
  return state === 'undecided' ? 'undecided' : 'pass';
}

/** The values of every metric in total, and of those that somebody selected. */
export function metricValues(recording: Recording, selectors: readonly Selector[]): Record<string, MetricValue> {
  const seconds = measuredSeconds(recording);
  const values: Record<string, MetricValue> = {};
  for (const metric of METRIC_NAMES) values[metric] = recording.total.value(metric, seconds);
  for (const { name, outcome } of OUTCOME_NAMES) values[name] = recording.total.value('requests', seconds, outcome);
  for (const selector of selectors) {
    values[selector.text] = recording.setFor(selector).value(selector.metric, seconds, outcomeOf(selector));
  }
  return values;
}

/** What rates and averages over time are taken over: the run without its warm-up. */
function measuredSeconds({ endUs, warmupUs }: Recording): number {
  return Math.max(0, endUs - warmupUs) / 1_000_000;
}

export function bucketsOf(histogram: Histogram, scale: number): LatencyBuckets {
  return { buckets: histogram.filled().map(([value, count]) => [value * scale, count] as const), relativeError: HISTOGRAM_RELATIVE_ERROR };
}

function outcomeOf(selector: Selector): OutcomeTag | undefined {
  return selector.tags.find(([tag]) => tag === 'outcome')?.[1] as OutcomeTag | undefined;
}
