import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { realOutside } from '../../../src/cli/outside.js';
import { tracesBeside } from '../../../src/cli/trace-files.js';
import type { Dials } from '../../../src/plan/point.js';
import { PointRuns } from '../../../src/plan/point-runs.js';
import { loadOfScenario, type ScenarioLoad, type ScenarioLoadOptions } from '../../../src/plan/scenario/load-from-scenario.js';
import { scaledLaw } from '../../../src/plan/scenario/scaled-law.js';
import { Slos } from '../../../src/plan/slos.js';
import { type PreparedVariant, prepareScenario } from '../../../src/prepare.js';
import { parseSource, sourceOfData } from '../../../src/scenario/source.js';
import type { Scenario } from '../../../src/scenario/types.js';

const STORY = {
  name: 'two-models',
  description: 'Two models share a limit.',
  seed: 4,
  platform: {
    policy: 'fal-documented',
    accounts: [{ id: 'acme', limit: 10 }],
    endpoints: [
      { id: 'fast', service: { exponential: { mean: '2s' } } },
      { id: 'slow', service: { lognormal: { mean: '12s', cv: 0.5 } } },
    ],
  },
  workload: [
    { as: 'acme', endpoint: 'fast', arrivals: { poisson: '1/s', to: '10m' } },
    { as: 'acme/key', endpoint: 'slow', arrivals: { poisson: '0.25/s', to: '10m' } },
  ],
  warmup: '1m',
  recovery: '5m',
  expect: {
    thresholds: { queue_latency: ['p(95) < 5s', { threshold: 'p(50) < 1s', level: 'warn' }], leaked_slots: 'value == 0' },
    budgets: { start_timeouts: '0.1%' },
    invariants: { 'L-REL': 'held' },
  },
};
/** What is true of a limit of 10, and of a larger one no longer. */
const WRITTEN_FOR_TEN = {
  slots_in_use: 'max <= 10',
  slot_utilisation: 'value > 0.5',
  start_timeouts: 'count >= 26',
  'requests{outcome:ok}': ['count < 700', 'count == 12'],
};
const FIFO = { name: 'fifo', set: { 'platform.policy.waiting': 'fifo' }, expect: { thresholds: { queue_latency: 'p(95) < 3s' } } };

