import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Purpose, RandomStream } from '../../src/core/random.js';
import { shareBounds } from '../../src/measure/binomial-bounds.js';
import { METRICS, type MetricValue } from '../../src/measure/metrics.js';
import type { RunResult } from '../../src/measure/result.js';
import { acrossSeeds } from '../../src/measure/seed-statistics.js';
import { MIN_SEEDS_FOR_INTERVAL, type SeedStatistics, SeedValues } from '../../src/measure/seed-values.js';
import { seededFixture } from '../report/fixture.js';

function seedStatistics(given: readonly unknown[], floor = 0): SeedStatistics | undefined {
  const values = new SeedValues(given.length);
  for (const value of given) values.add(value);
  return values.statistics(floor);
}

const statistics = (values: readonly number[], floor?: number): SeedStatistics => seedStatistics(values, floor) as SeedStatistics;

describe('one number of every seed', () => {
  it('gives mean, deviation, 95 % t interval, ends and middle', () => {
    const { mean, sd, low, high, ...rest } = statistics([4, 6, 5, 7, 3]);
    expect(rest).toEqual({ n: 5, min: 3, med: 5, max: 7 });
    expect(mean).toBe(5);
    expect(sd).toBeCloseTo(Math.sqrt(2.5), 12);
    // 2.776445 standard errors to each side
    expect(low).toBeCloseTo(5 - (2.7764451 * Math.sqrt(2.5)) / Math.sqrt(5), 6);
    expect(high).toBeCloseTo(5 + (2.7764451 * Math.sqrt(2.5)) / Math.sqrt(5), 6);
  });

  it('has no interval from fewer than five seeds', () => {
    expect(MIN_SEEDS_FOR_INTERVAL).toBe(5);
    for (const few of [[1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]) expect(statistics(few)).toMatchObject({ low: undefined, high: undefined });
    expect(statistics([1]).sd).toBeUndefined();
    expect(seedStatistics([])).toBeUndefined();
  });

  it('claims no certainty from seeds that all agree', () => {
    expect(statistics(Array(20).fill(0.1))).toEqual({ n: 20, mean: 0.1, sd: 0, low: undefined, high: undefined, min: 0.1, med: 0.1, max: 0.1 });
  });

  it('does not put the mean of what cannot be negative below zero', () => {
    expect(statistics([0, 0, 0, 0, 10]).low).toBe(0);
    expect(statistics([0, 0, 0, 0, 10], Number.NEGATIVE_INFINITY).low).toBeLessThan(0);
  });

  it('takes a seed’s own value as the middle', () => {
    expect(statistics([10, 1, 2, 40]).med).toBe(2);
  });
});

describe('the interval of the mean', () => {
  const SAMPLES = 4000;
  /** Three standard errors of a share of 95 % in so many samples. */
  const SLACK = 3 * Math.sqrt((0.95 * 0.05) / SAMPLES);

  /** How often the interval holds the true mean. */
  function coverage(n: number, draw: (random: RandomStream) => number, truth: number, interval = ends): number {
    const random = new RandomStream(n, Purpose.fault, 3);
    let held = 0;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const [low, high] = interval(
        statistics(
          Array.from({ length: n }, () => draw(random)),
          Number.NEGATIVE_INFINITY,
        ),
      );
      if (low <= truth && truth <= high) held++;
    }
    return held / SAMPLES;
  }

  const ends = ({ low, high }: SeedStatistics): [number, number] => [low as number, high as number];
  const normalEnds = ({ mean, sd, n }: SeedStatistics): [number, number] => [
    mean - (1.96 * (sd as number)) / Math.sqrt(n),
    mean + (1.96 * (sd as number)) / Math.sqrt(n),
  ];

  it.each([5, 10, 20, 100])('holds the truth in 95 of 100 cases with %d seeds', (n) => {
    expect(Math.abs(coverage(n, (random) => 7 + 2 * random.normal(), 7) - 0.95)).toBeLessThan(SLACK);
  });

  it('would hold it far less often with the normal’s 1.96 and five seeds', () => {
    expect(coverage(5, (random) => 7 + 2 * random.normal(), 7, normalEnds)).toBeLessThan(0.9);
  });

  it('holds it less often than it says where seeds are skewed: in 88 of 100 cases for an exponential and five seeds', () => {
    expect(Math.abs(coverage(5, (random) => random.exponential(), 1) - 0.88)).toBeLessThan(0.02);
    expect(coverage(50, (random) => random.exponential(), 1)).toBeGreaterThan(0.92);
  });

  it('would be worthless per request: requests that hang together are no replications', () => {
    const random = new RandomStream(1, Purpose.fault, 4);
    let held = 0;
    for (let run = 0; run < 300; run++) {
      let wait = random.normal() / Math.sqrt(1 - 0.95 * 0.95);
      const { low, high } = statistics(
        Array.from({ length: 500 }, () => {
          wait = 0.95 * wait + random.normal();
          return wait;
        }),
        Number.NEGATIVE_INFINITY,
      );
      if ((low as number) <= 0 && 0 <= (high as number)) held++;
    }
    expect(held / 300).toBeLessThan(0.4);
  });
});

