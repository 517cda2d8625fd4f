import { describe, expect, it } from 'vitest';
import { Campaign, type CampaignPlan, type CampaignResult } from '../../src/fuzz/campaign.js';
import type { KnownStory } from '../../src/fuzz/jobs.js';
import type { Surroundings } from '../../src/replications/surroundings.js';
import { bounds, seeds } from './bounds.js';
import { type Fates, ScriptedHands, violation } from './hands.js';

/** Time passes only when somebody looks. */
function around(changes: Partial<Surroundings> = {}): Surroundings {
  let ms = 0;
  return { breathe: async () => undefined, monotonicMs: () => ms++, interrupt: new AbortController().signal, ...changes };
}

function plan(changes: Partial<CampaignPlan> = {}): CampaignPlan {
  return {
    bounds: bounds(),
    stories: [],
    known: [],
    firstSeed: 1,
    budget: { runs: 100, ms: Number.POSITIVE_INFINITY },
    keepGoing: false,
    mostTries: 10,
    ...changes,
  };
}

function run(hands: ScriptedHands, changes: Partial<CampaignPlan> = {}, surroundings = around()): Promise<CampaignResult> {
  return new Campaign(plan(changes), hands, surroundings, () => undefined).run();
}

/** Everything but how long it took. */
function facts({ searchMs: _, ms: __, ...rest }: CampaignResult): unknown {
  return rest;
}

describe('a campaign', () => {
  it('runs every seed of its budget once, in order', async () => {
    const hands = new ScriptedHands(1, {});
    const result = await run(hands, { firstSeed: 7 });
    expect(hands.searched).toEqual(seeds(100, 7));
    expect(result).toMatchObject({ runs: 100, failures: 0, ended: 'budget', discoveries: [] });
  });

  it('stops at the first failure, and shrinks it', async () => {
    const hands = new ScriptedHands(1, { 40: violation('S-ORPH'), 41: violation('S-CAP') });
    const result = await run(hands);
    expect(result).toMatchObject({ runs: 40, failures: 1, ended: 'failure' });
    expect(result.discoveries.map(({ name, seed, shrunk }) => [name, seed, shrunk?.shrunk.requests])).toEqual([['S-ORPH', 40, 1]]);
    expect(hands.shrunk).toEqual([40]);
  });

  it('counts the failure of the lowest seed, even if a later one is known sooner', async () => {
    const fates: Fates = { 3: violation('S-ORPH'), 30: violation('S-CAP') };
    const alone = await run(new ScriptedHands(1, fates));
    // The first chunk takes longest.
    const shared = await run(new ScriptedHands(4, fates, (first) => (first === 1 ? 50 : 1)));
    expect(alone.discoveries.map(({ seed }) => seed)).toEqual([3]);
    expect(facts(shared)).toEqual(facts(alone));
  });

  it.each([1, 2, 5])('keeps going if it is told to, with the same result for %s hands', async (count) => {
    const fates: Fates = { 3: violation('S-ORPH'), 30: violation('S-CAP'), 31: violation('S-ORPH'), 90: violation('S-ORPH') };
    const result = await run(new ScriptedHands(count, fates, (first) => first % 7), { keepGoing: true });
    expect(result).toMatchObject({ runs: 100, failures: 4, ended: 'budget' });
    expect(result.discoveries.map(({ name, seed, times }) => [name, seed, times])).toEqual([
      ['S-ORPH', 3, 3],
      ['S-CAP', 30, 1],
    ]);
  });

  it('takes failures that differ in numbers and names only for one', async () => {
    const fates: Fates = {
      3: violation('S-ORPH', 'held slot 17 of "a1" for 3.2s'),
      8: violation('S-ORPH', 'held slot 4 of "a2" for 800ms'),
      9: violation('S-ORPH', 'took slot 4 of "a2" twice'),
    };
    const result = await run(new ScriptedHands(2, fates), { keepGoing: true });
    expect(result.discoveries.map(({ seed, times }) => [seed, times])).toEqual([
      [3, 2],
      [9, 1],
    ]);
  });

  it('runs the seeds of the corpus first, beyond its budget', async () => {
    const hands = new ScriptedHands(1, {});
    const result = await run(hands, { known: [500, 17], budget: { runs: 3, ms: Number.POSITIVE_INFINITY } });
    expect(hands.searched).toEqual([500, 17, 1, 2, 3]);
    expect(result.runs).toBe(5);
  });

  it('ends when its time is up', async () => {
    const hands = new ScriptedHands(1, {});
    const result = await run(hands, { budget: { runs: Number.POSITIVE_INFINITY, ms: 50 } });
    expect(result.ended).toBe('budget');
    expect(result.runs).toBeGreaterThan(0);
    expect(result.runs).toBeLessThan(50_000);
  });
});

