import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { changedLoad } from '../../src/cli/plan/changed-load.js';
import { loadOfSetting, runMsOf } from '../../src/plan/load-from-setting.js';
import type { Dials, PlanPoint } from '../../src/plan/point.js';
import { PointRuns } from '../../src/plan/point-runs.js';
import { scenarioOfSetting } from '../../src/plan/scenario-of-setting.js';
import type { Setting } from '../../src/plan/setting.js';
import { Slos } from '../../src/plan/slos.js';
import { settlingMs, warmupMs } from '../../src/plan/warmup-rule.js';
import { prepareScenario } from '../../src/prepare.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { FIVE_A_SECOND, SMALL } from './settings.js';

const SLOS = new Slos(['p(95)<2s']);
const runs = new PointRuns(() => []);

describe('the scenario of a setting', () => {
  it('is a small scenario file', () => {
    expect(scenarioOfSetting(FIVE_A_SECOND, { limit: 69 }, SLOS)).toEqual({
      name: 'plan',
      seed: 1,
      platform: {
        policy: { preset: 'fal-documented', waiting: 'fifo' },
        accounts: [{ id: 'app', limit: 69, keys: ['app'] }],
        endpoints: [{ id: 'model', service: { exponential: { mean: '12000000us' } } }],
      },
      workload: [{ as: 'app/app', endpoint: 'model', call: 'submit', sdk: 'none', arrivals: { poisson: '5/s', to: '4000000000us' } }],
      warmup: '190878269us',
      recovery: '360000000us',
      expect: { thresholds: { queue_latency: ['p(95)<2s'] } },
    });
  });

  it('is the same text for the same dials, and keeps the number of requests at any rate', () => {
    const load = loadOfSetting(FIVE_A_SECOND, SLOS);
    expect(load.point({ limit: 69 }).key).toBe(load.point({ limit: 69 }).key);
    expect(load.point({ limit: 69 }).key).not.toBe(load.point({ limit: 70 }).key);
    expect(runMsOf(FIVE_A_SECOND, { rateFactor: 2 })).toBe(runMsOf(FIVE_A_SECOND, {}) / 2);
  });

  it('can be run, whatever the setting and its dials', () => {
    fc.assert(
      fc.property(settings(), dials(), (setting, drawn) => {
        const load = loadOfSetting(setting, SLOS);
        const turned = load.dials.has('call') ? drawn : { ...drawn, call: undefined };
        const { input } = load.point(turned);
        const [variant] = prepareScenario(sourceOfData('a setting', JSON.parse(JSON.stringify(input)))).variants;
        const { scenario } = variant ?? {};
        expect(scenario?.platform.accounts[0]?.limit).toBe(turned.limit);
        const arrivals = scenario?.workload[0]?.arrivals as { readonly perSecond: number; readonly size?: { readonly mean: number } };
        const mean = turned.batchMean ?? setting.batchMean;
        expect((arrivals.perSecond * (arrivals.size?.mean ?? 1)) / (setting.ratePerSecond * (turned.rateFactor ?? 1))).toBeCloseTo(1, 9);
        expect(arrivals.size?.mean ?? 1).toBe(mean);
      }),
      { numRuns: 150 },
    );
  });

  it('reads its rate back exactly, even where it has an exponent', () => {
    for (const ratePerSecond of [1e-7, 0.1 + 0.2, 1 / 3, 12_345.678, 1.5e-9]) {
      const { input } = loadOfSetting({ ...SMALL, ratePerSecond }, SLOS).point({ limit: 3 });
      const [variant] = prepareScenario(sourceOfData('a setting', input)).variants;
      expect(variant?.scenario.workload[0]?.arrivals).toMatchObject({ kind: 'poisson', perSecond: ratePerSecond });
    }
  });

  test.each<[string, Partial<Setting>, Partial<Dials>, unknown]>([
    ['constant', { service: { law: 'constant', meanMs: 2_000, cv: 0 } }, {}, '2000000us'],
    ['lognormal', { service: { law: 'lognormal', meanMs: 2_000, cv: 0.5 } }, {}, { lognormal: { mean: '2000000us', cv: 0.5 } }],
    ['gamma', { service: { law: 'gamma', meanMs: 2_000, cv: 2 } }, {}, { gamma: { mean: '2000000us', cv: 2 } }],
    ['twice as long', {}, { serviceFactor: 2 }, { exponential: { mean: '4000000us' } }],
    ['without variability', {}, { serviceCv: 0 }, '2000000us'],
    ['with the same variability', {}, { serviceCv: 1 }, { exponential: { mean: '2000000us' } }],
    ['with more variability', {}, { serviceCv: 2 }, { lognormal: { mean: '2000000us', cv: 2 } }],
    ['of a gamma law that stays one', { service: { law: 'gamma', meanMs: 2_000, cv: 2 } }, { serviceCv: 1 }, { gamma: { mean: '2000000us', cv: 1 } }],
  ])('has a service that is %s', (_, setting, turned, service) => {
    const { platform } = scenarioOfSetting({ ...SMALL, ...setting }, { limit: 8, ...turned });
    expect(platform.endpoints[0]?.service).toEqual(service);
  });
});

