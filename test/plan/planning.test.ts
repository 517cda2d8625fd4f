import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedPlanning } from '../../src/plan/planning.js';
import type { Dials } from '../../src/plan/point.js';
import { Slos } from '../../src/plan/slos.js';
import { FormulaWorld, type FormulaWorldOptions } from './formula-world.js';

const P95_BELOW_2S = new Slos(['p(95)<2s']);

describe('the smallest limit', () => {
  it('is found between what fails and what passes, with one less and one more beside it', async () => {
    const { planning } = world({ spread: 0.05 });
    const answer = await planning.smallestLimit({});
    expect(answer).toMatchObject({ limit: 69, exceptions: [], mostTried: 10_000 });
    expect(answer.why).toBeUndefined();
    const verdicts = new Map(answer.evidence.map(({ limit, verdict }) => [limit, verdict]));
    expect([verdicts.get(68), verdicts.get(69), verdicts.get(70)]).toEqual(['fail', 'pass', 'pass']);
    expect(answer.evidence.map(({ limit }) => limit)).toEqual([...verdicts.keys()].sort((one, other) => one - other));
  });

  it('is the one that the formula says, whatever the load is turned by', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 8 }), async (tenths, ghosts) => {
        const { planning } = world();
        const dials = { rateFactor: tenths / 10, ghosts };
        const { limit = 0, evidence } = await planning.smallestLimit(dials);
        const [below, at] = await planning.judge(
          [
            { ...dials, limit: limit - 1 },
            { ...dials, limit },
          ],
          'decide',
        );
        expect([below?.verdict, at?.verdict]).toEqual(['fail', 'pass']);
        expect(evidence.some((point) => point.limit === limit - 1)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('of an analysis takes no runs beyond its own: neither the largest limit nor one more is looked at', async () => {
    const { planning } = world();
    const { limit, evidence } = await planning.smallestLimit({}, 'weigh');
    expect(limit).toBe(69);
    expect(evidence.at(-1)?.limit).toBeLessThan(75);
  });

  it('is found far below the guess of the formula, with what lies between halved', async () => {
    for (const effort of ['decide', 'weigh'] as const)
      for (const enough of [2, 20, 38]) {
        const { planning } = world({ p95Ms: ({ limit }) => (limit < enough ? 3_000 : 1_000), isStationary: false });
        expect((await planning.smallestLimit({}, effort)).limit).toBe(enough);
      }
  });

  it('is the least that can carry the load at all, where that is enough', async () => {
    expect((await world({ p95Ms: () => 1_000 }).planning.smallestLimit({})).limit).toBe(61);
    expect((await world({ p95Ms: () => 1_000, isStationary: false }).planning.smallestLimit({})).limit).toBe(1);
  });

  it('of an analysis is given up for once the largest is not enough', async () => {
    const { limit, evidence } = await world({ p95Ms: () => 3_000 }).planning.smallestLimit({}, 'weigh');
    expect(limit).toBeUndefined();
    expect(evidence.map((one) => one.limit)).toEqual([69, 71, 10_000]);
  });

  it('moves by as many slots as there are ghosts', async () => {
    expect((await world().planning.smallestLimit({ ghosts: 6 })).limit).toBe(75);
  });

  it('does not need a load that is the same all the time', async () => {
    const { planning } = world({ isStationary: false, spread: 0.05 });
    expect((await planning.smallestLimit({})).limit).toBe(69);
  });

  it('is none where not even slots for all are enough, and the number stands in the reason', async () => {
    const { planning, simulator } = world({ p95Ms: () => 2_500 });
    const answer = await planning.smallestLimit({});
    expect(answer.limit).toBeUndefined();
    expect(answer.why).toBe('no limit up to 10,000 meets it: even with 10,000 slots queue_latency p(95)<2s: 2.5s');
    expect(simulator.runs).toBe(8);
  });

  it('is none where more slots are kept busy than may be tried', async () => {
    const { planning } = world({}, { mostTried: 50 });
    const answer = await planning.smallestLimit({});
    expect(answer).toMatchObject({ limit: undefined, mostTried: 50 });
    expect(answer.why).toContain("60 slots' worth of work is offered to 50");
  });

  it('is called into question where a smaller one cannot be decided', async () => {
    const { planning } = world({ p95Ms: ({ limit }) => (limit >= 70 ? 1_000 : limit === 69 ? 2_000 : 3_000), spread: 0.5 });
    const answer = await planning.smallestLimit({});
    expect(answer.limit).toBe(70);
    expect(answer.why).toContain('69 could not be decided: queue_latency p(95)<2s: 2s');
    expect(answer.evidence.find(({ limit }) => limit === 69)).toMatchObject({ verdict: 'undecided', seeds: 128 });
  });

  it('is not looked for with fewer seeds than decide anything', async () => {
    const { planning } = world({}, { mostSeeds: 2 });
    const { limit, why } = await planning.smallestLimit({});
    expect(limit).toBeUndefined();
    expect(why).toMatch(/^nothing was decided with 2 seeds: .*\(it takes 8 seeds to decide anything\)$/);
  });

  it('names a larger one that fails although it passes', async () => {
    const { planning } = world({ p95Ms: ({ limit }) => (limit === 69 || limit > 90 ? 1_000 : 3_000) });
    const answer = await planning.smallestLimit({});
    expect(answer.limit).toBe(69);
    expect(answer.exceptions).toContain(70);
    expect(answer.why).toContain('70 was not shown to meet it although 69 was');
  });
});

describe('seeds', () => {
  it('are the same at every point, and more are added only where the verdict needs them', async () => {
    const { planning, simulator } = world({ spread: 0.3 });
    const [far, near] = await planning.judge([{ limit: 80 }, { limit: 69 }], 'decide');
    expect(far).toMatchObject({ verdict: 'pass', seeds: 8 });
    expect(near?.verdict).toBe('pass');
    expect(near?.seeds).toBeGreaterThan(8);
    expect(simulator.asked.slice(0, 2)).toEqual([
      { points: 2, seeds: [1, 2, 3, 4, 5, 6, 7, 8] },
      { points: 1, seeds: [9, 10, 11, 12, 13, 14, 15, 16] },
    ]);
  });

  it('begin where the user says', async () => {
    const { planning, simulator } = world({}, { seed: 100 });
    await planning.judge([{ limit: 80 }], 'look');
    expect(simulator.asked[0]?.seeds[0]).toBe(100);
  });

  it('of a look are the first few, of a weighed point a quarter at most', async () => {
    const undecided = { p95Ms: () => 2_000, spread: 0.5 };
    expect(await seedsOf(undecided, 'look')).toBe(8);
    expect(await seedsOf(undecided, 'weigh')).toBe(32);
    expect(await seedsOf(undecided, 'decide')).toBe(128);
    expect(await seedsOf(undecided, 'decide', 16)).toBe(16);
  });

  it('are run once: a second question finds them', async () => {
    const { planning, simulator } = world({ p95Ms: () => 2_000, spread: 0.5 });
    await planning.judge([{ limit: 70 }], 'look');
    await planning.judge([{ limit: 70 }], 'look');
    expect(simulator.runs).toBe(8);
    await planning.judge([{ limit: 70 }], 'decide');
    await planning.smallestLimit({});
    const seeds = simulator.asked.filter(({ points }) => points > 0).flatMap(({ seeds: own }) => own);
    expect(seeds.length).toBe(128 + 128); // 70, and the ample limit
  });

  it('of a recording are one', async () => {
    const { planning, simulator } = world({ isRecorded: true });
    const answer = await planning.smallestLimit({});
    expect(answer.limit).toBe(69);
    expect(new Set(simulator.asked.flatMap(({ seeds }) => seeds))).toEqual(new Set([1]));
    expect(planning.mostSeeds).toBe(1);
  });

  it('have figures that can be looked at, and that are the judged ones', async () => {
    const { planning, simulator } = world();
    const figures = await planning.figures({ limit: 80 }, 'look');
    expect(figures.map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await planning.judge([{ limit: 80 }], 'look');
    expect(simulator.runs).toBe(8);
  });
});

describe('promises that a larger limit breaks', () => {
  /** As many slots are in use as there are, up to 200. */
  const inUse = ({ limit }: Dials): number[] => [Math.min(limit, 200)];
  const search = (slos: readonly string[], options: FormulaWorldOptions = {}, asked?: number) => {
    const simulator = new FormulaWorld({ also: inUse, ...options });
    return new SimulatedPlanning({ load: simulator.load, slos: new Slos(slos), simulator, seed: 1, asked });
  };

  it('leave a smaller limit that keeps all of them, at every effort, and the answer says what larger ones miss', async () => {
    for (const effort of ['decide', 'weigh', 'look'] as const)
      expect((await search(['p(95)<2s', 'slots_in_use max<=75']).smallestLimit({}, effort)).limit).toBe(69);
    const answer = await search(['p(95)<2s', 'slots_in_use max<=75']).smallestLimit({});
    expect(answer.why).toBe('no longer with 10,000 slots: slots_in_use max<=75: 200 slots');
    expect(answer.exceptions).toContain(10_000);
  });

  it('leave the only limit that keeps all of them', async () => {
    for (const most of [69, 70, 100, 199]) expect((await search(['p(95)<2s', `slots_in_use max<=${most}`]).smallestLimit({})).limit).toBe(69);
  });

  it('are named where they contradict the others: there is no answer, and both sides say why', async () => {
    const { limit, why } = await search(['p(95)<2s', 'slots_in_use max<=68']).smallestLimit({});
    expect(limit).toBeUndefined();
    expect(why).toMatch(
      /^no limit that was tried meets every SLO, for they contradict each other: with 10,000 slots slots_in_use max<=68: 200 slots, and with 68 slots queue_latency p\(95\)<2s: 2\.\d+s/,
    );
  });

  it('are named where no limit at all keeps them', async () => {
    const { limit, why } = await search(['p(95)<9h', 'slots_in_use max<=0'], { isStationary: false, p95Ms: () => 1 }).smallestLimit({});
    expect(limit).toBeUndefined();
    expect(why).toContain('even with 10,000 slots slots_in_use max<=0: 200 slots; no larger limit helps to keep that');
  });

  it('cost no search where what no limit can keep is a wait', async () => {
    const planning = search(['p(95)<2s', 'slots_in_use max<=75'], { p95Ms: () => 5_000 });
    const { limit, why, evidence } = await planning.smallestLimit({});
    expect(limit).toBeUndefined();
    expect(why).toMatch(/^no limit up to 10,000 meets it: even with 10,000 slots/);
    expect(evidence).toHaveLength(1);
  });

  it('never hide a limit that the user asks about and that keeps them all, whatever rule makes it so', async () => {
    const odd: FormulaWorldOptions = { isStationary: false, p95Ms: ({ limit }) => (limit >= 18 && limit <= 22 ? 1_000 : 5_000) };
    expect((await search(['p(95)<2s'], odd).smallestLimit({})).limit).toBeUndefined();
    expect(await search(['p(95)<2s'], odd, 20).smallestLimit({})).toMatchObject({ limit: 18, why: expect.stringContaining('no longer with 10,000 slots') });
  });

  it('leave the answer as it is where the user asks about a limit that cannot carry the load at all: that one is not tried', async () => {
    for (const slos of [['p(95)<2s'], ['p(95)<2s', 'slots_in_use max<=68']]) {
      const world: FormulaWorldOptions = { p95Ms: () => 5_000 };
      expect(await search(slos, world, 50).smallestLimit({})).toEqual(await search(slos, world).smallestLimit({}));
    }
  });
});

describe('a budget of which none is lost', () => {
  const slos = new Slos(['start_timeouts < 0.1%']);
  const seedsAt = async (lost: NonNullable<FormulaWorldOptions['lost']>, effort: 'look' | 'weigh', mostSeeds?: number) => {
    const simulator = new FormulaWorld({ lost });
    const planning = new SimulatedPlanning({ load: simulator.load, slos, simulator, seed: 1, mostSeeds });
    const [evidence] = await planning.judge([{ limit: 70 }], effort);
    return [evidence?.verdict, evidence?.seeds];
  };

  it('can pass a look and a weighed point: they go on to the seeds that it takes', async () => {
    expect(await seedsAt(() => 0, 'look')).toEqual(['pass', 64]);
    expect(await seedsAt(() => 0, 'weigh')).toEqual(['pass', 64]);
    // With fewer seeds it never can: then nothing is gained by more of them.
    expect(await seedsAt(() => 0, 'look', 32)).toEqual(['undecided', 8]);
  });

  it('gets no more once some are lost', async () => {
    const lost = (_: Dials, seed: number): number => (seed === 20 ? 1 : 0);
    expect(await seedsAt(lost, 'look')).toEqual(['undecided', 32]);
    expect(await seedsAt((_, seed) => (seed === 3 ? 1 : 0), 'look')).toEqual(['undecided', 8]);
  });

  it('has an answer at every effort, and none is denied where nothing is decided', async () => {
    const lost = ({ limit }: Dials): number => (limit < 70 ? 30 : 0);
    for (const effort of ['decide', 'weigh', 'look'] as const) {
      const simulator = new FormulaWorld({ lost });
      expect((await new SimulatedPlanning({ load: simulator.load, slos, simulator, seed: 1 }).smallestLimit({}, effort)).limit).toBe(70);
    }
    const simulator = new FormulaWorld({ lost });
    const few = await new SimulatedPlanning({ load: simulator.load, slos, simulator, seed: 1, mostSeeds: 16 }).smallestLimit({});
    expect(few.limit).toBeUndefined();
    expect(few.why).toMatch(/^nothing was decided with 16 seeds/);
  });
});

describe('of a recording', () => {
  it('no more is tried than twice the slots that were ever busy', async () => {
    const { planning } = world({ isRecorded: true, peakInFlight: 100 });
    expect(await planning.smallestLimit({})).toMatchObject({ limit: 69, mostTried: 200 });
    expect(await planning.smallestLimit({ rateFactor: 1.5 })).toMatchObject({ mostTried: 300 });
    expect(await planning.smallestLimit({ ghosts: 3 })).toMatchObject({ mostTried: 203 });
  });
});

describe('an unstable setting', () => {
  it('is not simulated: it fails, and says by how much', async () => {
    const { planning, simulator } = world();
    const [unstable, stable] = await planning.judge([{ limit: 60 }, { limit: 80 }], 'look');
    expect(unstable).toMatchObject({ limit: 60, verdict: 'fail', seeds: 0, checks: [], unstable: { offeredSlots: 60, limit: 60, mostPerSecond: 5 } });
    expect(stable?.unstable).toBeUndefined();
    expect(simulator.runs).toBe(8);
  });
});

describe('the largest factor', () => {
  it('of the rate lies in the interval that was shown', async () => {
    const { planning } = world({ spread: 0.2 });
    const { low, high, evidence } = await planning.largestFactor('rateFactor', { limit: 40 });
    expect(low * 5).toBeLessThanOrEqual(2.739);
    expect(high * 5).toBeGreaterThanOrEqual(2.739);
    expect(high / low).toBeLessThan(1.1);
    expect(evidence.every(({ seeds }) => seeds <= 32)).toBe(true);
  });

  it('of the service time lies in the interval that was shown', async () => {
    const { low, high } = await world({ spread: 0.05 }).planning.largestFactor('serviceFactor', { limit: 40 });
    expect(low * 12).toBeLessThanOrEqual(6.866);
    expect(high * 12).toBeGreaterThanOrEqual(6.865);
  });

  it('of a limit is the same whenever it is asked for, and takes no second search', async () => {
    // The formula is so far off that every search learns where the next one should begin.
    const { planning, simulator } = world({ p95Ms: ({ limit, rateFactor = 1 }) => (rateFactor < limit / 1000 ? 0 : 9_000), isStationary: false });
    const first = await planning.largestFactor('rateFactor', { limit: 40 });
    await planning.largestFactor('rateFactor', { limit: 10 });
    const { runs } = simulator;
    expect(await planning.largestFactor('rateFactor', { limit: 40 })).toBe(first);
    expect(simulator.runs).toBe(runs);
    expect(await planning.largestFactor('serviceFactor', { limit: 40 })).not.toBe(first);
  });

  it('is 0 where nothing meets the SLOs', async () => {
    const { low } = await world({ p95Ms: () => 5_000 }).planning.largestFactor('rateFactor', { limit: 40 });
    expect(low).toBe(0);
  });

  it('is 0 where ghosts hold every slot', async () => {
    const { planning, simulator } = world();
    expect(await planning.largestFactor('rateFactor', { limit: 5, ghosts: 6 })).toMatchObject({ low: 0, high: 0 });
    expect(simulator.runs).toBe(0);
  });

  it('is searched upwards as well, where only runs can tell', async () => {
    const { low, high } = await world({ isStationary: false }).planning.largestFactor('rateFactor', { limit: 400 });
    expect(low).toBeGreaterThan(5);
    expect(high).toBeLessThan(8);
  });
});

describe('dials', () => {
  it('that mean nothing to the load, and values that no dial has, are errors', () => {
    const { load } = world().planning;
    const wrong: [Dials, string][] = [
      [{ limit: 10, batchMean: 4 }, 'got the dial batchMean'],
      [{ limit: 0 }, 'a limit of at least 1'],
      [{ limit: 2.5 }, 'a limit of at least 1'],
      [{ limit: 10, rateFactor: 0 }, 'a rateFactor above 0'],
      [{ limit: 10, ghosts: -1 }, 'a whole number of ghost slots'],
    ];
    for (const [dials, message] of wrong) expect(() => load.point(dials)).toThrow(message);
  });
});

function world(options: FormulaWorldOptions = {}, terms: { readonly seed?: number; readonly mostSeeds?: number; readonly mostTried?: number } = {}) {
  const simulator = new FormulaWorld(options);
  const planning = new SimulatedPlanning({ load: simulator.load, slos: P95_BELOW_2S, simulator, seed: 1, ...terms });
  return { simulator, planning };
}

async function seedsOf(options: FormulaWorldOptions, effort: 'look' | 'weigh' | 'decide', mostSeeds?: number): Promise<number> {
  const [evidence] = await world(options, mostSeeds === undefined ? {} : { mostSeeds }).planning.judge([{ limit: 70 }], effort);
  return evidence?.seeds ?? 0;
}
