import type { z } from 'zod';
import { nearest } from '../core/nearest-name.js';
import { type Problem, type ScenarioPath, showValue } from './problems.js';
import { type ParsedScenario, scenarioSchema } from './schema.js';
import { valueAt } from './value-at.js';

/** A value or a key that has no place in a scenario. */
export interface ShapeProblem extends Problem {
  /** What is not there, if that is the problem; one of them would do. */
  readonly missing?: readonly ScenarioPath[] | undefined;
  /** Of an unknown key: the known one that comes nearest to it. */
  readonly meant?: string | undefined;
  /** The words that are allowed there, where the schema has a list of them. */
  readonly allowed?: readonly unknown[] | undefined;
}

/** The end of the message about an unknown key: zod hands over nothing but the message. */
const KNOWN_HERE = /; known here: (.*)$/;

/** Checks the shape of a scenario's data. @returns the parsed scenario, or everything that is wrong with it */
export function validateShape(data: unknown): { readonly parsed: ParsedScenario } | { readonly problems: readonly ShapeProblem[] } {
  const result = scenarioSchema.safeParse(data, { reportInput: true });
  return result.success ? { parsed: result.data } : { problems: shapeProblems(result.error, data) };
}

/** What is wrong with data that a schema made of the scenario's words refused. @param error of a parse with `reportInput` */
export function shapeProblems(error: z.ZodError, data: unknown): ShapeProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, [], data));
}

function problemsOf(issue: z.core.$ZodIssue, above: ScenarioPath, data: unknown): ShapeProblem[] {
  const path = [...above, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  const value = valueAt(data, path);
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return bestBranch(issue, value).flatMap((inner) => problemsOf(inner, path, data));
  if (issue.code === 'unrecognized_keys') {
    const known = KNOWN_HERE.exec(issue.message)?.[1]?.split(', ') ?? [];
    return issue.keys.map((key, n) => {
      const message = n === 0 ? issue.message : `unknown key "${key}"`;
      return { path: [...path, key], aboutName: true, message, meant: nearest(key, known) };
    });
  }
  // A message that already says what came is complete.
  const came = issue.message.includes(', got ') ? '' : `, got ${value === undefined ? 'nothing' : showValue(value)}`;
  const allowed = issue.code === 'invalid_value' ? issue.values : undefined;
  return [{ path, aboutName: false, message: `${issue.message}${came}`, missing: value === undefined ? [path] : missingBeside(issue, path, value), allowed }];
}

/** What a check over several keys of an object misses (`params: { missing: [min, mean] }`). */
function missingBeside(issue: z.core.$ZodIssue, path: ScenarioPath, value: unknown): ScenarioPath[] {
  const keys: unknown = issue.code === 'custom' ? issue.params?.['missing'] : undefined;
  if (!Array.isArray(keys)) return [];
  const object = typeof value === 'object' ? path : path.slice(0, -1);
  return keys.map((key) => [...object, String(key)]);
}

type Branch = readonly z.core.$ZodIssue[];

/** Of a union, the branch that was meant: for an object or a list the one that knows most of its keys, else the first of its type. */
function bestBranch(issue: z.core.$ZodIssueInvalidUnion, value: unknown): Branch {
  const last = issue.errors[issue.errors.length - 1] as Branch;
  const hasInside = typeof value === 'object' && value !== null;
  if (hasInside) return issue.errors.filter(takesObjects).toSorted((a, b) => unknownKeys(a) - unknownKeys(b) || a.length - b.length)[0] ?? last;
  const ofSameType = issue.errors.find((branch) =>
    branch.every((inner) => inner.code === 'custom' || inner.code === 'too_small' || inner.code === 'too_big' || inner.code === 'invalid_value'),
  );
  return ofSameType ?? last;
}

/** Whether what is wrong lies inside the object or list, or in how its keys go together. */
function takesObjects(branch: Branch): boolean {
  return branch.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys' || inner.code === 'custom');
}

function unknownKeys(branch: Branch): number {
  return branch.reduce((sum, inner) => sum + (inner.code === 'unrecognized_keys' ? inner.keys.length : 0), 0);
}
