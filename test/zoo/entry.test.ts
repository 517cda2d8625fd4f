import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSource } from '../../src/scenario/source.js';
import { readEntry, type ZooEntry } from '../../src/zoo/entry.js';

const TEXT = readFileSync('scenarios/zoo/key-revoked.yaml', 'utf8');

function read(text = TEXT): ZooEntry {
  return readEntry(parseSource('key-revoked.yaml', text));
}

describe('an entry of the zoo', () => {
  it('tells its class, its decisive checker, where it was seen, what differs and what to expect', () => {
    expect(read()).toMatchObject({
      name: 'key-revoked',
      faultClass: 'F1a',
      decisive: 'S-ORPH',
      differences: [{ path: 'platform.policy.onRevoke', broken: 'strand', cured: 'drain' }],
      victims: [
        { name: 'revoked_in_progress', expression: '>= 1' },
        { name: 'completions_dropped', expression: '>= 1' },
      ],
      figures: [{ name: 'leaked_slots', expression: 'value >= 1' }],
      curedFigures: [{ name: 'leaked_slots', expression: 'value == 0' }],
    });
    expect(read().incidents[0]).toMatchObject({ product: 'fal', refs: ['fal-ai/fal#939'] });
  });

  it('writes switches that are objects as a file would', () => {
    const text = TEXT.replace('{ platform.policy.onRevoke: drain }', '{ platform.policy.lease: { ttl: 6s, renewEvery: 2s, reapEvery: 1s } }');
    expect(read(text).differences).toContainEqual({
      path: 'platform.policy.lease',
      broken: undefined,
      cured: '{ ttl: 6s, renewEvery: 2s, reapEvery: 1s }',
    });
  });

  it.each([
    ['is no entry', /^zoo:\n( .*\n)+/m, '', /expected an entry of the zoo, with zoo: \{ class, decisive, lesson, incidents \}/],
    ['names no class', 'class: F1a', 'class: F1', /key-revoked.yaml:\d+:\d+: zoo.class: expected one of F1a, .*did you mean "F1a"\?/],
    ['names no checker', 'decisive: S-ORPH', 'decisive: S-ORPHAN', /zoo.decisive: expected the id of an invariant/],
    ['names an incident without a repository', 'fal-ai/fal#939', 'fal-939', /incidents\[0\].refs\[0\]: expected a public issue or pull request as owner/],
    ['has other variants', '- name: cured', '- name: healed', /expected exactly the variants broken and cured, in this order, got broken, healed/],
    ['proves no victim', /exercised: .*/g, 'exercised: {}', /variants\[0\]: expected expect.exercised with the counters/],
    ['does not expect its decisive checker', 'S-ORPH: violated', 'S-ORPH: off', /variants\[0\]: expected expect.invariants to say S-ORPH: violated/],
    [
      'excuses the cured platform',
      'expect: { thresholds: { leaked_slots: ["value == 0"] } }',
      'expect: { invariants: { L-REL: off } }',
      /variants\[1\]: expected the cured variant to hold every invariant, but L-REL need not/,
    ],
    ['reads another file', /arrivals: \{ poisson.*\} \}/, 'arrivals: { trace: requests.csv } }', /stands for itself, but it reads a trace/],
  ] as const)('that %s is refused, with what was expected', (_what, search, replacement, complaint) => {
    const text = typeof search === 'string' ? TEXT.replace(search, replacement) : TEXT.replace(search, replacement);
    expect(text).not.toBe(TEXT);
    expect(() => read(text)).toThrow(complaint);
  });
});
