import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/core/endpoints.js';
import type { Policy } from '../../src/core/policy.js';
import { ILLUSTRATIVE_TIERS } from '../../src/core/tiers.js';
import { CrashPoint, Link, Message, Part } from '../../src/core/topology.js';
import { MINUTE, policyOf, S, type Ticket, World } from '../helpers/world.js';

const LEASE = { ttlUs: 10 * S, renewEveryUs: 3 * S, reapEveryUs: S };

/** The reference policy with short leases, on which faults may come. One account with this limit, one endpoint. */
function worldOf(switches: Partial<Policy> = {}, limit = 2): { world: World; endpoint: Endpoint } {
  const world = new World(policyOf('reference', { lease: LEASE, ...switches }), ILLUSTRATIVE_TIERS, true);
  world.account({ limit, keys: ['old', 'new'] });
  return { world, endpoint: world.endpoint({ runners: { min: 3, max: 3 } }) };
}

function inUse(world: World): number {
  return world.platform.accounts[0]?.scope.inUse as number;
}

/** How many works of the request ran at once at most. */
function mostAtOnce({ startsUs, stopsUs }: Ticket): number {
  return Math.max(...startsUs.map((at) => startsUs.filter((us) => us <= at).length - stopsUs.filter((us) => us <= at).length));
}

describe('a message that gets lost', () => {
  it.each(['enqueue', 'start', 'done', 'release'] as const)('%s: is sent again, and the request ends once', (name) => {
    const { world } = worldOf();
    world.platform.faults.meddle('drop', Message[name], 1, 0);
    const ticket = world.submit();
    world.runTo(MINUTE);
    expect(world.all('messageLost')).toHaveLength(1);
    expect(ticket.outcomes).toEqual(['ok']);
    expect(inUse(world)).toBe(0);
  });

  it('enqueue, never sent again: the request is in no line, and waits for ever', () => {
    const { world } = worldOf({ resendEveryUs: undefined });
    world.platform.faults.meddle('drop', Message.enqueue, 1, 0);
    const ticket = world.submit();
    world.runTo(60 * MINUTE);
    expect(ticket.status).toBe('IN_QUEUE');
  });

  it('done, never sent again and without leases: the slot is a ghost’s', () => {
    const { world } = worldOf({ resendEveryUs: undefined, lease: undefined, selfFence: false, maxHoldUs: undefined });
    world.platform.faults.meddle('drop', Message.done, 1, 0);
    const ticket = world.submit();
    world.runTo(60 * MINUTE);
    expect(ticket.stopsUs).toEqual([10 * S]);
    expect(ticket.status).toBe('IN_PROGRESS');
    expect(inUse(world)).toBe(1);
  });

  it('grant: the same attempt asks again and adopts the lease that it has', () => {
    const { world } = worldOf();
    world.platform.faults.meddle('drop', Message.grant, 1, 0);
    const ticket = world.submit();
    world.runTo(MINUTE);
    expect(world.all('leaseGranted')).toHaveLength(1);
    expect(ticket).toMatchObject({ outcomes: ['ok'], startsUs: [S] });
  });

  it('grant, where nobody adopts: the request has two leases, and one of them has no work', () => {
    const { world } = worldOf({ acquireRetry: 'second-slot' });
    world.platform.faults.meddle('drop', Message.grant, 1, 0);
    world.submit();
    world.runTo(5 * S);
    expect(world.all('leaseGranted')).toHaveLength(2);
    expect(inUse(world)).toBe(2);
  });

  it('wake: the next tick looks at the line', () => {
    const { world } = worldOf({}, 1);
    const [, second] = world.submitMany(2);
    world.platform.faults.meddle('drop', Message.wake, 1, 0);
    world.runTo(MINUTE);
    expect(second?.startsUs).toEqual([11 * S]);
  });

  it('wake, without a tick: the free slot and the waiting request never meet', () => {
    const { world } = worldOf({ wakeEveryUs: undefined }, 1);
    const [, second] = world.submitMany(2);
    world.platform.faults.meddle('drop', Message.wake, 1, 0);
    world.runTo(60 * MINUTE);
    expect(inUse(world)).toBe(0);
    expect(second?.status).toBe('IN_QUEUE');
  });
});

