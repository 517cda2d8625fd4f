import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/core/endpoints.js';
import type { Policy } from '../../src/core/policy.js';
import type { RunnerPoolConfig } from '../../src/core/runners.js';
import { ILLUSTRATIVE_TIERS } from '../../src/core/tiers.js';
import { CrashPoint, Link, Message, Part } from '../../src/core/topology.js';
import { alarms, endpoint, flow, runScenario, scenario } from '../helpers/scenario.js';
import { ENDLESS_RUNNERS, MINUTE, policyOf, S, World } from '../helpers/world.js';

function worldOf(policy: Policy, runners: Partial<RunnerPoolConfig> = { min: 3, max: 3 }, limit = 4): { world: World; flux: Endpoint } {
  const world = new World(policy, ILLUSTRATIVE_TIERS, true);
  world.account({ limit, keys: ['key', 'other'] });
  return { world, flux: world.endpoint({ runners }) };
}

describe('a runner that dies with a parent and its child on it', () => {
  it('ends the parent once', () => {
    const { world, flux } = worldOf(policyOf('fal-documented'), { min: 1, max: 1, multiplexing: 4 });
    const parent = world.submit({ serviceUs: 2 * S, errand: { webhook: false, child: { endpoint: flux, traffic: 0, serviceUs: 20 * S } } });
    world.runTo(5 * S);
    for (const ticket of world.tickets) world.platform.cancel(ticket.request);
    world.platform.faults.crashRunner(flux);
    world.runTo(10 * MINUTE);
    expect(parent.outcomes).toHaveLength(1);
    const executions = world.all('executionStarted').length;
    expect(world.all('executionEnded')).toHaveLength(executions);
  });
});

describe('an attempt that is still at work when the next one begins', () => {
  it('keeps its request from being used for another', () => {
    const { world, flux } = worldOf(policyOf('fal-documented', { dispatchLatencyUs: 10_000 }), { min: 4, max: 4 });
    world.platform.faults.meddle('duplicate', Message.start, 1, 0);
    const first = world.submit({ serviceUs: 15 * S });
    world.runTo(3 * S);
    world.platform.faults.crashRunner(flux);
    world.runTo(12 * S);
    const later = world.submit({ serviceUs: 10 * S });
    world.runTo(10 * MINUTE);
    expect(first.outcomes).toHaveLength(1);
    expect(later).toMatchObject({ outcomes: ['ok'], endedUs: 22 * S + 10_000 });
  });
});

describe('a slow runner', () => {
  it('is slow for as long as it says, and what is under way goes on at full speed afterwards', () => {
    const { world, flux } = worldOf(policyOf('fal-documented'));
    const ticket = world.submit({ serviceUs: 20 * S });
    world.runTo(S);
    world.platform.faults.slowRunner(flux, 100, S);
    world.runTo(5 * MINUTE);
    // A second of it did a hundredth of a second's work.
    expect(ticket.stopsUs).toEqual([20.99 * S]);
  });

  it('that is slowed twice is not sped up by the end of the first time', () => {
    const { world, flux } = worldOf(policyOf('fal-documented'));
    const ticket = world.submit({ serviceUs: 20 * S });
    world.platform.faults.slowRunner(flux, 2, 4 * S);
    world.runTo(2 * S);
    world.platform.faults.slowRunner(flux, 4, 8 * S);
    world.runTo(5 * MINUTE);
    // 2 s at half speed, 8 s at a quarter, the other 17 s at full speed.
    expect(ticket.stopsUs).toEqual([27 * S]);
  });
});

