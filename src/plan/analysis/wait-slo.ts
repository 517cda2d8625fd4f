import type { WaitGoal } from '../../measure/capacity/erlang.js';
import { Slos } from '../slos.js';

/** A promise about a percentile of the wait. */
export interface WaitSlo extends WaitGoal {
  /** Above 0 and below 100. */
  readonly percentile: number;
  readonly limitMs: number;
}

const MEDIAN = 50;

/** The first promise that bounds a percentile of `queue_latency` from above: what curves and formulas are drawn for. */
export function waitSloOf(texts: readonly string[]): WaitSlo | undefined {
  const slos = new Slos(texts);
  const [goal] = slos.waitGoals;
  if (goal === undefined) return undefined;
  for (const slo of slos.all) {
    if (slo.kind !== 'threshold' || slo.threshold.selector.metric !== 'queue_latency') continue;
    const { aggregation, limit: limitMs } = slo.threshold;
    const percentile = aggregation === 'med' ? MEDIAN : typeof aggregation === 'object' ? aggregation.percentile : undefined;
    if (percentile !== undefined && percentile / 100 === goal.share) return { ...goal, percentile, limitMs };
  }
  return undefined;
}
