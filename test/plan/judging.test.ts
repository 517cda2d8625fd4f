import { describe, expect, it, test } from 'vitest';
import type { MetricValue } from '../../src/measure/metrics.js';
import type { Operator } from '../../src/measure/thresholds.js';
import { estimateOf } from '../../src/plan/estimates.js';
import { planGate } from '../../src/plan/gate.js';
import { Judge, verdictOf } from '../../src/plan/judging.js';
import { Looks } from '../../src/plan/looks.js';
import type { SeedFigures } from '../../src/plan/point.js';
import { Slos } from '../../src/plan/slos.js';
import { chance } from '../helpers/drawn-numbers.js';

const HERE = { limit: 10, ratePerSecond: 1 };

describe('looks', () => {
  it('come at 8 seeds and at twice as many each time, up to the most', () => {
    expect(new Looks().seeds).toEqual([8, 16, 32, 64, 128]);
    expect(new Looks(100).seeds).toEqual([8, 16, 32, 64, 100]);
    expect(new Looks(8).seeds).toEqual([8]);
    expect(new Looks(5).seeds).toEqual([5]);
    expect(new Looks(100).after(64)).toBe(100);
    expect(new Looks(100).after(100)).toBeUndefined();
    expect(() => new Looks(1)).toThrow('at least 2 seeds');
  });

  it('are wider the more there are: each may miss in its share of 5 %', () => {
    expect(new Looks(8).widthAt(8)).toBeCloseTo(2.365, 3); // t of 7 at 97.5 %
    expect(new Looks(128).widthAt(8)).toBeCloseTo(3.499, 3); // t of 7 at 99.5 %
    expect(new Looks(128).widthAt(128)).toBeCloseTo(2.615, 3);
  });
});

describe('an estimate', () => {
  it('is the mean over seeds with the interval of the look', () => {
    const estimate = estimateOf([1, 2, 3, 4, 5, 6, 7, 8], new Looks(8));
    expect(estimate?.mean).toBe(4.5);
    expect(estimate?.high).toBeCloseTo(4.5 + (2.365 * Math.sqrt(6)) / Math.sqrt(8), 2);
    expect(estimate?.seeds).toBe(8);
  });

  it('has no width where all seeds agree, leaves out seeds without a sample, and ends at 0', () => {
    expect(estimateOf([0, 0, 0], new Looks())).toEqual({ mean: 0, low: 0, high: 0, seeds: 3 });
    expect(estimateOf([null, 3, undefined], new Looks())).toEqual({ mean: 3, low: 3, high: 3, seeds: 1 });
    expect(estimateOf([null], new Looks())).toBeUndefined();
    expect(estimateOf([0, 0, 9], new Looks())?.low).toBe(0);
  });

  it('of one recorded history is what it is', () => {
    expect(estimateOf([7], undefined)).toEqual({ mean: 7, low: 7, high: 7, seeds: 1 });
  });
});

describe('a verdict goes by the worse end of the interval', () => {
  test.each<[Operator, number, number, string]>([
    ['<', 1.5, 1.9, 'pass'],
    ['<', 1.5, 2, 'undecided'],
    ['<', 2, 2.5, 'fail'],
    ['<=', 1.5, 2, 'pass'],
    ['<=', 2, 2.5, 'undecided'],
    ['<=', 2.1, 2.5, 'fail'],
    ['>', 2.1, 2.5, 'pass'],
    ['>', 1, 2, 'fail'],
    ['>=', 2, 2.5, 'pass'],
    ['>=', 1, 1.9, 'fail'],
    ['==', 2, 2, 'pass'],
    ['==', 1, 3, 'undecided'],
    ['===', 2.1, 3, 'fail'],
    ['!=', 2.1, 3, 'pass'],
    ['!=', 2, 2, 'fail'],
    ['!=', 1, 3, 'undecided'],
  ])('%s 2 for %d to %d: %s', (operator, low, high, verdict) => {
    expect(verdictOf({ low, high }, { operator, limit: 2 })).toBe(verdict);
  });
});

