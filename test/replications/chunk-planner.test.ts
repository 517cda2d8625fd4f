import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PreparedVariant } from '../../src/prepare.js';
import { ChunkPlanner } from '../../src/replications/chunk-planner.js';
import { type SeedRange, Study } from '../../src/replications/study.js';
import { holds } from '../helpers/properties.js';

function study(variants: number, seeds: number): Study {
  const named = Array.from({ length: variants }, (_, n) => ({ name: `v${n}` }) as PreparedVariant);
  return new Study(
    named,
    Array.from({ length: seeds }, (_, n) => n + 1),
  );
}

function placesOf({ variant, from, to }: SeedRange, of: Study): number[] {
  return Array.from({ length: to - from }, (_, n) => of.placeOf(variant, from + n));
}

describe('seeds are handed out in chunks', () => {
  it('each exactly once and in order, however many workers there are and however long chunks take', () => {
    const moves = fc.infiniteStream(fc.record({ one: fc.boolean(), ms: fc.double({ min: 0, max: 1e6, noNaN: true }) }));
    holds(
      fc.property(
        fc.nat({ max: 4 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 0, max: 2 }),
        moves,
        (variants, seeds, workers, skip, next) => {
          const all = study(variants, seeds);
          const planner = new ChunkPlanner(all, workers, skip);
          const seen: number[] = [];
          for (;;) {
            const { one, ms } = next.next().value;
            const { left } = planner;
            const range = one ? planner.takeOne() : planner.take();
            if (range === undefined) break;
            expect(range.to).toBeGreaterThan(range.from);
            expect(planner.left).toBe(left - (range.to - range.from));
            seen.push(...placesOf(range, all));
            planner.took(range.to - range.from, ms);
          }
          const expected = Array.from({ length: variants * seeds }, (_, place) => place).filter((place) => place % seeds >= skip);
          expect(seen).toEqual(expected);
        },
      ),
      300,
    );
  });

  it('a chunk grows to some hundredths of a second of work', () => {
    const planner = new ChunkPlanner(study(1, 100_000), 2);
    let last = 0;
    for (let chunk = 0; chunk < 10; chunk++) {
      const range = planner.take() as SeedRange;
      last = range.to - range.from;
      planner.took(last, last * 0.2);
    }
    expect(last).toBe(250);
  });

  it('long seeds go one at a time, and the last ones are shared among all workers', () => {
    const long = new ChunkPlanner(study(1, 10), 2);
    long.took(1, 60_000);
    expect(long.take()).toEqual({ variant: 0, from: 0, to: 1 });
    const short = new ChunkPlanner(study(1, 40), 4);
    short.took(1_000, 1);
    expect(short.take()).toEqual({ variant: 0, from: 0, to: 5 });
  });

  it('none are handed out once it was stopped', () => {
    const planner = new ChunkPlanner(study(2, 5), 2);
    planner.take();
    planner.stop();
    expect(planner.take()).toBeUndefined();
    expect(planner.left).toBe(0);
  });
});