describe('a message that comes twice', () => {
  it('done: changes nothing where releases go by token', () => {
    const { world } = worldOf();
    world.platform.faults.meddle('duplicate', Message.done, 1, 0);
    const tickets = world.submitMany(3);
    world.runTo(MINUTE);
    expect(tickets.map((ticket) => ticket.outcomes)).toEqual([['ok'], ['ok'], ['ok']]);
    expect(inUse(world)).toBe(0);
  });

  it('release: counts below zero where releases are bare decrements', () => {
    const { world } = worldOf({ release: 'counter' });
    world.platform.faults.meddle('duplicate', Message.release, 1, 0);
    world.submit();
    world.runTo(MINUTE);
    expect(inUse(world)).toBe(-1);
  });
});

describe('a part that crashes between two steps', () => {
  it.each(Object.keys(CrashPoint) as (keyof typeof CrashPoint)[])('%s: the reference policy ends every request and gives every slot back', (point) => {
    const { world, endpoint } = worldOf();
    world.platform.faults.crashPart(Part.dispatcher, CrashPoint[point], 3 * S);
    const tickets = [world.submit()];
    world.runTo(5 * S);
    tickets.push(...world.submitMany(3));
    if (point === 'revoke-publish') world.platform.revokeKey(world.platform.keys[1]!);
    world.runTo(10 * MINUTE);
    expect(world.all('partDown')).toHaveLength(1);
    expect(tickets.map((ticket) => ticket.outcomes)).toEqual([['ok'], ['ok'], ['ok'], ['ok']]);
    expect(inUse(world)).toBe(0);
    expect(endpoint.line.length).toBe(0);
  });

  it('acquire-dispatch, where nobody adopts and nothing expires: a lease without work stays', () => {
    const { world } = worldOf({ acquireRetry: 'second-slot', lease: undefined, selfFence: false, maxHoldUs: undefined });
    world.platform.faults.crashPart(Part.dispatcher, CrashPoint['acquire-dispatch'], S);
    const ticket = world.submit();
    world.runTo(60 * MINUTE);
    expect(ticket.outcomes).toEqual(['ok']);
    expect(inUse(world)).toBe(1);
  });

  it('dispatcher, with a queue in memory: what waited is forgotten', () => {
    const { world } = worldOf({ queue: 'memory' }, 1);
    const [first, second] = world.submitMany(2);
    world.runTo(S);
    world.platform.faults.crashPart(Part.dispatcher, 0, S);
    world.runTo(60 * MINUTE);
    expect(first?.outcomes).toEqual(['ok']);
    expect(second?.status).toBe('IN_QUEUE');
  });

  it('dispatcher: a start deadline that passes meanwhile is kept when it is up again', () => {
    const { world } = worldOf({}, 1);
    world.submit();
    const late = world.submit({ startTimeoutUs: 3 * S });
    world.runTo(2 * S);
    world.platform.faults.crashPart(Part.dispatcher, 0, 4 * S);
    world.runTo(MINUTE);
    expect(late).toMatchObject({ outcomes: ['startTimeout'], endedUs: 6 * S });
  });

  it('gateway: new requests are turned away with 503 until it is up', () => {
    const { world } = worldOf();
    world.platform.faults.crashPart(Part.gateway, 0, S);
    expect(world.platform.submit(world.submission())).toBe(503);
    world.runTo(S);
    expect(world.submit().status).toBe('IN_PROGRESS');
  });

  it('keys: a revocation asked for meanwhile is made when the service is up', () => {
    const { world } = worldOf();
    world.platform.faults.crashPart(Part.keys, 0, 5 * S);
    world.platform.revokeKey(world.platform.keys[0]!);
    expect(world.platform.keys[0]?.accepted).toBe(true);
    world.runTo(5 * S);
    expect(world.platform.keys[0]?.accepted).toBe(false);
  });
});