describe('a point', () => {
  const slos = new Slos(['p(95)<2s', 'start_timeouts < 1%']);
  const looks = new Looks(64);

  it('passes when every SLO does', () => {
    const evidence = new Judge(slos, looks).judge(seedsOf(64, { p95: 1_000, timeouts: 0 }), HERE);
    expect(evidence).toMatchObject({ limit: 10, ratePerSecond: 1, verdict: 'pass', seeds: 64, requests: 6_400, events: 64_000, utilisation: 0.5 });
    expect(evidence.checks.map(({ slo, unit, verdict }) => `${slo} [${unit}] ${verdict}`)).toEqual([
      'queue_latency p(95)<2s [ms] pass',
      'start_timeouts < 1% [ratio] pass',
    ]);
    expect(evidence.queueLatency?.p95.mean).toBe(1_000);
  });

  it('fails when one SLO does, whatever the others say', () => {
    expect(new Judge(slos, looks).judge(seedsOf(64, { p95: 1_000, timeouts: 5 }), HERE).verdict).toBe('fail');
    expect(new Judge(slos, looks).judge(seedsOf(64, { p95: 3_000, timeouts: 0 }), HERE).verdict).toBe('fail');
  });

  it('is undecided with too few seeds to show that nothing is lost', () => {
    const evidence = new Judge(slos, looks).judge(seedsOf(8, { p95: 1_000, timeouts: 0 }), HERE);
    expect(evidence.checks.map(({ verdict }) => verdict)).toEqual(['pass', 'undecided']);
    expect(evidence.verdict).toBe('undecided');
  });

  it('is undecided where no seed had a sample', () => {
    const [seed] = seedsOf(1, { p95: 0, timeouts: 0 }) as [SeedFigures];
    const empty = { ...seed, actuals: [null], occurrences: [{ name: 'start_timeouts', k: 0, n: 0 }] };
    expect(new Judge(slos, looks).judge([empty], HERE).checks.map(({ actual, verdict }) => [actual, verdict])).toEqual([
      [undefined, 'undecided'],
      [undefined, 'undecided'],
    ]);
  });

  it('of a recording is decided by its one history', () => {
    const judge = new Judge(slos, undefined);
    expect(judge.judge(seedsOf(1, { p95: 1_999, timeouts: 1 }), HERE)).toMatchObject({ verdict: 'pass', seeds: 1 });
    expect(judge.judge(seedsOf(1, { p95: 1_999, timeouts: 2 }), HERE).verdict).toBe('fail');
    expect(judge.judge(seedsOf(1, { p95: 2_000, timeouts: 0 }), HERE).verdict).toBe('fail');
  });

  it('of drawn loads is undecided before the first look, whatever fewer seeds agree on', () => {
    for (const seeds of [seedsOf(7, { p95: 1_000, timeouts: 0 }), seedsOf(2, { p95: 9_000, timeouts: 50 })]) {
      const evidence = new Judge(slos, new Looks(seeds.length)).judge(seeds, HERE);
      expect([evidence.verdict, ...evidence.checks.map(({ verdict }) => verdict)]).toEqual(['undecided', 'undecided', 'undecided']);
      expect(planGate(evidence).text).toContain('(it takes 8 seeds to decide anything)');
    }
    expect(new Judge(new Slos(['p(95)<2s']), new Looks(8)).judge(seedsOf(8, { p95: 1_000, timeouts: 0 }), HERE).verdict).toBe('pass');
  });

  it('names every invariant that broke in some seed once', () => {
    const seeds = seedsOf(2, { p95: 0, timeouts: 0 }).map((seed, n) => ({ ...seed, broken: n === 0 ? ['S-CAP', 'L-REL'] : ['S-CAP'] }));
    expect(new Judge(slos, looks).judge(seeds, HERE).broken).toEqual(['L-REL', 'S-CAP']);
  });
});

