import type { ScenarioPath } from './problems.js';

/** The value to which a path leads; undefined where it leads nowhere. */
export function valueAt(data: unknown, path: ScenarioPath): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}
