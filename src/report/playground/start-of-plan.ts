import type { PlanResult } from '../../measure/capacity/plan-result.js';
import type { PlaygroundStart } from './start-of-run.js';

/** The load of a plan at its answer, or at the limit that it judged. */
export function startOfPlan({ answer, gate, load }: PlanResult): PlaygroundStart {
  return { limit: answer.limit ?? gate?.limit, ratePerSecond: load.atOnce === undefined ? load.ratePerSecond : undefined, meanServiceMs: load.meanServiceMs };
}
