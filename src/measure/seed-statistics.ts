import { type ShareBounds, shareBounds } from './binomial-bounds.js';
import type { MetricValue } from './metrics.js';
import type { RunResult, Verdict } from './result.js';
import { studentT95 } from './student-t.js';

/**
 * Fewer seeds get no interval: with three or four, the 95 % interval of the mean is wider than the whole range of the
 * values, whatever they are; five is the first number with which it can be narrower.
 */
export const MIN_SEEDS_FOR_INTERVAL = 5;

/** One number of each seed, over all seeds. In the metric's unit. The replication is the seed, never the request. */
export interface SeedStatistics {
  /** Seeds that have a value. In the others nothing was measured. */
  readonly n: number;
  readonly mean: number;
  /** Between seeds, with n - 1; undefined for one seed. */
  readonly sd: number | undefined;
  /** Ends of the 95 % Student t interval of the mean; undefined below `MIN_SEEDS_FOR_INTERVAL`, and where all seeds are the same. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly min: number;
  /** The middle value; of an even number the lower of the two, so that a seed has it. */
  readonly med: number;
  readonly max: number;
}

/** How many seeds something happened in, and what share of all possible seeds that may be. */
export interface SeedShare extends ShareBounds {
  readonly k: number;
  /** Seeds in which it could be told. */
  readonly n: number;
}

export interface ThresholdAcrossSeeds {
  readonly metric: string;
  readonly expression: string;
  /** What the threshold judged; undefined when no seed had a sample. */
  readonly actual: SeedStatistics | undefined;
  /** undefined when no seed could be judged. */
  readonly crossed: SeedShare | undefined;
}

/** What the seeds of one variant say together. */
export interface AcrossSeeds {
  readonly seeds: number;
  /** Seeds whose verdict is fail. */
  readonly failed: SeedShare;
  /** By metric (tags included) and number: `metrics['queue_latency{key:new}'].p95`. Without those that no seed has. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, SeedStatistics>>>>;
  readonly thresholds: readonly ThresholdAcrossSeeds[];
  /** By invariant: seeds that violated it. Seeds with nothing to examine, or that ended too early to say, do not count. */
  readonly violated: Readonly<Record<string, SeedShare>>;
}

/** The one metric whose mean may be below zero; the intervals of all others end at zero. */
const MAY_BE_NEGATIVE = 'effective_limit';

/**
 * All numbers of one variant over its seeds. The order of the runs does not matter: sums go by seed.
 * @param runs of one variant, one a seed, at least one
 */
export function acrossSeeds(runs: readonly RunResult[]): AcrossSeeds {
  const bySeed = runs.toSorted((a, b) => a.seed - b.seed);
  return {
    seeds: bySeed.length,
    failed: shareOf(bySeed.map((run) => run.verdict === 'fail')) as SeedShare,
    metrics: metricsOf(bySeed),
    thresholds: thresholdsOf(bySeed),
    violated: violatedOf(bySeed),
  };
}

/** @param values one a seed, in the order of the seeds, without those that have none @returns undefined for no values */
export function seedStatistics(values: readonly number[], floor = 0): SeedStatistics | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const min = sorted[0] as number;
  const med = sorted[Math.floor((n - 1) / 2)] as number;
  const max = sorted[n - 1] as number;
  if (n === 1) return { n, mean: min, sd: undefined, low: undefined, high: undefined, min, med, max };
  // Seeds that all agree say nothing about how far another one may be: zero width would claim certainty.
  if (min === max) return { n, mean: min, sd: 0, low: undefined, high: undefined, min, med, max };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1));
  const half = n < MIN_SEEDS_FOR_INTERVAL ? undefined : (studentT95(n - 1) * sd) / Math.sqrt(n);
  return { n, mean, sd, low: half === undefined ? undefined : Math.max(floor, mean - half), high: half === undefined ? undefined : mean + half, min, med, max };
}

function shareOf(happened: readonly boolean[]): SeedShare | undefined {
  const n = happened.length;
  const k = happened.filter(Boolean).length;
  return n === 0 ? undefined : { k, n, ...shareBounds(k, n) };
}

function metricsOf(runs: readonly RunResult[]): AcrossSeeds['metrics'] {
  const metrics: Record<string, Record<string, SeedStatistics>> = {};
  for (const name of new Set(runs.flatMap((run) => Object.keys(run.metrics)))) {
    const values = runs.flatMap((run) => sampled(run.metrics[name]));
    const statistics = statisticsByNumber(values, floorOf(name));
    if (Object.keys(statistics).length > 0) metrics[name] = statistics;
  }
  return metrics;
}

/** A counter starts at zero and therefore always has a value; the other kinds have none without samples. */
function sampled(value: MetricValue | undefined): MetricValue[] {
  return value === undefined || (value.n === 0 && value.type !== 'counter') ? [] : [value];
}

function statisticsByNumber(values: readonly MetricValue[], floor: number): Record<string, SeedStatistics> {
  const statistics: Record<string, SeedStatistics> = {};
  for (const name of Object.keys(values[0] ?? {})) {
    if (name === 'type' || name === 'n') continue;
    const numbers = values.map((value) => (value as unknown as Readonly<Record<string, number>>)[name]).filter(isFiniteNumber);
    const one = seedStatistics(numbers, floor);
    if (one !== undefined) statistics[name] = one;
  }
  return statistics;
}

function thresholdsOf(runs: readonly RunResult[]): ThresholdAcrossSeeds[] {
  return (runs[0]?.thresholds ?? []).map(({ metric, expression }, at) => {
    const verdicts = runs.flatMap((run) => run.thresholds[at] ?? []);
    return {
      metric,
      expression,
      actual: seedStatistics(verdicts.map((verdict) => verdict.actual).filter(isFiniteNumber), floorOf(metric)),
      crossed: shareOf(decided(verdicts).map((verdict) => verdict.verdict === 'fail')),
    };
  });
}

function violatedOf(runs: readonly RunResult[]): Record<string, SeedShare> {
  const violated: Record<string, SeedShare> = {};
  for (const { id } of runs[0]?.invariants ?? []) {
    const states = runs.flatMap((run) => run.invariants.find((invariant) => invariant.id === id)?.state ?? []);
    const share = shareOf(states.filter((state) => state === 'held' || state === 'violated').map((state) => state === 'violated'));
    if (share !== undefined) violated[id] = share;
  }
  return violated;
}

function decided<T extends { readonly verdict: Verdict }>(verdicts: readonly T[]): T[] {
  return verdicts.filter((verdict) => verdict.verdict !== 'undecided');
}

function floorOf(metric: string): number {
  return metric.startsWith(MAY_BE_NEGATIVE) ? Number.NEGATIVE_INFINITY : 0;
}

/** Files write "no limit" as a word, and no number as null. */
function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