describe('stories of the corpus', () => {
  /** Broken as the fate of its seed says. */
  function known(seed: number, found: string | undefined): KnownStory {
    return { found, story: { name: `story-${seed}`, seed, platform: { endpoints: [{ id: 'm1', service: '1s' }] } } };
  }
  const fates: Fates = { 901: violation('S-ORPH'), 902: 'hangs' };
  const stories = [known(900, 'S-CAP'), known(901, 'S-ORPH'), known(901, 'S-CAP'), known(902, 'no end'), known(902, 'S-CAP'), known(901, undefined)];
  const states = ['holds now', 'still broken', 'broken otherwise', 'still broken', 'broken otherwise', 'still broken'];

  it.each([1, 4])('are run before everything else, and each is told apart (%s hands)', async (count) => {
    const hands = new ScriptedHands(count, fates);
    const result = await run(hands, { stories, keepGoing: true, budget: { runs: 3, ms: Number.POSITIVE_INFINITY } });
    expect(result.retold.map((one) => one?.state)).toEqual(states);
    expect(result).toMatchObject({ runs: 3, failures: 0, ended: 'budget' });
  });

  it('end the campaign if one is still broken', async () => {
    const hands = new ScriptedHands(1, fates);
    const result = await run(hands, { stories, known: [17] });
    expect(hands.searched).toEqual([]);
    expect(result).toMatchObject({ runs: 0, ended: 'failure', discoveries: [] });
    expect(result.retold.map((one) => one?.state)).toEqual(states);
  });

  it('let it go on if all hold', async () => {
    const hands = new ScriptedHands(2, {});
    const result = await run(hands, { stories, budget: { runs: 3, ms: Number.POSITIVE_INFINITY } });
    expect(result).toMatchObject({ runs: 3, ended: 'budget' });
    expect(new Set(result.retold.map((one) => one?.state))).toEqual(new Set(['holds now']));
  });

  it('take nothing of the time of the search', async () => {
    const result = await run(new ScriptedHands(1, {}), { stories: Array(100).fill(known(900, 'S-CAP')), budget: { runs: Number.POSITIVE_INFINITY, ms: 50 } });
    expect(result.runs).toBeGreaterThan(0);
  });
});

describe('a run that never ends', () => {
  it('is a failure of its own, and harms no other run', async () => {
    const hands = new ScriptedHands(2, { 20: 'hangs', 22: violation('S-CAP') });
    const result = await run(hands, { keepGoing: true });
    expect([...new Set(hands.searched)].sort((a, b) => a - b)).toEqual(seeds(100).filter((seed) => seed !== 20));
    expect(result.runs).toBe(100);
    expect(result.discoveries.map(({ name, seed }) => [name, seed])).toEqual([
      ['no end', 20],
      ['S-CAP', 22],
    ]);
    // Nobody waits for it once more.
    expect(hands.shrunk).toEqual([22]);
  });

  it('counts only if no seed before it fails', async () => {
    const result = await run(new ScriptedHands(1, { 20: 'hangs', 18: violation('S-CAP') }));
    expect(result.discoveries.map(({ name, seed }) => [name, seed])).toEqual([['S-CAP', 18]]);
  });
});

describe('an interrupt', () => {
  it('leaves what was found so far', async () => {
    const interrupt = new AbortController();
    const hands = new ScriptedHands(1, { 3: violation('S-ORPH') });
    const campaign = new Campaign(
      plan({ keepGoing: true, budget: { runs: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY } }),
      hands,
      around({ interrupt: interrupt.signal }),
      ({ runs }) => {
        if (runs > 20) interrupt.abort(new Error('interrupted'));
      },
    );
    const result = await campaign.run();
    expect(result.ended).toBe('interrupted');
    expect(result.discoveries.map(({ seed, shrunk }) => [seed, shrunk])).toEqual([[3, undefined]]);
  });
});

describe('a story that cannot be read', () => {
  it('ends the campaign with its complaint', async () => {
    const hands = new ScriptedHands(2, {});
    hands.search = () => Promise.reject(new Error('seed 4: no such account'));
    await expect(run(hands)).rejects.toThrow('seed 4: no such account');
  });
});