describe('a wait', () => {
  const looks = new Looks(64);

  it('is that of all who came: those who were dropped before their work began waited in vain', () => {
    const judge = (slo: string, dropped: number) => new Judge(new Slos([slo]), looks).judge(waitsOf(8, { dropped }), HERE).checks[0];
    expect(judge('p(95)<2s', 0)).toMatchObject({ verdict: 'pass', actual: { mean: 1_000 } });
    expect(judge('p(95)<2s', 0)?.dropped).toBeUndefined();
    // 60 of 1,000 never began, and only 50 may wait longer.
    expect(judge('p(95)<2s', 60)).toMatchObject({ verdict: 'fail', dropped: { mean: 0.06 } });
    // Of 980 who began, the 95th percentile of all 1,000 is the 96.9th: between p95 (1s) and p99 (1.8s).
    expect(judge('p(95)<2s', 20)).toMatchObject({ verdict: 'pass', dropped: { mean: 0.02 } });
    expect(judge('p(95)<2s', 20)?.actual?.mean).toBeCloseTo(1_000 + (800 * (0.95 / 0.98 - 0.95)) / 0.04, 6);
    expect(judge('p(95)<1.2s', 20)?.verdict).toBe('fail');
    expect(judge('med<2s', 60)?.verdict).toBe('pass');
    // Of these one is enough.
    for (const slo of ['max<1h', 'avg<1h']) expect([judge(slo, 0)?.verdict, judge(slo, 1)?.verdict]).toEqual(['pass', 'fail']);
    // What is to be long is not made short by it, and other metrics know of no waits.
    expect(judge('p(95)>2s', 60)).toMatchObject({ verdict: 'fail', actual: { mean: 1_000 } });
    expect(judge('attempts_per_call p(95)<2000', 60)?.dropped).toBeUndefined();
  });

  it('is missed where nobody began, and undecided where chance decides whether too many were dropped', () => {
    const judge = new Judge(new Slos(['p(95)<2s']), looks);
    const none = waitsOf(8, { dropped: 1_000 }).map((seed) => ({ ...seed, actuals: [null] }));
    expect(judge.judge(none, HERE).checks[0]).toMatchObject({ verdict: 'fail', actual: undefined, dropped: { mean: 1 } });
    const near = Array.from({ length: 8 }, (_, at) => waitsOf(1, { dropped: at % 2 === 0 ? 40 : 58 })[0] as SeedFigures);
    expect(judge.judge(near, HERE).checks[0]?.verdict).toBe('undecided');
  });

  it('counts as dropped whoever gave up or cancelled, unless their work had begun', () => {
    const [one] = waitsOf(1, { dropped: 0 }) as [SeedFigures];
    const counted = (outcome: string, came: number) => ({
      ...one,
      metrics: { ...one.metrics, requests: counter(came), [`requests{outcome:${outcome}}`]: counter(100) },
    });
    const judge = new Judge(new Slos(['p(95)<2s']), undefined);
    for (const outcome of ['gave_up', 'cancelled']) expect(judge.judge([counted(outcome, 1_100)], HERE).verdict).toBe('fail');
    expect(judge.judge([counted('gave_up', 1_000)], HERE).verdict).toBe('pass');
    expect(judge.judge([counted('revoked', 1_100)], HERE).verdict).toBe('pass');
  });

  it('of one class is held against those who were dropped in it', () => {
    const slos = new Slos(['queue_latency{endpoint:a} p(95)<2s']);
    const name = (metric: string, outcome = '') => `${metric}{endpoint:a${outcome}}`;
    expect(Object.keys(slos.expect.thresholds)).toContain(name('requests', ',outcome:start_timeout'));
    const [one] = waitsOf(1, { dropped: 0 }) as [SeedFigures];
    const metrics = { ...one.metrics, [name('queue_latency')]: one.metrics['queue_latency'], [name('requests')]: counter(1_100) };
    const own = { ...one, metrics: { ...metrics, [name('requests', ',outcome:start_timeout')]: counter(100) } } as SeedFigures;
    expect(new Judge(slos, undefined).judge([own], HERE).verdict).toBe('fail');
  });
});

describe('a wait that all seeds measure alike, as steps of a backoff are', () => {
  /** p95 is 1 s in each; every tenth wait takes no step, every hundredth takes the next. */
  const steps = (count: number) =>
    seedsOf(count, { p95: 1_000, timeouts: 0 }).map((seed) => ({
      ...seed,
      metrics: { queue_latency: { type: 'trend', n: 100, avg: 100, min: 0, med: 0, max: 3_000, p90: 0, p95: 1_000, p99: 3_000 } as const },
    }));
  const check = (slo: string, count: number) => new Judge(new Slos([slo]), new Looks()).judge(steps(count), HERE).checks[0];

  it('may be the next step in as many others as eight cannot tell from none', () => {
    // Where one seed in eight measures 3 s the mean is 1.25 s, and eight others agree in a third of the cases.
    expect([check('p(95)<1.2s', 8)?.verdict, check('p(95)<1.2s', 64)?.verdict]).toEqual(['undecided', 'pass']);
    expect([check('p(95)<2s', 8)?.verdict, check('p(95)<500ms', 8)?.verdict]).toEqual(['pass', 'fail']);
    expect([check('p(95)<600ms', 8)?.verdict, check('p(95)<600ms', 64)?.verdict]).toEqual(['undecided', 'fail']);
    const unseen = 1 - 0.01 ** (1 / 8);
    expect(check('p(95)<2s', 8)?.actual?.high).toBeCloseTo(1_000 + 2_000 * unseen, 6);
    expect(check('p(95)<2s', 8)?.actual?.low).toBeCloseTo(1_000 - 1_000 * unseen, 6);
  });

  it('has no width where the seeds know no other step, or it is one recorded history', () => {
    const alike = new Judge(new Slos(['p(95)<=1s']), new Looks()).judge(seedsOf(8, { p95: 1_000, timeouts: 0 }), HERE).checks[0];
    expect(alike).toMatchObject({ verdict: 'pass', actual: { high: 1_000 } });
    expect(new Judge(new Slos(['p(95)<=1s']), undefined).judge(steps(1), HERE).checks[0]).toMatchObject({
      verdict: 'pass',
      actual: { low: 1_000, high: 1_000 },
    });
  });
});

