import { describe, expect, it } from 'vitest';
import { disagreement, estimateFrom, SEEDS, standardErrorsOff } from './acceptance.js';

describe('the rule of acceptance', () => {
  it('takes at least ten seeds, each once', () => {
    expect(SEEDS.length).toBeGreaterThanOrEqual(10);
    expect(new Set(SEEDS).size).toBe(SEEDS.length);
  });

  it('takes the standard error of the mean from the spread between seeds', () => {
    expect(estimateFrom([1, 2, 3, 4])).toEqual({ mean: 2.5, standardError: Math.sqrt(5 / 3 / 4) });
    expect(standardErrorsOff({ mean: 12, standardError: 0.5 }, 10)).toBe(4);
  });

  it('accepts what lies within four standard errors', () => {
    expect(disagreement({ mean: 10.39, standardError: 0.1 }, 10)).toBeUndefined();
    expect(disagreement({ mean: 9.61, standardError: 0.1 }, 10)).toBeUndefined();
  });

  it('refuses what lies four standard errors off', () => {
    expect(disagreement({ mean: 10.41, standardError: 0.1 }, 10)).toContain('standard errors away from 10');
    expect(disagreement({ mean: 9.59, standardError: 0.1 }, 10)).toContain('standard errors away from 10');
  });

  it('refuses an estimate that is too vague to be wrong', () => {
    expect(disagreement({ mean: 10, standardError: 0.2 }, 10)).toContain('the runs are too short');
    expect(disagreement({ mean: 0.0001, standardError: 0.01 }, 0, 0.4)).toContain('the runs are too short');
  });

  it('refuses what is no number', () => {
    expect(disagreement({ mean: Number.NaN, standardError: 0.1 }, 10)).toBeDefined();
    expect(disagreement({ mean: 10, standardError: Number.NaN }, 10)).toBeDefined();
  });

  it('refuses a wrong value that all seeds agree on', () => expect(disagreement(estimateFrom([1, 1, 1]), 0.9)).toBeDefined());
});
