import { describe, expect, it } from 'vitest';
import type { FuzzBounds } from '../../src/fuzz/bounds.js';
import type { Failure } from '../../src/fuzz/failure.js';
import { Shrinker, type Shrunk } from '../../src/fuzz/shrink/shrinker.js';
import { mustReadStory, sizeOf } from '../../src/fuzz/story.js';
import { Storyteller } from '../../src/fuzz/storyteller.js';
import { runTrial } from '../../src/fuzz/trial.js';
import type { ScenarioInput } from '../../src/scenario/schema.js';
import { broken } from './bounds.js';

type Violated = Extract<Failure, { kind: 'invariant' }>;

interface Found {
  readonly input: ScenarioInput;
  readonly failure: Violated;
}

/** The first seed that breaks an invariant. */
function find(within: FuzzBounds, first = 1): Found {
  const teller = new Storyteller(within);
  for (let seed = first; seed < first + 2_000; seed++) {
    const story = teller.draw(seed);
    const { failure } = runTrial(story, seed);
    if (failure?.kind === 'invariant') return { input: story.input(), failure };
  }
  throw new Error('no seed breaks anything');
}

function shrink({ input, failure }: Found, mostTries = 4_000): Shrunk {
  return new Shrinker(input, failure, { mostTries }).shrink();
}

/** Slots are given back while their work still runs. */
const EARLY_RELEASE = broken('releaseOn', 'cancel-request');

describe('shrinking', () => {
  it.each([1, 300, 2_000])('leaves a story of at most six requests and three steps in which the same is broken (from seed %s)', (first) => {
    const found = find(EARLY_RELEASE, first);
    const { input, failure, finished } = shrink(found);
    const story = mustReadStory(input, 'shrunk');
    const { requests, steps } = sizeOf(story.scenario);
    expect(requests).toBeLessThanOrEqual(6);
    expect(steps).toBeLessThanOrEqual(3);
    expect(finished).toBe(true);
    expect(input.seed).toBe(found.input.seed);
    const again = runTrial(story, input.seed!).invariants.find(({ id }) => id === found.failure.id);
    expect(again?.verdict).toBe('fail');
    expect(failure).toMatchObject({ kind: 'invariant', id: found.failure.id, message: again?.examples[0]?.message });
  });

  it('keeps the switch that breaks it, and no time that does not matter', () => {
    const { input } = shrink(find(EARLY_RELEASE));
    expect(input.platform.policy).toMatchObject({ preset: 'reference', releaseOn: 'cancel-request' });
    expect(input.platform.policy).not.toHaveProperty('lease');
    expect(input.platform.accounts).toHaveLength(1);
    expect(input.platform.endpoints).toHaveLength(1);
  });

  it('gives the same story every time', () => {
    const found = find(EARLY_RELEASE);
    expect(shrink(found)).toEqual(shrink(found));
  });

  it('leaves nothing undecided that the drawn story had decided', () => {
    const { input } = shrink(find(EARLY_RELEASE));
    const { invariants } = runTrial(mustReadStory(input, 'shrunk'), input.seed!);
    expect(invariants.filter(({ state }) => state === 'undecided')).toEqual([]);
  });

  it('stops when its tries are used up, and says so', () => {
    const { tries, finished } = shrink(find(EARLY_RELEASE), 5);
    expect(tries).toBe(5);
    expect(finished).toBe(false);
  });

  it('does not begin with a story that does not show the failure', () => {
    const { input } = find(EARLY_RELEASE);
    const other: Failure = { kind: 'invariant', id: 'S-KEY', message: 'was admitted', request: 'req-1', atUs: 0, event: 0 };
    expect(() => shrink({ input, failure: other as Violated })).toThrow(/does not show the failure/);
  });
});
