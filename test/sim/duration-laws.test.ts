import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Purpose, RandomStream } from '../../src/core/random.js';
import { type DurationSpec, meanOfLawUs, paretoMinOf } from '../../src/scenario/durations.js';
import { durationLaw, LONGEST_US } from '../../src/sim/duration-laws.js';
import { TraceError, type TraceSource } from '../../src/sim/table.js';
import { expectLaw, type Law } from '../helpers/chance.js';
import { holds } from '../helpers/properties.js';
import { HOUR, S } from '../helpers/world.js';

const N = 200_000;

function noFile(file: string): never {
  throw new Error(`this law needs no file, but asked for ${file}`);
}

function drawn(spec: DurationSpec, count = N, seed = 4, source: TraceSource = noFile): number[] {
  const law = durationLaw(spec, source);
  const random = new RandomStream(seed, Purpose.service, 0);
  return Array.from({ length: count }, () => law.drawUs(random));
}

/** @param moment E(X^r) @param cdf P(X <= x), asked at `at` */
function lawOf(moment: (r: number) => number, cdf: (x: number) => number, at: readonly number[]): Law {
  const [m1, m2, m3, m4] = [1, 2, 3, 4].map(moment) as [number, number, number, number];
  return {
    mean: m1,
    variance: m2 - m1 ** 2,
    fourthMoment: m4 - 4 * m3 * m1 + 6 * m2 * m1 ** 2 - 3 * m1 ** 4,
    quantiles: at.map((x) => [cdf(x), x]),
  };
}

/** Regularised lower incomplete gamma function, by its series. @param gammaOfShapePlus1 Γ(shape + 1) */
function gammaCdf(shape: number, x: number, gammaOfShapePlus1: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= x / (shape + n);
    sum += term;
  }
  return (sum * Math.exp(shape * Math.log(x) - x)) / gammaOfShapePlus1;
}

const rising = (shape: number, r: number): number => Array.from({ length: r }, (_, n) => shape + n).reduce((a, b) => a * b, 1);
const gammaLaw = (mean: number, shape: number, gammaOfShapePlus1: number, at: readonly number[]): Law =>
  lawOf(
    (r) => (mean / shape) ** r * rising(shape, r),
    (x) => gammaCdf(shape, (x * shape) / mean, gammaOfShapePlus1),
    at,
  );

const paretoLaw = (min: number, max: number, shape: number, at: readonly number[]): Law => {
  const inside = 1 - (min / max) ** shape;
  return lawOf(
    (r) => (shape * min ** shape * ((max === Number.POSITIVE_INFINITY ? 0 : max ** (r - shape)) - min ** (r - shape))) / ((r - shape) * inside),
    (x) => (1 - (min / x) ** shape) / inside,
    at,
  );
};

const lognormalLaw = (mean: number, cv: number): Law => {
  const variance = Math.log(1 + cv ** 2);
  const [median, sd] = [mean / Math.sqrt(1 + cv ** 2), Math.sqrt(variance)];
  return {
    ...lawOf(
      (r) => mean ** r * Math.exp((r * (r - 1) * variance) / 2),
      () => 0,
      [],
    ),
    // The standard normal's distribution function at -1, 0, 1.5.
    quantiles: [
      [0.158_655_253_93, median * Math.exp(-sd)],
      [0.5, median],
      [0.933_192_798_73, median * Math.exp(1.5 * sd)],
    ],
  };
};

