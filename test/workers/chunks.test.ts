import { describe, expect, it } from 'vitest';
import { chunksOf, SeedCosts } from '../../src/workers/chunks.js';
import { firstSeeds } from './points.js';

describe('seeds are shared out', () => {
  it('in their order, each once', () => {
    expect(chunksOf(firstSeeds(130), 7, 130 * 7, 4).flat()).toEqual(firstSeeds(130));
  });

  it('so that every thread has some, when there is enough to do', () => {
    // 64 seeds of 100 ms for 4 threads: about three jobs each, none shorter than 100 ms.
    expect(chunksOf(firstSeeds(64), 100, 6_400, 4).map(({ length }) => length)).toEqual([5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4]);
  });

  it('in jobs of a second at most, or of one seed', () => {
    expect(chunksOf(firstSeeds(100), 50, 1_000_000, 1).map(({ length }) => length)).toEqual([20, 20, 20, 20, 20]);
    expect(chunksOf(firstSeeds(3), 60_000, 180_000, 1)).toEqual([[1], [2], [3]]);
  });

  it('in no more than 200 a job, however short they are', () => {
    expect(chunksOf(firstSeeds(500), 0.01, 5, 1).map(({ length }) => length)).toEqual([200, 200, 100]);
  });

  it('by what seeds of the same point took, or else of the last one', () => {
    const costs = new SeedCosts();
    costs.took('a', 10, 1_000);
    costs.took('b', 10, 50);
    expect([costs.of('a'), costs.of('b'), costs.of('c')]).toEqual([100, 5, 5]);
  });
});
