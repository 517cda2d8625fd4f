import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchesSpec, OnOffSpec, StagesSpec, SyntheticArrivals } from '../../src/scenario/arrival-types.js';
import { arrivalProcess } from '../../src/sim/arrivals.js';
import { expectWithin } from '../helpers/chance.js';
import { holds } from '../helpers/properties.js';
import { HOUR, MINUTE, S } from '../helpers/world.js';

function arrivalsOf(spec: SyntheticArrivals, seed = 1, flow = 0): number[] {
  const process = arrivalProcess(spec, seed, flow);
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
});

/** Rates a second and durations in seconds. */
function stages(startPerSecond: number, list: readonly (readonly [seconds: number, perSecond: number])[], overrides: Partial<StagesSpec> = {}): StagesSpec {
  const fromUs = overrides.fromUs ?? 0;
  return {
    kind: 'stages',
    startPerSecond,
    stages: list.map(([seconds, perSecond]) => ({ durationUs: seconds * S, perSecond })),
    process: 'constant',
    toUs: fromUs + list.reduce((sum, [seconds]) => sum + seconds, 0) * S,
    ...overrides,
    fromUs,
  };
}

/** Area under the rate of whole stages, in halves of requests so that it is exact. */
function areaOf(startPerSecond: number, list: readonly (readonly [number, number])[]): number {
  let [halves, from] = [0, startPerSecond];
  for (const [seconds, to] of list) {
    halves += (from + to) * seconds;
    from = to;
  }
  return halves / 2;
}

describe('ramping stages', () => {
  it('from 0 to 2/s in 4 s: the n-th request comes when the area under the rate is n', () => {
    // Area t²/4 = n, so t = 2·√n.
    expect(arrivalsOf(stages(0, [[4, 2]]))).toEqual([1, 2, 3, 4].map((n) => Math.min(4 * S - 1, Math.round(2 * Math.sqrt(n) * S))));
  });

  it('down from 2/s to 0 in 4 s: the gaps grow', () => {
    // 2t - t²/4 = n, so t = 4 - 2·√(4 - n).
    expect(arrivalsOf(stages(2, [[4, 0]]))).toEqual([1, 2, 3, 4].map((n) => Math.min(4 * S - 1, Math.round((4 - 2 * Math.sqrt(4 - n)) * S))));
  });

  it('at one rate come as evenly as a constant rate does, one gap later', () => {
    const even = arrivalsOf({ kind: 'constant', perSecond: 3, fromUs: 5 * S, toUs: HOUR });
    expect(arrivalsOf(stages(3, [[3595, 3]], { fromUs: 5 * S })).slice(0, -1)).toEqual(even.slice(1));
  });

  it('carry a part of a request over from one stage to the next, and jump where a stage takes no time', () => {
    // The first stage makes one and a half requests; half of the second one is done when the rate jumps to 10/s.
    expect(
      arrivalsOf(
        stages(1, [
          [1.5, 1],
          [0, 10],
          [1, 10],
        ]),
      ),
    ).toEqual([1000, 1550, 1650, 1750, 1850, 1950, 2050, 2150, 2250, 2350, 2450].map((ms) => ms * 1000));
  });

  it('do not come while the rate is 0', () => {
    expect(
      arrivalsOf(
        stages(0, [
          [10, 0],
          [0, 1],
          [2, 1],
          [10, 0],
          [5, 0],
        ]),
      ).filter((atUs) => atUs <= 10 * S || atUs > 22 * S),
    ).toEqual([]);
  });

  it('are exactly as many as the area under the rate, rounded down, in order and before the end', () => {
    const stage = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 20 }));
    holds(
      fc.property(fc.nat(20), fc.array(stage, { minLength: 1, maxLength: 6 }), (start, list) => {
        fc.pre(list.some(([seconds]) => seconds > 0));
        const spec = stages(start, list, { fromUs: 7 * S });
        const times = arrivalsOf(spec);
        expect(times).toHaveLength(Math.floor(areaOf(start, list)));
        expect(times.every((atUs, n) => Number.isInteger(atUs) && atUs >= (times[n - 1] ?? 7 * S) && atUs < spec.toUs)).toBe(true);
      }),
      200,
    );
  });

  it('with process: poisson have Poisson counts around the area of every stage (mean and variance within four standard errors)', () => {
    const list = [
      [100, 2],
      [50, 2],
      [100, 0],
    ] as const;
    const areas = [100, 100, 100];
    const runs = 2_000;
    const counts = areas.map(() => new Array<number>(runs).fill(0));
    for (let flow = 0; flow < runs; flow++)
      for (const atUs of arrivalsOf(stages(0, list, { process: 'poisson' }), 1, flow)) counts[atUs < 100 * S ? 0 : atUs < 150 * S ? 1 : 2]![flow]!++;
    for (const [stage, area] of areas.entries()) expectPoissonCounts(counts[stage]!, area);
  });
});

