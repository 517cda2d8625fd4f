import type { MetricValue } from '../metrics.js';
import type { RunResult } from '../result.js';

/** The numbers that a run has of a metric, by its type. */
export const NUMBERS_BY_TYPE: Readonly<Record<MetricValue['type'], readonly string[]>> = {
  trend: ['avg', 'min', 'med', 'max', 'p90', 'p95', 'p99'],
  counter: ['count', 'rate'],
  gauge: ['value', 'min', 'max', 'avg'],
  rate: ['rate'],
};

/** By number: a run's values of one metric. Nothing where nothing was measured: without samples there is no zero. */
export function numbersOf(value: MetricValue): [number: string, value: number][] {
  if (value.n === 0) return [];
  const fields = value as unknown as Readonly<Record<string, unknown>>;
  return NUMBERS_BY_TYPE[value.type].flatMap((number) => {
    const own = fields[number];
    return typeof own === 'number' && Number.isFinite(own) ? [[number, own] as [string, number]] : [];
  });
}

/** Percentiles that only a threshold has asked for: `p99.9` of `p(99.9) < 5s`. */
export function percentilesAsked({ thresholds }: RunResult): [metric: string, number: string, value: number][] {
  return thresholds.flatMap(({ metric, expression, actual }) => {
    const share = /^\s*p\(\s*([\d.]+)\s*\)/.exec(expression)?.[1];
    return share === undefined || typeof actual !== 'number' || !Number.isFinite(actual) ? [] : [[metric, percentileNumber(Number(share)), actual]];
  });
}

/** How a baseline and a comparison name a percentile: `p95`. @param percent 0 to 100 */
export function percentileNumber(percent: number): string {
  return `p${percent}`;
}
