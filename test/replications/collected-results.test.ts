import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/measure/result.js';
import type { PreparedVariant } from '../../src/prepare.js';
import { CollectedResults } from '../../src/replications/collected-results.js';
import { Study } from '../../src/replications/study.js';

const study = new Study([{ name: 'a' } as PreparedVariant, { name: 'b' } as PreparedVariant], [7, 8]);
const of = (variant: string, seed: number) => ({ variant, seed }) as RunResult;

describe('results of a study', () => {
  it('stand in the order of variants and seeds, whoever was first', () => {
    const collected = new CollectedResults(study);
    collected.put({ variant: 1, from: 0, to: 2 }, [of('b', 7), of('b', 8)]);
    collected.put({ variant: 0, from: 1, to: 2 }, [of('a', 8)]);
    collected.put({ variant: 0, from: 0, to: 1 }, [of('a', 7)]);
    expect(collected.all()).toEqual([of('a', 7), of('a', 8), of('b', 7), of('b', 8)]);
    expect(collected.count).toBe(4);
  });

  it('may be neither lost, nor doubled, nor mistaken for another seed', () => {
    const collected = new CollectedResults(study);
    collected.put({ variant: 0, from: 0, to: 1 }, [of('a', 7)]);
    expect(() => collected.all()).toThrow('a seed 8 was not run');
    expect(() => collected.put({ variant: 0, from: 0, to: 1 }, [of('a', 7)])).toThrow('a seed 7 was run twice');
    expect(() => collected.put({ variant: 0, from: 1, to: 2 }, [])).toThrow('expected the results of 1 seeds, got 0');
    expect(() => collected.put({ variant: 0, from: 1, to: 2 }, [of('a', 9)])).toThrow('expected the result of a seed 8, got that of a seed 9');
  });
});