describe('a runner that is lost', () => {
  it('silently: its lease expires and the request is tried again', () => {
    const { world, endpoint } = worldOf();
    const ticket = world.submit();
    world.runTo(4 * S);
    world.platform.faults.crashRunner(endpoint, true);
    world.runTo(5 * MINUTE);
    // Renewed at 3 s, expired at 13 s, tried again a second later.
    expect(ticket).toMatchObject({ startsUs: [0, 14 * S], stopsUs: [4 * S, 24 * S], outcomes: ['ok'] });
  });

  it('silently, without leases: its slot never comes back', () => {
    const { world, endpoint } = worldOf({ lease: undefined, selfFence: false, maxHoldUs: undefined });
    world.submit();
    world.runTo(4 * S);
    world.platform.faults.crashRunner(endpoint, true);
    world.runTo(60 * MINUTE);
    expect(inUse(world)).toBe(1);
  });

  it('and hangs with a heart that beats: only a bound on the hold ends that', () => {
    const { world, endpoint } = worldOf({ maxHoldUs: MINUTE });
    const ticket = world.submit();
    world.runTo(S);
    expect(world.platform.faults.hangRunner(endpoint)).toBe(true);
    world.runTo(MINUTE - 1);
    expect(inUse(world)).toBe(1);
    world.runTo(MINUTE);
    expect(inUse(world)).toBe(0);
    expect(ticket.outcomes).toEqual(['failed']);
  });

  it('finds no victim where nobody works', () => {
    const { world, endpoint } = worldOf();
    expect(world.platform.faults.hangRunner(endpoint)).toBe(false);
    expect(world.platform.faults.pauseRunner(endpoint, S)).toBe(false);
    expect(world.platform.faults.slowRunner(endpoint, 2, S)).toBe(false);
  });
});

describe('a runner that is paused', () => {
  it('for less than its lease: goes on where it stopped', () => {
    const { world, endpoint } = worldOf();
    const ticket = world.submit();
    world.runTo(4 * S);
    world.platform.faults.pauseRunner(endpoint, 5 * S);
    world.runTo(MINUTE);
    expect(ticket).toMatchObject({ startsUs: [0], stopsUs: [15 * S], outcomes: ['ok'] });
  });

  it('for longer: fences itself when it wakes up, and two works never run at once', () => {
    const { world, endpoint } = worldOf();
    const ticket = world.submit({ serviceUs: 20 * S });
    world.runTo(4 * S);
    world.platform.faults.pauseRunner(endpoint, 15 * S);
    world.runTo(5 * MINUTE);
    expect(ticket.outcomes).toEqual(['ok']);
    expect(world.all('executionResumed')).toHaveLength(0);
    // The second works from 14 s on; the first stops at 19 s without having computed since 4 s.
    expect(ticket.stopsUs).toEqual([19 * S, 34 * S]);
  });

  it('for longer, without a fence: works on beside its successor, and its result is believed', () => {
    const { world, endpoint } = worldOf({ selfFence: false, fence: 'none' });
    const ticket = world.submit({ serviceUs: 20 * S });
    world.runTo(4 * S);
    world.platform.faults.pauseRunner(endpoint, 15 * S);
    world.runTo(5 * MINUTE);
    expect(world.all('executionResumed')).toHaveLength(1);
    expect(mostAtOnce(ticket)).toBe(2);
    expect(ticket.outcomes).toEqual(['ok']);
  });
});

describe('a runner that cannot renew', () => {
  it('stops its work before the lease expires', () => {
    const { world } = worldOf();
    const ticket = world.submit({ serviceUs: 40 * S });
    world.runTo(S);
    world.platform.faults.cutLink(Link['runner-store'], 20 * S);
    world.runTo(5 * MINUTE);
    // The last renewal that counts is the start; a tenth of the ttl is left for clocks that disagree.
    expect(ticket.stopsUs[0]).toBe(9 * S);
    expect(mostAtOnce(ticket)).toBe(1);
    expect(ticket.outcomes).toEqual(['ok']);
  });

  it('works on without a lease where it does not fence itself', () => {
    const { world } = worldOf({ selfFence: false, fence: 'none' });
    const ticket = world.submit({ serviceUs: 40 * S });
    world.runTo(S);
    world.platform.faults.cutLink(Link['runner-store'], 60 * S);
    world.runTo(15 * S);
    expect(inUse(world)).toBe(1);
    expect(mostAtOnce(ticket)).toBe(2);
  });

  it('makes its lease anew under upsert, beside that of its successor', () => {
    const { world } = worldOf({ selfFence: false, renew: 'upsert' });
    world.submit({ serviceUs: 40 * S });
    world.runTo(S);
    world.platform.faults.cutLink(Link['runner-store'], 15 * S);
    world.runTo(25 * S);
    expect(world.all('leaseRestored')).toHaveLength(1);
    expect(inUse(world)).toBe(2);
  });
});

