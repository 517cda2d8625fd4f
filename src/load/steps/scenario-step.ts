import type { Scenario, StepSpec } from '../../scenario/types.js';

/** A step of a scenario, to be performed on a live server. */
export interface ScenarioStep {
  /** From 1, as on every time axis. */
  readonly number: number;
  readonly spec: StepSpec;
  /** As the file has it. */
  readonly written: unknown;
}

/** What became of a step. */
export interface PerformedOutcome {
  readonly isPerformed: boolean;
  /** Why not, or what is odd about it; undefined: all went well. */
  readonly trouble: string | undefined;
}

/** Performs steps on a live server, now. */
export interface StepDesk {
  /** Has a connection ready, so that the next step comes in time. Never rejects, and changes nothing. @param signal the run is over */
  warmUp(signal: AbortSignal): Promise<void>;
  /** Never rejects: what went wrong is in the outcome. @param signal the run is over */
  perform(step: ScenarioStep, signal: AbortSignal): Promise<PerformedOutcome>;
  close(): Promise<void>;
}

/** The steps of a scenario, each as it is written. @param written in the same order */
export function scenarioSteps({ steps }: Pick<Scenario, 'steps'>, written: readonly unknown[] = []): readonly ScenarioStep[] {
  return steps.map((spec, index) => ({ number: index + 1, spec, written: written[index] }));
}

export const PERFORMED: PerformedOutcome = { isPerformed: true, trouble: undefined };

export function notPerformed(trouble: string): PerformedOutcome {
  return { isPerformed: false, trouble };
}
