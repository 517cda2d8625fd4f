import { describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { PRESETS } from '../../src/core/policy.js';
import { ALL_FAULTS } from '../../src/fuzz/bounds.js';
import { requestsOf } from '../../src/fuzz/story.js';
import { drawScenario, Storyteller } from '../../src/fuzz/storyteller.js';
import { prepareScenario } from '../../src/prepare.js';
import { ScenarioError } from '../../src/scenario/problems.js';
import { parseSource } from '../../src/scenario/source.js';
import type { Scenario } from '../../src/scenario/types.js';
import { bounds, broken, seeds, switchOf } from './bounds.js';

const S = 1_000_000;

function scenarios(count: number, within = bounds(), first = 1): Scenario[] {
  const teller = new Storyteller(within);
  return seeds(count, first).map((seed) => teller.draw(seed).scenario);
}

/** What `slotstorm run` makes of the story as a file. */
function asRead(seed: number, within = bounds()): Scenario {
  const source = parseSource('story.yaml', stringify(drawScenario(seed, within)));
  return prepareScenario(source).variants[0]!.scenario;
}

describe('a story', () => {
  it('is the same for the same seed, and another one for another seed', () => {
    const all = seeds(200).map((seed) => JSON.stringify(drawScenario(seed, bounds())));
    expect(seeds(200).map((seed) => JSON.stringify(drawScenario(seed, bounds())))).toEqual(all);
    expect(new Set(all).size).toBe(200);
  });

  it('read back from its file is the story that was run', () => {
    for (const within of [bounds(), bounds({ policy: 'fal-documented' }), broken('lease', 'none'), bounds({ lite: true })]) {
      const teller = new Storyteller(within);
      for (const seed of seeds(100, 950)) {
        const { name: _, ...drawn } = teller.draw(seed).scenario;
        const { name: __, ...read } = asRead(seed, within);
        expect(read, `seed ${seed}`).toEqual(drawn);
      }
    }
  });

  it('keeps the load when only the policy changes', () => {
    for (const seed of seeds(50)) {
      const one = drawScenario(seed, bounds());
      const other = drawScenario(seed, broken('fence', 'none'));
      expect(other.workload).toEqual(one.workload);
      expect(other.platform.accounts).toEqual(one.platform.accounts);
      expect(other.steps).toEqual(one.steps);
    }
  });

  it('grows with its seed, from a few requests to forty', () => {
    const early = Math.max(...scenarios(50).map(requestsOf));
    const late = Math.max(...scenarios(200, bounds(), 5_000).map(requestsOf));
    expect(early).toBeLessThan(12);
    expect(late).toBeGreaterThan(30);
    expect(late).toBeLessThanOrEqual(40);
  });

  it('stays within its bounds', () => {
    for (const { platform, workload } of scenarios(300, bounds(), 2_000)) {
      expect(platform.accounts.length).toBeLessThanOrEqual(3);
      expect(platform.endpoints.length).toBeLessThanOrEqual(3);
      expect(workload.length).toBeLessThanOrEqual(4);
      for (const { limit } of platform.accounts) expect(limit).toBeGreaterThan(0);
      for (const { limit } of platform.accounts) expect(limit).toBeLessThanOrEqual(6);
      const { lease, dispatchLatencyUs } = platform.policy;
      expect(lease?.ttlUs).toBeGreaterThanOrEqual(2 * S);
      expect(lease?.ttlUs).toBeLessThanOrEqual(30 * S);
      expect((lease?.renewEveryUs ?? 0) * 3).toBeLessThanOrEqual(lease?.ttlUs ?? 0);
      expect(dispatchLatencyUs).toBeLessThanOrEqual(0.2 * S);
    }
  });

  it.each(['reference', 'fal-documented', 'fal-939', 'nexaapi-claims'] as const)('draws the times of %s and keeps its switches', (policy) => {
    const { policy: preset } = PRESETS[policy];
    for (const { platform } of scenarios(100, bounds({ policy }))) {
      const switches = (from: typeof preset): unknown[] => Object.entries(from).filter(([, value]) => typeof value === 'string' || typeof value === 'boolean');
      expect(switches(platform.policy)).toEqual(switches(preset));
      expect(platform.policy.lease === undefined).toBe(preset.lease === undefined);
      expect(platform.policy.maxHoldUs === undefined).toBe(preset.maxHoldUs === undefined);
    }
  });

  it('has every setting, and draws no time that a setting names', () => {
    const lease = { ttl: '7s', renewEvery: '2s', reapEvery: '1s' };
    const within = bounds({ settings: [switchOf('lease', lease), switchOf('renew', 'upsert'), { path: 'recovery', value: '3m' }] });
    for (const { platform, recoveryUs } of scenarios(50, within)) {
      expect(platform.policy.lease).toEqual({ ttlUs: 7 * S, renewEveryUs: 2 * S, reapEveryUs: S });
      expect(platform.policy.renew).toBe('upsert');
      expect(recoveryUs).toBe(180 * S);
    }
  });

  it('complains about a setting that does not fit', () => {
    expect(() => drawScenario(1, broken('renew', 'sometimes'))).toThrow(ScenarioError);
    expect(() => drawScenario(1, broken('renew', 'sometimes'))).toThrow(/seed 1: platform\.policy/);
  });

  it('goes on after its faults until every lease, hold and attempt has had its time', () => {
    for (const { platform, recoveryUs } of scenarios(100)) {
      const { lease, maxHoldUs } = platform.policy;
      expect(recoveryUs).toBeGreaterThan((lease?.ttlUs ?? 0) + (lease?.reapEveryUs ?? 0) + (maxHoldUs ?? 0));
    }
  });
});

describe('its faults', () => {
  const kindsOf = (drawn: readonly Scenario[]): Set<string> => new Set(drawn.flatMap(({ steps }) => steps.map((step) => step.do)));

  it('are of every kind in some story, and of few kinds in each', () => {
    const drawn = scenarios(1_000);
    const kinds = kindsOf(drawn);
    for (const kind of ALL_FAULTS) expect(kinds, kind).toContain(kind);
    const counts = drawn.map((one) => kindsOf([one]).size);
    expect(Math.max(...counts)).toBeLessThanOrEqual(6);
    expect(counts.filter((count) => count === 1).length).toBeGreaterThan(100);
  });

  it('are none where none are allowed', () => {
    expect(kindsOf(scenarios(100, bounds({ faults: [] })))).toEqual(new Set());
  });

  test.each(ALL_FAULTS)('%s alone brings no other', (kind) => {
    const own = kind === 'rename-account' ? ['rename-account', 'delete-account'] : [kind];
    for (const found of kindsOf(scenarios(100, bounds({ faults: [kind] })))) expect(own).toContain(found);
  });

  it('of lite stories are crashes, on one account and one endpoint', () => {
    const drawn = scenarios(200, bounds({ lite: true }), 5_000);
    expect([...kindsOf(drawn)].sort()).toEqual(['crash', 'crash-runner']);
    for (const one of drawn) {
      expect(one.platform.accounts.length).toBe(1);
      expect(one.platform.endpoints.length).toBe(1);
      expect(requestsOf(one)).toBeLessThanOrEqual(8);
    }
  });
});
