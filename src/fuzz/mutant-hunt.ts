import type { ScenarioInput } from '../scenario/schema.js';
import type { Setting } from '../scenario/set-path.js';
import { ALL_FAULTS, type FuzzBounds } from './bounds.js';
import { type Failure, signatureOf } from './failure.js';
import type { Mutant } from './mutants.js';
import { MOST_TRIES, Shrinker } from './shrink/shrinker.js';
import { mustReadStory, type StorySize, sizeOf } from './story.js';
import { Storyteller } from './storyteller.js';
import { runTrial } from './trial.js';

/** What a search for a mutant came to. */
export interface Hunt {
  /** How many runs it took. */
  readonly runs: number;
  readonly seed: number;
  readonly failure: Failure;
}

/** The minimal story of a mutant. */
export interface Trophy extends StorySize {
  readonly story: ScenarioInput;
  readonly failure: Failure;
}

/** A mutant as fuzz meets it: under every fault, and without what masks it. */
export function boundsOf({ setting, mask }: Mutant): FuzzBounds {
  return within(mask === undefined ? [setting] : [setting, mask.setting]);
}

/**
 * Runs seed after seed until the mutant breaks something. Only what the mutant adds counts: the same seed without it does
 * not fail so. @returns undefined when it was not found
 */
export function huntMutant(mutant: Mutant, firstSeed: number, mostRuns: number): Hunt | undefined {
  const teller = new Storyteller(boundsOf(mutant));
  const control = new Storyteller(within(mutant.mask === undefined ? [] : [mutant.mask.setting]));
  for (let runs = 1; runs <= mostRuns; runs++) {
    const seed = firstSeed + runs - 1;
    const { failure } = runTrial(teller.draw(seed), seed);
    if (failure === undefined) continue;
    const usual = runTrial(control.draw(seed), seed).failure;
    if (usual === undefined || signatureOf(usual) !== signatureOf(failure)) return { runs, seed, failure };
  }
  return undefined;
}

export function shrinkHunt(mutant: Mutant, { seed, failure }: Hunt): Trophy {
  const drawn = new Storyteller(boundsOf(mutant)).draw(seed);
  const { input, failure: shown } = new Shrinker(drawn.input(), failure, { mostTries: MOST_TRIES }).shrink();
  return { story: input, failure: shown, ...sizeOf(mustReadStory(input, mutant.name).scenario) };
}

function within(settings: readonly Setting[]): FuzzBounds {
  return { policy: 'reference', settings, faults: ALL_FAULTS, lite: false };
}
