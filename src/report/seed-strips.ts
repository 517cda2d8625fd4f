import type { ResultFile, RunResult } from '../measure/result.js';
import type { SeedStatistics } from '../measure/seed-values.js';
import { type ShownVariant, shownVariants } from './runs.js';
import { acrossSeedsOf, type SeedSeries, type SeriesLimit, seriesLimits, seriesStatistics, seriesValue } from './seed-series.js';

/** More dots than these, all variants together, are drawn as bands of quantiles. */
export const MAX_DOTS = 600;
/** Runs with a line of their own once there are bands: the page must not grow with the seeds. */
const MAX_LISTED = 200;
/** A limit further out than this many times the largest value would squeeze the dots together. */
const LIMIT_REACH = 3;

export const BAND_SHARES = [0.05, 0.25, 0.75, 0.95] as const;

export interface Dot {
  readonly run: RunResult;
  readonly value: number;
}

export interface StripRow {
  readonly title: string;
  readonly seeds: number;
  readonly statistics: SeedStatistics | undefined;
  readonly limits: readonly SeriesLimit[];
  /** One a seed, or the failed ones that are listed where `bands` stand for the rest. */
  readonly dots: readonly Dot[];
  /** Values at `BAND_SHARES`; undefined where every seed has its dot. */
  readonly bands: readonly number[] | undefined;
}

export interface Strip {
  readonly series: SeedSeries;
  readonly from: number;
  readonly to: number;
  readonly rows: readonly StripRow[];
}

/** Whether every seed has a dot and a line in the table of runs. */
export function showsEverySeed(result: ResultFile): boolean {
  return result.runs.length <= MAX_DOTS;
}

/** Runs with a line of their own: all, or with many seeds the failed and undecided ones first. */
export function listedRuns(result: ResultFile): RunResult[] {
  if (showsEverySeed(result)) return [...result.runs];
  const open = result.runs.filter((run) => run.verdict !== 'pass');
  return [...open, ...result.runs.filter((run) => run.verdict === 'pass')].slice(0, MAX_LISTED);
}

export function planStrip(result: ResultFile, series: SeedSeries, listed: readonly RunResult[]): Strip {
  const shown = new Set(showsEverySeed(result) ? result.runs : listed.filter((run) => run.verdict !== 'pass'));
  const rows = shownVariants(result).map((variant) => planRow(variant, series, shown, showsEverySeed(result)));
  const values = rows.flatMap(({ statistics }) =>
    statistics === undefined ? [] : [statistics.min, statistics.max, statistics.low ?? 0, statistics.high ?? 0],
  );
  const from = Math.min(0, ...values);
  const largest = Math.max(0, ...values);
  const near = rows.flatMap(({ limits }) => limits.map(({ limit }) => limit)).filter((limit) => limit <= LIMIT_REACH * largest);
  return { series, from, to: Math.max(largest, ...near), rows };
}

function planRow(variant: ShownVariant, series: SeedSeries, shown: ReadonlySet<RunResult>, everySeed: boolean): StripRow {
  const dots: Dot[] = [];
  const values: number[] = [];
  for (const run of variant.runs) {
    const value = seriesValue(run, series);
    if (value === undefined) continue;
    values.push(value);
    if (shown.has(run)) dots.push({ run, value });
  }
  const across = acrossSeedsOf(variant);
  return {
    title: variant.title,
    seeds: variant.runs.length,
    statistics: across && seriesStatistics(across, series),
    limits: seriesLimits(variant, series),
    dots,
    bands: everySeed || values.length === 0 ? undefined : quantiles(values),
  };
}

/** Values that at least these shares of the seeds do not exceed. */
function quantiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return BAND_SHARES.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number);
}
