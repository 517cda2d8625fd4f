import { REPLAY_FORMAT, type Replay, type ShownViolation } from '../../src/replay/replay.js';
import { Story } from './story.js';

/** A ghost slot, a part that is down, a lost message, work without a slot, and three violations; every name can be chosen. */
export function replayFixture(name = 'acme'): Replay {
  const story = new Story()
    .limit(2)
    .submitted(1, 2, 3)
    .dispatched(1, 1)
    .dispatched(2, 2)
    .at(2)
    .happens('step', 0, { step: 1 })
    .happens('partDown', 0, { part: 'store' })
    .happens('messageLost', 1, { message: 'release', link: 'dispatcher-store' })
    .at(4)
    .happens('executionEnded', 1, { execution: 1, how: 'completed' })
    .happens('partUp', 0, { part: 'store' })
    .happens('faultOver', 0, { step: 1 })
    .at(5)
    .happens('leaseTakenBack', 2, { lease: 2, inUse: 1 })
    .dispatched(3, 2, { lease: 2 })
    .at(7)
    .happens('executionEnded', 2, { execution: 2, how: 'completed' })
    .happens('ended', 2, { outcome: 'ok' })
    .completed(3, 1, { lease: 2 });
  for (const record of story.records) {
    if (record['account'] !== undefined) record['account'] = name;
    if (record['key'] !== undefined) record['key'] = name;
    if (record['endpoint'] !== undefined) record['endpoint'] = name;
  }
  const violations = fixtureViolations(name);
  const seen = story.read(violations);
  return {
    format: REPLAY_FORMAT,
    scenario: { name: 'a-story', description: `A story of ${name}`, file: 'scenarios/a-story.yaml' },
    variant: name,
    chosen: 'the first variant that fails',
    policy: 'fal-939',
    seed: 7,
    hash: '0123456789abcdef',
    verdict: 'fail',
    command: `npx slotstorm replay scenarios/a-story.yaml --variant ${name} --seed 7`,
    totalEvents: seen.events.length,
    endUs: 60_000_000,
    stretch: { fromEvent: 1, toEvent: seen.events.length, fromUs: 0, toUs: 7_000_000, why: 'the whole run' },
    request: undefined,
    focusEvent: 10,
    scopes: seen.scopes,
    before: seen.scopes.map(() => null),
    events: seen.events,
    lanes: seen.lanes,
    violations,
    violationsHidden: 2,
  };
}

function fixtureViolations(name: string): ShownViolation[] {
  const plain = { others: [], key: '', leases: [], remedy: 'Look at the slot.' };
  return [
    {
      ...plain,
      invariant: 'S-UNLEASED',
      atUs: 5_000_000,
      event: 13,
      request: 'req-2',
      others: ['req-3'],
      key: `${name}/${name}`,
      leases: [2],
      message: `works without a slot, key ${name}`,
      expected: 'held',
    },
    { ...plain, invariant: 'L-QUIET', atUs: 7_000_000, event: 17, request: 'req-1', message: 'still holds a slot', expected: 'held' },
    { ...plain, invariant: 'L-QUIET', atUs: 7_000_000, event: 17, request: '', message: 'a count is not zero', expected: 'violated' },
  ];
}