describe('a seed without a sample', () => {
  it('leaves it open: the others do not decide for it', () => {
    const judge = new Judge(new Slos(['slot_hold avg<2s']), new Looks(64));
    const seeds = seedsOf(8, { p95: 1_000, timeouts: 0 });
    expect(judge.judge(seeds, HERE).verdict).toBe('pass');
    expect(judge.judge([...seeds.slice(1), { ...(seeds[0] as SeedFigures), actuals: [null] }], HERE).verdict).toBe('undecided');
  });
});

describe('a budget', () => {
  it('that is just exceeded, or just kept, is seldom decided wrongly by any of the looks', () => {
    const looks = new Looks();
    const judge = new Judge(new Slos(['start_timeouts < 10%']), looks);
    const next = chance(7);
    const trials = 300;
    const wrong = { pass: 0, fail: 0, undecided: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const seeds: SeedFigures[] = [];
      let verdict: keyof typeof wrong = 'undecided';
      for (const count of looks.seeds) {
        while (seeds.length < count) seeds.push(...seedsOf(1, { p95: 0, timeouts: ten(next) }));
        verdict = judge.judge(seeds, HERE).verdict;
        if (verdict !== 'undecided') break;
      }
      wrong[verdict]++;
    }
    // At the edge itself both are wrong. Intervals at 95 % each were in 17 to 21 of 100.
    expect((wrong.pass + wrong.fail) / trials).toBeLessThan(0.08);
  });

  it('of which none was lost passes at 64 seeds of 128, with requests enough', () => {
    const judge = new Judge(new Slos(['start_timeouts < 0.1%']), new Looks());
    const verdicts = [32, 64, 128].map((count) => judge.judge(seedsOf(count, { p95: 0, timeouts: 0 }), HERE).verdict);
    expect(verdicts).toEqual(['undecided', 'pass', 'pass']);
  });
});

/** Of 100 requests each is lost in one of ten cases. */
function ten(next: () => number): number {
  let lost = 0;
  for (let request = 0; request < 100; request++) if (next() < 0.1) lost++;
  return lost;
}

function counter(count: number): MetricValue {
  return { type: 'counter', n: count, count, rate: 1 };
}

/** 1,000 calls came in each seed; p95 of those who began is 1 s, p99 1.8 s and the longest 1.9 s. */
function waitsOf(count: number, { dropped }: { readonly dropped: number }): SeedFigures[] {
  return seedsOf(count, { p95: 1_000, timeouts: 0 }).map((seed) => ({
    ...seed,
    metrics: {
      ...seed.metrics,
      requests: counter(1_000),
      'requests{outcome:start_timeout}': counter(dropped),
      queue_latency: { type: 'trend', n: 1_000 - dropped, avg: 100, min: 0, med: 0, max: 1_900, p90: 950, p95: 1_000, p99: 1_800 },
    },
  }));
}

function seedsOf(count: number, { p95, timeouts }: { readonly p95: number; readonly timeouts: number }): SeedFigures[] {
  return Array.from({ length: count }, (_, n) => ({
    seed: n + 1,
    hash: '',
    events: 1_000,
    actuals: [p95],
    occurrences: [{ name: 'start_timeouts', k: timeouts, n: 100 }],
    metrics: {
      requests: { type: 'counter', n: 100, count: 100, rate: 1 },
      slot_utilisation: { type: 'gauge', n: 1, value: 0.5, min: 0.5, max: 0.5, avg: 0.5 },
      queue_latency: { type: 'trend', n: 100, avg: 0, min: 0, med: 0, max: p95, p90: 0, p95, p99: p95 },
    },
    broken: [],
  }));
}
