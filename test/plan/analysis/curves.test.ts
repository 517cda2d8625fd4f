import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frontier } from '../../../src/plan/analysis/frontier.js';
import { heatMap } from '../../../src/plan/analysis/heat-map.js';
import { spread } from '../../../src/plan/analysis/limits-around.js';
import type { Dials, Effort } from '../../../src/plan/point.js';
import { FormulaPlanning } from './formula-planning.js';

function waitsOf(mean: number) {
  const each = { mean, low: mean, high: mean, seeds: 1 };
  return { p50: each, p95: each, p99: each };
}

const TIERS = [{ limit: 2 }, { limit: 10 }, { limit: 20 }, { limit: 40 }];

describe('numbers spread over a range', () => {
  it('rise, keep within it, and hold both ends and all that was wanted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 300 }), fc.array(fc.integer({ min: 1, max: 600 })), (first, more, wanted) => {
        const numbers = spread(first, first + more, wanted, 12);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(numbers).toEqual(expect.arrayContaining([first, first + more, ...wanted.filter((one) => one >= first && one <= first + more)]));
        expect(numbers.every((one) => Number.isInteger(one) && one >= first && one <= first + more)).toBe(true);
        expect(numbers.length).toBeGreaterThanOrEqual(Math.min(12, more + 1));
      }),
    );
  });

  it('leave no gap wide while others are narrow', () => {
    expect(spread(1, 16, [], 5)).toEqual([1, 2, 4, 8, 16]);
  });
});

describe('the frontier', () => {
  it("goes from just above Little's floor to half as much again as the answer, with its neighbours and the tiers between", async () => {
    const planning = new FormulaPlanning();
    const answer = await planning.smallestLimit({});
    expect(answer.limit).toBe(69);
    const { points, sloMs, sloPercentile } = await frontier(planning, 69, answer, [...TIERS, { limit: 80 }]);
    const limits = points.map(({ limit }) => limit);
    expect(limits.at(0)).toBe(61);
    expect(limits.at(-1)).toBe(104);
    expect(limits).toEqual(expect.arrayContaining([68, 69, 70, 80]));
    expect(limits).not.toContain(40);
    expect(limits).toHaveLength(12);
    expect({ sloMs, sloPercentile }).toEqual({ sloMs: 2000, sloPercentile: 95 });
  });

  it('has the wait by Erlang C beside each point: 2.28 s at 68 and 1.73 s at 69', async () => {
    const planning = new FormulaPlanning();
    const { points, erlangCP95Ms } = await frontier(planning, 69, await planning.smallestLimit({}), []);
    const at = (limit: number): number => erlangCP95Ms[points.findIndex((point) => point.limit === limit)] as number;
    expect(at(68)).toBeCloseTo(2277, -1);
    expect(at(69)).toBeCloseTo(1726, -1);
  });

  it('is asked for in one batch', async () => {
    const planning = new FormulaPlanning();
    await frontier(planning, 69, { limit: 69, mostTried: 100, evidence: [], exceptions: [] }, TIERS);
    expect(planning.asked).toHaveLength(1);
  });
});

describe('the heat map', () => {
  it('has 9 rates around today and at most 9 limits around here, the tiers among them that are no more than three times away', async () => {
    const planning = new FormulaPlanning();
    const map = await heatMap(planning, 69, { tiers: [...TIERS, { limit: 200 }] });
    expect(map.ratesPerSecond).toHaveLength(9);
    expect(map.ratesPerSecond).toContain(5);
    expect(map.limits).toEqual([35, 40, 53, 69, 104, 200]);
    expect(map.here).toEqual({ ratePerSecond: 5, limit: 69 });
    expect(planning.asked).toHaveLength(1);
    expect(planning.asked[0]?.effort).toBe('look');
  });

  it('shows no number where the queue grows without end, and a verdict everywhere', async () => {
    const map = await heatMap(new FormulaPlanning(), 69, { tiers: TIERS });
    const cell = (limit: number, rate: number) => [
      map.p95Ms[map.limits.indexOf(limit)]?.[map.ratesPerSecond.indexOf(rate)],
      map.verdicts[map.limits.indexOf(limit)]?.[map.ratesPerSecond.indexOf(rate)],
    ];
    expect(cell(40, 5)).toEqual([null, 'fail']);
    expect(cell(69, 5)).toEqual([expect.closeTo(1726, -1), 'pass']);
    expect(cell(69, 2.5)).toEqual([0, 'pass']);
  });

  it('of a recording under a backoff leaves out what is faster than a rate that waits far too long', async () => {
    class Crowded extends FormulaPlanning {
      override async judge(dials: readonly Dials[], effort: Effort) {
        const judged = await super.judge(dials, effort);
        // Nothing is unstable that ends some day: the wait is 1,000 times too long.
        return judged.map(({ unstable, ...one }) => (unstable === undefined ? one : { ...one, queueLatency: waitsOf(2_000_000) }));
      }
    }
    const [backoff, fifo] = [new Crowded({ isRecorded: true }), new Crowded({ isRecorded: true })];
    const map = await heatMap(backoff, 69, { tiers: [{ limit: 53 }], waiting: 'backoff' });
    const row = map.limits.indexOf(53);
    // 54 slots of work, at 0.9 of the rate, are too much for 53.
    expect(map.p95Ms[row]?.slice(2)).toEqual([expect.closeTo(1886, -1), 2_000_000, null, null, null, null, null]);
    expect(map.verdicts[row]?.slice(2)).toEqual(['pass', 'fail', ...Array(5).fill('undecided')]);
    expect(backoff.asked.flatMap(({ dials }) => dials).filter(({ limit, rateFactor = 1 }) => limit === 53 && rateFactor > 0.9)).toEqual([]);
    expect((await heatMap(fifo, 69, { tiers: [], waiting: 'fifo' })).p95Ms.flat()).not.toContain(null);
  });

  it('takes only the tiers nearest to here when there are many', async () => {
    const many = Array.from({ length: 30 }, (_, at) => ({ limit: (at + 1) * 10 }));
    const map = await heatMap(new FormulaPlanning(), 69, { tiers: many });
    expect(map.limits).toHaveLength(9);
    expect(map.limits).toEqual(expect.arrayContaining([60, 69, 70, 80]));
  });
});
