import { stepEndUs } from '../scenario/planned-end.js';
import { arrivalsEndUs } from '../scenario/resolve-arrivals.js';
import type { Scenario, StepSpec } from '../scenario/types.js';
import { drawFaultSteps } from './faults/draw-faults.js';
import type { TraceOverview } from './trace.js';

/** From the first arrival to the end of recovery, and what is done to the platform meanwhile. */
export interface RunSpan {
  /** Scripted, then drawn. */
  readonly steps: readonly StepSpec[];
  /** When load and steps are over, µs. */
  readonly loadEndUs: number;
  /** When the run is over, µs. */
  readonly endUs: number;
}

/** @param lookedOver by flow: what its trace holds */
export function spanOf(scenario: Scenario, seed: number, lookedOver: readonly (TraceOverview | undefined)[]): RunSpan {
  const loadEnds = scenario.workload.map(({ arrivals }, number) => lookedOver[number]?.lastUs ?? arrivalsEndUs(arrivals));
  const scriptedEndUs = Math.max(0, ...loadEnds, ...scenario.steps.map((step) => stepEndUs(step)));
  const steps = scenario.faults === undefined ? scenario.steps : [...scenario.steps, ...drawFaultSteps(scenario, seed, scriptedEndUs)];
  const loadEndUs = Math.max(scriptedEndUs, ...steps.map((step) => stepEndUs(step)));
  return { steps, loadEndUs, endUs: loadEndUs + scenario.recoveryUs };
}