describe('a slot store that is lost', () => {
  it('trusted although it is empty: as many again are admitted', () => {
    const { world } = worldOf({ afterStoreLoss: 'trust-empty', selfFence: false });
    world.submitMany(4);
    world.runTo(S);
    world.platform.faults.loseStore();
    expect(world.inStatus('IN_PROGRESS')).toHaveLength(3);
    expect(world.all('leaseForgotten')).toHaveLength(2);
  });

  it('admits nobody until every old lease has run out', () => {
    const { world } = worldOf();
    const tickets = world.submitMany(3);
    world.runTo(S);
    world.platform.faults.loseStore();
    world.runTo(10 * S);
    expect(tickets[2]?.startsUs).toEqual([]);
    world.runTo(5 * MINUTE);
    // The two whose work fenced itself at its renewal came first, and go first.
    expect(tickets.map((ticket) => ticket.startsUs)).toEqual([[0, 11 * S], [0, 11 * S], [21 * S]]);
    expect(tickets.map((ticket) => ticket.outcomes)).toEqual([['ok'], ['ok'], ['ok']]);
  });

  it('comes back as it was: what had ended holds a slot again, until it expires', () => {
    const { world } = worldOf();
    const ticket = world.submit();
    world.runTo(9 * S);
    const copy = world.platform.faults.snapshotStore();
    world.runTo(12 * S);
    expect(ticket.outcomes).toEqual(['ok']);
    world.platform.faults.loseStore(copy);
    expect(world.all('leaseRestored')).toHaveLength(1);
    expect(inUse(world)).toBe(1);
    world.runTo(MINUTE);
    expect(inUse(world)).toBe(0);
  });
});

describe('clocks that disagree', () => {
  const skewed = (clock: Policy['clock']): World => {
    const { world } = worldOf({ clock, selfFence: false });
    world.platform.faults.skewClock(Part.runner, -30 * S);
    world.submit({ serviceUs: 20 * S });
    world.runTo(5 * S);
    return world;
  };

  it('take live leases away where whoever comes writes the time', () => {
    expect(skewed('caller').all('leaseTakenBack').length).toBeGreaterThan(0);
  });

  it('matter to nobody where the store’s clock alone counts', () => {
    expect(skewed('store').all('leaseTakenBack')).toHaveLength(0);
  });
});

describe('work that needs other work', () => {
  const withChildren = (parentSlot: Policy['parentSlot']): { world: World; parents: Ticket[] } => {
    const { world, endpoint } = worldOf({ parentSlot, maxHoldUs: undefined }, 2);
    const parents = world.submitMany(2, { errand: { webhook: false, child: { endpoint, traffic: 0, serviceUs: S } } });
    world.runTo(60 * MINUTE);
    return { world, parents };
  };

  it('parents that keep their slots wait for children that find none', () => {
    const { world, parents } = withChildren('keep');
    expect(parents.map((ticket) => ticket.status)).toEqual(['IN_PROGRESS', 'IN_PROGRESS']);
    expect(world.inStatus('IN_QUEUE')).toHaveLength(2);
  });

  it('parents that yield their slots end with their children', () => {
    const { world, parents } = withChildren('yield');
    expect(parents.map((ticket) => ticket.outcomes)).toEqual([['ok'], ['ok']]);
    expect(inUse(world)).toBe(0);
  });
});

describe('a webhook receiver that is down', () => {
  const withWebhook = (releaseAfter: Policy['releaseAfter']): { world: World; ticket: Ticket } => {
    const { world } = worldOf({ releaseAfter, maxHoldUs: undefined, lease: undefined, selfFence: false });
    world.platform.faults.webhookDown(world.platform.accounts[0]!, 30 * S);
    const ticket = world.submit({ errand: { webhook: true, child: null } });
    world.runTo(11 * S);
    return { world, ticket };
  };

  it('keeps the slot where it is given back after the delivery', () => {
    const { world, ticket } = withWebhook('webhook');
    expect(inUse(world)).toBe(1);
    world.runTo(5 * MINUTE);
    expect(inUse(world)).toBe(0);
    expect(ticket.outcomes).toEqual(['ok']);
  });

  it('keeps nothing where the slot goes back with the work', () => {
    const { world, ticket } = withWebhook('work');
    expect(inUse(world)).toBe(0);
    expect(ticket.outcomes).toEqual(['ok']);
    world.runTo(5 * MINUTE);
    expect(
      world
        .all('webhookSent')
        .map((sent) => sent.a)
        .at(-1),
    ).toBe(1);
  });
});

