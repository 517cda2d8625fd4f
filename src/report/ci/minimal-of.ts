import type { MinimalTrace } from '../../measure/minimal-trace.js';
import type { ResultFile } from '../../measure/result.js';

/** The minimal story of an invariant that broke in a variant, if one was looked for. */
export function minimalOf(result: ResultFile, variant: string | undefined, invariant: string): MinimalTrace | undefined {
  for (const run of result.runs) {
    if ((run.variant ?? undefined) !== (variant ?? undefined)) continue;
    const found = run.evidence?.minimalTraces?.find((minimal) => minimal.invariant === invariant);
    if (found !== undefined) return found;
  }
  return undefined;
}