describe('ghost slots', () => {
  it('leave the waits of a limit smaller by as many, to the same microsecond', () => {
    const load = loadOfSetting(SMALL, SLOS);
    const without = runs.run(load.point({ limit: 8 }), 3);
    const haunted = runs.run(load.point({ limit: 14, ghosts: 6 }), 3);
    expect(haunted.actuals).toEqual(without.actuals);
    expect(haunted.metrics['queue_latency']).toEqual(without.metrics['queue_latency']);
    expect(haunted.metrics['leaked_slots']).toMatchObject({ value: 6, min: 6, max: 6 });
    expect(haunted.metrics['requests']).toMatchObject({ count: (without.metrics['requests'] as { count: number }).count + 6 });
  });

  it('are what was asked about: what they break is no finding', () => {
    for (const policy of ['fal-documented', 'fal-939', 'nexaapi-claims', 'reference'] as const)
      for (const waiting of ['fifo', 'backoff'] as const) {
        const point = loadOfSetting({ ...SMALL, policy, waiting }, SLOS).point({ limit: 14, ghosts: 6 });
        expect(runs.run(point, 1).broken, `${policy}, ${waiting}`).toEqual([]);
      }
  });

  it('do not last under a policy with leases, and then take nothing from the limit', () => {
    const setting: Setting = { ...SMALL, policy: 'reference' };
    const load = loadOfSetting(setting, SLOS);
    expect(load.overload?.({ limit: 8, ghosts: 6 })).toBeUndefined();
    expect(runs.run(load.point({ limit: 8, ghosts: 6 }), 1).metrics['leaked_slots']).toMatchObject({ value: 0 });
    expect(loadOfSetting(SMALL, SLOS).overload?.({ limit: 8, ghosts: 6 })).toEqual({ offeredSlots: 4, limit: 2, mostPerSecond: 1 });
  });

  it('of the setting itself count where the dial is not turned', () => {
    const load = loadOfSetting({ ...SMALL, ghosts: 2 }, SLOS);
    expect(runs.run(load.point({ limit: 8 }), 1).metrics['leaked_slots']).toMatchObject({ value: 2 });
    expect(runs.run(load.point({ limit: 8, ghosts: 0 }), 1).metrics['leaked_slots']).toMatchObject({ value: 0 });
  });
});

