import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  erlangB,
  erlangC,
  highestRateByErlangC,
  meanWaitMs,
  smallestLimitByErlangC,
  startTimeoutGuessMs,
  type WaitGoal,
  waitQuantileMs,
} from '../../../src/measure/capacity/erlang.js';
import { mostPerSecond, offeredSlots, stableFrom } from '../../../src/measure/capacity/little.js';
import { dispersionOfBatches, relaxationTimeMs, variabilityFactor } from '../../../src/measure/capacity/variability.js';
import { manyServers, erlangB as otherErlangB, erlangC as otherErlangC } from '../../theory/formulas/erlang.js';

const TWELVE_SECONDS = 12_000;
const FIVE_A_SECOND = { ratePerSecond: 5, meanServiceMs: TWELVE_SECONDS };
const P95_BELOW_2S: WaitGoal = { share: 0.95, isMetBy: (waitMs) => waitMs < 2000 };

describe('p95 wait at 5 requests a second of 12 s by Erlang C', () => {
  test.each([
    [61, 34.0, 1],
    [62, 16.0, 1],
    [64, 6.95, 2],
    [66, 3.87, 2],
    [67, 2.96, 2],
    [68, 2.28, 2],
    [69, 1.73, 2],
    [70, 1.28, 2],
    [72, 0.58, 2],
    [75, 0, 2],
  ])('%i slots: %d s', (limit, seconds, digits) => {
    expect(Number((waitQuantileMs(FIVE_A_SECOND, limit, 0.95) / 1000).toFixed(digits))).toBe(seconds);
  });

  it('has no wait to speak of at 60 slots and fewer: the queue grows without end', () => {
    expect(offeredSlots(FIVE_A_SECOND)).toBe(60);
    expect(stableFrom(60)).toBe(61);
    expect(waitQuantileMs(FIVE_A_SECOND, 60, 0.95)).toBe(Number.POSITIVE_INFINITY);
    expect(meanWaitMs(FIVE_A_SECOND, 60)).toBe(Number.POSITIVE_INFINITY);
    expect(erlangC(60, 60)).toBe(1);
  });

  it('is below 2 s from 69 slots on', () => {
    expect(smallestLimitByErlangC(FIVE_A_SECOND, P95_BELOW_2S)).toBe(69);
  });
});

describe('the highest rate of 12 s jobs with a p95 wait below 2 s by Erlang C', () => {
  test.each([
    [2, 0.033, 0.2],
    [5, 0.181, 0.43],
    [10, 0.497, 0.6],
    [15, 0.845, 0.68],
    [20, 1.21, 0.73],
    [30, 1.964, 0.79],
    [40, 2.739, 0.82],
  ])('limit %i: %d/s, utilisation %d', (limit, perSecond, utilisation) => {
    const rate = highestRateByErlangC(limit, TWELVE_SECONDS, P95_BELOW_2S);
    expect(Number(rate.toFixed(3))).toBe(perSecond);
    expect(Number((rate / mostPerSecond(limit, TWELVE_SECONDS)).toFixed(2))).toBe(utilisation);
  });

  test.each([
    [10, 0.126, 75],
    [15, 0.43, 49],
    [20, 0.774, 36],
    [30, 1.508, 23],
    [40, 2.273, 17],
  ])('limit %i less 6 ghosts: %d/s, %i %% of the rate are lost', (limit, perSecond, lostPercent) => {
    const without = highestRateByErlangC(limit, TWELVE_SECONDS, P95_BELOW_2S);
    const left = highestRateByErlangC(limit - 6, TWELVE_SECONDS, P95_BELOW_2S);
    expect(Number(left.toFixed(3))).toBe(perSecond);
    expect(Math.round((1 - left / without) * 100)).toBe(lostPercent);
  });

  it('is 0 where ghosts hold every slot', () => {
    expect(highestRateByErlangC(0, TWELVE_SECONDS, P95_BELOW_2S)).toBe(0);
    expect(highestRateByErlangC(-4, TWELVE_SECONDS, P95_BELOW_2S)).toBe(0);
  });

  it('shortens jobs to 6.87 s for 40 slots at 5 a second', () => {
    const p95 = (meanServiceMs: number): number => waitQuantileMs({ ratePerSecond: 5, meanServiceMs }, 40, 0.95);
    expect(p95(6865)).toBeLessThan(2000);
    expect(p95(6875)).toBeGreaterThan(2000);
  });
});

