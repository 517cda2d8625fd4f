import type { RunResult } from '../../measure/result.js';
import type { PreparedVariant } from '../../prepare.js';
import type { StepSpec } from '../../scenario/types.js';
import type { Observed } from '../observed.js';
import type { QuestionId } from '../questions.js';

/** A scenario that answers a question. It has a variant for every profile. */
export interface SimulatedExperiment {
  /** Of the scenario's file in scenarios/score, and of its evidence. */
  readonly id: string;
  readonly question: QuestionId;
  /** Whether figures come from the evidence of every seed, or from metrics. */
  readonly needsEvidence: boolean;
  /** @param runs every seed of the profile's variant */
  observe(runs: readonly RunResult[], variant: PreparedVariant): Observed;
}

/** When the scenario's first step of a kind comes, µs. @throws Error where it has none */
export function timeOf(kind: StepSpec['do'], { scenario }: PreparedVariant): number {
  const step = scenario.steps.find((one) => one.do === kind);
  if (step === undefined) throw new Error(`expected the scenario ${scenario.name} to have a step ${kind}`);
  return step.atUs;
}

/** `20 seeds` */
export function seedsOf(runs: readonly RunResult[]): string {
  return runs.length === 1 ? '1 seed' : `${runs.length} seeds`;
}

/**
 * What was observed, unless a run did not do what it is about, by the counters that its scenario expects (`exercised`): then
 * nothing can be said, whatever became of its slots.
 */
export function ifExercised(runs: readonly RunResult[], observed: Observed): Observed {
  const unmet = runs.flatMap(({ seed, exercised }) => exercised.filter(({ verdict }) => verdict !== 'pass').map((one) => ({ seed, ...one })))[0];
  if (unmet === undefined) return observed;
  const { seed, name, expression, actual } = unmet;
  return saysNothing(observed, `Seed ${seed} did not do what it is about: expected ${name} ${expression}, got ${actual}.`);
}

/** @param why the experiment cannot tell */
export function saysNothing(observed: Observed, why: string): Observed {
  return { ...observed, seen: `${why} ${observed.seen}`, short: 'not exercised', passed: undefined };
}
