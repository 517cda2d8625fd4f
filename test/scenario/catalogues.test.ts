import { describe, expect, it } from 'vitest';
import { PRESET_NAMES, PRESETS } from '../../src/core/policy.js';
import { INVARIANT_IDS } from '../../src/measure/invariants/registry.js';
import type { SwitchEntry } from '../../src/scenario/catalogue/entry.js';
import { describePolicy } from '../../src/scenario/describe-policy.js';
import { STEP_CATALOGUE } from '../../src/scenario/fault-catalogue.js';
import { POLICY_CATALOGUE, spellingOf } from '../../src/scenario/policy-catalogue.js';
import { resolveScenario } from '../../src/scenario/resolve.js';
import { STEP_NAMES } from '../../src/scenario/schema/steps.js';
import { FAULT_CLASSES } from '../../src/scenario/schema/zoo.js';
import { scenarioJsonSchema } from '../../src/scenario/schema.js';
import { parseSource } from '../../src/scenario/source.js';
import { validateShape } from '../../src/scenario/validate.js';

const ENTRIES = POLICY_CATALOGUE.flatMap(({ switches }) => Object.entries(switches) as [Parameters<typeof spellingOf>[0], SwitchEntry][]);

describe('the catalogue of switches', () => {
  it.each(PRESET_NAMES)('has each switch of %s once', (preset) => {
    const switches = Object.keys(PRESETS[preset].policy).filter((name) => name !== 'preset' && name !== 'priceSource');
    expect(ENTRIES.map(([name]) => name).sort()).toEqual(switches.sort());
  });

  it('spells them as a scenario does', () => {
    const { properties } = scenarioJsonSchema() as { properties: { platform: { properties: { policy: { anyOf: { properties?: object }[] } } } } };
    const known = Object.keys(properties.platform.properties.policy.anyOf.find((branch) => branch.properties !== undefined)!.properties!);
    expect(ENTRIES.map(([name]) => spellingOf(name)).sort()).toEqual(known.filter((name) => name !== 'preset').sort());
  });

  it('names only checkers that there are', () => {
    const named = new Set(ENTRIES.flatMap(([, { checkers }]) => checkers ?? []));
    expect([...named].filter((id) => !(INVARIANT_IDS as readonly string[]).includes(id))).toEqual([]);
  });

  it('has a switch for every class of leak, and a checker for every class that it names', () => {
    expect(new Set(ENTRIES.flatMap(([, { faults }]) => faults ?? []))).toEqual(new Set(Object.keys(FAULT_CLASSES)));
    expect(ENTRIES.filter(([, { faults, checkers }]) => faults !== undefined && checkers === undefined)).toEqual([]);
  });
});

describe('a policy in words', () => {
  it('is spelt as a scenario spells it, with durations that people read', () => {
    expect(describePolicy(PRESETS.reference.policy)).toMatchObject({
      promises: PRESETS.reference.policy.promises.join(', '),
      lease: 'ttl 30s, renewEvery 10s, reapEvery 5s',
      redeliverAfter: 'none',
      checkGap: '20ms',
      gateways: '3',
      selfFence: 'true',
      priceUsd: '0.03',
    });
    expect(describePolicy(PRESETS['fal-documented'].policy)['promises']).toBe('none');
  });
});

describe('the catalogue of steps', () => {
  it('has every step', () => expect(Object.keys(STEP_CATALOGUE).sort()).toEqual([...STEP_NAMES].sort()));

  it.each(Object.entries(STEP_CATALOGUE))('gives an example of %s that can be run', (name, { example }) => {
    const text = `name: case
platform:
  accounts: [{ id: acme, keys: [old] }]
  endpoints: [{ id: flux, service: 1s }]
workload: [{ webhook: true, arrivals: { burst: 1 } }]
steps: [{ at: 10s, ${example} }]`;
    const shape = validateShape(parseSource('case.yaml', text).data);
    expect(shape).not.toHaveProperty('problems');
    if ('problems' in shape) return;
    expect(resolveScenario(shape.parsed)).toMatchObject({ scenario: { steps: [{ do: name, atUs: 10_000_000 }] } });
  });
});
