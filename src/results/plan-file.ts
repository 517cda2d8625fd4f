import { PLAN_SCHEMA_VERSION, type PlanResult } from '../measure/capacity/plan-result.js';
import { parseJson } from './parse-json.js';
import { preview } from './preview.js';
import { ResultError } from './result-error.js';
import { planShape } from './shapes/plan.js';
import { Mismatch } from './shapes/shape.js';

/** What tells a plan from other files of ours, within the first characters that are written. */
const LOOKS_LIKE_A_PLAN = /"question"\s*:\s*\{\s*"slos"\s*:/;

/** Whether a file's beginning is a plan's. @param start as much of the text as is at hand */
export function looksLikePlan(start: string): boolean {
  return LOOKS_LIKE_A_PLAN.test(start);
}

/** Reads `plan.json`: what `slotstorm plan` wrote, or a baseline, which is the same. @param file where it comes from, for messages @throws ResultError */
export function readPlan(content: string, file: string): PlanResult {
  const data = parseJson(content, file, 'plan again');
  checkIsPlan(data, file);
  try {
    return planShape(data);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new ResultError(
      `${file}: ${error.where === '' ? '' : `at ${error.where}: `}expected ${error.expected}, got ${preview(error.got)}; the file is damaged or was edited: plan again, or take it from git again`,
    );
  }
}

/** Before anything is said about single fields: is it one of ours, and of a version that is known? */
function checkIsPlan(data: unknown, file: string): void {
  const fields = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  const { schemaVersion, question, answer, runs, kind, tool } = fields;
  if (question === undefined || answer === undefined) {
    const isOurs = typeof tool === 'object' && tool !== null && (tool as Record<string, unknown>)['name'] === 'slotstorm';
    const what = kind === 'slotstorm-baseline' ? 'a baseline of runs' : isOurs && runs !== undefined ? 'the result of a run' : 'something else';
    throw new ResultError(`${file}: expected plan.json of slotstorm plan, got ${what}`);
  }
  // What the hashes of a question are made of changes with the version: an older plan could only be told to have asked something else.
  if (typeof schemaVersion === 'number' && schemaVersion < PLAN_SCHEMA_VERSION)
    throw new ResultError(
      `${file}: expected a plan of schema version ${PLAN_SCHEMA_VERSION}, got ${schemaVersion}: an older slotstorm wrote it, and plans of the two cannot be compared; plan again`,
    );
  if (typeof schemaVersion === 'number' && schemaVersion > PLAN_SCHEMA_VERSION)
    throw new ResultError(
      `${file}: expected a plan of schema version ${PLAN_SCHEMA_VERSION}, got ${schemaVersion}: a newer slotstorm wrote it; use that one, or plan again`,
    );
  if (schemaVersion !== PLAN_SCHEMA_VERSION)
    throw new ResultError(`${file}: expected a plan of schema version ${PLAN_SCHEMA_VERSION}, got ${preview(schemaVersion)}; plan again`);
}
