import { describe, expect, it, test } from 'vitest';
import { shareBounds } from '../../src/measure/binomial-bounds.js';
import { enoughFor, samplesFor } from '../../src/measure/percentile-samples.js';

describe('a percentile needs samples', () => {
  test.each([
    [0.5, 5],
    [0.9, 29],
    [0.95, 59],
    [0.99, 299],
    [0.999, 2_995],
  ])('%f: %i of them, and not one fewer', (share, least) => {
    expect(samplesFor(share)).toBe(least);
    expect([enoughFor(share, least), enoughFor(share, least - 1)]).toEqual([true, false]);
    // What the table says: the greatest of n lies above the percentile in 95 of 100 cases.
    const missed = (n: number): number => Math.exp(n * Math.log(share));
    expect(missed(least)).toBeLessThanOrEqual(0.05);
    expect(missed(least - 1)).toBeGreaterThan(0.05);
  });

  it('so 50 requests have no p99, and 500 no p99.9', () => {
    expect([enoughFor(0.99, 50), enoughFor(0.999, 500)]).toEqual([false, false]);
  });

  it('a share of none or of all is a mistake of the caller', () => {
    for (const share of [0, 1, 95, Number.NaN]) expect(() => samplesFor(share)).toThrow(/expected a share above 0 and below 1/);
  });
});

describe('none of N', () => {
  test.each([
    [10, 0.259],
    [20, 0.139],
    [50, 0.058],
    [100, 0.03],
    [200, 0.015],
    [1_000, 0.003],
  ])('%i seeds without one: at most %f of all seeds', (seeds, most) => {
    expect(shareBounds(0, seeds).high).toBeCloseTo(most, 3);
    expect(shareBounds(0, seeds).low).toBe(0);
  });

  test.each([
    [0, 2_995],
    [1, 4_742],
    [2, 6_294],
  ])('to say "fewer than 0.1 %%" with %i lost takes %i independent requests', (lost, requests) => {
    // One-sided at 95 %: the chance of so few, were the share 0.1 %.
    expect(chanceOfAtMost(lost, requests, 0.001)).toBeLessThanOrEqual(0.05);
    expect(chanceOfAtMost(lost, requests - 3, 0.001)).toBeGreaterThan(0.05);
  });

  function chanceOfAtMost(k: number, n: number, share: number): number {
    let term = Math.exp(n * Math.log(1 - share));
    let sum = term;
    for (let i = 1; i <= k; i++) {
      term *= ((n - i + 1) / i) * (share / (1 - share));
      sum += term;
    }
    return sum;
  }
});
