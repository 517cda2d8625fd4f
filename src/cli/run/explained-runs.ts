import type { RunResult } from '../../measure/result.js';
import { minimalTraces } from '../../minimal/minimal-traces.js';
import type { PreparedScenario } from '../../prepare.js';
import type { Outside } from '../outside.js';
import type { Progress } from '../progress.js';

export interface ExplainedRuns {
  readonly runs: readonly RunResult[];
  /** Why a violation has no minimal trace. */
  readonly notes: readonly string[];
}

/** Adds the smallest stories that break the same laws to the runs that keep evidence. Live runs have none: they never happen twice. */
export async function explainRuns(
  scenario: PreparedScenario,
  runs: readonly RunResult[],
  { outside, progress, interrupt }: { readonly outside: Outside; readonly progress: Progress; readonly interrupt: AbortSignal },
): Promise<ExplainedRuns> {
  const breathe = async (): Promise<void> => {
    await outside.breathe();
    interrupt.throwIfAborted();
  };
  const explained: RunResult[] = [];
  const notes = new Set<string>();
  for (const run of runs) {
    const variant = scenario.variants.find(({ name }) => name === run.variant);
    if (run.evidence === undefined || run.live !== undefined || variant === undefined || run.invariants.every(({ state }) => state !== 'violated')) {
      explained.push(run);
      continue;
    }
    progress.update(1, `${variant.name ?? scenario.name}: the smallest story that breaks the same`);
    const found = await minimalTraces({ variant, run, hasOwnLimiter: scenario.limiter !== undefined }, breathe);
    for (const note of found.notes) notes.add(variant.name === undefined ? note : `${variant.name}: ${note}`);
    explained.push(found.traces === undefined ? run : { ...run, evidence: { ...run.evidence, minimalTraces: found.traces } });
  }
  return { runs: explained, notes: [...notes] };
}
