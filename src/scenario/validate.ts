import type { z } from 'zod';
import { type Problem, type ScenarioPath, showValue } from './problems.js';
import { type ParsedScenario, scenarioSchema } from './schema.js';

/** Checks the shape of a scenario's data. @returns the parsed scenario, or everything that is wrong with it */
export function validateShape(data: unknown): { readonly parsed: ParsedScenario } | { readonly problems: readonly Problem[] } {
  const result = scenarioSchema.safeParse(data, { reportInput: true });
  return result.success ? { parsed: result.data } : { problems: shapeProblems(result.error, data) };
}

/** What is wrong with data that a schema made of the scenario's words refused. @param error of a parse with `reportInput` */
export function shapeProblems(error: z.ZodError, data: unknown): Problem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, [], data));
}

function problemsOf(issue: z.core.$ZodIssue, above: ScenarioPath, data: unknown): Problem[] {
  const path = [...above, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))];
  const value = valueAt(data, path);
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return bestBranch(issue, value).flatMap((inner) => problemsOf(inner, path, data));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key, n) => ({ path: [...path, key], aboutName: true, message: n === 0 ? issue.message : `unknown key "${key}"` }));
  }
  // A message that already says what came is complete.
  const came = issue.message.includes(', got ') ? '' : `, got ${value === undefined ? 'nothing' : showValue(value)}`;
  return [{ path, aboutName: false, message: `${issue.message}${came}` }];
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

export function valueAt(data: unknown, path: ScenarioPath): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}
