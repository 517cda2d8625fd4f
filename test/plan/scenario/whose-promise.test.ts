import { describe, expect, it } from 'vitest';
import { SimulatedPlanning } from '../../../src/plan/planning.js';
import { loadOfScenario, type ScenarioLoad } from '../../../src/plan/scenario/load-from-scenario.js';
import { SimulatorHere } from '../../../src/plan/simulator-here.js';
import { Slos } from '../../../src/plan/slos.js';
import { type PreparedVariant, prepareScenario } from '../../../src/prepare.js';
import { sourceOfData } from '../../../src/scenario/source.js';

/** Twelve runners for two accounts: of a a hundred requests come at once, which take as many as they may. */
const STORY = {
  name: 'neighbours',
  seed: 1,
  platform: {
    policy: { preset: 'fal-documented', waiting: 'fifo' },
    accounts: [
      { id: 'a', limit: 6, keys: ['main'] },
      { id: 'b', limit: 6, keys: ['spare'] },
    ],
    endpoints: [
      { id: 'model', service: '5s', runners: 12 },
      { id: 'other', service: '5s' },
    ],
  },
  workload: [
    { as: 'a/main', endpoint: 'model', arrivals: { burst: 100, at: '0s' } },
    { as: 'b/spare', endpoint: 'model', arrivals: { poisson: '0.5/s', to: '2m' } },
  ],
  recovery: '10m',
};
const EARLY = { 'queue_latency{account:a}': 'p(95) < 85s' };
const OF_NEIGHBOUR = { 'queue_latency{account:b}': 'p(95) < 10s' };

describe('a promise to another account', () => {
  const answerOf = (load: ScenarioLoad) =>
    new SimulatedPlanning({ load, slos: load.slos, simulator: new SimulatorHere(() => []), seed: 1, mostSeeds: 8 }).smallestLimit({});

  it.each<[string, Record<string, string>]>([
    ['by its name', OF_NEIGHBOUR],
    ['by its key', { 'queue_latency{key:b/spare}': 'p(95) < 10s' }],
    ['by a key that only it has', { 'queue_latency{key:spare}': 'p(95) < 10s' }],
  ])('%s is broken by more slots where both share runners: a smaller limit keeps all of them', async (_, ofNeighbour) => {
    const { limit, why } = await answerOf(loadOf({ ...EARLY, ...ofNeighbour }));
    expect(limit).toBe(6);
    expect(why).toMatch(/^no longer with 10,000 slots: queue_latency\{(account:b|key:(b\/)?spare)\} p\(95\) < 10s/);
  });

  it('contradicts its own ones where no limit keeps both', async () => {
    const { limit, why } = await answerOf(loadOf({ 'queue_latency{account:a}': 'p(95) < 40s', ...OF_NEIGHBOUR }));
    expect(limit).toBeUndefined();
    expect(why).toContain('for they contradict each other: with 10,000 slots queue_latency{account:b} p(95) < 10s');
  });

  it('is taken in the same way where --slo makes it', async () => {
    expect((await answerOf(loadOf({}, new Slos(['p(95)<85s', 'queue_latency{account:b} p(95)<10s'])))).limit).toBe(6);
  });

  it('alone is nothing to plan by, and has no part where only its endpoint tells whose it is', () => {
    expect(() => loadOf(OF_NEIGHBOUR)).toThrow('queue_latency{account:b} p(95) < 10s (kept or missed whatever the limit)');
    const elsewhere = [...STORY.workload, { as: 'b', endpoint: 'other', arrivals: { burst: 5, at: '0s' } }];
    const { slos, notes } = loadOf({ ...EARLY, 'queue_latency{endpoint:other}': 'p(95) < 1s' }, undefined, elsewhere);
    expect(slos.texts).toEqual(['queue_latency{account:a} p(95) < 85s']);
    expect(notes[0]).toContain('queue_latency{endpoint:other} p(95) < 1s (is about requests of other accounts)');
  });
});

describe('a count', () => {
  const OWN = { as: 'a', endpoint: 'other', arrivals: { burst: 48, at: '0s' } };
  const textsOf = (thresholds: Record<string, string>, flow: unknown = OWN) =>
    loadOf({ ...EARLY, ...thresholds }, undefined, [...STORY.workload, flow]).slos.texts.slice(1);

  it.each<[string, string]>([
    ['requests{outcome:ok}', 'count == 148'],
    ['requests{outcome:ok}', 'rate >= 1'],
    ['requests{mode:submit,outcome:ok}', 'count >= 148'],
    ['requests{endpoint:model,outcome:ok}', 'count > 100'],
    ['effective_limit', 'value >= 12'],
  ])('%s %s of several accounts together is not one of this account', (name, expression) => {
    const { notes } = loadOf({ ...EARLY, [name]: expression }, undefined, [...STORY.workload, OWN]);
    expect(notes[0]).toContain(`${name} ${expression} (counts all accounts together)`);
    expect(textsOf({ [name]: expression })).toEqual([]);
  });

  it('that no other account has a part in is a promise to this one', () => {
    expect(textsOf({ 'requests{endpoint:other,outcome:ok}': 'count == 48' })).toEqual(['requests{account:a,endpoint:other,outcome:ok} count == 48']);
    expect(textsOf({ 'requests{mode:subscribe,outcome:ok}': 'rate > 0.01' }, { ...OWN, call: 'subscribe' })).toEqual([
      'requests{account:a,mode:subscribe,outcome:ok} rate > 0.01',
    ]);
  });

  it('has a part of whoever needs a child of the endpoint', () => {
    const parent = { as: 'b', endpoint: 'model', arrivals: { burst: 1, at: '0s' }, child: { endpoint: 'other', probability: 1 } };
    const workload = [...STORY.workload, OWN, parent];
    expect(loadOf({ ...EARLY, 'requests{endpoint:other,outcome:ok}': 'count == 48' }, undefined, workload).notes[0]).toContain('counts all accounts together');
  });

  it('of none is one of each, and at most so many of all are at most so many of each', () => {
    expect(textsOf({ 'requests{outcome:failed}': 'count == 0' })).toEqual(['requests{account:a,outcome:failed} count == 0']);
    expect(textsOf({ gave_up: 'rate < 0.1' })).toEqual(['gave_up{account:a} rate < 0.1']);
  });
});

function loadOf(thresholds: Record<string, string>, slos?: Slos, workload: readonly unknown[] = STORY.workload): ScenarioLoad {
  const story = JSON.parse(JSON.stringify({ ...STORY, workload, expect: { thresholds } }));
  const [variant] = prepareScenario(sourceOfData('story.yaml', story)).variants as [PreparedVariant];
  return loadOfScenario(variant, { file: 'story.yaml', account: 'a', traceSource: () => [], ...(slos === undefined ? {} : { slos }) });
}
