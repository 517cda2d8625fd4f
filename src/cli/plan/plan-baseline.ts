import { comparePlans, noPlanBaseline, type PlanAllowable } from '../../measure/capacity/compare-plans.js';
import type { PlanResult } from '../../measure/capacity/plan-result.js';
import { withComparison } from '../../plan/assemble-plan.js';
import { reasonOf } from '../../reasons.js';
import { readPlan } from '../../results/plan-file.js';
import { UsageError } from '../failures.js';
import type { Files } from '../outside.js';

/** An earlier plan, or that there is none. */
export interface PlanBaseline {
  readonly file: string;
  readonly plan: PlanResult | undefined;
}

/**
 * Reads `--baseline` before anything is simulated.
 * @param name of the plan: in a folder its baseline is `plan-NAME.json`
 * @throws UsageError where there is no such path, ResultError for a file that is no plan
 */
export function readPlanBaseline(path: string, name: string, files: Files): PlanBaseline {
  if (files.isFile(path)) return { file: path, plan: readPlanFile(path, files) };
  if (!files.isDirectory(path)) throw new UsageError(`--baseline: expected a plan.json or a folder of baselines, but ${JSON.stringify(path)} does not exist`);
  const file = `${path.replace(/\/+$/, '')}/plan-${name}.json`;
  return { file, plan: files.isFile(file) ? readPlanFile(file, files) : undefined };
}

/** @throws ResultError, UsageError */
export function readPlanFile(path: string, files: Files): PlanResult {
  let text: string;
  try {
    text = files.readText(path);
  } catch (error) {
    throw new UsageError(`expected to read the plan ${JSON.stringify(path)}: ${reasonOf(error)}`);
  }
  return readPlan(text, path);
}

/** The plan with what its baseline says of it. */
export function heldAgainst(plan: PlanResult, { file, plan: former }: PlanBaseline, allow: readonly PlanAllowable[]): PlanResult {
  return withComparison(plan, former === undefined ? noPlanBaseline(file) : comparePlans(plan, former, { file, allow }));
}
