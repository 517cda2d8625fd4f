import type { ResultFile, RunResult, VariantInfo } from '../result.js';
import { budgetAsError } from './budgets.js';
import type { Level } from './gate-result.js';

/** `--fail-on warn`: the same result, in which every warning counts as an error. To be judged by `applyGate`, so that all reports agree with the exit code. */
export function warningsAsErrors(result: ResultFile): ResultFile {
  return { ...result, runs: result.runs.map(graverRun), variants: result.variants.map(graverVariant) };
}

function graverRun(run: RunResult): RunResult {
  return { ...run, thresholds: run.thresholds.map(graver), invariants: run.invariants.map(graver), exercised: run.exercised.map(graver) };
}

/** An error is what a check is that says nothing of its level. */
function graver<Check extends { readonly level?: Level | undefined }>(check: Check): Check {
  if (check.level !== 'warn') return check;
  const { level: _, ...rest } = check;
  return rest as Check;
}

function graverVariant(variant: VariantInfo): VariantInfo {
  const { gate } = variant;
  if (gate == null) return variant;
  const error = <Check extends { readonly level: Level }>(check: Check): Check => (check.level === 'warn' ? { ...check, level: 'error' } : check);
  const regression = gate.regression == null ? gate.regression : { ...gate.regression, gated: gate.regression.gated.map(error) };
  return { ...variant, gate: { ...gate, budgets: gate.budgets.map(budgetAsError), regression } };
}