describe('what share of all seeds may do what k of N did', () => {
  // 1 - 0.05^(1/N), as in the tables of the rule of three.
  it.each([
    [10, 0.259],
    [20, 0.139],
    [50, 0.058],
    [100, 0.03],
    [200, 0.015],
    [1000, 0.003],
  ])('none of %d: at most %d', (n, high) => {
    expect(shareBounds(0, n).high).toBeCloseTo(high, 3);
    expect(shareBounds(0, n).low).toBe(0);
    expect(shareBounds(n, n).low).toBeCloseTo(1 - high, 3);
  });

  // Published two-sided Clopper–Pearson limits.
  it.each([
    [1, 10, 0.0025, 0.445],
    [5, 10, 0.1871, 0.8129],
    [3, 20, 0.0321, 0.3789],
    [10, 100, 0.049, 0.1762],
  ])('%d of %d: %d to %d', (k, n, low, high) => {
    expect(shareBounds(k, n).low).toBeCloseTo(low, 4);
    expect(shareBounds(k, n).high).toBeCloseTo(high, 4);
  });

  it('is the same seen from the other side', () => {
    for (const [k, n] of [
      [1, 7],
      [9000, 10_000],
      [77, 100_000],
    ] as const) {
      expect(shareBounds(k, n).low).toBeCloseTo(1 - shareBounds(n - k, n).high, 9);
      expect(shareBounds(k, n).low).toBeLessThan(k / n);
      expect(shareBounds(k, n).high).toBeGreaterThan(k / n);
    }
  });

  it.each([5, 10, 20, 50])('covers every true share with %d seeds in at least 92.5 of 100 cases, whichever statement comes of it', (n) => {
    const bounds = Array.from({ length: n + 1 }, (_, k) => shareBounds(k, n));
    for (let share = 0.001; share < 1; share += 0.001) {
      let covered = 0;
      let chance = Math.exp(n * Math.log(1 - share));
      for (const [k, { low, high }] of bounds.entries()) {
        if (low <= share && share <= high) covered += chance;
        chance *= (((n - k) / (k + 1)) * share) / (1 - share);
      }
      expect(covered, `at ${share}`).toBeGreaterThan(0.925 - 1e-9);
    }
  });

  it.each([
    [1, 0],
    [-1, 5],
    [6, 5],
    [0.5, 5],
  ])('refuses %d of %d', (k, n) => {
    expect(() => shareBounds(k, n)).toThrow(RangeError);
  });
});

describe('a variant across its seeds', () => {
  const leaky = (seeds: number): RunResult[] => seededFixture(seeds).runs.slice(0, seeds) as RunResult[];
  const with_ = (run: RunResult, metric: string, value: MetricValue): RunResult => ({ ...run, metrics: { ...run.metrics, [metric]: value } });

  it('has statistics of every number of every metric', () => {
    const across = acrossSeeds(leaky(20));
    expect(across.seeds).toBe(20);
    expect(Object.keys(across.metrics['queue_latency'] as object)).toEqual(['avg', 'min', 'med', 'max', 'p90', 'p95', 'p99']);
    expect(Object.keys(across.metrics['client_retries'] as object)).toEqual(['count', 'rate']);
    expect(across.metrics['queue_latency']?.['p95']).toEqual(across.thresholds[0]?.actual);
    expect(across.metrics['queue_latency']?.['p95']).toMatchObject({ n: 20, med: expect.any(Number), low: expect.any(Number) });
  });

  it('is the same to the last bit in whatever order the workers finish', () => {
    const runs = leaky(50);
    expect(JSON.stringify(acrossSeeds(runs.toReversed()))).toBe(JSON.stringify(acrossSeeds(runs)));
  });

  it('says in how many seeds a threshold crossed and an invariant broke, with bounds', () => {
    const { failed, thresholds, violated } = acrossSeeds(leaky(20));
    expect(failed).toMatchObject({ k: 1, n: 20 });
    expect(failed.high).toBeCloseTo(0.249, 3);
    expect(thresholds).toMatchObject([{ metric: 'queue_latency', expression: 'p(95) < 5.8s', crossed: { k: 1, n: 20 } }]);
    expect(violated['S-CAP']).toMatchObject({ k: 0, n: 20, low: 0 });
    expect(violated['L-QUIET']).toMatchObject({ k: 20, n: 20, high: 1 });
    expect(violated, 'there was nothing to examine').not.toHaveProperty('S-KEY');
  });

  it('counts seeds without samples as missing, not as zero', () => {
    const none: MetricValue = { type: 'gauge', n: 0, value: 0, min: 0, max: 0, avg: 0 };
    const healed: MetricValue = { type: 'gauge', n: 1, value: 30, min: 30, max: 30, avg: 30 };
    const runs = leaky(6).map((run) => with_(run, 'time_to_heal', run.seed <= 2 ? healed : none));
    expect(acrossSeeds(runs).metrics['time_to_heal']?.['value']).toMatchObject({ n: 2, mean: 30 });
    expect(acrossSeeds(leaky(6)).metrics).not.toHaveProperty('time_to_heal');
  });

  it('leaves out what is no finite number', () => {
    const endless: MetricValue = { type: 'gauge', n: 1, value: Number.POSITIVE_INFINITY, min: 1, max: Number.POSITIVE_INFINITY, avg: 1 };
    const across = acrossSeeds(leaky(6).map((run) => with_(run, 'effective_limit', endless)));
    expect(Object.keys(across.metrics['effective_limit'] as object)).toEqual(['min', 'avg']);
  });

  it('counts a threshold without samples neither as kept nor as crossed', () => {
    const runs = leaky(6).map((run) => ({
      ...run,
      thresholds: run.thresholds.map((threshold) => ({ ...threshold, actual: undefined, verdict: 'undecided' as const })),
    }));
    expect(acrossSeeds(runs).thresholds).toMatchObject([{ actual: undefined, crossed: undefined }]);
  });
});

describe('docs/statistics.md', () => {
  it('names the method of every metric', () => {
    const text = readFileSync('docs/statistics.md', 'utf8');
    for (const metric of Object.keys(METRICS)) expect(text).toMatch(new RegExp(`^\\|.*\`${metric}\`.*\\|`, 'm'));
    expect(text).toContain(`Fewer than ${MIN_SEEDS_FOR_INTERVAL} seeds`);
  });
});
