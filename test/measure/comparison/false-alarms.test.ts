import { describe, expect, it } from 'vitest';
import { shareBounds } from '../../../src/measure/binomial-bounds.js';
import type { Baseline } from '../../../src/measure/comparison/baseline.js';
import { compareBaselines } from '../../../src/measure/comparison/compare-with-baseline.js';
import { queueAtLoad, SeedBatches, twoFlows } from './batches.js';
import { madeBaseline, OPTIONS } from './results.js';

const PAIRS = 1_000;
const SEEDS = 20;
/** What is promised: all numbers that gate together raise a false alarm in at most this share of comparisons. */
const MISRATE = 0.01;

/** How often nothing has changed and something is called worse or better; once with the usual margin, once with none. */
function alarmsAmong(pair: (n: number) => readonly [Baseline, Baseline]): { usual: number; noMargin: number } {
  const alarms = { usual: 0, noMargin: 0 };
  for (let n = 0; n < PAIRS; n++) {
    const [from, to] = pair(n);
    const isAlarm = (terms: { marginShare?: number; marginMs?: number }): boolean =>
      compareBaselines(to, from, { ...OPTIONS, terms }).numbers.some(({ gates, verdict }) => gates && (verdict === 'worse' || verdict === 'better'));
    if (isAlarm({})) alarms.usual++;
    if (isAlarm({ marginShare: 0, marginMs: 0 })) alarms.noMargin++;
  }
  return alarms;
}

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
    const alarms = alarmsAmong((n) => [usualBatch(n), madeBaseline(seedsOf(n).map((seed) => turned.run(seed)))]);
    expectPromiseKept(alarms);
  }, 300_000);

  it('independent seeds that are paired as if they were the same raise at most the stated rate over 1,000 pairs', () => {
    const alarms = alarmsAmong((n) => [usualBatch(n), madeBaseline(seedsOf(n).map((seed) => usual.run(seed + PAIRS * SEEDS, seed)))]);
    expectPromiseKept(alarms);
  }, 300_000);
});
