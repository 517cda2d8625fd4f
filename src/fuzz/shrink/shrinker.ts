import { type LimiterSource, unsteady } from '../../core/own-limiter-terms.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import { type Failure, signatureOf, violationOf } from '../failure.js';
import { MessageReader, type SeenMessage } from '../message-reader.js';
import { readStory } from '../story.js';
import { runTrial, type TrialOutcome } from '../trial.js';
import { burstArrivals, earlierStart, singleArrivals } from './arrivals.js';
import { shorterArrivals, shorterStory, smallerBursts } from './cuts.js';
import { constantService } from './laws.js';
import { fewerWords, shorterRecovery, simplerDurations, smallerNumbers } from './leaves.js';
import { fewerFlows, fewerSteps, hardlyAnySteps, mergedFlows, requestsForSteps, stepsInOrder } from './lists.js';
import { oneMessage } from './messages.js';
import { fewerAccounts, fewerEndpoints, fewerKeys } from './names.js';
import type { Reduction, ShrinkContext } from './reduction.js';
import type { SearchBudget } from './search-budget.js';

/** The simplest story that was found in which the same thing is broken. */
export interface Shrunk {
  readonly input: ScenarioInput;
  readonly failure: Failure;
  /** How many candidates were run. */
  readonly tries: number;
  /** false: the budget was used up before nothing could be made simpler. */
  readonly finished: boolean;
}

export interface ShrinkOptions {
  /** How many candidates are run at most. */
  readonly mostTries: number;
  /** How much they may cost: a long story is then made short before anything else. Without it only tries count. */
  readonly budget?: SearchBudget | undefined;
  /** Called before every run: whoever watches sees that it goes on. */
  readonly tick?: (() => void) | undefined;
  /** Decides about slots instead of the policy. */
  readonly limiter?: LimiterSource | undefined;
}

export const MOST_TRIES = 4_000;

/** With a budget, first what makes every later try cheaper. */
const CUTS: readonly Reduction[] = [shorterStory, shorterArrivals, fewerSteps, fewerFlows, burstArrivals, smallerBursts];
/** First what takes the most away, and requests one by one. */
const COARSE: readonly Reduction[] = [hardlyAnySteps, fewerSteps, fewerFlows, constantService, burstArrivals, singleArrivals, fewerFlows];
/** Then everything, until nothing helps any more. */
const FINE: readonly Reduction[] = [
  fewerSteps,
  fewerFlows,
  fewerAccounts,
  fewerEndpoints,
  fewerKeys,
  fewerWords,
  constantService,
  oneMessage,
  requestsForSteps,
  smallerNumbers,
  mergedFlows,
  earlierStart,
  simplerDurations,
  stepsInOrder,
  shorterRecovery,
];

/** Another story takes more than this many events only if it has gone astray. */
const EVENTS_SPARE = 100_000;
const EVENTS_FACTOR = 20;
/** With a budget much earlier: what gets longer makes nothing simpler. */
const EVENTS_SPARE_IN_BUDGET = 2_000;
const EVENTS_FACTOR_IN_BUDGET = 2;
/** A story that takes more events than this is long. */
const LONG_STORY = 2_000;
/** Requests one by one are entries, and each of them takes time to read. */
const MOST_ENTRIES_IN_BUDGET = 100;

/**
 * Makes a story simpler as long as the same thing stays broken: greedily, one change after the other, with the same seed.
 * Chance is keyed, so that what is left out leaves the rest as it was.
 */
export class Shrinker implements ShrinkContext {
  readonly seed: number;
  private readonly tried = new Set<string>();
  private readonly mostEvents: number;
  private current: ScenarioInput;
  private outcome: TrialOutcome;
  private tries = 0;

  /** @param failure what must stay broken: an invariant, or the same internal error @throws Error when the story does not show it; LimiterError when that is a limiter's doing */
  constructor(
    input: ScenarioInput,
    private readonly failure: Failure,
    private readonly options: ShrinkOptions,
  ) {
    this.seed = input.seed ?? 1;
    this.current = input;
    const outcome = this.run(input, Number.POSITIVE_INFINITY);
    if (outcome === undefined || !this.isSame(outcome)) throw this.notShown();
    this.outcome = outcome;
    this.mostEvents = EVENTS_SPARE + EVENTS_FACTOR * outcome.events;
  }

  shrink(): Shrunk {
    const slices = this.slices();
    let slice = slices.next();
    while (slice.done !== true) slice = slices.next();
    return slice.value;
  }

