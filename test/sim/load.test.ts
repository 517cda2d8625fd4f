import { describe, expect, it } from 'vitest';
import { Purpose, RandomStream } from '../../src/core/random.js';
import type { ArrivalSpec, ServiceSpec } from '../../src/scenario/types.js';
import { arrivalProcess, lastArrivalUs } from '../../src/sim/arrivals.js';
import { ServiceTimes } from '../../src/sim/service-times.js';
import { HOUR, S } from '../helpers/world.js';

type Synthetic = Exclude<ArrivalSpec, { kind: 'trace' }>;

function arrivalsOf(spec: Synthetic, seed = 1): number[] {
  const process = arrivalProcess(spec, new RandomStream(seed, Purpose.arrivals, 0));
  const times: number[] = [];
  let nowUs = 0;
  for (let gapUs = process.nextGapUs(); gapUs >= 0; gapUs = process.nextGapUs()) {
    nowUs += gapUs;
    times.push(nowUs);
  }
  return times;
}

describe('arrivals', () => {
  it('of a burst all come at its instant', () => {
    expect(arrivalsOf({ kind: 'burst', count: 4, atUs: 3 * S })).toEqual([3 * S, 3 * S, 3 * S, 3 * S]);
    expect(arrivalsOf({ kind: 'burst', count: 0, atUs: 3 * S })).toEqual([]);
  });

  it('at a constant rate come at exact times, the first at the start, none at or after the end', () => {
    expect(arrivalsOf({ kind: 'constant', perSecond: 2, fromUs: S, toUs: 3 * S })).toEqual([S, 1.5 * S, 2 * S, 2.5 * S]);
  });

  it('at a rate that no microsecond divides do not drift', () => {
    const times = arrivalsOf({ kind: 'constant', perSecond: 3, fromUs: 0, toUs: HOUR });
    expect(times).toHaveLength(3 * 3600);
    expect(times.every((atUs, n) => atUs === Math.round((n * S) / 3))).toBe(true);
  });

  it('of a Poisson process come at the given rate: the count of 100,000 s lies within five standard deviations of 50,000', () => {
    const times = arrivalsOf({ kind: 'poisson', perSecond: 0.5, fromUs: 10 * S, toUs: 100_010 * S });
    expect(Math.abs(times.length - 50_000)).toBeLessThan(5 * Math.sqrt(50_000));
    expect(times[0]).toBeGreaterThanOrEqual(10 * S);
    expect(times.at(-1)).toBeLessThan(100_010 * S);
  });

  it('of a Poisson process vary as they should: the counts of 10,000 windows have a variance equal to their mean, within 7 %', () => {
    const counts = new Array<number>(10_000).fill(0);
    for (const atUs of arrivalsOf({ kind: 'poisson', perSecond: 4, fromUs: 0, toUs: 10_000 * S })) counts[Math.floor(atUs / S)]!++;
    const mean = counts.reduce((a, b) => a + b) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
    expect(Math.abs(mean - 4)).toBeLessThan(5 * Math.sqrt(4 / counts.length));
    // Standard error of that ratio: sqrt(2 / n) = 1.4 %.
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.07);
  });

  it('of a Poisson process are others with another seed and the same with the same', () => {
    const spec = { kind: 'poisson', perSecond: 1, fromUs: 0, toUs: 100 * S } as const;
    expect(arrivalsOf(spec, 5)).toEqual(arrivalsOf(spec, 5));
    expect(arrivalsOf(spec, 5)).not.toEqual(arrivalsOf(spec, 6));
  });

  it.each([
    [{ kind: 'burst', count: 4, atUs: 3 * S }, 3 * S],
    [{ kind: 'constant', perSecond: 2, fromUs: S, toUs: 9 * S }, 9 * S],
  ] as [Synthetic, number][])('last until $0.kind says so', (spec, expected) => expect(lastArrivalUs(spec)).toBe(expected));
});

const N = 200_000;

function drawn(spec: ServiceSpec): number[] {
  const times = new ServiceTimes(spec, new RandomStream(4, Purpose.service, 0));
  return Array.from({ length: N }, () => times.drawUs());
}

function moments(sample: readonly number[]): { mean: number; cv: number } {
  const mean = sample.reduce((a, b) => a + b) / sample.length;
  return { mean, cv: Math.sqrt(sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / sample.length) / mean };
}

/** Checks the share of draws below the true quantile against its five standard errors. */
function expectQuantile(sample: readonly number[], p: number, value: number): void {
  const below = sample.filter((x) => x <= value).length / sample.length;
  expect(Math.abs(below - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / sample.length));
}

describe('service times', () => {
  it('that are constant are constant', () => {
    expect(new Set(drawn({ kind: 'constant', us: 12 * S }))).toEqual(new Set([12 * S]));
  });

  it('that are exponential have the mean, cv 1 and the quantiles of -mean·ln(1-p)', () => {
    const sample = drawn({ kind: 'exponential', meanUs: 3 * S });
    const { mean, cv } = moments(sample);
    expect(Math.abs(mean / (3 * S) - 1)).toBeLessThan(5 / Math.sqrt(N));
    expect(Math.abs(cv - 1)).toBeLessThan(0.02);
    for (const p of [0.1, 0.5, 0.9, 0.99]) expectQuantile(sample, p, -3 * S * Math.log(1 - p));
  });

  it('that are lognormal have the mean and cv of the scenario, not of the logarithm', () => {
    const sample = drawn({ kind: 'lognormal', meanUs: 12 * S, cv: 0.5 });
    const { mean, cv } = moments(sample);
    expect(Math.abs(mean / (12 * S) - 1)).toBeLessThan((5 * 0.5) / Math.sqrt(N));
    expect(Math.abs(cv - 0.5)).toBeLessThan(0.02);
    const sd = Math.sqrt(Math.log(1.25));
    const median = (12 * S) / Math.sqrt(1.25);
    expectQuantile(sample, 0.5, median);
    expectQuantile(sample, 0.9, median * Math.exp(1.281_552 * sd));
    expectQuantile(sample, 0.99, median * Math.exp(2.326_348 * sd));
  });

  it('are whole microseconds, at least one', () => {
    for (const spec of [
      { kind: 'constant', us: 0 },
      { kind: 'exponential', meanUs: 1 },
      { kind: 'lognormal', meanUs: 1, cv: 3 },
    ] as const) {
      expect(drawn(spec).every((us) => Number.isInteger(us) && us >= 1)).toBe(true);
    }
  });
});
