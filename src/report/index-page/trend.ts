import { type ChangePoint, changePoints } from '../../measure/comparison/change-points.js';
import { METRICS, type MetricName, type MetricUnit } from '../../measure/metrics.js';
import type { HistoryEntry } from '../../results/history-entry.js';

/** One number of one variant over the runs of a scenario that can be compared with the newest one. */
export interface Trend {
  readonly variant: string;
  /** `queue_latency p95` */
  readonly name: string;
  readonly unit: MetricUnit;
  readonly values: readonly number[];
  readonly changes: readonly Change[];
}

export interface Change extends ChangePoint {
  /** The first run of the new level. */
  readonly entry: HistoryEntry;
}

/** Change points are looked for in the newest runs only: what was long ago helps nobody. */
const LOOKED_AT = 200;

/** Runs that differ from the newest one only in chance and in the program: same scenario, to the letter, as many seeds. */
export function comparableRuns(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const newest = entries.at(-1);
  return entries.filter(({ sha256, seeds }) => sha256 === newest?.sha256 && seeds === newest.seeds);
}

/** How many trends a scenario has, without working them out. */
export function countTrends(newest: HistoryEntry): number {
  return Object.values(newest.numbers).reduce((sum, numbers) => sum + Object.keys(numbers).length, 0);
}

/** @param entries of one scenario in one world, in the order of time */
export function trendsOf(entries: readonly HistoryEntry[]): Trend[] {
  const runs = comparableRuns(entries).slice(-LOOKED_AT);
  const newest = runs.at(-1);
  return Object.entries(newest?.numbers ?? {}).flatMap(([variant, numbers]) => Object.keys(numbers).map((name) => trendOf(runs, variant, name)));
}

function trendOf(runs: readonly HistoryEntry[], variant: string, name: string): Trend {
  const measured = runs.flatMap((entry) => {
    const value = numberIn(entry, variant, name);
    return value === undefined ? [] : [{ entry, value }];
  });
  const values = measured.map(({ value }) => value);
  const changes = changePoints(values).flatMap((point) => {
    const entry = measured[point.at]?.entry;
    return entry === undefined ? [] : [{ ...point, entry }];
  });
  return { variant, name, unit: unitOf(name), values, changes };
}

function numberIn({ numbers }: HistoryEntry, variant: string, name: string): number | undefined {
  const own = Object.hasOwn(numbers, variant) ? numbers[variant] : undefined;
  return own !== undefined && Object.hasOwn(own, name) ? own[name] : undefined;
}

/** A metric that this version does not know is just a number. */
function unitOf(name: string): MetricUnit {
  const metric = name.split(' ')[0] as MetricName;
  return Object.hasOwn(METRICS, metric) ? METRICS[metric].unit : 'requests';
}