/** A Poisson count's variance is its mean m, and its fourth central moment 3m² + m. */
function expectPoissonCounts(counts: readonly number[], mean: number): void {
  const average = counts.reduce((a, b) => a + b) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  expectWithin(average, mean, Math.sqrt(mean / counts.length), 'mean count');
  expectWithin(variance, mean, Math.sqrt((2 * mean ** 2 + mean) / counts.length), 'variance of counts');
}

describe('on/off arrivals', () => {
  const spec: OnOffSpec = { kind: 'onOff', onPerSecond: 10, offPerSecond: 1, meanOnUs: 5 * S, meanOffUs: 15 * S, fromUs: 0, toUs: 0 };
  const share = 5 / 20;
  const mean = share * 10 + (1 - share) * 1;
  const speed = 1 / 5 + 1 / 15;
  /** Variance of the count in `t` s of a Poisson process whose rate switches between two states. */
  const variance = (t: number): number => mean * t + ((2 * share * (1 - share) * (10 - 1) ** 2) / speed ** 2) * (speed * t - 1 + Math.exp(-speed * t));

  it.each([
    [1, 20_000],
    [300, 2_000],
  ])('in windows of %i s have their mean count and index of dispersion from the first instant on: %i runs', (seconds, runs) => {
    const counts = Array.from({ length: runs }, (_, flow) => arrivalsOf({ ...spec, toUs: seconds * S }, 3, flow).length);
    const average = counts.reduce((a, b) => a + b) / runs;
    expectWithin(average, mean * seconds, Math.sqrt(variance(seconds) / runs), 'mean count');
    if (seconds < 100) return;
    // A window is eighty times as long as the process remembers, so that counts are near normal: SE of a variance is σ²·√(2/n).
    const dispersion = counts.reduce((sum, count) => sum + (count - mean * seconds) ** 2, 0) / runs / (mean * seconds);
    const exact = variance(seconds) / (mean * seconds);
    expect(exact).toBeGreaterThan(10);
    expectWithin(dispersion, exact, exact * Math.sqrt(2 / runs), 'index of dispersion');
  });

  it('with one rate in both phases are a Poisson process', () => {
    const counts = Array.from({ length: 4_000 }, (_, flow) => arrivalsOf({ ...spec, onPerSecond: 2, offPerSecond: 2, toUs: 50 * S }, 5, flow).length);
    expectPoissonCounts(counts, 100);
  });

  it('come in none of the off phases when the off rate is 0, keep to their times, and differ by seed', () => {
    const quiet = { ...spec, offPerSecond: 0, fromUs: MINUTE, toUs: HOUR };
    const times = arrivalsOf(quiet);
    expect(times[0]).toBeGreaterThanOrEqual(MINUTE);
    expect(times.at(-1)).toBeLessThan(HOUR);
    expect(Math.max(...times.map((atUs, n) => atUs - (times[n - 1] ?? atUs)))).toBeGreaterThan(15 * S);
    expect(arrivalsOf(quiet, 2)).not.toEqual(times);
  });
});

describe('batches', () => {
  const batches = (overrides: Partial<BatchesSpec>): BatchesSpec => ({
    kind: 'batches',
    perSecond: 0.1,
    process: 'constant',
    size: { kind: 'constant', count: 3 },
    fromUs: S,
    toUs: 30 * S,
    ...overrides,
  });

  it('at a constant rate come together, that many at each instant', () => {
    expect(arrivalsOf(batches({}))).toEqual([1, 1, 1, 11, 11, 11, 21, 21, 21].map((seconds) => seconds * S));
  });

  it('of geometric sizes have P(more than n) = (1 - 1/mean)^n, within four standard errors', () => {
    const times = arrivalsOf(batches({ perSecond: 1, size: { kind: 'geometric', mean: 4 }, fromUs: 0, toUs: 50_000 * S }));
    const sizes = new Map<number, number>();
    for (const atUs of times) sizes.set(atUs, (sizes.get(atUs) ?? 0) + 1);
    expect(sizes.size).toBe(50_000);
    expectWithin(times.length / 50_000, 4, Math.sqrt((4 * 3) / 50_000), 'mean size');
    for (const n of [1, 2, 5, 12]) {
      const share = 0.75 ** n;
      expectWithin([...sizes.values()].filter((size) => size > n).length / 50_000, share, Math.sqrt((share * (1 - share)) / 50_000), `share above ${n}`);
    }
  });

  it('of mean size 1 are single requests', () => {
    expect(arrivalsOf(batches({ size: { kind: 'geometric', mean: 1 } }))).toEqual([1, 11, 21].map((seconds) => seconds * S));
  });

  it('of a Poisson process come at the times of the same process without batches', () => {
    const single = arrivalsOf({ kind: 'poisson', perSecond: 0.1, fromUs: 0, toUs: HOUR });
    expect([...new Set(arrivalsOf(batches({ process: 'poisson', size: { kind: 'geometric', mean: 4 }, fromUs: 0, toUs: HOUR })))]).toEqual(single);
  });
});
