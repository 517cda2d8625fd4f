import { describe, expect, it } from 'vitest';
import { prepareScenario } from '../../src/prepare.js';
import { describeStep } from '../../src/scenario/describe-step.js';
import { parseSource } from '../../src/scenario/source.js';
import { FAULT_KINDS, type Scenario } from '../../src/scenario/types.js';
import { CRASH_POINT_NAMES, LINK_NAMES, MESSAGE_NAMES, messagesOn, partAt } from '../../src/scenario/vocabulary.js';
import { stepInput } from '../../src/sim/faults/step-input.js';
import { MS, S } from '../helpers/world.js';

/** The step stands on line 9, random faults on line 10. */
function textWith({ policy = 'reference', entry = '', step = '', more = '' }): string {
  return `name: case
platform:
  policy: ${policy}
  accounts: [{ id: acme, limit: 2, keys: [old, new] }, { id: other }]
  endpoints: [{ id: flux, service: 1s }]
workload:
  - { as: acme/old, endpoint: flux, arrivals: { rate: 1/s, to: 10s }${entry} }
steps:
  - { at: 3s, ${step === '' ? 'do: revoke-key, key: acme/old' : step} }
${more}
`;
}

function read(parts: Parameters<typeof textWith>[0]): Scenario {
  return prepareScenario(parseSource('case.yaml', textWith(parts))).variants[0]!.scenario;
}