describe('other dials', () => {
  const load = loadOfSetting(SMALL, SLOS);
  const p95 = (point: PlanPoint): number => runs.run(point, 1).actuals[0] as number;

  it('burst: all of it comes at one instant, and waits', () => {
    const { metrics } = runs.run(load.point({ limit: 8, burst: 100 }), 1);
    expect((metrics['requests'] as { count: number }).count).toBe((runs.run(load.point({ limit: 8 }), 1).metrics['requests'] as { count: number }).count + 100);
    expect((metrics['queue_latency'] as { max: number }).max).toBeGreaterThan((100 / 8 - 3) * 2_000);
    expect(metrics['requests{outcome:waiting}']).toMatchObject({ count: 0 });
  });

  it('cold starts and outages make requests wait that a limit alone would not', () => {
    const alone = p95(load.point({ limit: 40 }));
    expect(alone).toBe(0);
    expect(p95(load.point({ limit: 40, coldStartMs: 30_000 }))).toBeGreaterThan(alone);
    expect(p95(load.point({ limit: 40, outage: { runners: 8, down: 6, forMs: 60_000 } }))).toBeGreaterThan(alone);
  });

  it('an outage, and the work of a burst, have twice their time to be worked off after the last arrival', () => {
    const recovery = (turned: Partial<Dials>): unknown => scenarioOfSetting(SMALL, { limit: 8, ...turned }).recovery;
    expect(recovery({})).toBe('120000000us');
    expect(recovery({ outage: { runners: 8, down: 6, forMs: 60_000 } })).toBe('240000000us');
    expect(recovery({ burst: 100 })).toBe('170000000us');
    expect(recovery({ burst: 100, ghosts: 4 })).toBe('220000000us');
  });

  it('start_timeout and a client that repeats end waits: no load is too much then, and no run too short', () => {
    const tight = { limit: 4 };
    expect(load.overload?.(tight)).toBeDefined();
    expect(load.shortRun?.({ limit: 5 })).toBeDefined();
    for (const dial of [{ startTimeoutMs: 5_000 }, { call: { call: 'run', sdk: 'js' } }] as const) {
      expect(load.overload?.({ ...tight, ...dial })).toBeUndefined();
      expect(load.shortRun?.({ limit: 5, ...dial })).toBeUndefined();
      expect(load.overload?.({ ...tight, ...dial, ghosts: 4 })).toMatchObject({ limit: 0 });
    }
    expect(loadOfSetting({ ...SMALL, startTimeoutMs: 5_000 }, SLOS).overload?.(tight)).toBeUndefined();
    // Nobody is dropped before most of the run is over.
    expect(load.overload?.({ ...tight, startTimeoutMs: 100_000 })).toBeDefined();
    expect(loadOfSetting({ ...SMALL, startTimeoutMs: 5_000 }, SLOS).overload?.({ ...tight, startTimeoutMs: Number.POSITIVE_INFINITY })).toBeDefined();
  });

  it('start_timeout drops who waits longer', () => {
    const { metrics, actuals } = runs.run(load.point({ limit: 5, startTimeoutMs: 500 }), 1);
    expect(actuals[0]).toBeLessThanOrEqual(500);
    expect((metrics['start_timeouts'] as { count: number }).count).toBeGreaterThan(0);
  });

  it('waiting and call change the platform and the client', () => {
    expect(runs.run(load.point({ limit: 5, waiting: 'backoff' }), 1).metrics['server_requeues']).not.toMatchObject({ count: 0 });
    expect(runs.run(load.point({ limit: 5, call: { call: 'run', sdk: 'js' } }), 1).metrics['http_429']).not.toMatchObject({ count: 0 });
  });
});

