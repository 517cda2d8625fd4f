import { describe, expect, it } from 'vitest';
import { studentT95, studentTQuantile } from '../../src/measure/student-t.js';

describe('quantiles of Student’s t', () => {
  // Printed tables of the distribution, seven decimals.
  it.each([
    [0.975, 1, 12.7062047],
    [0.975, 2, 4.3026527],
    [0.975, 3, 3.1824463],
    [0.975, 4, 2.7764451],
    [0.975, 5, 2.5705818],
    [0.975, 10, 2.2281389],
    [0.975, 20, 2.0859634],
    [0.975, 30, 2.0422725],
    [0.975, 60, 2.0002978],
    [0.975, 120, 1.9799304],
    [0.95, 1, 6.3137515],
    [0.95, 10, 1.8124611],
    [0.95, 30, 1.6972609],
    [0.995, 1, 63.6567412],
    [0.995, 2, 9.9248432],
    [0.995, 5, 4.032143],
    [0.995, 10, 3.1692727],
  ])('%d with %d degrees of freedom is %d', (share, df, published) => {
    expect(Math.abs(studentTQuantile(share, df) - published)).toBeLessThan(1e-6);
  });

  it.each([0.6, 0.75, 0.9, 0.975, 0.9995])('at %d agree with the closed forms for one and two degrees of freedom', (share) => {
    expect(studentTQuantile(share, 1)).toBeCloseTo(Math.tan(Math.PI * (share - 0.5)), 9);
    expect(studentTQuantile(share, 2)).toBeCloseTo((2 * share - 1) / Math.sqrt(2 * share * (1 - share)), 9);
  });

  it('come down to the normal’s 1.959964 with many degrees of freedom, step by step', () => {
    const quantiles = [1, 2, 3, 10, 31, 100, 999, 10_000, 1_000_000].map(studentT95);
    expect(quantiles).toEqual(quantiles.toSorted((a, b) => b - a));
    expect(Math.abs((quantiles.at(-1) as number) - 1.959964)).toBeLessThan(5e-6);
    expect(studentTQuantile(0.5, 7)).toBe(0);
  });

  it.each([
    [0.4, 5],
    [1, 5],
    [0.975, 0],
    [0.975, 2.5],
    [Number.NaN, 5],
  ])('are refused for share %d with %d degrees of freedom', (share, df) => {
    expect(() => studentTQuantile(share, df)).toThrow(RangeError);
  });
});