const LAWS: readonly (readonly [string, DurationSpec, Law])[] = [
  [
    'uniform',
    { kind: 'uniform', minUs: 2 * S, maxUs: 6 * S },
    lawOf(
      (r) => ((6 * S) ** (r + 1) - (2 * S) ** (r + 1)) / ((r + 1) * 4 * S),
      (x) => (x - 2 * S) / (4 * S),
      [3 * S, 4 * S, 5.8 * S],
    ),
  ],
  [
    'exponential',
    { kind: 'exponential', meanUs: 3 * S },
    lawOf(
      (r) => (3 * S) ** r * rising(1, r),
      (x) => -Math.expm1(-x / (3 * S)),
      [0.3 * S, 2 * S, 14 * S],
    ),
  ],
  ['lognormal', { kind: 'lognormal', meanUs: 12 * S, cv: 0.5 }, lognormalLaw(12 * S, 0.5)],
  ['lognormal with a heavy tail', { kind: 'lognormal', meanUs: 12 * S, cv: 1 }, lognormalLaw(12 * S, 1)],
  ['gamma, cv 0.5 (shape 4)', { kind: 'gamma', meanUs: 8 * S, shape: 4 }, gammaLaw(8 * S, 4, 24, [4 * S, 8 * S, 16 * S])],
  ['gamma, cv 2 (shape 1/4)', { kind: 'gamma', meanUs: 8 * S, shape: 0.25 }, gammaLaw(8 * S, 0.25, 0.906_402_477_055_477_1, [0.1 * S, 2 * S, 40 * S])],
  ['Erlang with 3 stages', { kind: 'gamma', meanUs: 9 * S, shape: 3 }, gammaLaw(9 * S, 3, 6, [3 * S, 9 * S, 20 * S])],
  ['Pareto, bounded', { kind: 'pareto', minUs: 2 * S, maxUs: 100 * S, shape: 1.5 }, paretoLaw(2 * S, 100 * S, 1.5, [2.5 * S, 5 * S, 30 * S])],
  ['Pareto, bounded, of shape below 1', { kind: 'pareto', minUs: S, maxUs: HOUR, shape: 0.5 }, paretoLaw(S, HOUR, 0.5, [2 * S, 60 * S, 2000 * S])],
  [
    'Pareto, not bounded, with a fourth moment',
    { kind: 'pareto', minUs: 2 * S, maxUs: Number.POSITIVE_INFINITY, shape: 12 },
    paretoLaw(2 * S, Number.POSITIVE_INFINITY, 12, [2.1 * S, 2.5 * S, 3 * S]),
  ],
  [
    'empirical values with weights',
    { kind: 'values', valuesUs: [4 * S, 9 * S, 30 * S], weights: [5, 3, 2] },
    lawOf(
      (r) => 0.5 * (4 * S) ** r + 0.3 * (9 * S) ** r + 0.2 * (30 * S) ** r,
      (x) => (x < 9 * S ? 0.5 : 0.8),
      [4 * S, 9 * S, 29 * S],
    ),
  ],
  [
    'empirical quantiles with straight lines between',
    {
      kind: 'quantiles',
      points: [
        { p: 0, us: S },
        { p: 0.5, us: 8 * S },
        { p: 0.9, us: 20 * S },
        { p: 1, us: 90 * S },
      ],
    },
    lawOf(
      (r) =>
        [
          [0.5, 1, 8],
          [0.4, 8, 20],
          [0.1, 20, 90],
        ].reduce((sum, [share, from, to]) => sum + (share! * ((to! * S) ** (r + 1) - (from! * S) ** (r + 1))) / ((r + 1) * (to! - from!) * S), 0),
      (x) => (x <= 8 * S ? (0.5 * (x - S)) / (7 * S) : x <= 20 * S ? 0.5 + (0.4 * (x - 8 * S)) / (12 * S) : 0.9 + (0.1 * (x - 20 * S)) / (70 * S)),
      [4 * S, 14 * S, 55 * S],
    ),
  ],
];

describe('a law of durations, in 200,000 draws, has its mean, variance and quantiles within four standard errors', () => {
  it.each(LAWS)('%s', (_, spec, law) => expectLaw(drawn(spec), law));

  it.each(LAWS)('%s: the mean that reports show is the exact one', (_, spec, law) => expect(meanOfLawUs(spec)! / law.mean).toBeCloseTo(1, 9));

  it('and a law whose mean is 5 % off does not pass', () => {
    const sample = drawn({ kind: 'gamma', meanUs: 8.4 * S, shape: 4 });
    expect(() => expectLaw(sample, gammaLaw(8 * S, 4, 24, []))).toThrow('standard error');
  });
});

