import { describe, expect, it } from 'vitest';
import { parseDurationUs } from '../../src/core/units.js';
import { gammaBelow, gammaShape } from '../../src/fit/gamma-function.js';
import type { FitResult, FittedLaw } from '../../src/measure/capacity/fit-result.js';
import { meanOfLawUs } from '../../src/scenario/durations.js';
import { S } from '../helpers/world.js';
import { durationsOf, fitOfService } from './samples.js';

const COUNT = 5_000;

function taken({ serviceLaws, chosen }: FitResult): FittedLaw {
  return serviceLaws[chosen.service as number] as FittedLaw;
}

/** The parameters of a law as it is written: `{ mean: 12s, cv: 0.5 }`. */
function parametersOf({ law, spec }: FittedLaw): Record<string, number> {
  const written = (spec as Record<string, Record<string, string | number>>)[law] as Record<string, string | number>;
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, typeof value === 'number' ? value : (parseDurationUs(value) as number) / S]));
}

describe('service times of a known law come back', () => {
  it('exponential, though a gamma law has it too: fewer parameters are preferred', () => {
    const law = taken(fitOfService(durationsOf({ kind: 'exponential', meanUs: 12 * S }, COUNT)));
    expect(law.law).toBe('exponential');
    // Standard error of the mean: 12 s / √5000 = 0.17 s.
    expect(parametersOf(law)['mean']).toBeCloseTo(12, 0);
    expect(law.distance).toBeLessThan(0.02);
  });

  it('lognormal', () => {
    const law = taken(fitOfService(durationsOf({ kind: 'lognormal', meanUs: 12 * S, cv: 1 }, COUNT)));
    expect(law.law).toBe('lognormal');
    const { mean, cv } = parametersOf(law) as { mean: number; cv: number };
    expect(Math.abs(mean / 12 - 1)).toBeLessThan(0.06);
    expect(Math.abs(cv - 1)).toBeLessThan(0.08);
  });

  it('gamma', () => {
    const law = taken(fitOfService(durationsOf({ kind: 'gamma', meanUs: 12 * S, shape: 4 }, COUNT)));
    expect(law.law).toBe('gamma');
    const { mean, cv } = parametersOf(law) as { mean: number; cv: number };
    expect(Math.abs(mean / 12 - 1)).toBeLessThan(0.03);
    expect(Math.abs(cv - 0.5)).toBeLessThan(0.03);
  });

  it('bounded Pareto', () => {
    const law = taken(fitOfService(durationsOf({ kind: 'pareto', minUs: 2 * S, maxUs: 500 * S, shape: 1.3 }, COUNT)));
    expect(law.law).toBe('pareto');
    expect(Math.abs((parametersOf(law)['shape'] as number) - 1.3)).toBeLessThan(0.08);
  });

  it('constant', () => {
    expect(taken(fitOfService(new Array<number>(500).fill(12_345_678)))).toMatchObject({ law: 'constant', spec: '12.35s', distance: 0 });
  });

  it('what is none of them is told by its quantiles', () => {
    const two = [...durationsOf({ kind: 'uniform', minUs: S, maxUs: 2 * S }, COUNT), ...durationsOf({ kind: 'uniform', minUs: 60 * S, maxUs: 61 * S }, COUNT)];
    const law = taken(fitOfService(two));
    expect(law.law).toBe('empirical');
    const { quantiles } = (law.spec as { empirical: { quantiles: { p: number; is: string }[] } }).empirical;
    expect(quantiles[0]?.p).toBe(0);
    expect(quantiles.at(-1)?.p).toBe(1);
    expect(law.distance).toBeLessThan(0.11);
  });
});

describe('a fit of service times', () => {
  it.each([0.006, 0.02, 0.03])('has the work of rare long requests, a share of %d, whatever law is close to all others', (share) => {
    const serviceUs = durationsOf({ kind: 'lognormal', meanUs: 3.8 * S, cv: 0.8 }, COUNT).map((us, n) => (n < share * COUNT ? 600 * S + us : us));
    const law = taken(fitOfService(serviceUs));
    expect(law.law).toBe('empirical');
    const { quantiles } = (law.spec as { empirical: { quantiles: { p: number; is: string }[] } }).empirical;
    const points = quantiles.map(({ p, is }) => ({ p, us: parseDurationUs(is) as number }));
    const meanUs = serviceUs.reduce((sum, us) => sum + us, 0) / COUNT;
    expect(Math.abs((meanOfLawUs({ kind: 'quantiles', points }) as number) / meanUs - 1)).toBeLessThan(0.03);
    expect(points.length).toBeLessThanOrEqual(40);
  });

  it('does not blame a law for whole seconds: the clock has rounded them', () => {
    const law = taken(fitOfService(durationsOf({ kind: 'lognormal', meanUs: 25 * S, cv: 0.6 }, COUNT, S)));
    expect(law.law).toBe('lognormal');
    expect(law.distance).toBeLessThan(0.03);
  });

  it('takes a few different values for what they are: no law runs between them', () => {
    const values = Array.from({ length: 3_000 }, (_, n) => [4, 9, 30][n % 3] as number).map((seconds) => seconds * S);
    expect(taken(fitOfService(values)).law).toBe('empirical');
  });

  it('says what it saw', () => {
    const { service } = fitOfService(Array.from({ length: 100 }, (_, n) => (n + 1) * S));
    expect(service).toMatchObject({ meanMs: 50_500, p50Ms: 50_000, p95Ms: 95_000, p99Ms: 99_000, maxMs: 100_000 });
    expect(service?.cv).toBeCloseTo(0.5716, 4);
  });

  it('prefers by Akaike among laws of as many parameters', () => {
    const fit = fitOfService(durationsOf({ kind: 'gamma', meanUs: 12 * S, shape: 30 }, COUNT));
    const aic = (name: string): number => fit.serviceLaws.find(({ law }) => law === name)?.aic as number;
    expect(taken(fit).law).toBe('gamma');
    expect(aic('gamma')).toBeLessThan(aic('lognormal'));
    expect(aic('lognormal')).toBeLessThan(aic('exponential'));
  });
});

describe('the gamma function', () => {
  it.each([
    // Shape 1 is the exponential, shape 1/2 the square of a normal; Abramowitz and Stegun 26.4 for χ² with 10 degrees.
    [1, 2, 1 - Math.exp(-2)],
    [0.5, 1.92072941, 0.95],
    [5, 9.15351906, 0.95],
    [5, 2.43259078, 0.1],
    [200, 200, 0.5094],
  ])('of shape %d has at %d below it %d', (shape, x, below) => expect(gammaBelow(shape, x)).toBeCloseTo(below, 4));

  it('gives back the shape whose logarithms have a mean', () => {
    // ψ(1) = −γ, ψ(2) = 1 − γ, with Euler's γ.
    const euler = 0.5772156649015329;
    expect(gammaShape(Math.log(1) + euler)).toBeCloseTo(1, 8);
    expect(gammaShape(Math.log(2) - (1 - euler))).toBeCloseTo(2, 8);
  });
});
