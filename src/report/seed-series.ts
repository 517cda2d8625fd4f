import { METRICS, type MetricUnit } from '../measure/metrics.js';
import type { ResultFile, RunResult, ThresholdVerdict } from '../measure/result.js';
import { type AcrossSeeds, acrossSeeds } from '../measure/seed-statistics.js';
import type { SeedStatistics } from '../measure/seed-values.js';
import { OPERATORS } from '../measure/thresholds.js';
import { formatNumber, formatValue, isNumber } from './format.js';
import { type Field, metricOf, type ShownVariant } from './runs.js';

/** One number of every seed: `queue_latency p(95)`. */
export interface SeedSeries {
  readonly metric: string;
  /** As a threshold writes it. */
  readonly aggregation: string;
  readonly unit: MetricUnit;
}

/** A limit that some variant holds a series to. */
export interface SeriesLimit {
  readonly expression: string;
  readonly limit: number;
}

const ALWAYS: readonly SeedSeries[] = [
  { metric: 'queue_latency', aggregation: 'p(95)', unit: METRICS.queue_latency.unit },
  { metric: 'leaked_slots', aggregation: 'value', unit: METRICS.leaked_slots.unit },
];

/** What the report shows seed by seed: every number that a threshold judges, and two that matter to everyone. */
export function seedSeries(result: ResultFile): SeedSeries[] {
  const series = [...result.runs.flatMap((run) => run.thresholds.map(seriesOf)), ...ALWAYS];
  const first = new Map(series.toReversed().map((one) => [seriesTitle(one), one]));
  return [...new Set(series.map(seriesTitle))]
    .map((title) => first.get(title) as SeedSeries)
    .filter((one) => result.runs.some((run) => seriesValue(run, one) !== undefined));
}

export function seriesTitle({ metric, aggregation }: SeedSeries): string {
  return `${metric} ${aggregation}`;
}

/** undefined where the seed has no sample. */
export function seriesValue(run: RunResult, series: SeedSeries): number | undefined {
  const field = fieldOf(series.aggregation);
  if (field !== undefined) return metricOf(run, series.metric, field);
  const judged = run.thresholds.find((threshold) => isOf(series, threshold))?.actual;
  return isNumber(judged) ? judged : undefined;
}

/** The limits that a variant holds the series to. They are the same for all its seeds. */
export function seriesLimits({ shown }: ShownVariant, series: SeedSeries): SeriesLimit[] {
  return shown.thresholds.filter((threshold) => isOf(series, threshold)).map(({ expression, limit }) => ({ expression, limit }));
}

/** What the seeds of a variant say together; from the runs where the result is older than that. */
export function acrossSeedsOf({ info, runs }: ShownVariant): AcrossSeeds | undefined {
  if (runs.length < 2) return undefined;
  return info.acrossSeeds ?? acrossSeeds(runs);
}

export function seriesStatistics(across: AcrossSeeds, series: SeedSeries): SeedStatistics | undefined {
  const field = fieldOf(series.aggregation);
  if (field !== undefined) return across.metrics[series.metric]?.[field];
  return across.thresholds.find((threshold) => isOf(series, threshold))?.actual;
}

/** A value of the series with its unit. Counts by time are not in the metric's own. */
export function formatSeries(value: number | undefined, { aggregation, unit }: SeedSeries): string {
  return aggregation === 'rate' && unit !== 'ratio' && isNumber(value) ? `${formatNumber(value)} a second` : formatValue(value, unit);
}

function seriesOf(threshold: ThresholdVerdict): SeedSeries {
  return { metric: threshold.metric, aggregation: aggregationOf(threshold.expression), unit: threshold.unit };
}

function isOf(series: SeedSeries, { metric, expression }: { readonly metric: string; readonly expression: string }): boolean {
  return metric === series.metric && aggregationOf(expression) === series.aggregation;
}

/** `p(95)` of `p(95) < 5s` */
function aggregationOf(expression: string): string {
  const end = Math.min(...OPERATORS.map((operator) => expression.indexOf(operator)).filter((at) => at >= 0));
  return expression.slice(0, end).replaceAll(' ', '');
}

const FIELDS: readonly Field[] = ['avg', 'min', 'med', 'max', 'p90', 'p95', 'p99', 'count', 'rate', 'value'];

/** Where a result keeps the number; undefined for other percentiles, which only their thresholds know. */
function fieldOf(aggregation: string): Field | undefined {
  const name = aggregation === 'p(50)' ? 'med' : aggregation.replace(/[()]/g, '');
  return FIELDS.find((field) => field === name);
}
