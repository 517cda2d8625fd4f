import { arrivalsEndUs } from './resolve-arrivals.js';
import type { Scenario, StepSpec } from './types.js';

/** When all that a step breaks is whole again, µs; of what is broken for good, when it breaks. */
export function stepEndUs(step: StepSpec): number {
  return 'forUs' in step ? step.atUs + step.forUs : step.atUs;
}

/** When arrivals, steps and random faults are over, µs. A recording counts for nothing here: only its reader knows its length. */
export function plannedEndUs({ workload, steps, faults }: Pick<Scenario, 'workload' | 'steps' | 'faults'>): number {
  let endUs = faults?.toUs ?? 0;
  for (const { arrivals } of workload) endUs = Math.max(endUs, arrivalsEndUs(arrivals));
  for (const step of steps) endUs = Math.max(endUs, stepEndUs(step));
  return endUs;
}
