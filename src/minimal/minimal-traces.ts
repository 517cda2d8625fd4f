import { type Failure, violationOf } from '../fuzz/failure.js';
import { SearchBudget } from '../fuzz/shrink/search-budget.js';
import { Shrinker } from '../fuzz/shrink/shrinker.js';
import { mustReadStory, readStory, sizeOf } from '../fuzz/story.js';
import { runTrial } from '../fuzz/trial.js';
import { INVARIANTS, type InvariantId } from '../measure/invariants/registry.js';
import type { MinimalTrace } from '../measure/minimal-trace.js';
import type { InvariantVerdict } from '../measure/result.js';
import type { ScenarioInput } from '../scenario/schema.js';
import { shellWord } from '../shell-commands.js';
import { scenarioText } from './scenario-text.js';
import { type MinimalOrder, storyOf, whyNotShrunk } from './shrinkable-story.js';
import { tellEvents } from './told-events.js';

const MOST_LAWS = 3;
/** Candidates that are run for each law. */
const MOST_TRIES = 400;
/** What all laws of a run may cost together, in simulated events: some two seconds. */
const MOST_WORK = 1_200_000;
/** Whoever reads a story with more requests than this reads the run itself. */
const MOST_REQUESTS = 50;
const MOST_STORY_EVENTS = 2_000;

export interface MinimalFindings {
  /** undefined: the run cannot be shrunk, or breaks nothing. */
  readonly traces: readonly MinimalTrace[] | undefined;
  /** Why something is missing. */
  readonly notes: readonly string[];
  /** How many candidates were run. */
  readonly tries: number;
  /** What they cost, in simulated events. */
  readonly work: number;
}

/**
 * The smallest stories that break the same laws as a run does: those that it should not break first. The same run gives
 * the same stories, for what ends the search is how much work it has done. @param breathe lets others have their turn, after
 * each try; what it throws ends the search
 */
export async function minimalTraces(order: MinimalOrder, breathe: () => Promise<void>): Promise<MinimalFindings> {
  const search = searchSlices(order);
  let slice = search.next();
  while (slice.done !== true) {
    await breathe();
    slice = search.next();
  }
  return slice.value;
}

/** The same in one go, for a thread that has nothing else to attend to. */
export function minimalTracesAtOnce(order: MinimalOrder): MinimalFindings {
  const search = searchSlices(order);
  let slice = search.next();
  while (slice.done !== true) slice = search.next();
  return slice.value;
}

function* searchSlices(order: MinimalOrder): Generator<undefined, MinimalFindings> {
  const laws = lawsToShow(order.run.invariants);
  if (laws.length === 0) return { traces: undefined, notes: [], tries: 0, work: 0 };
  const obstacle = whyNotShrunk(order);
  if (obstacle !== undefined) return { traces: undefined, notes: [`no minimal trace: ${obstacle}`], tries: 0, work: 0 };
  const traces: MinimalTrace[] = [];
  const notes: string[] = [];
  let story = storyOf(order);
  const budget = new SearchBudget(MOST_WORK);
  let tries = 0;
  for (const [nth, law] of laws.entries()) {
    // What is minimal for one law often breaks the next one as well, and is nearly minimal for it.
    const start = startOf([story, storyOf(order)], law.id);
    if (start === undefined) {
      notes.push(`no minimal trace of ${law.id}: the story alone does not break it`);
      continue;
    }
    // The first one has the longest way; the others begin where it ends.
    const own = budget.share(nth === laws.length - 1 ? 1 : 2);
    const shrunk = yield* new Shrinker(start.story, start.failure, { mostTries: MOST_TRIES, budget: own }).slices();
    budget.spent += own.spent;
    tries += shrunk.tries;
    story = shrunk.input;
    const left = shrunk.finished ? undefined : tooMuchOf(story, law.id);
    if (left !== undefined) notes.push(`no minimal trace of ${law.id}: the search was given up while the smallest story had ${left}`);
    else traces.push(told(order, law.id, story, shrunk.finished));
    yield;
  }
  return { traces: traces.length === 0 ? undefined : traces, notes, tries, work: budget.spent };
}

/** What there is too much of in a story that may not be the smallest; undefined: it can be read. */
function tooMuchOf(input: ScenarioInput, law: InvariantId): string | undefined {
  const story = mustReadStory(input, `the smallest story of ${law}`);
  const { requests } = sizeOf(story.scenario);
  if (requests > MOST_REQUESTS) return `${requests} requests`;
  // Of users and of rates that change nobody knows beforehand how many requests they make.
  const { events } = runTrial(story, story.scenario.seed);
  return events > MOST_STORY_EVENTS ? `${events} events` : undefined;
}

interface Start {
  readonly story: ScenarioInput;
  readonly failure: Failure;
}

/** The first of the stories that breaks the law, and how. */
function startOf(stories: readonly ScenarioInput[], law: InvariantId): Start | undefined {
  for (const story of new Set(stories)) {
    const failure = shownBy(story, law);
    if (failure !== undefined) return { story, failure };
  }
  return undefined;
}

/** Laws that were broken although they should hold come first, each kind in the order of their first violations. */
function lawsToShow(invariants: readonly InvariantVerdict[]): InvariantVerdict[] {
  const broken = invariants.filter(({ state, expected, examples }) => state === 'violated' && expected !== 'off' && examples.length > 0);
  const firstEvent = ({ examples }: InvariantVerdict): number => examples[0]?.event ?? 0;
  const rank = ({ expected }: InvariantVerdict): number => (expected === 'held' ? 0 : 1);
  return broken.toSorted((one, other) => rank(one) - rank(other) || firstEvent(one) - firstEvent(other)).slice(0, MOST_LAWS);
}

/** How a story breaks the law; undefined: it does not. */
function shownBy(input: ScenarioInput, law: InvariantId): Failure | undefined {
  const story = readStory(input);
  if ('problems' in story) return undefined;
  const verdict = runTrial(story, story.scenario.seed).invariants.find(({ id }) => id === law);
  return verdict?.verdict === 'fail' ? violationOf(verdict) : undefined;
}

function told({ run }: MinimalOrder, law: InvariantId, shrunk: ScenarioInput, finished: boolean): MinimalTrace {
  const name = `${shrunk.name}-${law.toLowerCase()}`;
  const { name: _, ...rest } = shrunk;
  const input: ScenarioInput = { name, ...rest };
  const story = mustReadStory(input, `the minimal story of ${law}`);
  const head = [`The smallest story that was found in which ${law} is broken.`, INVARIANTS[law].statement];
  return {
    invariant: law,
    seed: run.seed,
    ...sizeOf(story.scenario),
    scenario: scenarioText(input, head),
    command: `npx slotstorm run ${shellWord(`${name}.yaml`)}`,
    finished,
    ...tellEvents(story, run.seed, law),
  };
}
