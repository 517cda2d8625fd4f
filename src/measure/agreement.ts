import type { AgreementLine } from './live-result.js';
import { METRICS, type MetricName, type MetricValue, OUTCOME_TAGS } from './metrics.js';
import type { RunResult } from './result.js';
import { studentT95 } from './student-t.js';

/** What counts as the same: the larger of a share of the simulated value and an absolute amount. */
export interface AgreementTerms {
  /** 0.05 unless told. */
  readonly share?: number | undefined;
  /** For latencies, virtual ms; 20 unless told. */
  readonly latencyMs?: number | undefined;
  /** For everything that is counted; 1 unless told. */
  readonly count?: number | undefined;
}

const USUAL = { share: 0.05, latencyMs: 20, count: 1 };

type Statistic = 'med' | 'p95' | 'value' | 'count';

/** A number that both worlds have. */
interface Compared {
  /** As `metrics` of a result spell it. */
  readonly metric: string;
  readonly statistic: Statistic;
}

const COMPARED: readonly Compared[] = [
  { metric: 'queue_latency', statistic: 'med' },
  { metric: 'queue_latency', statistic: 'p95' },
  { metric: 'time_to_result', statistic: 'med' },
  { metric: 'time_to_result', statistic: 'p95' },
  { metric: 'leaked_slots', statistic: 'value' },
  ...OUTCOME_TAGS.map((outcome): Compared => ({ metric: `requests{outcome:${outcome}}`, statistic: 'count' })),
  { metric: 'http_429', statistic: 'count' },
  { metric: 'server_requeues', statistic: 'count' },
  { metric: 'client_retries', statistic: 'count' },
];

/** Nobody wants to read that neither world had any of these. */
const ONLY_WHERE_THERE_ARE_ANY = /^requests\{outcome:(?!ok)/;

/**
 * Simulated and live runs of the same scenario side by side, paired by seed: what chance decides is the same in both, so that
 * only what the worlds do differently is left. Metrics that neither world has samples for are left out.
 */
export function agreement(simulated: readonly RunResult[], live: readonly RunResult[], terms: AgreementTerms = {}): readonly AgreementLine[] {
  const variants = [...new Set([...simulated, ...live].map(({ variant }) => variant))];
  return variants.flatMap((variant) => {
    const ofVariant = (runs: readonly RunResult[]): readonly RunResult[] => runs.filter((run) => run.variant === variant);
    return COMPARED.flatMap((compared) => lineOf(variant, compared, ofVariant(simulated), ofVariant(live), terms));
  });
}

function lineOf(
  variant: string | undefined,
  { metric, statistic }: Compared,
  simulated: readonly RunResult[],
  live: readonly RunResult[],
  terms: AgreementTerms,
): AgreementLine[] {
  const read = (run: RunResult): number | undefined => numberOf(run, metric, statistic);
  const pairs = pairsOf(simulated, live, read);
  const unit = METRICS[metric.split('{')[0] as MetricName].unit;
  const head = { variant, metric, statistic: statistic === 'med' ? 'p50' : statistic, unit, pairs: pairs.length };
  if (pairs.length === 0) return unpaired(head, simulated.map(read), live.map(read), terms);
  if (ONLY_WHERE_THERE_ARE_ANY.test(metric) && pairs.every(([one, other]) => one === 0 && other === 0)) return [];
  const means = { simulated: mean(pairs.map(([value]) => value)), live: mean(pairs.map(([, value]) => value)) };
  const tolerance = toleranceOf(unit, means.simulated, terms);
  const { difference, lower, upper } = intervalOf(pairs.map(([value, other]) => other - value));
  return [{ ...head, ...means, difference, lower, upper, tolerance, verdict: verdictOf(lower, upper, tolerance) }];
}

/** One world has samples and the other has none, or no seed has both: worth a line, but nobody can say more. */
function unpaired(
  head: Pick<AgreementLine, 'variant' | 'metric' | 'statistic' | 'unit' | 'pairs'>,
  simulated: readonly (number | undefined)[],
  live: readonly (number | undefined)[],
  terms: AgreementTerms,
): AgreementLine[] {
  const values = { simulated: simulated.filter(isNumber), live: live.filter(isNumber) };
  if ([...values.simulated, ...values.live].every((value) => value === 0)) return [];
  const means = { simulated: mean(values.simulated), live: mean(values.live) };
  const tolerance = toleranceOf(head.unit, means.simulated, terms);
  return [{ ...head, ...means, difference: Number.NaN, lower: undefined, upper: undefined, tolerance, verdict: 'undecided' }];
}

/** [simulated, live] by seed. Of a seed that ran several times the n-th run meets the n-th; one simulation serves them all, for it would only repeat itself. */
function pairsOf(simulated: readonly RunResult[], live: readonly RunResult[], read: (run: RunResult) => number | undefined): [number, number][] {
  const pairs: [number, number][] = [];
  const met = new Map<number, number>();
  for (const run of live) {
    const sameSeed = simulated.filter(({ seed }) => seed === run.seed);
    const nth = met.get(run.seed) ?? 0;
    met.set(run.seed, nth + 1);
    const partner = sameSeed[Math.min(nth, sameSeed.length - 1)];
    const expected = partner === undefined ? undefined : read(partner);
    const actual = read(run);
    if (isNumber(expected) && isNumber(actual)) pairs.push([expected, actual]);
  }
  return pairs;
}

/** @returns undefined where the run has nothing to say */
function numberOf(run: RunResult, metric: string, statistic: Statistic): number | undefined {
  const value: MetricValue | undefined = run.metrics[metric];
  if (value === undefined) return undefined;
  // A platform that counts begins at zero; a client without samples did not count at all.
  const counts = value.type === 'counter' && run.live?.judgedBy !== 'client';
  if (value.n === 0 && !counts) return undefined;
  const number = (value as unknown as Readonly<Record<string, unknown>>)[statistic];
  return isNumber(number) ? number : undefined;
}

function toleranceOf(unit: string, simulated: number, { share, latencyMs, count }: AgreementTerms): number {
  const absolute = unit === 'ms' ? (latencyMs ?? USUAL.latencyMs) : (count ?? USUAL.count);
  return Number.isFinite(simulated) ? Math.max(absolute, Math.abs(simulated) * (share ?? USUAL.share)) : absolute;
}

/** Mean and 95 % interval of the differences. Differences that are all the same have an interval without width. */
function intervalOf(differences: readonly number[]): Pick<AgreementLine, 'difference' | 'lower' | 'upper'> {
  const n = differences.length;
  const difference = mean(differences);
  if (n < 2) return { difference, lower: undefined, upper: undefined };
  let squares = 0;
  for (const value of differences) squares += (value - difference) * (value - difference);
  const half = (studentT95(n - 1) * Math.sqrt(squares / (n - 1))) / Math.sqrt(n);
  return { difference, lower: difference - half, upper: difference + half };
}

function verdictOf(lower: number | undefined, upper: number | undefined, tolerance: number): AgreementLine['verdict'] {
  if (lower === undefined || upper === undefined) return 'undecided';
  if (lower >= -tolerance && upper <= tolerance) return 'agrees';
  return lower > tolerance || upper < -tolerance ? 'differs' : 'undecided';
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