function problem(parts: Parameters<typeof textWith>[0]): string {
  try {
    read(parts);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was wrong';
}

const STEPS: readonly (readonly [string, object, string])[] = [
  ['do: crash-runner, endpoint: flux', { do: 'crash-runner', endpoint: 'flux', count: 1 }, 'crash-runner flux'],
  ['do: crash-runner, endpoint: flux, count: 2, silent: true', { do: 'crash-runner', count: 2, silent: true }, 'crash-runner flux x2, silently'],
  ['do: hang-runner, endpoint: flux', { do: 'hang-runner', endpoint: 'flux', count: 1 }, 'hang-runner flux'],
  ['do: pause-runner, endpoint: flux, count: 3, for: 500ms', { do: 'pause-runner', count: 3, forUs: 500 * MS }, 'pause-runner flux x3 for 500ms'],
  ['do: slow-runner, endpoint: flux, factor: 4, for: 2m', { do: 'slow-runner', factor: 4, forUs: 120 * S }, 'slow-runner flux by a factor of 4 for 2m'],
  ['do: crash, part: store, for: 2s', { do: 'crash', part: 'store', between: undefined, forUs: 2 * S }, 'crash store for 2s'],
  [
    'do: crash, between: acquire-dispatch, for: 2s',
    { do: 'crash', part: 'dispatcher', between: 'acquire-dispatch' },
    'crash dispatcher between acquire-dispatch for 2s',
  ],
  ['do: crash, between: work-done, part: runner, for: 2s', { do: 'crash', part: 'runner', between: 'work-done' }, 'crash runner between work-done for 2s'],
  ['do: cut, link: runner-store, for: 40s', { do: 'cut', link: 'runner-store', forUs: 40 * S }, 'cut runner-store for 40s'],
  [
    'do: disturb, link: runner-dispatcher, message: done, drop: 0.2, delay: 20ms, for: 5s',
    { do: 'disturb', link: 'runner-dispatcher', message: 'done', drop: 0.2, duplicate: 0, reorder: 0, delayUs: 20 * MS, forUs: 5 * S },
    'disturb done on runner-dispatcher: drop 20%, delay 20ms for 5s',
  ],
  [
    'do: disturb, link: runner-dispatcher, reorder: 0.125, for: 5s',
    { do: 'disturb', message: undefined, reorder: 0.125 },
    'disturb all on runner-dispatcher: reorder 12.5% for 5s',
  ],
  ['do: drop, message: done', { do: 'drop', message: 'done', count: 1 }, 'drop done'],
  ['do: duplicate, message: done, count: 2', { do: 'duplicate', message: 'done', count: 2 }, 'duplicate done x2'],
  ['do: delay, message: release, by: 1s', { do: 'delay', message: 'release', count: 1, byUs: S }, 'delay release by 1s'],
  ['do: lose-store', { do: 'lose-store', ageUs: undefined }, 'lose-store'],
  ['do: lose-store, age: 3s', { do: 'lose-store', ageUs: 3 * S }, 'lose-store back to 3s ago'],
  ['do: skew-clock, part: runner, by: -30s', { do: 'skew-clock', part: 'runner', byUs: -30 * S }, 'skew-clock runner by -30s'],
  ['do: skew-clock, part: runner, by: 0s', { do: 'skew-clock', byUs: 0 }, 'skew-clock runner right again'],
  ['do: rename-account, account: acme', { do: 'rename-account', account: 'acme' }, 'rename-account acme'],
  ['do: delete-account, account: acme', { do: 'delete-account', account: 'acme' }, 'delete-account acme'],
  ['do: disconnect, account: acme', { do: 'disconnect', account: 'acme', key: undefined, count: Number.POSITIVE_INFINITY }, 'disconnect all of acme'],
  ['do: disconnect, account: acme, key: old, count: 2', { do: 'disconnect', key: 'old', count: 2 }, 'disconnect 2 of acme/old'],
  ['do: cancel, account: acme, state: queued', { do: 'cancel', state: 'queued', count: Number.POSITIVE_INFINITY }, 'cancel all of acme'],
  ['do: set-limit, account: acme, endpoint: flux, limit: 1', { do: 'set-limit', endpoint: 'flux', limit: 1 }, 'set-limit acme on flux to 1'],
  ['do: invoice-paid, account: acme, usd: 12.5', { do: 'invoice-paid', usd: 12.5 }, 'invoice-paid acme $12.5'],
  ['do: release-stuck, account: acme', { do: 'release-stuck', account: 'acme' }, 'release-stuck acme'],
];

describe('a step that breaks something', () => {
  it.each(STEPS)('%s', (step, spec, words) => {
    const [resolved] = read({ step }).steps;
    expect(resolved).toMatchObject({ atUs: 3 * S, ...spec });
    expect(describeStep(resolved!)).toBe(words);
  });

  it.each(STEPS.map(([step]) => step))('written as a file holds it and read again is the same: %s', (step) => {
    const [resolved] = read({ step }).steps;
    const { at: _, ...rest } = stepInput(resolved!);
    const written = JSON.stringify(rest).slice(1, -1);
    expect(read({ step: written }).steps).toEqual([resolved]);
  });

  it.each(MESSAGE_NAMES)('may lose, repeat or delay the message %s', (message) => {
    for (const what of ['do: drop', 'do: duplicate', 'do: delay, by: 1s'])
      expect(read({ step: `${what}, message: ${message}` }).steps).toMatchObject([{ message }]);
  });

  it.each(LINK_NAMES)('may disturb what takes the link %s', (link) => {
    expect(messagesOn(link).length).toBeGreaterThan(0);
    for (const message of messagesOn(link)) {
      const step = `do: disturb, link: ${link}, message: ${message}, drop: 1, for: 1s`;
      expect(read({ step }).steps).toMatchObject([{ link, message }]);
    }
  });

  it.each(CRASH_POINT_NAMES)('may crash between %s, and the point says which part that is', (between) => {
    expect(read({ step: `do: crash, between: ${between}, for: 1s` }).steps).toMatchObject([{ part: partAt(between), between }]);
  });

  it('makes the load last until it is over', () => {
    expect(problem({ step: 'do: cut, link: runner-store, for: 40s', more: 'warmup: 42s' })).toBe('nothing was wrong');
    expect(problem({ step: 'do: cut, link: runner-store, for: 40s', more: 'warmup: 43s' })).toMatch(/ends at 43s/);
  });
});

describe('a step that cannot be performed is refused where it stands:', () => {
  it.each([
    ['a part that is a runner', 'do: crash, part: runner, for: 1s', /part: expected .* crash-runner/],
    ['a crash of nobody', 'do: crash, for: 1s', /expected part: .* or between: .* got neither/],
    [
      'a part that is not at the point',
      'do: crash, part: store, between: acquire-dispatch, for: 1s',
      /part: expected dispatcher, whose crash point acquire-dispatch/,
    ],
    ['a point that is none', 'do: crash, between: acquire-dispach, for: 1s', /between: .*did you mean "acquire-dispatch"/],
    ['a crash without end', 'do: crash, part: store', /for: expected a duration/],
    ['a link that is none', 'do: cut, link: runner-stor, for: 1s', /link: .*did you mean "runner-store"/],
    ['a message that is none', 'do: drop, message: finish', /message: expected one of enqueue, cancel/],
    [
      'a message of another link',
      'do: disturb, link: runner-store, message: done, drop: 1, for: 1s',
      /expected a message that takes the link runner-store \(renew\)/,
    ],
    ['a disturbance of nothing', 'do: disturb, link: runner-store, drop: 0, for: 1s', /expected drop, duplicate, reorder or delay above 0/],
    ['a share above 1', 'do: disturb, link: runner-store, drop: 2, for: 1s', /drop: expected a share from 0 to 1/],
    ['a state older than the run', 'do: lose-store, age: 4s', /age: expected an age of at most 3s/],
    ['a runner made faster', 'do: slow-runner, endpoint: flux, factor: 0.5, for: 1s', /factor: expected a factor from 1/],
    ['an endpoint that is none', 'do: hang-runner, endpoint: flx', /endpoint: .*did you mean "flux"/],
    ['an account that is none', 'do: rename-account, account: acne', /account: .*did you mean "acme"/],
    ['a key that is none', 'do: disconnect, account: acme, key: odl', /key: .*did you mean "acme\/old"/],
    [
      'a receiver that nobody sends to',
      'do: webhook-down, account: acme, for: 1s',
      /account: expected an account with a workload entry that has webhook: true/,
    ],
    ['a step that is none', 'do: pause-runer, endpoint: flux, for: 1s', /did you mean "pause-runner"/],
    ['a key that the step does not know', 'do: cut, link: runner-store, during: 1s', /unknown key "during"/],
  ])('%s', (_, step, message) => {
    expect(problem({ step })).toMatch(/^case\.yaml:9:\d+: steps\[0\]/);
    expect(problem({ step })).toMatch(message);
  });
});

describe('a workload entry', () => {
  it('may have a child and a webhook', () => {
    const { workload, steps } = read({ entry: ', child: { endpoint: flux }, webhook: true', step: 'do: webhook-down, account: acme, for: 1s' });
    expect(workload).toMatchObject([{ child: { endpoint: 'flux', probability: 1 }, webhook: true }]);
    expect(steps).toMatchObject([{ do: 'webhook-down', account: 'acme', forUs: S }]);
  });

  it.each([
    [', child: { endpoint: flx }', /child\.endpoint: .*did you mean "flux"/],
    [', child: { endpoint: flux, probability: 2 }', /child\.probability: expected a share/],
    [', call: run, webhook: true', /webhook: expected webhook only with call: submit or subscribe/],
  ])('is refused with %s', (entry, message) => {
    expect(problem({ entry })).toMatch(/^case\.yaml:7:\d+: workload\[0\]/);
    expect(problem({ entry })).toMatch(message);
  });
});

describe('random faults', () => {
  it('are all kinds, a quarter of them on, twice, until the load ends, unless a scenario says otherwise', () => {
    expect(read({ more: 'faults: { kinds: all }' }).faults).toEqual({ kinds: FAULT_KINDS, activation: 0.25, strikes: 2, fromUs: 0, toUs: undefined });
    const own = 'faults: { kinds: [cut, crash], activation: 0.5, strikes: 3, from: 1s, to: 30s }';
    expect(read({ more: own }).faults).toEqual({ kinds: ['cut', 'crash'], activation: 0.5, strikes: 3, fromUs: S, toUs: 30 * S });
  });

  it.each([
    ['{ kinds: [cuts] }', /kinds\[0\]: .*did you mean "cut"/],
    ['{ kinds: some }', /kinds: expected all, or a list of fault kinds/],
    ['{ kinds: [] }', /kinds: expected all, or a list/],
    ['{ kinds: [cut, cut] }', /kinds\[1\]: expected every kind once/],
    ['{ kinds: all, from: 20s, to: 10s }', /to: expected the faults to end after they begin \(from: 20s\), got 10s/],
    ['{ kinds: all, from: 20s }', /expected to: when the faults end, for the load ends at 10s/],
    ['{ kinds: all, activation: 2 }', /activation: expected a share/],
    ['{ kinds: all, strikes: 0 }', /strikes: expected a mean number of strikes above 0/],
  ])('are refused as %s', (faults, message) => {
    expect(problem({ more: `faults: ${faults}` })).toMatch(/^case\.yaml:10:\d+: faults/);
    expect(problem({ more: `faults: ${faults}` })).toMatch(message);
  });
});

describe('a policy', () => {
  it('takes every switch of the format', () => {
    const policy = `{ promises: [fifo, no-duplicates], onDisconnect: strand, boundTo: name, acquire: check-then-act, checkGap: 5ms, scopes: one-by-one,
      acquireRetry: second-slot, limitCheck: permit-pool, accounting: window-counter, accountingWindow: 10s, gateways: 2, waiting: newest-first, wakeOn: release,
      wakeEvery: 2s, abandonedWaiter: granted, queue: memory, renew: existing, clock: caller, parentSlot: keep, releaseAfter: webhook, releaseLatency: 50ms,
      cancelRace: both-release, fence: none, redeliverAfter: 30s, resendEvery: none, reconcile: lower-only, reconcileEvery: 5s, view: own-count }`;
    expect(read({ policy }).platform.policy).toMatchObject({
      promises: ['fifo', 'no-duplicates'],
      checkGapUs: 5 * MS,
      accountingWindowUs: 10 * S,
      wakeEveryUs: 2 * S,
      releaseLatencyUs: 50 * MS,
      redeliverAfterUs: 30 * S,
      resendEveryUs: undefined,
      reconcileEveryUs: 5 * S,
      view: 'own-count',
    });
  });

  it('can take from a preset what it promises and what bounds it', () => {
    const { policy } = read({ policy: '{ preset: reference, promises: [], lease: none, wakeEvery: none, resendEvery: none, maxHold: none }' }).platform;
    expect(policy).toMatchObject({ promises: [], lease: undefined, wakeEveryUs: undefined, resendEveryUs: undefined, maxHoldUs: undefined, selfFence: true });
  });

  it.each([
    ['{ promises: [fiof] }', /promises\[0\]: .*did you mean "fifo"/],
    ['{ promises: [fifo, fifo] }', /promises\[1\]: expected every promise once/],
    ['{ selfFence: true }', /selfFence: expected selfFence: true only with leases/],
    ['{ afterStoreLoss: deny-one-lease }', /afterStoreLoss: expected afterStoreLoss: deny-one-lease only with leases/],
    ['{ preset: reference, lease: none, reaper: older-than-ttl }', /reaper: expected reaper: older-than-ttl only with leases/],
    ['{ preset: reference, lease: { ttl: 5s, renewEvery: 5s, reapEvery: 1s } }', /renewEvery: expected renewEvery shorter than ttl/],
    ['{ redeliverAfter: 1s, dispatchLatency: 1s }', /redeliverAfter: expected redeliverAfter longer than dispatchLatency \(1s\)/],
    ['{ wakeEvery: 0s }', /wakeEvery: expected .*longer than 0/],
    ['{ checkgap: 5ms }', /did you mean "checkGap"/],
  ])('is refused as %s', (policy, message) => {
    expect(problem({ policy })).toMatch(/^case\.yaml:3:\d+: platform\.policy/);
    expect(problem({ policy })).toMatch(message);
  });
});