describe('a law of durations', () => {
  it('that is constant is constant', () => {
    expect(new Set(drawn({ kind: 'constant', us: 12 * S }, 100))).toEqual(new Set([12 * S]));
    expect(meanOfLawUs({ kind: 'constant', us: 12 * S })).toBe(12 * S);
  });

  it('stays within its bounds', () => {
    const within = (spec: DurationSpec, low: number, high: number): void => {
      const sample = drawn(spec, 20_000);
      expect(Math.min(...sample)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...sample)).toBeLessThanOrEqual(high);
    };
    within({ kind: 'uniform', minUs: 5, maxUs: 9 }, 5, 9);
    within({ kind: 'pareto', minUs: 3 * S, maxUs: 7 * S, shape: 0.3 }, 3 * S, 7 * S);
  });

  it('finds the lower bound of a Pareto law from its mean and its upper bound', () => {
    for (const shape of [0.3, 0.999_999_999, 1, 1.5, 4]) {
      const minUs = paretoMinOf(20 * S, HOUR, shape);
      expect(meanOfLawUs({ kind: 'pareto', minUs, maxUs: HOUR, shape })).toBeCloseTo(20 * S, 0);
    }
  });

  it('never ends beyond 35 years, however heavy its tail', () => {
    const sample = drawn({ kind: 'pareto', minUs: 300 * 24 * HOUR, maxUs: Number.POSITIVE_INFINITY, shape: 0.1 }, 10_000);
    expect(Math.max(...sample)).toBe(LONGEST_US);
  });

  it('draws whole microseconds, at least one, whatever its parameters', () => {
    const us = fc.integer({ min: 1, max: 100 * HOUR });
    const cv = fc.double({ min: 0.01, max: 100, noNaN: true });
    const spec: fc.Arbitrary<DurationSpec> = fc.oneof(
      fc.record({ kind: fc.constant('constant' as const), us }),
      fc.tuple(us, us).map(([a, b]) => ({ kind: 'uniform' as const, minUs: Math.min(a, b), maxUs: Math.max(a, b) })),
      fc.record({ kind: fc.constant('exponential' as const), meanUs: us }),
      fc.record({ kind: fc.constant('lognormal' as const), meanUs: us, cv }),
      fc.record({ kind: fc.constant('gamma' as const), meanUs: us, shape: cv.map((c) => 1 / (c * c)) }),
      fc.tuple(us, us, fc.double({ min: 0.1, max: 100, noNaN: true })).map(([a, b, shape]) => ({ kind: 'pareto' as const, minUs: a, maxUs: a + b, shape })),
      fc.record({
        kind: fc.constant('pareto' as const),
        minUs: us,
        maxUs: fc.constant(Number.POSITIVE_INFINITY),
        shape: fc.double({ min: 1.01, max: 100, noNaN: true }),
      }),
      fc.array(us, { minLength: 1, maxLength: 9 }).map((valuesUs) => ({ kind: 'values' as const, valuesUs, weights: valuesUs.map((_, n) => n + 1) })),
      fc.tuple(us, us, us).map((three) => {
        const [low, middle, high] = three.toSorted((a, b) => a - b) as [number, number, number];
        return {
          kind: 'quantiles' as const,
          points: [
            { p: 0, us: low },
            { p: 0.3, us: middle },
            { p: 1, us: high },
          ],
        };
      }),
    );
    holds(
      fc.property(spec, fc.integer({ min: 0, max: 2 ** 40 }), (law, seed) => {
        for (const draw of drawn(law, 50, seed)) expect(Number.isSafeInteger(draw) && draw >= 1, `${draw}`).toBe(true);
      }),
      400,
    );
  });

  it('is the same with the same seed, and another with another', () => {
    for (const [, spec] of LAWS) {
      expect(drawn(spec, 20, 7)).toEqual(drawn(spec, 20, 7));
      expect(drawn(spec, 20, 7)).not.toEqual(drawn(spec, 20, 8));
    }
  });
});

describe('a law from a file', () => {
  const csv: TraceSource = () => ['name,seconds\n', 'a,4\nb,9.5\n', 'c, 30\n'];

  it('draws the recorded values, each as often as any other', () => {
    const sample = drawn({ kind: 'samples', file: 'x.csv', column: 'seconds', unitUs: S }, 30_000, 4, csv);
    expect(new Set(sample)).toEqual(new Set([4 * S, 9.5 * S, 30 * S]));
    for (const value of new Set(sample)) expect(sample.filter((one) => one === value).length / 30_000).toBeCloseTo(1 / 3, 1);
  });

  it('reads NDJSON as well', () => {
    const ndjson: TraceSource = () => ['{"seconds": 4}\n{"seconds": "4"}\n'];
    expect(new Set(drawn({ kind: 'samples', file: 'x.jsonl', column: 'seconds', unitUs: 1000 }, 10, 4, ndjson))).toEqual(new Set([4000]));
  });

  it.each([
    ['a value that is no number', 'seconds\n4\nfast\n', 'trace x.csv, line 3: expected a number above 0 in column "seconds", got "fast"'],
    ['a value of 0', 'seconds\n0\n', 'trace x.csv, line 2: expected a number above 0 in column "seconds", got "0"'],
    ['a negative value', 'seconds\n4\n-1\n', 'trace x.csv, line 3: expected a number above 0 in column "seconds", got "-1"'],
    ['an empty value', 'seconds,b\n,1\n', 'trace x.csv, line 2: expected a number above 0 in column "seconds", got ""'],
    ['another column', 'ms\n4\n', 'trace x.csv: expected a column "seconds", but the header has: "ms"'],
    ['no rows', 'seconds\n', 'trace x.csv: expected values in column "seconds", but the file has no data rows'],
    ['nothing', '', 'trace x.csv: expected a header line with column names, but the file is empty'],
  ])('with %s is an error that says where', (_, text, message) => {
    const read = (): unknown => durationLaw({ kind: 'samples', file: 'x.csv', column: 'seconds', unitUs: S }, () => [text]);
    expect(read).toThrow(TraceError);
    expect(read).toThrow(message);
  });
});
