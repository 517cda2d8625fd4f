import { center, centerBounds, Sample } from 'pragmastat';
import { describe, expect, it, test } from 'vitest';
import { PairMeans } from '../../../src/measure/comparison/pair-means.js';
import { pairedShift } from '../../../src/measure/comparison/shifts.js';

/** Numbers from 0 to 1 that are the same in every run of the tests. */
function draws(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
}

const LAWS: readonly (readonly [string, (draw: number) => number])[] = [
  ['even', (draw) => draw - 0.4],
  ['skewed', (draw) => -Math.log(1 - draw) - 1],
  ['whole numbers with many ties', (draw) => Math.round(draw * 6) - 2],
  ['mostly zero', (draw) => (draw < 0.9 ? 0 : draw)],
];

describe('means of pairs', () => {
  test.each(LAWS)('%s: every rank is where all of them, written down and sorted, have it', (_, law) => {
    for (const count of [1, 2, 3, 10, 25]) {
      const values = draws(count, count).map(law);
      const all = values.flatMap((one, at) => values.slice(at).map((other) => (one + other) / 2)).toSorted((a, b) => a - b);
      const means = new PairMeans(values);
      expect(all.map((__, at) => means.at(at + 1))).toEqual(all.map((mean) => mean + 0));
      expect(means.median).toBeCloseTo((all[Math.ceil(all.length / 2) - 1]! + all[Math.floor(all.length / 2)]!) / 2, 12);
    }
  });
});

describe('the shift of more than 63 seeds', () => {
  test.each(LAWS)('%s: centre and bounds are those of pragmastat', (_, law) => {
    for (const [count, misrate] of [
      [64, 0.05],
      [64, 0.002],
      [150, 0.01],
      [400, 0.001],
    ] as const) {
      const values = draws(count, count).map(law);
      const { centre, bounds } = pairedShift(values, misrate);
      const { lower, upper } = centerBounds(Sample.of(values), misrate);
      expect(centre).toBeCloseTo(center(Sample.of(values)).value, 9);
      expect([bounds!.low, bounds!.high].map((bound) => bound.toFixed(9))).toEqual([lower, upper].map((bound) => bound.toFixed(9)));
    }
  });

  it('needs no more looks for many seeds: 20,000 are no trouble', () => {
    const { centre, bounds } = pairedShift(draws(20_000, 7), 0.01);
    expect(bounds!.low).toBeLessThan(centre);
    expect(bounds!.high - bounds!.low).toBeLessThan(0.02);
  });
});