describe('switches without a fault', () => {
  it('check-then-act admits more than the limit in a burst', () => {
    const { world } = worldOf({ acquire: 'check-then-act' }, 2);
    world.submitMany(3);
    world.runTo(S);
    expect(inUse(world)).toBe(3);
  });

  it('one-by-one keeps the account’s slot when the endpoint refuses', () => {
    const { world, endpoint } = worldOf({ scopes: 'one-by-one', lease: undefined, selfFence: false, maxHoldUs: undefined }, 3);
    world.platform.setEndpointLimit(world.platform.accounts[0]!, endpoint, 1);
    world.submitMany(2);
    world.runTo(60 * MINUTE);
    expect(inUse(world)).toBeGreaterThan(0);
  });

  it('per-gateway lets each gateway admit up to the limit', () => {
    const { world } = worldOf({ accounting: 'per-gateway', gateways: 3 }, 1);
    world.submitMany(3);
    expect(inUse(world)).toBe(3);
  });

  it('window-counter forgets what runs when a window begins', () => {
    const { world } = worldOf({ accounting: 'window-counter', accountingWindowUs: 5 * S }, 2);
    world.submitMany(3);
    world.runTo(5 * S);
    expect(world.inStatus('IN_PROGRESS')).toHaveLength(3);
  });

  it('permit-pool goes on admitting as before when a limit is lowered', () => {
    const { world } = worldOf({ limitCheck: 'permit-pool' }, 3);
    world.submitMany(6);
    world.platform.setLimit(world.platform.accounts[0]!, 1);
    world.runTo(15 * S);
    expect(world.inStatus('IN_PROGRESS')).toHaveLength(3);
  });

  it('wakeOn release: a raised limit wakes nobody', () => {
    const { world } = worldOf({ wakeOn: 'release', wakeEveryUs: undefined }, 1);
    world.submitMany(3);
    world.platform.setLimit(world.platform.accounts[0]!, 3);
    world.runTo(5 * S);
    expect(world.inStatus('IN_PROGRESS')).toHaveLength(1);
  });

  it('wakeOn release: with a tick the line is looked at all the same', () => {
    const { world } = worldOf({ wakeOn: 'release' }, 1);
    world.submitMany(3);
    world.platform.setLimit(world.platform.accounts[0]!, 3);
    world.runTo(S);
    expect(world.inStatus('IN_PROGRESS')).toHaveLength(3);
  });

  it('a release that is looked up by name finds nothing after a rename', () => {
    const { world } = worldOf({ boundTo: 'name', lease: undefined, selfFence: false, maxHoldUs: undefined });
    world.submit();
    world.runTo(S);
    world.platform.faults.renameAccount(world.platform.accounts[0]!, false);
    world.runTo(60 * MINUTE);
    expect(world.all('releaseMisdirected')).toHaveLength(1);
    expect(inUse(world)).toBe(1);
  });

  it('neither-releases: a cancel that meets the end of the work leaves the slot to nobody', () => {
    const { world } = worldOf({ cancelRace: 'neither-releases', lease: undefined, selfFence: false, maxHoldUs: undefined });
    const ticket = world.submit();
    world.runTo(9.5 * S);
    world.platform.cancel(ticket.request);
    world.runTo(60 * MINUTE);
    expect(ticket.status).toBe('COMPLETED');
    expect(inUse(world)).toBe(1);
  });

  it('abandoned waiters are granted a slot that nobody will use', () => {
    const { world } = worldOf({ abandonedWaiter: 'granted', lease: undefined, selfFence: false, maxHoldUs: undefined }, 1);
    world.submit();
    world.submit({ startTimeoutUs: 3 * S });
    world.runTo(60 * MINUTE);
    expect(inUse(world)).toBe(1);
  });

  it('newest-first lets the oldest wait', () => {
    const { world } = worldOf({ waiting: 'newest-first' }, 1);
    const tickets = world.submitMany(3);
    world.runTo(25 * S);
    expect(tickets.map((ticket) => ticket.startedUs)).toEqual([0, 20 * S, 10 * S]);
  });

  it('redeliverAfter hands out what is still worked on', () => {
    const { world } = worldOf({ redeliverAfterUs: 4 * S, fence: 'none' }, 3);
    const ticket = world.submit();
    world.runTo(5 * S);
    expect(mostAtOnce(ticket)).toBe(2);
    expect(inUse(world)).toBe(2);
  });
});
