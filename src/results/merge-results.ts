import { verdictOfCode, worstExitCode } from '../measure/exit-codes.js';
import type { ResultFile, RunResult, VariantInfo } from '../measure/result.js';
import { acrossSeeds } from '../measure/seed-statistics.js';
import { warmupNotes } from '../measure/warmup-notes.js';
import { checkComparable, checkComplete, type GivenResult, type GivenShard, missingOf } from './check-shards.js';
import { mergeMeta } from './merge-meta.js';

export interface MergedResult {
  /** As one run of all seeds would have written it, but for `meta` and what a gate adds: judge it. */
  readonly result: ResultFile;
  /** Seeds that no shard was given for, and why that matters, in words; undefined: it is complete. */
  readonly missing: string | undefined;
  /** Of the whole run, whether they are here or not. */
  readonly allSeeds: readonly number[];
}

/**
 * Joins the shards of one run; those of several scenarios are told apart by their names.
 * @param allowMissing take what there is where shards are missing
 * @throws ResultError for what does not belong together
 */
export function mergeResults(given: readonly GivenResult[], allowMissing = false): MergedResult[] {
  const byScenario = new Map<string, GivenResult[]>();
  for (const one of given) {
    const { name } = one.result.scenario;
    byScenario.set(name, [...(byScenario.get(name) ?? []), one]);
  }
  const groups = [...byScenario].map(([scenario, own]) => {
    const shards = checkComparable(own);
    return { scenario, shards, missing: missingOf(shards) };
  });
  if (!allowMissing) checkComplete(groups.map(({ scenario, missing }) => [scenario, missing] as const));
  return groups.map(({ shards, missing }) => mergeOne(shards, missing === undefined ? undefined : `Not all of this run is here: ${missing}.`));
}

function mergeOne(shards: readonly [GivenShard, ...GivenShard[]], missing: string | undefined): MergedResult {
  const [{ shard }] = shards;
  const ran = new Set(shards.flatMap(({ result }) => result.seeds));
  const seeds = shard.seeds.filter((seed) => ran.has(seed));
  // With several scenarios the first seed need not be in the first shard. What is said of it is kept.
  const { result: first } = shards.find(({ result }) => result.seeds[0] === seeds[0]) ?? shards[0];
  const runs = first.variants.map(({ name }) => runsOf(shards, name, seeds));
  const exitCode = worstExitCode(runs.flatMap((own) => own.map((run) => run.exitCode)));
  const { schemaVersion, tool, randomScheme, scenario } = first;
  const result: ResultFile = {
    schemaVersion,
    tool,
    randomScheme,
    scenario: { ...scenario, rerun: shard.rerun, notes: notesOf(first, runs) },
    seeds,
    verdict: verdictOfCode(exitCode),
    exitCode,
    variants: first.variants.map((info, at) => infoOf(info, runs[at] as RunResult[])),
    runs: runs.flat(),
    ...(missing === undefined ? {} : { incomplete: missing }),
    meta: mergeMeta(shards.map((one) => one.result.meta)),
  };
  return { result, missing, allSeeds: shard.seeds };
}

/** The runs of a variant in the order of the seeds, with the evidence of the first seed alone. */
function runsOf(shards: readonly GivenShard[], variant: string | undefined, seeds: readonly number[]): RunResult[] {
  const bySeed = new Map<number, RunResult>();
  for (const { result } of shards) for (const run of result.runs) if (run.variant === variant) bySeed.set(run.seed, run);
  return seeds.flatMap((seed, at) => {
    const run = bySeed.get(seed);
    return run === undefined ? [] : [at === 0 || run.evidence === undefined ? run : { ...run, evidence: undefined }];
  });
}

/** Written out field by field, for their order is that of the file. */
function infoOf(info: VariantInfo, runs: readonly RunResult[]): VariantInfo {
  const { name, description, policy, switches, marks, prices, meanServiceUs, warmupUs, warmupRule, warmupFound, acrossSeeds: _, ...rest } = info;
  const warmup = { warmupUs, warmupRule, warmupFound } as Pick<VariantInfo, 'warmupUs' | 'warmupRule' | 'warmupFound'>;
  const known = { name, description, policy, switches, marks, prices, meanServiceUs, ...warmup };
  return { ...known, acrossSeeds: runs.length > 1 ? acrossSeeds(runs) : undefined, ...rest };
}

/** How notes begin that stand behind those on the warm-up, as `run` writes them; a variant's name may come before. */
const ABOUT_FIRST_SEED = /^(.*: )?no minimal trace/;

/** A shard's notes, where those that speak of its own runs speak of all runs. */
function notesOf({ scenario: { notes }, ...shard }: ResultFile, runs: readonly RunResult[][]): string[] {
  const own = new Set(shard.variants.flatMap((info) => warmupNotes(info, loadEndOf(shard.runs.filter((run) => run.variant === info.name)))));
  const others = notes.filter((note) => !own.has(note));
  const behind = others.findIndex((note) => ABOUT_FIRST_SEED.test(note));
  const at = behind < 0 ? others.length : behind;
  return others.toSpliced(at, 0, ...shard.variants.flatMap((info, n) => warmupNotes(info, loadEndOf(runs[n] as RunResult[]))));
}

function loadEndOf(runs: readonly RunResult[]): number {
  return runs.reduce((least, run) => Math.min(least, run.loadEndUs), Number.POSITIVE_INFINITY);
}
