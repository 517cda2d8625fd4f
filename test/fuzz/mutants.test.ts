import { describe, expect, it, test } from 'vitest';
import type { Hunt } from '../../src/fuzz/mutant-hunt.js';
import { MUTANTS } from '../../src/fuzz/mutants.js';
import { Storyteller } from '../../src/fuzz/storyteller.js';
import { bundled } from '../helpers/bundled.js';
import { bounds } from './bounds.js';

const { huntMutant, shrinkHunt } = await bundled<typeof import('../../src/fuzz/mutant-hunt.js')>('src/fuzz/mutant-hunt.ts');

const MOST_RUNS = 2_000;

describe('a planted mutant of the reference policy', () => {
  it('is one line, and there are many', () => {
    expect(MUTANTS.filter(({ mask }) => mask === undefined).length).toBeGreaterThanOrEqual(20);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it('differs from the reference policy', () => {
    const { policy } = new Storyteller(bounds()).draw(1).scenario.platform;
    for (const { name, setting } of MUTANTS) {
      const mutated = new Storyteller(bounds({ settings: [setting] })).draw(1).scenario.platform.policy;
      expect(mutated, name).not.toEqual(policy);
    }
  });

  test.each(MUTANTS)('$name is found within 2,000 runs, in a story of at most six requests and three steps', (mutant) => {
    const hunt = huntMutant(mutant, 1, MOST_RUNS);
    expect(hunt, `${mutant.name} was not found`).toBeDefined();
    expect(hunt?.failure.kind).toBe('invariant');
    const { story, requests, steps } = shrinkHunt(mutant, hunt as Hunt);
    expect(requests).toBeLessThanOrEqual(6);
    expect(steps).toBeLessThanOrEqual(3);
    // What is broken is broken by the mutant: its switch is part of the story.
    const name = mutant.setting.path.split('.')[2] as string;
    expect(story.platform.policy).toHaveProperty(name);
  });
});
