import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HISTOGRAM_RELATIVE_ERROR, Histogram } from '../../src/measure/histogram.js';
import { holds } from '../helpers/properties.js';

/** From exact small counts to the largest integer that a double holds exactly, at every order of magnitude. */
const value = fc.integer({ min: 0, max: 53 }).chain((bits) => fc.maxSafeNat().map((n) => Math.floor(n / 2 ** bits)));
const values = fc.array(value, { minLength: 1, maxLength: 300 });

function filledWith(samples: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const sample of samples) histogram.record(sample);
  return histogram;
}

/** The smallest value that at least the share `p` of the samples does not exceed. */
function exactQuantile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(p * samples.length)) - 1] as number;
}

describe('a histogram', () => {
  it('is off by at most the stated share of the value, at any quantile', () => {
    holds(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (samples, p) => {
        const exact = exactQuantile(samples, p);
        expect(Math.abs(filledWith(samples).quantile(p) - exact)).toBeLessThanOrEqual(exact * HISTOGRAM_RELATIVE_ERROR);
      }),
      500,
    );
  });

  it('keeps count, minimum and maximum exactly, and the sum as far as a double does', () => {
    holds(
      fc.property(values, (samples) => {
        const histogram = filledWith(samples);
        expect(histogram).toMatchObject({ n: samples.length, min: Math.min(...samples), max: Math.max(...samples), sum: samples.reduce((a, b) => a + b, 0) });
        expect(histogram.mean()).toBe(histogram.sum / samples.length);
      }),
      200,
    );
  });

  it('is exact below 256', () => {
    for (let sample = 0; sample < 256; sample++) expect(filledWith([0, sample, 1000]).quantile(0.5)).toBe(sample);
  });

  it('loses no sample, whatever its size', () => {
    holds(
      fc.property(values, (samples) => {
        const filled = filledWith(samples).filled();
        expect(filled.reduce((sum, [, count]) => sum + count, 0)).toBe(samples.length);
        expect(filled.map(([middle]) => middle)).toEqual(filled.map(([middle]) => middle).toSorted((a, b) => a - b));
      }),
      200,
    );
    for (let bit = 0; bit < 53; bit++) expect(filledWith([2 ** bit]).filled()).toHaveLength(1);
    expect(filledWith([Number.MAX_SAFE_INTEGER]).quantile(1)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('merged from two is the histogram of all their samples', () => {
    holds(
      fc.property(values, values, (a, b) => {
        const merged = filledWith(a);
        merged.merge(filledWith(b));
        const all = filledWith([...a, ...b]);
        expect(merged.filled()).toEqual(all.filled());
        expect(merged).toMatchObject({ n: all.n, min: all.min, max: all.max });
        expect(merged.sum).toBeCloseTo(all.sum, -4);
      }),
      200,
    );
  });

  it('merged with an empty one stays what it was', () => {
    const histogram = filledWith([3, 5]);
    histogram.merge(new Histogram());
    expect(histogram).toMatchObject({ n: 2, sum: 8, min: 3, max: 5 });
  });

  it('takes a value many times over as if it had come one by one', () => {
    const histogram = new Histogram();
    histogram.recordMany(777, 0);
    expect(histogram.n).toBe(0);
    histogram.recordMany(777, 5);
    histogram.record(2);
    expect(histogram).toEqual(filledWith([777, 777, 777, 777, 777, 2]));
  });

  it('without samples has no quantile and no mean', () => {
    expect(new Histogram().quantile(0.5)).toBeNaN();
    expect(new Histogram().mean()).toBeNaN();
  });

  it('takes the 55th of a hundred for p(55), whatever 0.55 · 100 is in doubles', () => {
    const histogram = new Histogram();
    for (let value = 1; value <= 100; value++) histogram.record(value);
    for (let percent = 1; percent <= 100; percent++) expect(histogram.quantile(percent / 100)).toBe(percent);
  });
});