describe('a paused runner computes nothing', () => {
  it('not even when the child of its parent ends', () => {
    const { world, flux } = worldOf(policyOf('fal-documented'), { min: 1, max: 1 });
    const other = world.endpoint({ name: 'other' });
    const parent = world.submit({ serviceUs: 2 * S, errand: { webhook: false, child: { endpoint: other, traffic: 0, serviceUs: 5 * S } } });
    world.runTo(4 * S);
    world.platform.faults.pauseRunner(flux, 20 * S);
    world.runTo(5 * MINUTE);
    expect(parent).toMatchObject({ outcomes: ['ok'], stopsUs: [24 * S] });
  });

  it('nor stops what it was told to stop before', () => {
    const { world, flux } = worldOf(policyOf('fal-documented', { stopDelayUs: 2 * S }));
    const ticket = world.submit({ serviceUs: 60 * S });
    world.runTo(4 * S);
    world.platform.cancel(ticket.request);
    world.runTo(5 * S);
    world.platform.faults.pauseRunner(flux, 20 * S);
    world.runTo(5 * MINUTE);
    expect(ticket).toMatchObject({ outcomes: ['cancelled'], stopsUs: [27 * S] });
  });
});

describe('a runner that dies between the end of its work and the message about it', () => {
  it('leaves all others as they are', () => {
    const { world } = worldOf(policyOf('fal-documented'));
    world.platform.faults.crashPart(Part.runner, CrashPoint['work-done'], 30 * S);
    world.submit({ serviceUs: S });
    world.runTo(2 * S);
    const next = world.submit({ serviceUs: S });
    world.runTo(MINUTE);
    expect(next.outcomes).toEqual(['ok']);
    expect(world.all('messageLost').map(({ a }) => a)).toEqual([Message.done]);
  });
});

describe('a client that is gone', () => {
  it('is heard of like any cancel: not over a link that is cut', () => {
    const { world } = worldOf(policyOf('fal-documented', { onDisconnect: 'cancel' }), {}, 1);
    world.submit({ serviceUs: 60 * S });
    const queued = world.submit();
    world.platform.faults.cutLink(Link['gateway-dispatcher'], 5 * S);
    world.platform.disconnect(queued.request);
    expect(queued.status).toBe('IN_QUEUE');
  });
});

describe('a reconciliation', () => {
  const withReconcile = policyOf('reference', { reconcile: 'both-ways', reconcileEveryUs: MINUTE });

  it('leaves a direct call its slot while its runner boots', () => {
    const { world } = worldOf(withReconcile, { ...ENDLESS_RUNNERS, coldStartUs: 3 * MINUTE });
    const call = world.call();
    world.runTo(10 * MINUTE);
    expect(call).toMatchObject({ outcomes: ['ok'] });
  });

  it('corrects the counts of limits on endpoints too', () => {
    const { world, flux } = worldOf(policyOf('reference', { accounting: 'counter', reconcile: 'both-ways', reconcileEveryUs: MINUTE }));
    world.platform.setEndpointLimit(world.platform.accounts[0]!, flux, 2);
    world.submitMany(2, { serviceUs: 20 * S });
    world.runTo(S);
    world.platform.faults.crashRunner(flux, true);
    world.platform.faults.crashRunner(flux, true);
    world.runTo(5 * MINUTE);
    const next = world.submitMany(2, { serviceUs: S });
    world.runTo(10 * MINUTE);
    expect(next.map((ticket) => ticket.outcomes)).toEqual([['ok'], ['ok']]);
  });
});

describe('a webhook', () => {
  it('is delivered once although the end of the work was told twice', () => {
    const { world } = worldOf(policyOf('reference', { releaseAfter: 'webhook' }));
    world.platform.faults.meddle('duplicate', Message.done, 1, 0);
    world.platform.faults.webhookDown(world.platform.accounts[0]!, 20 * S);
    world.submit({ serviceUs: S, errand: { webhook: true, child: null } });
    world.runTo(10 * MINUTE);
    expect(world.all('webhookSent').filter(({ a }) => a === 1)).toHaveLength(1);
  });
});

describe('a lease that nobody gives back', () => {
  it('expires in a run without any fault', () => {
    const policy = policyOf('reference', { cancelRace: 'neither-releases', promises: [] });
    const story = scenario({
      policy,
      endpoints: [endpoint()],
      workload: [flow()],
      steps: [{ do: 'cancel', atUs: 9.5 * S, account: 'acme', key: undefined, count: 1, state: 'any' }],
    });
    const run = runScenario(story);
    expect(run.exercise).toMatchObject({ leases_taken_back: 1 });
    expect(alarms(run)).toEqual([]);
  });
});
