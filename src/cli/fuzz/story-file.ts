import type { Discovery } from '../../fuzz/discovery.js';
import { type Failure, nameOfFailure } from '../../fuzz/failure.js';
import { scenarioText } from '../../minimal/scenario-text.js';
import { visible } from '../../report/escape.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import { VERSION } from '../../version.js';
import type { CorpusStory } from './corpus.js';

/** Name of the scenario and of its file, without its ending. */
export function storyName({ fingerprint }: Discovery): string {
  return `fuzz-${fingerprint}`;
}

/** A scenario file that `slotstorm run` reads, with the story of how it was found above it. @param seeIt the command that shows it @param found the command that found it */
export function storyText(discovery: Discovery, story: ScenarioInput, seeIt: string, found: string): string {
  const { name, failure, seed, shrunk } = discovery;
  const head = [
    `${name}: ${failureText(failure)}`,
    `Found by slotstorm ${VERSION} with seed ${seed}: ${found}`,
    shrunk === undefined
      ? 'As it was drawn: it could not be shrunk.'
      : `Shrunk from ${counted(shrunk.drawn.requests, 'request')} and ${counted(shrunk.drawn.steps, 'step')} to ${shrunk.shrunk.requests} and ${shrunk.shrunk.steps}, in ${shrunk.tries} tries.`,
    `See it again: ${seeIt}`,
  ];
  return scenarioText(named(story, storyName(discovery)), head.map(visible));
}

/** The same of a story of the corpus that is still broken. */
export function retoldText({ path, found = 'anything' }: CorpusStory, failure: Failure, story: ScenarioInput, seeIt: string): string {
  const head = [`${nameOfFailure(failure)}: ${failureText(failure)}`, `From the corpus: ${path}, which broke ${found}`, `See it again: ${seeIt}`];
  return scenarioText(story, head.map(visible));
}

/** The story under another name. */
export function named({ name: _, ...rest }: ScenarioInput, name: string): ScenarioInput {
  return { name, ...rest };
}

/** What is wrong, with whom. */
export function failureText(failure: Failure): string {
  return failure.kind === 'invariant' && failure.request !== '' ? `${failure.request} ${failure.message}` : failure.message;
}

export function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`;
}
