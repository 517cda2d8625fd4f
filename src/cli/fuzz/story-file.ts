import { Document, isMap, isSeq } from 'yaml';
import type { LimiterSource } from '../../core/own-limiter-terms.js';
import type { Discovery } from '../../fuzz/discovery.js';
import { mustReadStory } from '../../fuzz/story.js';
import { runTrial } from '../../fuzz/trial.js';
import { EventLines } from '../../history/event-lines.js';
import { visible } from '../../report/escape.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import { VERSION } from '../../version.js';

/** Name of the scenario and of its file, without its ending. */
export function storyName({ fingerprint }: Discovery): string {
  return `fuzz-${fingerprint}`;
}

/** A scenario file that `slotstorm run` reads, with the story of how it was found above it. @param seeIt the command that shows it @param found the command that found it */
export function storyText(discovery: Discovery, story: ScenarioInput, seeIt: string, found: string): string {
  const { name, failure, seed, shrunk } = discovery;
  const head = [
    `${name}: ${failure.kind === 'invariant' && failure.request !== '' ? `${failure.request} ` : ''}${failure.message}`,
    `Found by slotstorm ${VERSION} with seed ${seed}: ${found}`,
    shrunk === undefined
      ? 'As it was drawn: it could not be shrunk.'
      : `Shrunk from ${counted(shrunk.drawn.requests, 'request')} and ${counted(shrunk.drawn.steps, 'step')} to ${shrunk.shrunk.requests} and ${shrunk.shrunk.steps}, in ${shrunk.tries} tries.`,
    `See it again: ${seeIt}`,
  ];
  const { name: _, ...rest } = story;
  return `${head.map((line) => `# ${visible(line)}\n`).join('')}${asWritten({ name: storyName(discovery), ...rest })}`;
}

/** Accounts, endpoints, entries and steps on a line each, as people write them. */
function asWritten(story: ScenarioInput): string {
  const document = new Document(story);
  for (const path of LISTS) {
    const list = document.getIn(path);
    if (isSeq(list)) for (const item of list.items) if (isMap(item)) item.flow = true;
  }
  // Lists without padding, as in the shipped scenarios.
  return document.toString({ lineWidth: 0, flowCollectionPadding: true }).replace(/keys: \[ ([\w, ]+) \]/g, 'keys: [$1]');
}

const LISTS = [['platform', 'accounts'], ['platform', 'endpoints'], ['workload'], ['steps']];

/** The history of a story, as `--trace` writes it. */
export function traceText(discovery: Discovery, story: ScenarioInput, limiter?: LimiterSource): string {
  const named = { ...story, name: storyName(discovery) };
  const read = mustReadStory(named, named.name);
  const lines = new EventLines(undefined);
  lines.begin(named.name, read.scenario.seed, VERSION);
  const outcome = runTrial(read, read.scenario.seed, lines, undefined, limiter);
  // A run that broke off has no end; what it did until then is what is looked for.
  if (outcome.hash !== '') lines.end(outcome);
  return lines.take();
}

export function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`;
}
