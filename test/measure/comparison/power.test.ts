import { describe, expect, it } from 'vitest';
import { compareBaselines } from '../../../src/measure/comparison/compare-with-baseline.js';
import { S } from '../../helpers/world.js';
import { queueAtLoad, SeedBatches } from './batches.js';
import { madeBaseline, OPTIONS } from './results.js';

const BATCHES = 100;
const SEEDS = 20;

describe('power: a change that matters is found with 20 seeds', () => {
  it('work that takes 10 % longer is called worse in at least 95 of 100 batches, and never better', () => {
    const [before, after] = [new SeedBatches(queueAtLoad(5 * S)), new SeedBatches(queueAtLoad(5.5 * S))];
    let [worse, better] = [0, 0];
    for (let n = 0; n < BATCHES; n++) {
      const seeds = Array.from({ length: SEEDS }, (_, at) => n * SEEDS + at + 1);
      const [from, to] = [before, after].map((batches) => madeBaseline(seeds.map((seed) => batches.run(seed))));
      const { numbers, exitCode } = compareBaselines(to!, from!, OPTIONS);
      if (exitCode === 97) worse++;
      if (numbers.some(({ gates, verdict }) => gates && verdict === 'better')) better++;
    }
    expect(worse).toBeGreaterThanOrEqual(95);
    expect(better).toBe(0);
  }, 120_000);
});