describe('a scenario as the load of a plan', () => {
  it('says how much work comes, whose limit is asked for and what its tiers are', () => {
    const load = loadOf(STORY);
    expect(load.facts).toMatchObject({ source: 'scenario', ratePerSecond: 1.25, meanServiceMs: 4_000, offeredSlots: 5, arrivalScv: 1, serviceScv: undefined });
    expect(load.facts.text).toBe('two-models: 1.25/s of acme, service 4s mean');
    expect(load).toMatchObject({ account: 'acme', limit: 10, isRecorded: false, warmupMs: 60_000 });
    expect(load.classes).toEqual([
      { tag: 'endpoint', name: 'fast', ratePerSecond: 1, meanServiceMs: 2_000 },
      { tag: 'endpoint', name: 'slow', ratePerSecond: 0.25, meanServiceMs: 12_000 },
    ]);
    expect(load.platform.tiersAreIllustrative).toBe(true);
    expect(load.notes).toEqual([]);
  });

  it('is one of its variants: its settings, its promises, and its name in words', () => {
    const load = loadOf({ ...STORY, variants: [FIFO] });
    expect(load.facts.text).toBe('two-models, variant fifo: 1.25/s of acme, service 4s mean');
    expect(resolved(load, { limit: 8 }).platform.policy.waiting).toBe('fifo');
    expect(load.slos.texts[0]).toBe('queue_latency p(95) < 3s');
    expect(load.point({ limit: 8 }).input).not.toHaveProperty('variants');
  });

  it('promises what it expects of itself, unless --slo says otherwise', () => {
    expect(loadOf(STORY).slos.texts).toEqual(['queue_latency p(95) < 5s', 'leaked_slots value == 0', 'start_timeouts < 0.1%']);
    expect(loadOf(STORY, { slos: new Slos(['p(99)<1s']) }).slos.texts).toEqual(['queue_latency p(99)<1s']);
    expect(() => loadOf({ ...STORY, expect: {} })).toThrow("expected an SLO: give one such as --slo 'p(95)<2s', or thresholds under expect");
  });

  it('leaves out what a larger limit can only break, and says which and why', () => {
    const load = loadOf({ ...STORY, expect: { thresholds: { ...WRITTEN_FOR_TEN, queue_latency: ['p(95) < 5s', 'max > 1s'] } } });
    expect(load.slos.texts).toEqual(['requests{outcome:ok} count == 12', 'queue_latency p(95) < 5s']);
    expect(load.notes).toEqual([
      "Of the scenario's own promises these have no part in the answer: slots_in_use max <= 10, slot_utilisation value > 0.5 (each speaks of the limit itself); start_timeouts count >= 26, queue_latency max > 1s (each asks that something goes wrong); requests{outcome:ok} count < 700 (asks that less is served). They were written for the limit that it has; slotstorm run checks them there.",
    ]);
    const asked = loadOf({ ...STORY, expect: { thresholds: WRITTEN_FOR_TEN } }, { slos: new Slos(['slots_in_use max <= 10']) });
    expect(asked.slos.texts).toEqual(['slots_in_use max <= 10']);
    expect(asked.notes).toEqual([]);
  });

  it('leaves out what is no promise about one number, and plans by the rest', () => {
    const thresholds = {
      queue_latency: ['p(95) < 5s', 'p(95) < baseline * 1.1', 'p(99) < 9s @ 90%', 'max < 60s @ every'],
      slots_in_use: 'max <= 10',
    };
    const load = loadOf({ ...STORY, expect: { thresholds, budgets: { failed_seeds: '5%', start_timeouts: '0.1%' } } });
    expect(load.slos.texts).toEqual(['queue_latency p(95) < 5s', 'queue_latency max < 60s @ every', 'start_timeouts < 0.1%']);
    expect(load.notes[0]).toBe(
      "Of the scenario's own promises these have no part in the answer: slots_in_use max <= 10 (speaks of the limit itself); queue_latency p(95) < baseline * 1.1 (is judged by a baseline); queue_latency p(99) < 9s @ 90%, failed_seeds < 5% (each is judged seed by seed). They were written for the limit that it has; slotstorm run checks them there.",
    );
  });

  it('speaks of --slo only where nothing else is left', () => {
    for (const [name, expression] of [
      ['queue_latency', 'p(95) < baseline * 1.1'],
      ['queue_latency', 'p(95) < 5s @ median'],
    ] as const)
      expect(() => loadOf({ ...STORY, expect: { thresholds: { [name]: expression } } })).toThrow(
        /^story\.yaml: expected an SLO that a larger limit helps to keep: give one such as --slo 'p\(95\)<2s'.* \(is judged (by a baseline|seed by seed)\)$/,
      );
    expect(() => loadOf({ ...STORY, expect: { budgets: { failed_seeds: '5%' } } })).toThrow('promises none: failed_seeds < 5% (is judged seed by seed)');
  });

  it('without a promise about waits says how to make one', () => {
    expect(loadOf({ ...STORY, expect: { thresholds: { gave_up: 'count == 0' } } }).notes).toEqual([
      "None of the promises is about waits: a limit may keep them all however long requests wait. Promise a wait with --slo 'p(95)<2s'.",
    ]);
  });

  it('without a promise that a larger limit helps to keep is nothing to plan by', () => {
    const thresholds = { slots_in_use: 'max <= 10', lost_requests: 'count == 0', leaked_slots: 'value == 0' };
    expect(() => loadOf({ ...STORY, expect: { thresholds } })).toThrow(
      "expected an SLO that a larger limit helps to keep: give one such as --slo 'p(95)<2s', for the scenario promises none: slots_in_use max <= 10 (speaks of the limit itself); lost_requests count == 0, leaked_slots value == 0 (each kept or missed whatever the limit)",
    );
    const many = { slots_in_use: [1, 2, 3, 4, 5, 6, 7].map((most) => `max <= ${most}`) };
    expect(() => loadOf({ ...STORY, expect: { thresholds: many } })).toThrow(/slots_in_use max <= 5 and 2 more \(each speaks/);
  });

  it('of several accounts leaves out what counts all of them together, and cannot be planned by promises to another', () => {
    const other = { as: 'other', endpoint: 'fast', arrivals: { poisson: '1/s', to: '10m' } };
    const platform = { ...STORY.platform, accounts: [...STORY.platform.accounts, { id: 'other', limit: 5 }] };
    const story = (thresholds: Record<string, string>) => ({ ...STORY, platform, workload: [...STORY.workload, other], expect: { thresholds } });
    const load = loadOf(story({ 'requests{outcome:ok}': 'count >= 500', 'requests{account:acme,outcome:ok}': 'count >= 300' }), { account: 'acme' });
    expect(load.slos.texts).toEqual(['requests{account:acme,outcome:ok} count >= 300']);
    expect(load.notes[0]).toContain('requests{outcome:ok} count >= 500 (counts all accounts together)');
    for (const selector of ['queue_latency{account:other}', 'queue_latency{key:other/key}'])
      expect(() => loadOf(story({ [selector]: 'max < 1s' }), { account: 'acme' })).toThrow('kept or missed whatever the limit');
  });

  it('keeps its story: only the limit changes, and what is held against it', () => {
    const { expect: checks, ...turned } = resolved(loadOf(STORY), { limit: 33 });
    const [variant] = prepareScenario(sourceOfData('story', STORY)).variants;
    const { expect: _, ...story } = (variant as PreparedVariant).scenario;
    const accounts = story.platform.accounts.map((account) => ({ ...account, limit: 33 }));
    expect(turned).toEqual({ ...story, platform: { ...story.platform, accounts } });
    expect(checks).toMatchObject({ thresholds: { queue_latency: ['p(95) < 5s'], leaked_slots: ['value == 0'] }, invariants: { 'L-REL': 'held' } });
  });

  it('is unstable where its work does not fit', () => {
    const load = loadOf(STORY);
    expect(load.overload?.({ limit: 5 })).toEqual({ offeredSlots: 5, limit: 5, mostPerSecond: 1.25 });
    expect(load.overload?.({ limit: 6 })).toBeUndefined();
    expect(load.overload?.({ limit: 6, ghosts: 2 })).toMatchObject({ limit: 4 });
    expect(load.overload?.({ limit: 6, rateFactor: 1.5 })).toMatchObject({ offeredSlots: 7.5 });
  });

  it('with steps is never called unstable: only a run can tell', () => {
    const load = loadOf({ ...STORY, steps: [{ at: '1m', do: 'set-limit', account: 'acme', limit: 3 }] });
    expect(load.overload?.({ limit: 1 })).toBeUndefined();
    expect(load.notes.join(' ')).toContain('the answer is the limit that it begins with');
  });

  it('takes settings of the command line', () => {
    const [faster] = prepareScenario(sourceOfData('story.yaml', STORY), [{ path: 'workload.0.arrivals.poisson', value: '2/s' }]).variants as [PreparedVariant];
    const load = loadOfScenario(faster, { file: 'story.yaml', traceSource: () => [] });
    expect(load.facts.ratePerSecond).toBe(2.25);
  });

  it('that cannot say how long its work takes is measured', () => {
    const users = { closedLoop: { users: 20, thinkTime: '10s' }, to: '10m' };
    const load = loadOf({ ...STORY, workload: [{ as: 'acme', endpoint: 'fast', arrivals: users }] });
    expect(load.facts.text).toContain('(measured in one run with slots to spare)');
    expect(load.facts.ratePerSecond).toBeCloseTo(20 / 12, 0);
    expect(load.facts.meanServiceMs / 1_000).toBeCloseTo(2, 0);
    expect(load.dials.has('rateFactor')).toBe(false);
  });

  it('of a single burst keeps as many slots busy as it has requests', () => {
    const load = loadOf({ ...STORY, warmup: undefined, workload: [{ as: 'acme', endpoint: 'fast', arrivals: { burst: 50, at: '0s' } }] });
    expect(load.facts.offeredSlots).toBeCloseTo(50, 6);
  });

  it('of which all requests come at one instant says how many, and no rate', () => {
    const burst = (count: number, at: string) => ({ as: 'acme', endpoint: 'fast', arrivals: { burst: count, at } });
    const once = loadOf({ ...STORY, warmup: undefined, workload: [burst(50, '10s'), burst(20, '10s')] });
    expect(once.facts.atOnce).toBe(70);
    expect(once.facts.text).toMatch(/^two-models: 70 requests at once of acme, service /);
    expect(loadOf({ ...STORY, warmup: undefined, workload: [burst(50, '10s'), burst(20, '20s')] }).facts.atOnce).toBeUndefined();
    expect(loadOf(STORY).facts.atOnce).toBeUndefined();
  });

  it('that is a recording is one history', () => {
    const arrivals = { trace: 'requests.csv', columns: { arrival: 'at', service: 'seconds' } };
    const recorded = { ...STORY, warmup: undefined, workload: [{ as: 'acme', endpoint: 'fast', arrivals }] };
    const load = loadOf(recorded, { traceSource: () => ['at,seconds\n0,1\n1,2\n2,3\n'] });
    expect(load.isRecorded).toBe(true);
    expect(load.facts.meanServiceMs).toBeCloseTo(2_000, 3);
    expect(loadOf(STORY).isRecorded).toBe(false);
  });

  it('that is a burst is one history only where its services are no matter of chance', () => {
    const workload = [{ as: 'acme', endpoint: 'fast', arrivals: { burst: 50, at: '0s' } }];
    const withService = (service: unknown) =>
      loadOf({
        ...STORY,
        warmup: undefined,
        workload,
        platform: { ...STORY.platform, endpoints: STORY.platform.endpoints.map((endpoint) => ({ ...endpoint, service })) },
      });
    expect(withService('1s').isRecorded).toBe(true);
    expect(withService({ exponential: { mean: '1s' } }).isRecorded).toBe(false);
  });
});

describe('whose limit is asked for', () => {
  const two = { ...STORY, platform: { ...STORY.platform, accounts: [{ id: 'acme', limit: 10 }, { id: 'guest' }] } };

  it('must be said where there are several accounts', () => {
    expect(() => loadOf(two)).toThrow('expected --account, for the scenario has 2: acme, guest');
    expect(loadOf(two, { account: 'acme' }).account).toBe('acme');
    expect(() => loadOf(two, { account: 'gest' })).toThrow('expected --account to be one of acme, guest, got "gest"');
  });

  it('must send something', () => {
    expect(() => loadOf(two, { account: 'guest' })).toThrow('expected the workload to hold requests of guest');
  });

  it('must be in the scenario', () => {
    const arrivals = { trace: 'x.csv', columns: { arrival: 'at', account: 'who' }, accountLimit: 3 };
    const brought = { ...STORY, warmup: undefined, platform: { ...STORY.platform, accounts: undefined }, workload: [{ endpoint: 'fast', arrivals }] };
    expect(() => loadOf(brought)).toThrow('recorded traffic that brings its own is planned with --trace and --by');
  });
});

describe('one account of two', () => {
  // The other one has a slot for work that takes ten, and waits for hours.
  const accounts = [{ id: 'acme' }, { id: 'guest', limit: 1 }];
  const crowd = { as: 'guest', endpoint: 'fast', arrivals: { poisson: '5/s', to: '10m' } };
  const shared = { ...STORY, platform: { ...STORY.platform, accounts }, workload: [...STORY.workload, crowd] };
  const runs = new PointRuns(() => []);
  const view = (load: ScenarioLoad, dials: Dials) => {
    const figures = runs.run(load.point(dials), 1);
    return load.figuresOf?.(figures) ?? figures;
  };

  it('is promised what is asked, and the other one is not', () => {
    const load = loadOf(shared, { account: 'acme' });
    expect(load.slos.texts).toEqual(['queue_latency{account:acme} p(95) < 5s', 'leaked_slots{account:acme} value == 0', 'start_timeouts < 0.1%']);
    expect(load.notes.join(' ')).toContain('Promises are made to acme');
    expect(loadOf(STORY).notes.join(' ')).not.toContain('Promises are made');
    const tagged = new Slos(['queue_latency{key:acme/key} p(95)<1s', 'queue_latency{endpoint:slow} p(95)<1s']);
    expect(loadOf(shared, { account: 'acme', slos: tagged }).slos.texts).toEqual([
      'queue_latency{key:acme/key} p(95)<1s',
      'queue_latency{account:acme,endpoint:slow} p(95)<1s',
    ]);
  });

  it('has figures that know nothing of the other one', () => {
    const alone = view(loadOf({ ...shared, workload: STORY.workload }, { account: 'acme' }), { limit: 40 });
    const beside = view(loadOf(shared, { account: 'acme' }), { limit: 40 });
    expect(beside.actuals[0]).toBe(0);
    expect(beside.metrics['queue_latency{account:guest}']).toMatchObject({ type: 'trend' });
    expect((beside.metrics['queue_latency{account:guest}'] as { p95: number }).p95).toBeGreaterThan(60_000);
    expect((beside.metrics['queue_latency'] as { p95: number }).p95).toBe(0);
    const calls = ({ metrics }: typeof beside): number => (metrics['requests'] as { count: number }).count;
    expect(calls(beside) / calls(alone)).toBeCloseTo(1, 0);
    expect((beside.metrics['slot_utilisation'] as { value: number }).value).toBeLessThan(0.3);
    expect((beside.metrics['queue_latency{endpoint:fast}'] as { p95: number }).p95).toBe(0);
  });

  it('loses what it loses itself', () => {
    const impatient = { ...shared, workload: [...STORY.workload, { ...crowd, startTimeout: '2s' }] };
    const figures = view(loadOf(impatient, { account: 'acme' }), { limit: 40 });
    expect(figures.occurrences).toMatchObject([{ name: 'start_timeouts', k: 0 }]);
    expect((figures.metrics['start_timeouts{account:acme}'] as { n: number }).n).toBe(figures.occurrences[0]?.n);
  });

  it('is measured by its own calls', () => {
    const users = { closedLoop: { users: 20, thinkTime: '10s' }, to: '10m' };
    const load = loadOf({ ...shared, workload: [{ as: 'acme', endpoint: 'fast', arrivals: users }, crowd] }, { account: 'acme' });
    expect(load.facts.ratePerSecond).toBeCloseTo(20 / 12, 0);
    expect(load.facts.meanServiceMs / 1_000).toBeCloseTo(2, 0);
  });
});

describe('a story of some minutes', () => {
  const minutes = (to: string) => loadOf({ ...STORY, workload: [{ as: 'acme', endpoint: 'slow', arrivals: { poisson: '5/s', to } }] });

  it('that is the same all the time is too short for what takes longer to show, as flags are', () => {
    expect(minutes('5m').shortRun?.({ limit: 69 })).toMatchObject({ runMs: 300_000 });
    expect(minutes('5m').shortRun?.({ limit: 69 })?.neededMs).toBeGreaterThan(600_000);
    expect(minutes('5m').shortRun?.({ limit: 80 })).toBeUndefined();
    expect(minutes('2h').shortRun?.({ limit: 69 })).toBeUndefined();
    expect(minutes('5m').shortRun?.({ limit: 80, ghosts: 11 })).toMatchObject({ runMs: 300_000 });
  });

  it('in which requests are dropped is neither too short nor too much', () => {
    expect(minutes('5m').shortRun?.({ limit: 69, startTimeoutMs: 5_000 })).toBeUndefined();
    expect(minutes('5m').overload?.({ limit: 50 })).toBeDefined();
    expect(minutes('5m').overload?.({ limit: 50, startTimeoutMs: 5_000 })).toBeUndefined();
    expect(minutes('5m').overload?.({ limit: 50, call: { call: 'run', sdk: 'js' } })).toBeUndefined();
  });

  it('that changes is a story by itself, and says so', () => {
    const stages = { stages: [{ duration: '5m', target: '2/s' }], startRate: '1/s' };
    const load = loadOf({ ...STORY, workload: [{ as: 'acme', endpoint: 'fast', arrivals: stages }] });
    expect(load.shortRun?.({ limit: 1 })).toBeUndefined();
    expect(load.notes).toContain('The answer is one of this story, 5m long: a load that goes on for longer may need more.');
    expect(minutes('5m').notes.join(' ')).not.toContain('of this story');
  });
});

describe('dials of a scenario', () => {
  const load = loadOf(STORY);
  const runs = new PointRuns(() => []);

  it('rate and service', () => {
    const faster = resolved(load, { limit: 10, rateFactor: 1.2 });
    expect(faster.workload.map(({ arrivals }) => (arrivals as { perSecond: number }).perSecond)).toEqual([1.2, 0.3]);
    const longer = resolved(load, { limit: 10, serviceFactor: 1.5 });
    expect(longer.platform.endpoints.map(({ service }) => (service as { meanUs: number }).meanUs)).toEqual([3_000_000, 18_000_000]);
  });

  test.each([
    ['constant', { rate: '2/s', to: '10m' }, { kind: 'constant', perSecond: 3 }],
    ['batches', { batches: { poisson: '1/m', size: 10 }, to: '10m' }, { kind: 'batches', perSecond: 0.025 }],
    ['on and off', { onOff: { onRate: '5/s', offRate: '1/s', meanOn: '20s', meanOff: '20s' }, to: '10m' }, { onPerSecond: 7.5, offPerSecond: 1.5 }],
    [
      'stages',
      { stages: [{ duration: '10m', target: '2/s' }], startRate: '1/s' },
      { startPerSecond: 1.5, stages: [{ durationUs: 600_000_000, perSecond: 3 }] },
    ],
    ['burst', { burst: 7, at: '2m' }, { kind: 'burst', count: 11 }],
  ])('the rate of %s arrivals', (_, arrivals, turned) => {
    const other = loadOf({ ...STORY, workload: [{ as: 'acme', endpoint: 'fast', arrivals }] });
    expect(resolved(other, { limit: 10, rateFactor: 1.5 }).workload[0]?.arrivals).toMatchObject(turned);
  });

  it('the size of bursts that come at one instant: as many as the instant has, shared out among them', () => {
    const burst = (count: number, at = '0s', as = 'acme') => ({ as, endpoint: 'fast', arrivals: { burst: count, at } });
    const counts = (workload: object[], rateFactor: number, more: object = {}): number[] => {
      const accounts = [
        { id: 'acme', limit: 10 },
        { id: 'other', limit: 10 },
      ];
      const story = loadOf({ ...STORY, platform: { ...STORY.platform, accounts }, warmup: undefined, workload, ...more }, { account: 'acme' });
      return resolved(story, { limit: 4, rateFactor }).workload.map(({ arrivals }) => (arrivals as { count: number }).count);
    };
    const six = [1, 1, 1, 1, 1, 1].map((count) => burst(count));
    expect(counts(six, 1.5)).toEqual([2, 2, 2, 1, 1, 1]);
    expect(counts(six, 1.2)).toEqual([2, 1, 1, 1, 1, 1]);
    expect(counts(six, 0.5)).toEqual([1, 1, 1]);
    expect(counts(six, 0.01)).toEqual([1]);
    expect(counts([burst(5), burst(2), burst(1)], 1.5)).toEqual([8, 3, 1]);
    // Nobody else's, and no other instant.
    expect(counts([burst(1, '0s', 'other'), burst(1), burst(1), burst(1, '9s')], 0.5)).toEqual([1, 1, 1]);
    // A step that hands in as much is one of them.
    const steps = [{ at: '9s', do: 'burst', as: 'acme', endpoint: 'fast', count: 1 }];
    expect(counts([burst(1), burst(1, '9s')], 1.5, { steps })).toEqual([2, 2, 1]);
    expect(counts([burst(1), burst(1, '9s')], 0.5, { steps })).toEqual([1, 1]);
  });

  it('ghosts: with them waits are those of a limit smaller by as many', () => {
    const without = runs.run(load.point({ limit: 7 }), 1);
    const haunted = runs.run(load.point({ limit: 10, ghosts: 3 }), 1);
    expect(haunted.actuals[0]).toEqual(without.actuals[0]);
    expect(haunted.broken).toEqual([]);
    expect(haunted.metrics['leaked_slots']).toMatchObject({ value: 3 });
  });

  it('ghosts are no dial of a story that revokes keys, or begins with a burst', () => {
    const revoking = { ...STORY, steps: [{ at: '1m', do: 'revoke-key', key: 'acme/key' }] };
    const bursting = { ...STORY, workload: [...STORY.workload, { as: 'acme', endpoint: 'fast', arrivals: { burst: 5, at: '0s' } }] };
    for (const story of [revoking, bursting]) expect(loadOf(story).dials.has('ghosts')).toBe(false);
    expect(() => loadOf(revoking).point({ limit: 10, ghosts: 1 })).toThrow('got the dial ghosts');
  });

  it('waiting, start_timeout, call, limits of endpoints', () => {
    const turned = resolved(load, {
      limit: 10,
      waiting: 'fifo',
      startTimeoutMs: 4_000,
      call: { call: 'subscribe', sdk: 'python' },
      endpointLimits: { slow: 2 },
    });
    expect(turned.platform.policy.waiting).toBe('fifo');
    expect(turned.platform.accounts[0]?.endpointLimits).toEqual({ slow: 2 });
    for (const flow of turned.workload) expect(flow).toMatchObject({ startTimeoutUs: 4_000_000, call: 'subscribe', sdk: 'python' });
    const timed = loadOf({ ...STORY, workload: STORY.workload.map((flow) => ({ ...flow, startTimeout: '9s' })) });
    expect(resolved(timed, { limit: 10, startTimeoutMs: Number.POSITIVE_INFINITY }).workload[0]?.startTimeoutUs).toBe(Number.POSITIVE_INFINITY);
  });

  it('the reference policy that sleeps keeps no promise of order', () => {
    const strict = loadOf({ ...STORY, platform: { ...STORY.platform, policy: 'reference' } });
    const { policy } = resolved(strict, { limit: 10, waiting: 'backoff' }).platform;
    expect(policy.preset).toBe('reference');
    expect(policy.promises).toEqual(['no-duplicates', 'prompt-release', 'self-healing']);
    expect(runs.run(strict.point({ limit: 6, waiting: 'backoff' }), 1).broken).toEqual([]);
  });

  it('what a burst and an outage pile up has time to be worked off', () => {
    const recovery = (dials: Partial<Dials>): number => resolved(load, { limit: 10, ...dials }).recoveryUs / 1e6;
    expect(recovery({})).toBe(300);
    // Twice as long as 40 requests of 4 s take ten slots.
    expect(recovery({ burst: 40 })).toBe(300 + 32);
    expect(recovery({ burst: 40, serviceFactor: 2 })).toBe(300 + 64);
    expect(recovery({ outage: { runners: 10, down: 3, forMs: 60_000 } })).toBe(300 + 120);
  });

  it('a burst and an outage come in the middle', () => {
    const { steps, workload } = resolved(load, { limit: 10, burst: 40, outage: { runners: 10, down: 3, forMs: 60_000 } });
    expect(workload.at(-1)).toMatchObject({ endpoint: 'fast', arrivals: { kind: 'burst', count: 40, atUs: 300_000_000 } });
    expect(steps.filter((step) => step.do === 'pause-runner')).toEqual([
      { do: 'pause-runner', atUs: 300_000_000, endpoint: 'fast', count: 3, forUs: 60_000_000 },
      { do: 'pause-runner', atUs: 300_000_000, endpoint: 'slow', count: 3, forUs: 60_000_000 },
    ]);
  });
});

describe('a law that is scaled', () => {
  test.each([
    ['12s', '18000000us'],
    [{ constant: '2s' }, { constant: '3000000us' }],
    [{ uniform: { min: '0s', max: '4s' } }, { uniform: { min: '0s', max: '6000000us' } }],
    [{ gamma: { mean: '2s', cv: 0.5 } }, { gamma: { mean: '3000000us', cv: 0.5 } }],
    [{ erlang: { mean: '2s', stages: 4 } }, { erlang: { mean: '3000000us', stages: 4 } }],
    [{ pareto: { shape: 1.5, min: '2s', max: '1m' } }, { pareto: { shape: 1.5, min: '3000000us', max: '90000000us' } }],
    [{ empirical: { values: ['2s', '4s'], weights: [5, 3] } }, { empirical: { values: ['3000000us', '6000000us'], weights: [5, 3] } }],
    [
      {
        empirical: {
          quantiles: [
            { p: 0, is: '2s' },
            { p: 1, is: '4s' },
          ],
        },
      },
      {
        empirical: {
          quantiles: [
            { p: 0, is: '3000000us' },
            { p: 1, is: '6000000us' },
          ],
        },
      },
    ],
    [{ empirical: { file: 'x.csv', column: 'ms', unit: 'ms' } }, { empirical: { file: 'x.csv', column: 'ms', unit: '1500us' } }],
    [{ empirical: { file: 'x.csv', column: 's' } }, { empirical: { file: 'x.csv', column: 's', unit: '1500000us' } }],
  ])('%j takes half as long again', (law, scaled) => {
    expect(scaledLaw(law, 1.5)).toEqual(scaled);
  });
});

describe('the shipped scenarios', () => {
  const TURNED: Dials = {
    limit: 12,
    rateFactor: 1.2,
    serviceFactor: 1.2,
    ghosts: 2,
    coldStartMs: 5_000,
    startTimeoutMs: 30_000,
    call: { call: 'run', sdk: 'js' },
    burst: 20,
    waiting: 'fifo',
  };
  const files = ['scenarios', 'scenarios/load', 'scenarios/zoo'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => `${folder}/${name}`),
  );

  it.each(files)('%s can be planned with, each of its dials by itself and all together', (file) => {
    const source = parseSource(file, readFileSync(file, 'utf8'));
    const traceSource = tracesBeside(file, realOutside().files);
    const [variant] = prepareScenario(source).variants as [PreparedVariant];
    const owners = new Map(variant?.scenario.platform.endpoints.map(({ id, owner }) => [id, owner]));
    // Of an own app no limit is asked for.
    const account = variant?.scenario.workload.find(({ as, endpoint }) => as !== undefined && owners.get(endpoint ?? '') !== as.account)?.as?.account;
    const load = loadOfScenario(variant, { file, account, slos: new Slos(['p(95)<2s']), traceSource });
    const some = Object.entries(TURNED).filter(([dial]) => load.dials.has(dial as keyof Dials));
    for (const [dial, value] of some) resolved(load, { limit: 12, [dial]: value });
    resolved(load, Object.fromEntries(some) as unknown as Dials);
  });
});

function loadOf(data: unknown, options: Partial<ScenarioLoadOptions> = {}): ScenarioLoad {
  const [variant] = prepareScenario(sourceOfData('story.yaml', JSON.parse(JSON.stringify(data)))).variants as [PreparedVariant];
  return loadOfScenario(variant, { file: 'story.yaml', traceSource: () => [], ...options });
}

function resolved(load: ScenarioLoad, dials: Dials): Scenario {
  const [variant] = prepareScenario(sourceOfData('a point', JSON.parse(JSON.stringify(load.point(dials).input)))).variants;
  return variant?.scenario as Scenario;
}
