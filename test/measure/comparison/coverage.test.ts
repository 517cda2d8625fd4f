import { center, Sample } from 'pragmastat';
import { describe, expect, it, test } from 'vitest';
import { Purpose, RandomStream } from '../../../src/core/random.js';
import { shareBounds } from '../../../src/measure/binomial-bounds.js';
import { leastRuns, leastSeeds, rankSumMisrate, signedRankMisrate } from '../../../src/measure/comparison/rank-levels.js';
import { pairedShift, shiftBetween } from '../../../src/measure/comparison/shifts.js';
import type { RunResult } from '../../../src/measure/result.js';
import { S } from '../../helpers/world.js';
import { queueAtLoad, SeedBatches } from './batches.js';

const SAMPLES = 4_000;

/** Bounds may miss in at most `misrate` of cases: more misses than chance allows are a broken promise. */
function expectKept(misses: number, of: number, misrate: number): void {
  expect(shareBounds(misses, of).low, `${misses} of ${of} missed, at most ${misrate} may`).toBeLessThanOrEqual(misrate);
}

function streamOf(entity: number): RandomStream {
  return new RandomStream(11, Purpose.failure, entity);
}

describe('misrates that can be had', () => {
  test.each([
    [6, 2 / 64],
    [7, 4 / 128],
    [8, 8 / 256],
  ])('%i seeds at 5 %: at most %f, the next one would be more', (seeds, kept) => {
    // From the printed table of Wilcoxon's statistic: 1, 2 and 4 of the sums of signs at most as small.
    const own = signedRankMisrate(seeds, 0.05) as number;
    expect(own).toBeLessThanOrEqual(0.05);
    expect(own).toBeGreaterThanOrEqual(kept * (1 - 1e-6));
  });

  it('the fewest seeds and runs are those of the reference', () => {
    expect([0.05, 0.01, 0.001].map(leastSeeds)).toEqual([6, 8, 11]);
    expect([0.05, 0.01, 0.001].map(leastRuns)).toEqual([4, 5, 7]);
  });

  it('two sides of n runs reach the smallest chances of Mann and Whitney', () => {
    const smallest = (n: number): number => rankSumMisrate(n, 1e-9 + 2 / ways(n), n) as number;
    for (const n of [4, 5, 6, 7, 8]) expect(smallest(n)).toBeCloseTo(2 / ways(n), 12);
  });

  /** In how many ways n of 2n values can be the lower ones. */
  function ways(n: number): number {
    let count = 1;
    for (let i = 1; i <= n; i++) count = (count * (n + i)) / i;
    return count;
  }
});

describe('bounds keep what they promise, by simulation', () => {
  test.each([
    [6, 0.05],
    [7, 0.05],
    [8, 0.01],
    [20, 0.05],
    [20, 0.01],
    [20, 0.002],
    [80, 0.01],
  ])('%i seeds, normal differences: at most %f of the intervals miss', (seeds, misrate) => {
    const chance = streamOf(seeds);
    let misses = 0;
    for (let n = 0; n < SAMPLES; n++) {
      const { bounds } = pairedShift(
        Array.from({ length: seeds }, () => chance.normal()),
        misrate,
      );
      if (bounds === undefined || bounds.low > 0 || bounds.high < 0) misses++;
    }
    expectKept(misses, SAMPLES, misrate);
    // And they promise no less than they can: without this, endless intervals would pass.
    expect(misses).toBeGreaterThan(SAMPLES * misrate * 0.4);
  });

  test.each([
    [4, 4, 0.05],
    [5, 8, 0.05],
    [10, 10, 0.01],
    [20, 20, 0.05],
  ])('%i runs against %i, exponential: at most %f of the intervals miss', (runs, others, misrate) => {
    const chance = streamOf(100 * runs + others);
    let misses = 0;
    for (let n = 0; n < SAMPLES; n++) {
      const draw = (count: number): number[] => Array.from({ length: count }, () => chance.exponential());
      const { bounds } = shiftBetween(draw(runs), draw(others), misrate);
      if (bounds === undefined || bounds.low > 0 || bounds.high < 0) misses++;
    }
    expectKept(misses, SAMPLES, misrate);
  });

  it('holds for what the simulator does: waits with 2 % longer work, as ratios, 200 batches of 20 seeds', () => {
    const [before, after] = [new SeedBatches(queueAtLoad(5 * S)), new SeedBatches(queueAtLoad(5.1 * S))];
    const wait = (run: RunResult): number => (run.metrics['time_to_result'] as { readonly p95: number }).p95;
    const ratios = Array.from({ length: 4_000 }, (_, at) => Math.log(wait(after.run(at + 1)) / wait(before.run(at + 1))));
    const truth = center(Sample.of(ratios)).value;
    for (const misrate of [0.05, 0.01]) {
      let misses = 0;
      for (let from = 0; from < ratios.length; from += 20) {
        const { bounds } = pairedShift(ratios.slice(from, from + 20), misrate);
        if (bounds === undefined || bounds.low > truth || bounds.high < truth) misses++;
      }
      expectKept(misses, ratios.length / 20, misrate);
    }
  }, 120_000);
});