describe('the warm-up', () => {
  const load = { ratePerSecond: 5, meanServiceMs: 12_000 };

  it('is as long as the queue remembers: 5 relaxation times at 69 slots', () => {
    expect(warmupMs(load, 69, 4_000_000, 1) / 1000).toBeCloseTo(190.9, 1);
  });

  it('leaves enough of a run only where it is no more than 30 % of it', () => {
    expect(settlingMs(load, 69, 1) / 1000).toBeCloseTo(190.9 / 0.3, 0);
    expect(settlingMs(load, 60, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is 10 mean services at least, and 30 % of the run at most', () => {
    expect(warmupMs(load, 1_000, 4_000_000, 1)).toBe(120_000);
    expect(warmupMs(load, 61, 4_000_000, 1)).toBe(1_200_000);
    expect(warmupMs(load, 60, 4_000_000, 1)).toBe(1_200_000);
  });
});

describe('a load of flags', () => {
  it('says what it is', () => {
    expect(loadOfSetting({ ...FIVE_A_SECOND, batchMean: 10 }, SLOS).facts).toEqual({
      source: 'flags',
      text: '5/s in Poisson batches of mean 10, 12s exponential',
      ratePerSecond: 5,
      meanServiceMs: 12_000,
      offeredSlots: 60,
      arrivalScv: 19,
      serviceScv: 1,
    });
    expect(loadOfSetting(FIVE_A_SECOND, SLOS).overload?.({ limit: 40 })).toEqual({ offeredSlots: 60, limit: 40, mostPerSecond: 40 / 12 });
    expect(loadOfSetting(FIVE_A_SECOND, SLOS).overload?.({ limit: 61 })).toBeUndefined();
  });

  it('stays too short a run where the policy is changed', () => {
    const load = loadOfSetting(SMALL, SLOS);
    const changed = changedLoad(load, [{ path: 'platform.policy.dispatchLatency', value: '100ms' }]);
    expect(changed.shortRun?.({ limit: 5 })).toEqual(load.shortRun?.({ limit: 5 }));
    expect(changed.shortRun?.({ limit: 5 })).toBeDefined();
  });

  test.each<[Partial<Setting>, string]>([
    [{ ratePerSecond: 0 }, 'a rate above 0'],
    [{ ratePerSecond: Number.NaN }, 'a rate above 0'],
    [{ service: { law: 'constant', meanMs: 0, cv: 0 } }, 'a mean service time above 0'],
    [{ batchMean: 0.5 }, 'a mean batch of at least 1'],
    [{ requests: 0 }, 'a whole number of requests'],
    [{ startTimeoutMs: 100 }, 'a start_timeout of more than 100ms'],
    [{ ghosts: 1.5 }, 'a whole number of ghost slots'],
    [{ service: { law: 'gamma', meanMs: 1, cv: -1 } }, 'a coefficient of variation'],
  ])('%j is none', (wrong, message) => {
    expect(() => loadOfSetting({ ...SMALL, ...wrong }, SLOS)).toThrow(message);
  });
});

function settings(): fc.Arbitrary<Setting> {
  return fc.record({
    limit: fc.integer({ min: 1, max: 500 }),
    ratePerSecond: fc.double({ min: 0.001, max: 1_000, noNaN: true }),
    batchMean: fc.oneof(fc.constant(1), fc.double({ min: 1, max: 100, noNaN: true })),
    service: fc.record({
      law: fc.constantFrom('constant', 'exponential', 'lognormal', 'gamma'),
      meanMs: fc.double({ min: 0.01, max: 600_000, noNaN: true }),
      cv: fc.double({ min: 0.01, max: 10, noNaN: true }),
    }),
    ghosts: fc.integer({ min: 0, max: 20 }),
    policy: fc.constantFrom('fal-documented', 'fal-939', 'nexaapi-claims', 'reference'),
    waiting: fc.constantFrom('backoff', 'fifo'),
    startTimeoutMs: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: 101, max: 60_000, noNaN: true })),
    requests: fc.integer({ min: 1, max: 200_000 }),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
  });
}

function dials(): fc.Arbitrary<Dials> {
  const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
  return fc
    .record({
      limit: fc.integer({ min: 1, max: 10_000 }),
      rateFactor: some(fc.double({ min: 0.01, max: 10, noNaN: true })),
      serviceFactor: some(fc.double({ min: 0.01, max: 10, noNaN: true })),
      batchMean: some(fc.integer({ min: 1, max: 50 })),
      serviceCv: some(fc.constantFrom(0, 1, 2)),
      ghosts: some(fc.integer({ min: 0, max: 30 })),
      coldStartMs: some(fc.integer({ min: 1, max: 60_000 })),
      startTimeoutMs: some(fc.integer({ min: 1_001, max: 60_000 })),
      burst: some(fc.integer({ min: 1, max: 1_000 })),
      waiting: some(fc.constantFrom('backoff' as const, 'fifo' as const)),
      call: some(fc.constantFrom({ call: 'run' as const, sdk: 'js' as const }, { call: 'submit' as const, sdk: 'python' as const })),
    })
    .filter(({ startTimeoutMs, call }) => call === undefined || startTimeoutMs !== undefined);
}
