import { type ShareBounds, shareBounds } from './binomial-bounds.js';
import { MetricColumns } from './metric-columns.js';
import type { RunResult } from './result.js';
import { type SeedStatistics, SeedValues } from './seed-values.js';

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
    failed: failedOf(bySeed),
    metrics: metricsOf(bySeed),
    thresholds: thresholdsOf(bySeed),
    violated: violatedOf(bySeed),
  };
}

/** Counts seeds in which something could be told, and those in which it happened. */
class Tally {
  private k = 0;
  private n = 0;

  add(happened: boolean): void {
    this.n++;
    if (happened) this.k++;
  }

  /** @returns undefined when it could be told in no seed */
  get share(): SeedShare | undefined {
    const { k, n } = this;
    return n === 0 ? undefined : { k, n, ...shareBounds(k, n) };
  }
}

function failedOf(runs: readonly RunResult[]): SeedShare {
  const failed = new Tally();
  for (const run of runs) failed.add(run.verdict === 'fail');
  return failed.share as SeedShare;
}

/** Seed by seed, as the results lie in memory. All runs of a variant have the same metrics. */
function metricsOf(runs: readonly RunResult[]): AcrossSeeds['metrics'] {
  const names = Object.keys(runs[0]?.metrics ?? {});
  const columns = names.map(() => new MetricColumns(runs.length));
  for (const { metrics } of runs) {
    for (let at = 0; at < names.length; at++) (columns[at] as MetricColumns).add(metrics[names[at] as string]);
  }
  const all: Record<string, Readonly<Record<string, SeedStatistics>>> = {};
  for (const [at, name] of names.entries()) {
    const statistics = (columns[at] as MetricColumns).statistics(floorOf(name));
    if (statistics !== undefined) all[name] = statistics;
  }
  return all;
}

function thresholdsOf(runs: readonly RunResult[]): ThresholdAcrossSeeds[] {
  return (runs[0]?.thresholds ?? []).map(({ metric, expression }, at) => {
    const column = new SeedValues(runs.length);
    const crossed = new Tally();
    for (const { thresholds } of runs) {
      const threshold = thresholds[at];
      if (threshold === undefined) continue;
      column.add(threshold.actual);
      if (threshold.verdict !== 'undecided') crossed.add(threshold.verdict === 'fail');
    }
    return { metric, expression, actual: column.statistics(floorOf(metric)), crossed: crossed.share };
  });
}

function violatedOf(runs: readonly RunResult[]): Record<string, SeedShare> {
  const violated: Record<string, SeedShare> = {};
  for (const [at, { id }] of (runs[0]?.invariants ?? []).entries()) {
    const seeds = new Tally();
    for (const { invariants } of runs) {
      const own = invariants[at]?.id === id ? invariants[at] : invariants.find((invariant) => invariant.id === id);
      if (own?.state === 'held' || own?.state === 'violated') seeds.add(own.state === 'violated');
    }
    if (seeds.share !== undefined) violated[id] = seeds.share;
  }
  return violated;
}

function floorOf(metric: string): number {
  return metric.startsWith(MAY_BE_NEGATIVE) ? Number.NEGATIVE_INFINITY : 0;
}
