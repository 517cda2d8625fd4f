import type { Baseline } from '../comparison/baseline.js';
import type { Allowable } from '../comparison/comparability.js';
import { exitCodeOfRun, verdictOfCode } from '../exit-codes.js';
import type { ResultFile, RunResult, VariantInfo } from '../result.js';
import { acrossSeeds } from '../seed-statistics.js';
import { isSameVariant } from '../variant-name.js';
import { BaselineLimits } from './baseline-limits.js';
import { excusesOf, exitCodeOf, loadCodesOf } from './gate-exit-code.js';
import type { GateResult } from './gate-result.js';
import { type QuarantineEntry, quarantineOutcomes } from './quarantine.js';
import { seedsVerdicts } from './seeds-verdicts.js';

/** What a result is judged by beside itself. */
export interface GateTerms {
  /** What `baseline` in a threshold stands for; undefined: there is none, and such thresholds stay undecided. */
  readonly baseline: Baseline | undefined;
  readonly quarantine: readonly QuarantineEntry[];
  /** `2027-01-15` */
  readonly today: string;
  /** What may differ from the baseline on purpose. */
  readonly allow?: readonly Allowable[] | undefined;
}

/**
 * Judges what no single seed can decide, from the result alone: whoever merges the seeds of several machines, or adds a
 * comparison, applies it again. Applied twice it gives the same.
 */
export function applyGate(result: ResultFile, { baseline, quarantine, today, allow = [] }: GateTerms): ResultFile {
  const limits = new BaselineLimits(result, { baseline, allow, today });
  const excuses = excusesOf(quarantine.filter(({ scenario, until }) => scenario === result.scenario.name && today <= until));
  const runs = result.runs.map((run) => withExitCode(limits.judge(run), excuses));
  const variants = result.variants.map((variant) => withChangedRuns(variant, result.runs, runs));
  const { meta, gate: _, ...rest } = result;
  const judged = { ...rest, variants, runs };
  const gate = gateResult(judged, quarantine, today);
  const exitCode = exitCodeOf({ ...judged, gate, meta });
  return { ...judged, verdict: verdictOfCode(exitCode), exitCode, ...(gate === undefined ? {} : { gate }), meta };
}

/** @returns undefined where there is nothing to say, so that a plain result does not grow */
function gateResult(result: Omit<ResultFile, 'gate' | 'meta'>, entries: readonly QuarantineEntry[], today: string): GateResult | undefined {
  const { variants, runs } = result;
  const verdicts = variants.flatMap((variant) => seedsVerdicts(variant, runsOf(variant, runs)));
  const quarantine = quarantineOutcomes(result, verdicts, entries, today);
  const presets = [...new Set(variants.flatMap(({ gate }) => gate?.presets ?? []))];
  return verdicts.length + quarantine.length + presets.length === 0 ? undefined : { acrossSeeds: verdicts, quarantine, presets };
}

function withExitCode(run: RunResult, excuses: ReturnType<typeof excusesOf>): RunResult {
  const exitCode = exitCodeOfRun(run, { isExcused: excuses(run.variant), others: loadCodesOf(run) });
  return exitCode === run.exitCode ? run : { ...run, exitCode, verdict: verdictOfCode(exitCode) };
}

/** What the seeds say together was worked out from the verdicts that they had before. */
function withChangedRuns(variant: VariantInfo, before: readonly RunResult[], after: readonly RunResult[]): VariantInfo {
  if (variant.acrossSeeds == null || !after.some((run, at) => isOf(variant, run) && run !== before[at])) return variant;
  return { ...variant, acrossSeeds: acrossSeeds(runsOf(variant, after)) };
}

function runsOf(variant: VariantInfo, runs: readonly RunResult[]): readonly RunResult[] {
  return runs.filter((run) => isOf(variant, run));
}

function isOf({ name }: VariantInfo, { variant }: RunResult): boolean {
  return isSameVariant(name, variant);
}
