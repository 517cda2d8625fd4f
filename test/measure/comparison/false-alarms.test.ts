import { describe, expect, it } from 'vitest';
import { shareBounds } from '../../../src/measure/binomial-bounds.js';
import type { Baseline } from '../../../src/measure/comparison/baseline.js';
import { bundled } from '../../helpers/bundled.js';

// A hundred thousand runs.
const { alarmsAmong, compareBaselines, madeBaseline, OPTIONS, queueAtLoad, SeedBatches, twoFlows } =
  await bundled<typeof import('./alarms.js')>('test/measure/comparison/alarms.ts');

const PAIRS = 1_000;
const SEEDS = 20;
/** What is promised: all numbers that gate together raise a false alarm in at most this share of comparisons. */
const MISRATE = 0.01;

/** With the margin there is room to spare. Without one the rate is what was promised, give or take what chance allows in 1,000 pairs. */
function expectPromiseKept({ usual, noMargin }: { usual: number; noMargin: number }): void {
  expect(usual, `${usual} of ${PAIRS} with the usual margin`).toBeLessThanOrEqual(PAIRS * MISRATE);
  expect(shareBounds(noMargin, PAIRS).low, `${noMargin} of ${PAIRS} without a margin`).toBeLessThanOrEqual(MISRATE);
}

function seedsOf(n: number): number[] {
  return Array.from({ length: SEEDS }, (_, at) => n * SEEDS + at + 1);
}

describe('A/A: where nothing has changed', () => {
  const usual = new SeedBatches(twoFlows(['acme', 'tiny']));
  const known = new Map<number, Baseline>();
  /** Both tests of 1,000 pairs need it, and it is what takes their time. */
  function usualBatch(n: number): Baseline {
    const batch = known.get(n) ?? madeBaseline(seedsOf(n).map((seed) => usual.run(seed)));
    known.set(n, batch);
    return batch;
  }

  it('the same seeds are identical and never raise an alarm', () => {
    const batches = new SeedBatches(queueAtLoad());
    const twice = [1, 2].map(() => madeBaseline(seedsOf(0).map((seed) => batches.run(seed))));
    const { numbers, exitCode } = compareBaselines(twice[0]!, twice[1]!, OPTIONS);
    expect(numbers.map(({ verdict }) => verdict)).toEqual(numbers.map(() => 'same'));
    expect(exitCode).toBe(0);
  });

  it('a change of chance without effect (flows written in another order) raises at most the stated rate over 1,000 pairs', () => {
    const turned = new SeedBatches(twoFlows(['tiny', 'acme']));
    const alarms = alarmsAmong(PAIRS, (n) => [usualBatch(n), madeBaseline(seedsOf(n).map((seed) => turned.run(seed)))]);
    expectPromiseKept(alarms);
  }, 300_000);

  it('independent seeds that are paired as if they were the same raise at most the stated rate over 1,000 pairs', () => {
    const alarms = alarmsAmong(PAIRS, (n) => [usualBatch(n), madeBaseline(seedsOf(n).map((seed) => usual.run(seed + PAIRS * SEEDS, seed)))]);
    expectPromiseKept(alarms);
  }, 300_000);
});
