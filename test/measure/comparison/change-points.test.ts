import { describe, expect, it, test } from 'vitest';
import { Purpose, RandomStream } from '../../../src/core/random.js';
import { changePoints, latestOutside } from '../../../src/measure/comparison/change-points.js';

const chance = new RandomStream(5, Purpose.failure, 1);
const LAWS: Readonly<Record<string, () => number>> = {
  normal: () => chance.normal(),
  'lognormal, with a long tail': () => Math.exp(1.5 * chance.normal()),
  'whole numbers, many alike': () => Math.round(chance.normal()),
  'mostly 0, sometimes 1': () => (chance.uniform() < 0.1 ? 1 : 0),
};

function series(length: number, valueAt: (at: number) => number): number[] {
  return Array.from({ length }, (_, at) => valueAt(at));
}

describe('a history without a change', () => {
  test.each(Object.entries(LAWS))('%s: hardly ever shows one', (_, draw) => {
    for (const length of [30, 50, 100, 300]) {
      let alarms = 0;
      for (let n = 0; n < 500; n++) if (changePoints(series(length, draw)).length > 0) alarms++;
      // 1 % is promised; rare whole numbers reach twice that, for their ranks are far from normal.
      expect(alarms, `${alarms} of 500 with ${length} values`).toBeLessThanOrEqual(500 * 0.025);
    }
  });

  it('shows none when all values are equal, nor for one wild value', () => {
    expect(changePoints(series(100, () => 4))).toEqual([]);
    expect(changePoints(series(100, (at) => (at === 60 ? 1_000 : chance.normal())))).toEqual([]);
  });

  it('is not looked at with fewer than 30 values', () => {
    expect(changePoints(series(29, (at) => (at < 15 ? 0 : 100)))).toEqual([]);
    expect(changePoints(series(30, (at) => (at < 15 ? 0 : 100)))).toHaveLength(1);
  });
});

describe('a step', () => {
  test.each([
    ['of 2 σ in the middle of 60', 60, 30, 2, 0.95],
    ['of 3 σ, 6 runs ago of 60', 60, 54, 3, 0.7],
    ['of 2 σ, 10 runs ago of 100', 100, 90, 2, 0.8],
  ])('%s is found', (_, length, at, size, share) => {
    let [found, near] = [0, 0];
    for (let n = 0; n < 200; n++) {
      const points = changePoints(series(length, (run) => chance.normal() + (run >= at ? size : 0)));
      if (points.length > 0) found++;
      if (points.some((point) => Math.abs(point.at - at) <= 5)) near++;
    }
    expect(found / 200).toBeGreaterThanOrEqual(share);
    expect(near / found).toBeGreaterThanOrEqual(0.9);
  });

  it('of a number that never varied is found at its place, with both levels', () => {
    expect(changePoints(series(60, (at) => (at < 50 ? 1.9 : 2.1)))).toEqual([{ at: 50, before: 1.9, after: 2.1, chance: expect.any(Number) as number }]);
  });

  it('up and down again are two, in order', () => {
    const points = changePoints(series(90, (at) => chance.normal() + (at >= 30 && at < 60 ? 8 : 0)));
    expect(points.map(({ at }) => at)).toEqual([30, 60]);
    expect(points[0]!.after).toBeGreaterThan(points[0]!.before);
    expect(points[1]!.after).toBeLessThan(points[1]!.before);
  });
});

describe('the latest value', () => {
  it('stands out beyond 4 σ of the 40 before it, on either side', () => {
    const quiet = series(60, (at) => 10 + (at % 2));
    expect(latestOutside([...quiet, 10.5])).toBeUndefined();
    expect(latestOutside([...quiet, 13])).toMatchObject({ latest: 13, mean: 10.5, values: 40 });
    expect(latestOutside([...quiet, 8])).toBeDefined();
    expect(latestOutside([...series(29, () => 7), 7.001])).toBeDefined();
    expect(latestOutside([...series(28, () => 7), 8])).toBeUndefined();
  });
});
