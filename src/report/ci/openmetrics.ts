import { METRICS, type MetricDefinition, type MetricUnit } from '../../measure/metrics.js';
import type { LatencyBuckets, ResultFile, RunResult, Verdict } from '../../measure/result.js';
import { isNumber } from '../format.js';
import { type Field, metricOf, shownVariants } from '../runs.js';
import { Exposition, type Labels } from './exposition.js';
import { STANDINGS, standingChecks } from './standing.js';

const VERDICTS: readonly Verdict[] = ['pass', 'fail', 'undecided'];
const MOST_CHECKS = 500;
/** Upper bounds of the histogram, s. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
/** Numbers of a trend, and what their families are called. */
const TREND_NUMBERS: readonly (readonly [Field, string])[] = [
  ['avg', 'avg'],
  ['med', 'p50'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['max', 'max'],
];
const UNITS: Readonly<Record<MetricUnit, { readonly suffix: string | undefined; readonly scale: number }>> = {
  ms: { suffix: 'seconds', scale: 1_000 },
  seconds: { suffix: 'seconds', scale: 1 },
  slot_seconds: { suffix: undefined, scale: 1 },
  slots: { suffix: undefined, scale: 1 },
  requests: { suffix: undefined, scale: 1 },
  usd: { suffix: 'usd', scale: 1 },
  ratio: { suffix: 'ratio', scale: 1 },
};

/**
 * What a result says, as it stands at its end, for Prometheus: one series a variant and number, however many seeds there
 * were. Counters are summed over the seeds; of all other numbers there are the lowest, the median and the highest seed.
 */
export function renderOpenMetrics(result: ResultFile): string {
  const text = new Exposition();
  const scenario = { scenario: result.scenario.name };
  text
    .family('slotstorm_build', 'gauge', 'Always 1: which version wrote this.')
    .sample('slotstorm_build', 1, { version: result.tool.version, random_scheme: String(result.randomScheme) });
  describeVerdict(text, result, scenario);
  describeChecks(text, result, scenario);
  for (const { info, runs } of shownVariants(result)) describeMetrics(text, runs, { ...scenario, variant: info.name ?? undefined });
  for (const run of result.runs) describeLatency(text, run, scenario);
  describeComparison(text, result, scenario);
  return text.toString();
}

function describeVerdict(text: Exposition, result: ResultFile, scenario: Labels): void {
  text.family('slotstorm_verdict', 'gauge', '1 for the verdict of the scenario, 0 for the two others.');
  for (const verdict of VERDICTS) text.sample('slotstorm_verdict', verdict === result.verdict ? 1 : 0, { ...scenario, verdict });
  text.family('slotstorm_exit_code', 'gauge', 'Exit code of the scenario.').sample('slotstorm_exit_code', result.exitCode, scenario);
  text.family('slotstorm_seeds', 'gauge', 'Seeds that ran, for each variant.').sample('slotstorm_seeds', result.seeds.length, scenario);
  text.family('slotstorm_seeds_failed', 'gauge', 'Seeds whose verdict is fail.');
  for (const { info, runs } of shownVariants(result)) {
    text.sample('slotstorm_seeds_failed', runs.filter((run) => run.verdict === 'fail').length, { ...scenario, variant: info.name ?? undefined });
  }
}

function describeChecks(text: Exposition, result: ResultFile, scenario: Labels): void {
  const checks = standingChecks(result);
  text.family('slotstorm_checks', 'gauge', 'Checks over all seeds, by what became of them.');
  for (const standing of STANDINGS) text.sample('slotstorm_checks', checks.filter((check) => check.standing === standing).length, { ...scenario, standing });
  text.family('slotstorm_check_margin_ratio', 'gauge', 'Room that the worst seed left, as a share of the limit; negative when it was missed.', 'ratio');
  for (const { standing, gate } of checks.slice(0, MOST_CHECKS)) {
    const { variant, scope, expression, margin } = gate;
    if (isNumber(margin)) text.sample('slotstorm_check_margin_ratio', margin, { ...scenario, variant: variant ?? undefined, scope, expression, standing });
  }
}

function describeMetrics(text: Exposition, runs: readonly RunResult[], labels: Labels): void {
  const names = new Set(runs.flatMap((run) => Object.keys(run.metrics)));
  for (const name of names) {
    const { base, tags } = tagsOf(name);
    const metric = METRICS[base as keyof typeof METRICS] as MetricDefinition | undefined;
    // A metric of a newer version, whose unit nobody knows here.
    if (metric === undefined) continue;
    const read = (field: Field): number[] => runs.map((run) => metricOf(run, name, field)).filter(isNumber);
    if (metric.type === 'counter') describeCounter(text, base, metric, read('count'), { ...labels, ...tags });
    else if (metric.type === 'trend') {
      for (const [field, called] of TREND_NUMBERS) describeGauge(text, `${base}_${called}`, metric, read(field), { ...labels, ...tags });
    } else describeGauge(text, base, metric, read(metric.type === 'rate' ? 'rate' : 'value'), { ...labels, ...tags });
  }
}

function describeCounter(text: Exposition, base: string, { unit, doc }: MetricDefinition, values: readonly number[], labels: Labels): void {
  const { suffix } = UNITS[unit];
  const name = familyName(base, suffix);
  const sum = values.reduce((all, value) => all + value, 0);
  if (values.length > 0) text.family(name, 'counter', `${doc} Summed over the seeds.`, suffix).sample(name, sum, labels, '_total');
}

function describeGauge(text: Exposition, base: string, { unit, doc }: MetricDefinition, values: readonly number[], labels: Labels): void {
  const { suffix, scale } = UNITS[unit];
  const name = familyName(base, suffix);
  const sorted = values.map((value) => value / scale).toSorted((a, b) => a - b);
  const [low, median, high] = [sorted[0], sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  if (low === undefined || median === undefined || high === undefined) return;
  text
    .family(name, 'gauge', doc, suffix)
    .sample(name, low, { ...labels, seeds: 'lowest' })
    .sample(name, median, { ...labels, seeds: 'median' })
    .sample(name, high, { ...labels, seeds: 'highest' });
}

function familyName(base: string, suffix: string | undefined): string {
  return suffix === undefined || base.endsWith(`_${suffix}`) ? `slotstorm_${base}` : `slotstorm_${base}_${suffix}`;
}

/** Of the one run of each variant whose evidence was kept. */
function describeLatency(text: Exposition, run: RunResult, scenario: Labels): void {
  if (run.evidence == null) return;
  const name = 'slotstorm_queue_latency_seconds';
  text.family(name, 'histogram', `${METRICS.queue_latency.doc} Of one seed of each variant, in buckets that are exact to 1 %.`, 'seconds');
  const labels = { ...scenario, variant: run.variant ?? undefined, seed: String(run.seed) };
  const { buckets } = run.evidence.queueLatency;
  for (const bound of BOUNDS) text.sample(name, samplesUpTo(buckets, bound * 1_000), { ...labels, le: canonical(bound) }, '_bucket');
  const all = samplesUpTo(buckets, Number.POSITIVE_INFINITY);
  text.sample(name, all, { ...labels, le: '+Inf' }, '_bucket');
  const metric = run.metrics['queue_latency'];
  // Sum and count come together or not at all.
  if (metric?.type === 'trend' && metric.n === all && isNumber(metric.avg)) text.sample(name, (metric.avg * metric.n) / 1_000, labels, '_sum');
  text.sample(name, all, labels, '_count');
}

function samplesUpTo(buckets: LatencyBuckets['buckets'], ms: number): number {
  return buckets.reduce((sum, [value, samples]) => (value <= ms ? sum + samples : sum), 0);
}

/** `1.0`: a bound of a bucket is a floating-point number even where it is whole. */
function canonical(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function describeComparison(text: Exposition, result: ResultFile, scenario: Labels): void {
  text.family(
    'slotstorm_regression_shift_ratio',
    'gauge',
    'Change against the baseline as a share of it, of the numbers that decide; positive: more.',
    'ratio',
  );
  for (const { gates, variant, metric, number, verdict, shiftShare } of result.comparison?.numbers ?? []) {
    if (gates && isNumber(shiftShare))
      text.sample('slotstorm_regression_shift_ratio', shiftShare, { ...scenario, variant: variant ?? undefined, metric, number, verdict });
  }
}

/** `queue_latency{key:new}` → `queue_latency` and `{ key: 'new' }`. */
function tagsOf(name: string): { readonly base: string; readonly tags: Readonly<Record<string, string>> } {
  const brace = name.indexOf('{');
  if (brace < 0) return { base: name, tags: {} };
  const tags: Record<string, string> = {};
  for (const part of name.slice(brace + 1, -1).split(/,(?=\s*(?:account|key|endpoint|mode|outcome):)/)) {
    const colon = part.indexOf(':');
    if (colon > 0 && /^[a-z]+$/.test(part.slice(0, colon).trim())) tags[part.slice(0, colon).trim()] = part.slice(colon + 1).trim();
  }
  return { base: name.slice(0, brace), tags };
}
