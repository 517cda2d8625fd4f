import { exitCodeOfRun, verdictOfCode } from './exit-codes.js';
import type { ExercisedExpectation, ExpectationPlan, InvariantExpectation } from './expectations.js';
import { thresholdVerdict, withDoubtOfPercentile } from './gate/threshold-verdict.js';
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
  const invariants = judgeInvariants(recording.invariants, plan);
  const exercised = plan.exercised.map((expected) => judgeExercised(expected, recording.exercised[expected.name] ?? 0));
  const exitCode = exitCodeOfRun({ thresholds, invariants, exercised });
  return { verdict: verdictOfCode(exitCode), exitCode, thresholds, invariants, exercised };
}

/** @param actual NaN: not observed */
export function judgeExercised({ name, expression, operator, limit, level }: ExercisedExpectation, actual: number): ExercisedVerdict {
  const verdict = Number.isNaN(actual) ? 'undecided' : compares(actual, operator, limit) ? 'pass' : 'fail';
  return level === undefined ? { name, expression, actual, verdict } : { name, expression, actual, verdict, level };
}

function judgeThreshold(recording: Recording, threshold: Threshold): ThresholdVerdict {
  const { selector, expression, baselineFactor, level, over, minSamples } = threshold;
  const isAboutBaseline = baselineFactor !== undefined;
  const { actual, n, missing } = threshold.within === undefined ? measured(recording, threshold) : settled(recording, threshold);
  const own: ThresholdVerdict = {
    metric: selector.text,
    expression,
    actual,
    // What the baseline says, only the gate knows.
    limit: isAboutBaseline ? Number.NaN : threshold.limit,
    unit: METRICS[selector.metric].unit,
    n,
    verdict: isAboutBaseline ? 'undecided' : thresholdVerdict(threshold, { actual, n, limit: threshold.limit }),
  };
  const judged = missing === undefined ? withDoubtOfPercentile(own, threshold) : withMissingStretches(own, missing);
  // Fields that say nothing would make every result larger.
  if (level === undefined && over === undefined && minSamples === undefined) return judged;
  return { ...judged, ...(level && { level }), ...(over && { over }), ...(minSamples && { minSamples }) };
}

/** What held after one step says nothing about another. A level that did not settle once has failed all the same. */
function withMissingStretches(own: ThresholdVerdict, missing: number): ThresholdVerdict {
  if (missing === 0 || own.n === 0 || own.verdict !== 'pass') return own;
  const note = `after ${missing} of ${own.n + missing} such steps no time was left in which the level could have settled`;
  return { ...own, verdict: 'undecided', note };
}

interface Measured {
  readonly actual: number | undefined;
  readonly n: number;
  /** Stretches that should have been looked at and were not; undefined: it is not about stretches. */
  readonly missing?: number;
}

function measured(recording: Recording, { selector, aggregation }: Threshold): Measured {
  const set = recording.setFor(selector);
  const value = set.value(selector.metric, measuredSeconds(recording), outcomeOf(selector));
  return { actual: aggregate(value, aggregation, (share) => set.quantile(selector.metric, share)), n: value.n };
}

/** Each stretch of time that was looked at is a sample. */
function settled(recording: Recording, threshold: Threshold): Measured {
  const level = recording.settling?.of(threshold);
  const { worst, stretches = 0, steps = 0 } = level ?? {};
  return { actual: worst, n: stretches, missing: steps - stretches };
}

/** Written out where nothing has a level: to spread an object costs V8 more than a hundred requests of a short run. */
function judgeInvariants(outcomes: readonly InvariantOutcome[], { invariants, invariantLevels }: ExpectationPlan): InvariantVerdict[] {
  const verdicts = outcomes.map((outcome) => judgeInvariant(outcome, invariants[outcome.id]));
  if (invariantLevels === undefined) return verdicts;
  return verdicts.map((verdict) => (invariantLevels[verdict.id] === undefined ? verdict : { ...verdict, level: invariantLevels[verdict.id] }));
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
