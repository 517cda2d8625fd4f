import type { MetricValue } from '../measure/metrics.js';
import type { Mark, ResultFile, RunResult, VariantInfo } from '../measure/result.js';
import { isNumber } from './format.js';

/** One variant as a report shows it: what it is, all its runs, and the run whose evidence was kept. */
export interface ShownVariant {
  readonly info: VariantInfo;
  /** The variant's name, or the scenario's when there are no variants. */
  readonly title: string;
  readonly runs: readonly RunResult[];
  /** The one with evidence, else the first. */
  readonly shown: RunResult;
}

/** Variants that ran, in the order of the scenario. */
export function shownVariants(result: ResultFile): ShownVariant[] {
  return result.variants.flatMap((info) => {
    const runs = result.runs.filter((run) => (run.variant ?? undefined) === (info.name ?? undefined));
    const shown = runs.find((run) => run.evidence != null) ?? runs[0];
    return shown === undefined ? [] : [{ info, title: info.name ?? result.scenario.name, runs, shown }];
  });
}

/** Names one run: `fal-939`, `fal-939 seed 7`; undefined for the only run there is. */
export function runLabel(result: ResultFile, run: RunResult): string | undefined {
  const parts = [...(run.variant == null ? [] : [run.variant]), ...(result.seeds.length > 1 ? [`seed ${run.seed}`] : [])];
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** The command that shows a run event by event; undefined: the result is older than that, or what happened live never happens again. */
export function replayOf(result: ResultFile, run: RunResult): string | undefined {
  if (run.live != null) return undefined;
  const command = result.variants.find((info) => (info.name ?? undefined) === (run.variant ?? undefined))?.replay;
  return command == null ? undefined : `${command} --seed ${run.seed}`;
}

const LISTED_SEEDS = 20;

/** `1, 2, 3`, `1 to 1,000`: as short as it can be without leaving out what cannot be guessed. */
export function seedListText(seeds: readonly number[]): string {
  if (seeds.length <= LISTED_SEEDS) return seeds.join(', ');
  const first = seeds[0] as number;
  if (seeds.every((seed, at) => seed === first + at)) return `${first} to ${seeds.at(-1)}`;
  return `${seeds.slice(0, LISTED_SEEDS).join(', ')} and ${seeds.length - LISTED_SEEDS} more`;
}

export type Field = 'avg' | 'min' | 'med' | 'max' | 'p90' | 'p95' | 'p99' | 'count' | 'rate' | 'value';

/** One number of one metric; undefined without samples. Counters start at zero, so they always have a value. */
export function metricOf(run: RunResult, metric: string, field: Field): number | undefined {
  // A platform that counts begins at zero; clients without samples could not count at all.
  if (run.live?.judgedBy === 'client' && run.metrics[metric]?.n === 0) return undefined;
  return valueIn(run.metrics, metric, field);
}

export function valueIn(metrics: Readonly<Record<string, MetricValue>>, metric: string, field: Field): number | undefined {
  const value = metrics[metric];
  if (value === undefined || (value.n === 0 && value.type !== 'counter')) return undefined;
  const number = (value as unknown as Readonly<Record<string, number>>)[field];
  return isNumber(number) ? number : undefined;
}

/** The limit that was in force at the end of the run, all accounts together. */
export function finalLimit(run: RunResult): number | undefined {
  const effective = metricOf(run, 'effective_limit', 'value');
  return effective === undefined ? undefined : effective + (metricOf(run, 'leaked_slots', 'value') ?? 0);
}

/** Marks that fall on the same spot of an axis share one line and one label: `1–3`. */
export function groupMarks(marks: readonly Mark[], endUs: number): { readonly atUs: number; readonly label: string }[] {
  const nearUs = endUs * 0.012;
  const groups: Mark[][] = [];
  for (const mark of [...marks].sort((a, b) => a.atUs - b.atUs)) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && mark.atUs - last[0].atUs <= nearUs) last.push(mark);
    else groups.push([mark]);
  }
  return groups.map((group) => {
    const first = group[0] as Mark;
    const last = group.at(-1) as Mark;
    return { atUs: first.atUs, label: group.length === 1 ? String(first.number) : `${first.number}–${last.number}` };
  });
}

/** A part of a file name: only a-z, 0-9 and `-`. */
export function fileStem(name: string): string {
  const stem = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return stem === '' ? 'unnamed' : stem;
}