  /** The same, candidate by candidate: whoever has something else to attend to does so in between. */
  *slices(): Generator<undefined, Shrunk> {
    if (this.options.budget !== undefined && this.outcome.events > LONG_STORY) for (const cut of CUTS) yield* this.exhaust(cut);
    for (const reduction of COARSE) yield* this.exhaust(reduction);
    let isSimpler = true;
    while (isSimpler && !this.isSpent) {
      isSimpler = false;
      for (const reduction of FINE) if (yield* this.exhaust(reduction)) isSimpler = true;
    }
    return { input: this.current, failure: this.shown(this.outcome), tries: this.tries, finished: !this.isSpent };
  }

  messagesOf(story: ScenarioInput): readonly SeenMessage[] {
    const read = readStory(story);
    if ('problems' in read) return [];
    const reader = new MessageReader();
    const { events } = runTrial(read, this.seed, reader, this.mostEvents, this.options.limiter);
    this.options.budget?.ran(story, events);
    return reader.seen;
  }

  private notShown(): Error {
    const { limiter } = this.options;
    if (limiter !== undefined) return unsteady(limiter.file, this.seed);
    return new Error(`seed ${this.seed} does not show the failure that was to be shrunk: ${signatureOf(this.failure)}`);
  }

  private get isSpent(): boolean {
    return this.tries >= this.options.mostTries || this.options.budget?.isSpent === true;
  }

  /** @returns whether it helped */
  private *exhaust(reduction: Reduction): Generator<undefined, boolean> {
    let helped = false;
    while (yield* this.improveBy(reduction)) helped = true;
    return helped;
  }

  private *improveBy(reduction: Reduction): Generator<undefined, boolean> {
    for (const candidate of reduction.candidates(this.current, this)) {
      if (this.isSpent) return false;
      const isAccepted = this.accepts(candidate);
      yield;
      if (isAccepted) return true;
    }
    return false;
  }

  private accepts(candidate: ScenarioInput): boolean {
    const key = JSON.stringify(candidate);
    this.options.budget?.made(candidate);
    if (this.tried.has(key) || this.isTooWide(candidate)) return false;
    this.tried.add(key);
    const outcome = this.run(candidate, this.mostEventsNow);
    if (outcome === undefined || !this.isSame(outcome) || !this.isAsDecided(outcome)) return false;
    this.current = candidate;
    this.outcome = outcome;
    return true;
  }

  /** After how many events a candidate is given up. */
  private get mostEventsNow(): number {
    if (this.options.budget === undefined) return this.mostEvents;
    return Math.min(this.mostEvents, EVENTS_SPARE_IN_BUDGET + EVENTS_FACTOR_IN_BUDGET * this.outcome.events);
  }

  private isTooWide({ workload = [] }: ScenarioInput): boolean {
    return this.options.budget !== undefined && workload.length > Math.max(MOST_ENTRIES_IN_BUDGET, this.current.workload?.length ?? 0);
  }

  /** @returns undefined when it cannot be run */
  private run(candidate: ScenarioInput, mostEvents: number): TrialOutcome | undefined {
    const story = readStory(candidate);
    if ('problems' in story) return undefined;
    this.tries++;
    this.options.tick?.();
    const outcome = runTrial(story, this.seed, undefined, mostEvents, this.options.limiter);
    this.options.budget?.ran(candidate, outcome.events);
    return outcome;
  }

  private isSame({ failure, invariants }: TrialOutcome): boolean {
    const wanted = this.failure;
    if (wanted.kind !== 'invariant') return failure !== undefined && signatureOf(failure) === signatureOf(wanted);
    return invariants.some(({ id, verdict }) => id === wanted.id && verdict === 'fail');
  }

  /** What was decided before must still be: a story that ends too early to say proves less. */
  private isAsDecided({ invariants }: TrialOutcome): boolean {
    const open = this.outcome.invariants.filter(({ state }) => state === 'undecided').map(({ id }) => id);
    return invariants.every(({ id, state }) => state !== 'undecided' || open.includes(id));
  }

  private shown({ failure, invariants }: TrialOutcome): Failure {
    const wanted = this.failure;
    if (wanted.kind !== 'invariant') return failure ?? wanted;
    const broken = invariants.find(({ id }) => id === wanted.id);
    return (broken === undefined ? undefined : violationOf(broken)) ?? wanted;
  }
}