describe('the smallest limit at 2 requests a second of 12 s by Erlang C', () => {
  const load = { ratePerSecond: 2, meanServiceMs: TWELVE_SECONDS };

  it('is 31: 30 waits 2.48 s, 31 waits 1.51 s', () => {
    expect(smallestLimitByErlangC(load, P95_BELOW_2S)).toBe(31);
    expect(waitQuantileMs(load, 30, 0.95) / 1000).toBeCloseTo(2.48, 2);
    expect(waitQuantileMs(load, 31, 0.95) / 1000).toBeCloseTo(1.51, 2);
  });

  it('grows with the variability of arrivals and falls with that of constant service', () => {
    const limitAt = (variability: number): number => smallestLimitByErlangC(load, P95_BELOW_2S, variability) as number;
    expect(dispersionOfBatches(1)).toBe(1);
    expect(dispersionOfBatches(4)).toBe(7);
    expect(limitAt(variabilityFactor(dispersionOfBatches(4), 1))).toBeGreaterThan(31);
    expect(limitAt(variabilityFactor(1, 0))).toBeLessThan(31);
    expect(waitQuantileMs(load, 31, 0.95, variabilityFactor(7, 1))).toBe(4 * waitQuantileMs(load, 31, 0.95));
  });

  it('is none for a wait that no limit can have', () => {
    expect(smallestLimitByErlangC(load, { share: 0.95, isMetBy: (waitMs) => waitMs < 0 })).toBeUndefined();
    expect(smallestLimitByErlangC({ ratePerSecond: 1e9, meanServiceMs: TWELVE_SECONDS }, P95_BELOW_2S)).toBeUndefined();
  });
});

describe('the first guess at a start_timeout that loses less than 0.1 % of 12 s jobs', () => {
  test.each([
    [10, 0.497, 13.6],
    [40, 2.739, 8.6],
  ])('limit %i at %d/s: %d s', (limit, ratePerSecond, seconds) => {
    const guessMs = startTimeoutGuessMs({ ratePerSecond, meanServiceMs: TWELVE_SECONDS }, limit, 0.001);
    expect(Number((guessMs / 1000).toFixed(1))).toBe(seconds);
  });
});

describe("Erlang's formulas beside those of the theory tests", () => {
  const slots = fc.integer({ min: 1, max: 300 });
  const load = fc.double({ min: 0.01, max: 0.99, noNaN: true });

  it('agree on the share that is turned away, the share that waits, the mean and the quantiles', () => {
    fc.assert(
      fc.property(slots, load, fc.double({ min: 0.5, max: 0.999, noNaN: true }), (limit, utilisation, share) => {
        const offered = limit * utilisation;
        const theory = manyServers(offered, 1, limit);
        const own = { ratePerSecond: offered, meanServiceMs: 1000 };
        expect(erlangB(limit, offered)).toBeCloseTo(otherErlangB(limit, offered), 12);
        expect(erlangC(limit, offered)).toBeCloseTo(otherErlangC(limit, offered), 10);
        expect(meanWaitMs(own, limit) / 1000).toBeCloseTo(theory.meanWait, 9);
        expect(waitQuantileMs(own, limit, share) / 1000).toBeCloseTo(theory.quantile(share), 6);
      }),
      { numRuns: 200 },
    );
  });

  it('are the exact mean wait of one slot with any service (Pollaczek and Khinchine)', () => {
    const load = { ratePerSecond: 0.05, meanServiceMs: TWELVE_SECONDS };
    const utilisation = 0.6;
    for (const serviceScv of [0, 0.25, 1, 4]) {
      const exactMs = (utilisation * TWELVE_SECONDS * (1 + serviceScv)) / (2 * (1 - utilisation));
      expect(meanWaitMs(load, 1) * variabilityFactor(1, serviceScv)).toBeCloseTo(exactMs, 6);
    }
  });
});

describe('the relaxation time', () => {
  it('is S / (√c − √a)²: 38 s at 69 slots and 60 erlangs', () => {
    expect(relaxationTimeMs(TWELVE_SECONDS, 69, 60) / 1000).toBeCloseTo(38.2, 1);
  });

  it('never ends where the queue grows without end, and is not shortened by regular arrivals', () => {
    expect(relaxationTimeMs(TWELVE_SECONDS, 60, 60)).toBe(Number.POSITIVE_INFINITY);
    expect(relaxationTimeMs(TWELVE_SECONDS, 69, 60, 0.5)).toBe(relaxationTimeMs(TWELVE_SECONDS, 69, 60));
    expect(relaxationTimeMs(TWELVE_SECONDS, 69, 60, 10)).toBe(10 * relaxationTimeMs(TWELVE_SECONDS, 69, 60));
  });
});
