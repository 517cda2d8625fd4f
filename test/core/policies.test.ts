import { describe, expect, it } from 'vitest';
import type { ApiKey } from '../../src/core/accounts.js';
import { Rejected } from '../../src/core/errors.js';
import { PRESET_NAMES, PRESETS } from '../../src/core/policy.js';
import { HOUR, MINUTE, policyOf, S, type Ticket, World } from '../helpers/world.js';

const FIFO = { waiting: 'fifo' } as const;

/** Two running and one waiting with one key at a limit of 2; the key is revoked at 4 s. */
function revokedMidFlight(world: World): { key: ApiKey; inProgress: Ticket[]; queued: Ticket } {
  const account = world.account({ limit: 2, keys: ['old', 'new'] });
  world.endpoint();
  const inProgress = world.submitMany(2);
  const queued = world.submit();
  world.runTo(4 * S);
  const key = account.keys[0]!;
  world.platform.revokeKey(key);
  return { key, inProgress, queued };
}

describe('presets', () => {
  it.each(PRESET_NAMES)('%s says that it is itself', (name) => {
    expect(PRESETS[name].policy.preset).toBe(name);
    expect(PRESETS[name].doc).not.toBe('');
  });
});

describe('onRevoke: what a revoked key does to its requests', () => {
  it.each(['strand', 'drain', 'cancel'] as const)('%s removes the queued ones and refuses new ones with 401', (onRevoke) => {
    const world = new World(policyOf('fal-documented', { onRevoke }));
    const { key, queued } = revokedMidFlight(world);
    expect(queued).toMatchObject({ outcomes: ['revoked'], endedUs: 4 * S });
    expect(world.platform.submit(world.submission({ key }))).toBe(Rejected.unauthorized);
    expect(world.platform.call(world.submission({ key }))).toBe(Rejected.unauthorized);
    expect(world.submit({ key: world.platform.keys[1]! }).status).toBe('IN_QUEUE');
  });

  it('strand: the work ends, its completion is dropped, the slots are held for ever', () => {
    const world = new World(policyOf('fal-documented', { onRevoke: 'strand' }));
    const { inProgress } = revokedMidFlight(world);
    world.runTo(24 * HOUR);
    expect(inProgress.map((ticket) => ticket.stopsUs)).toEqual([[10 * S], [10 * S]]);
    expect(inProgress.map((ticket) => ticket.status)).toEqual(['IN_PROGRESS', 'IN_PROGRESS']);
    expect(world.platform.accounts[0]?.scope.inUse).toBe(2);
    expect(world.all('completionDropped')).toHaveLength(2);
  });

  it('strand: a ghost cannot be cancelled by another key either', () => {
    const world = new World(policyOf('fal-documented', { onRevoke: 'strand' }));
    const { inProgress } = revokedMidFlight(world);
    world.runTo(MINUTE);
    for (const ticket of inProgress) world.platform.cancel(ticket.request);
    world.runTo(HOUR);
    expect(world.platform.accounts[0]?.scope.inUse).toBe(2);
  });

  it('drain: they end normally and give their slots back', () => {
    const world = new World(policyOf('fal-documented', { onRevoke: 'drain' }));
    const { inProgress } = revokedMidFlight(world);
    world.runTo(10 * S);
    expect(inProgress.map((ticket) => ticket.outcomes)).toEqual([['ok'], ['ok']]);
    expect(world.platform.accounts[0]?.scope.inUse).toBe(0);
  });

  it('cancel: they are stopped within the stop delay and give their slots back', () => {
    const world = new World(policyOf('fal-documented', { onRevoke: 'cancel', stopDelayUs: 2 * S }));
    const { inProgress } = revokedMidFlight(world);
    world.runTo(6 * S - 1);
    expect(inProgress.map((ticket) => ticket.status)).toEqual(['IN_PROGRESS', 'IN_PROGRESS']);
    world.runTo(6 * S);
    expect(inProgress).toMatchObject([
      { outcomes: ['revoked'], endedUs: 6 * S, stopsUs: [6 * S] },
      { outcomes: ['revoked'], endedUs: 6 * S, stopsUs: [6 * S] },
    ]);
    expect(world.platform.accounts[0]?.scope.inUse).toBe(0);
  });

  it('revoking twice is revoking once', () => {
    const world = new World(policyOf('reference'));
    const { key } = revokedMidFlight(world);
    world.platform.revokeKey(key);
    expect(world.all('keyRevoked')).toHaveLength(1);
  });
});

describe('keyCache: gateways that still accept a revoked key', () => {
  it('take its requests until the cache is over, and not after', () => {
    const world = new World(policyOf('fal-documented', { keyCacheUs: 3 * S }));
    const account = world.account({ limit: 10 });
    world.endpoint();
    world.platform.revokeKey(account.keys[0]!);
    world.runTo(3 * S - 1);
    expect(world.call()).toMatchObject({ status: 'IN_PROGRESS' });
    world.runTo(3 * S);
    expect(world.call()).toBe(Rejected.unauthorized);
    expect(world.all('keyRefused').map(({ atUs }) => atUs)).toEqual([3 * S]);
  });

  it('let what was queued in between be removed when they learn of it', () => {
    const world = new World(policyOf('fal-documented', { keyCacheUs: 3 * S }));
    const account = world.account({ limit: 1 });
    world.endpoint();
    world.submit();
    world.platform.revokeKey(account.keys[0]!);
    const late = world.submit();
    world.runTo(3 * S);
    expect(late.outcomes).toEqual(['revoked']);
  });
});

describe('waiting', () => {
  it('fifo wakes those who wait in order of arrival, at the instant a slot opens', () => {
    const world = new World(policyOf('fal-documented', FIFO));
    world.account({ limit: 2 });
    world.endpoint();
    const tickets = world.submitMany(8);
    world.runTo(40 * S);
    expect(tickets.map((ticket) => ticket.startedUs / S)).toEqual([0, 0, 10, 10, 20, 20, 30, 30]);
  });

  it('fifo lets nobody overtake: a newcomer stands behind those who wait', () => {
    const world = new World(policyOf('fal-documented', FIFO));
    const account = world.account({ limit: 1 });
    world.endpoint();
    world.submit();
    const first = world.submit();
    world.runTo(9 * S);
    world.platform.setLimit(account, 1);
    const second = world.submit();
    world.runTo(30 * S);
    expect([first.startedUs, second.startedUs]).toEqual([10 * S, 20 * S]);
  });

  it('backoff lets a late arrival overtake one that sleeps', () => {
    const world = new World();
    world.account({ limit: 1 });
    world.endpoint();
    world.submit();
    const asleep = world.submit();
    world.runTo(12 * S);
    const late = world.submit();
    world.runTo(60 * S);
    expect(late.startedUs).toBe(12 * S);
    expect(asleep.startedUs).toBeGreaterThan(late.startedUs);
  });

  it('fifo does not let requests that wait at a full endpoint hold up the others of the account', () => {
    const world = new World(policyOf('fal-documented', FIFO));
    world.account({ limit: 3 });
    const hot = world.endpoint({ name: 'hot', limitPerAccount: 1 });
    const other = world.endpoint({ name: 'other' });
    const [, waiting] = world.submitMany(2, { endpoint: hot, serviceUs: 20 * S }) as [Ticket, Ticket];
    world.submit({ endpoint: other, serviceUs: 5 * S });
    world.submit({ endpoint: other, serviceUs: 6 * S });
    const queued = world.submit({ endpoint: other });
    world.runTo(60 * S);
    expect(queued.startedUs).toBe(5 * S);
    expect(waiting.startedUs).toBe(20 * S);
  });

  it('fifo loses no waiter at an endpoint when its slot comes back while an older request takes the account’s', () => {
    const world = new World(policyOf('fal-documented', FIFO));
    world.account({ limit: 2 });
    const hot = world.endpoint({ name: 'hot', limitPerAccount: 1 });
    const other = world.endpoint({ name: 'other' });
    const crashed = world.submit({ endpoint: other, serviceUs: 20 * S });
    world.platform.faults.crashRunner(other);
    world.submit({ endpoint: hot, serviceUs: 5 * S });
    const waiting = world.submit({ endpoint: hot });
    world.submit({ endpoint: other, serviceUs: 7 * S });
    // At 1 s the crashed one stands in the account's line; at 5 s it takes the slot, though the endpoint has room again.
    world.runTo(6 * S);
    expect(crashed.startsUs).toEqual([0, 5 * S]);
    world.runTo(HOUR);
    expect(waiting).toMatchObject({ startedUs: 7 * S, outcomes: ['ok'] });
  });

  it('fifo wakes every waiter of an endpoint as the account gets room, after the endpoint’s limit was raised', () => {
    const world = new World(policyOf('fal-documented', FIFO));
    const account = world.account({ limit: 2 });
    const hot = world.endpoint({ name: 'hot', limitPerAccount: 0 });
    const other = world.endpoint({ name: 'other' });
    const waiting = world.submitMany(3, { endpoint: hot, serviceUs: 60 * S });
    world.submit({ endpoint: other, serviceUs: 5 * S });
    world.submit({ endpoint: other, serviceUs: 7 * S });
    world.platform.setEndpointLimit(account, hot, 5);
    world.runTo(HOUR);
    expect(waiting.map((ticket) => ticket.startedUs / S)).toEqual([5, 7, 65]);
  });
});

describe('lease: a slot whose holder has stopped', () => {
  const lease = { ttlUs: 30 * S, renewEveryUs: 10 * S, reapEveryUs: 7 * S };

  it('comes back at the reaper’s first round after its last renewal has expired', () => {
    const world = new World(policyOf('fal-939', { lease }));
    const account = world.account({ limit: 1 });
    world.endpoint();
    const ticket = world.submit({ serviceUs: 25 * S });
    world.runTo(4 * S);
    world.platform.revokeKey(account.keys[0]!);
    // Renewed at 0, 10 and 20 s, the work ends at 25 s, expired at 50 s; the reaper comes every 7 s, so at 56 s.
    world.runTo(56 * S - 1);
    expect(account.scope.inUse).toBe(1);
    world.runTo(56 * S);
    expect(account.scope.inUse).toBe(0);
    expect(ticket).toMatchObject({ outcomes: ['failed'], endedUs: 56 * S });
  });

  it('is never taken from work that runs, however long', () => {
    const world = new World(policyOf('fal-documented', { lease }));
    world.account();
    world.endpoint();
    const ticket = world.submit({ serviceUs: HOUR });
    world.runTo(HOUR);
    expect(ticket.outcomes).toEqual(['ok']);
    expect(world.all('leaseTakenBack')).toEqual([]);
  });

  it('is not taken from the next holder when the former was cancelled before its key was revoked', () => {
    const world = new World(policyOf('fal-939', { lease, releaseOn: 'cancel-request', stopDelayUs: 5 * S }));
    const account = world.account({ limit: 1, keys: ['old', 'new'] });
    world.endpoint();
    const cancelled = world.submit({ serviceUs: HOUR });
    world.runTo(S);
    world.platform.revokeKey(account.keys[0]!);
    world.platform.cancel(cancelled.request);
    const next = world.submit({ key: account.keys[1]!, serviceUs: HOUR });
    world.runTo(2 * HOUR);
    expect(next.outcomes).toEqual(['ok']);
    expect(account.scope.inUse).toBe(0);
  });
});

describe('release', () => {
  /** Cancelled, so released when the cancel is accepted, and released again when the work has stopped. */
  function releasedTwice(release: 'token' | 'counter'): World {
    const world = new World(policyOf('fal-documented', { release, releaseOn: 'cancel-request' }));
    world.account({ limit: 2 });
    world.endpoint();
    const [cancelled] = world.submitMany(2);
    world.platform.cancel(cancelled!.request);
    world.runTo(S);
    return world;
  }

  it('token: a slot that is released twice comes back once', () => {
    const world = releasedTwice('token');
    expect(world.all('leaseReleasedAgain')).toHaveLength(1);
    expect(world.platform.accounts[0]?.scope.inUse).toBe(1);
  });

  it('counter: every release decrements, and the account admits more than its limit', () => {
    const world = releasedTwice('counter');
    expect(world.platform.accounts[0]?.scope.inUse).toBe(0);
    world.submitMany(5);
    expect(world.inStatus('IN_PROGRESS')).toHaveLength(3);
  });
});

describe('releaseOn: when a cancelled request’s slot is free', () => {
  it('confirmed-stop: when its work has stopped', () => {
    const world = new World(policyOf('fal-documented', { releaseOn: 'confirmed-stop', stopDelayUs: 3 * S }));
    const account = world.account({ limit: 1 });
    world.endpoint();
    const ticket = world.submit();
    world.platform.cancel(ticket.request);
    world.runTo(3 * S - 1);
    expect([ticket.status, account.scope.inUse]).toEqual(['IN_PROGRESS', 1]);
    world.runTo(3 * S);
    expect(ticket).toMatchObject({ outcomes: ['cancelled'], endedUs: 3 * S });
    expect(account.scope.inUse).toBe(0);
  });

  it('cancel-request: at once, while its work still runs', () => {
    const world = new World(policyOf('fal-documented', { releaseOn: 'cancel-request', stopDelayUs: 3 * S }));
    const account = world.account({ limit: 1 });
    world.endpoint();
    const ticket = world.submit();
    world.platform.cancel(ticket.request);
    expect(ticket).toMatchObject({ outcomes: ['cancelled'], endedUs: 0, stopsUs: [] });
    expect(account.scope.inUse).toBe(0);
    world.runTo(3 * S);
    expect(ticket.stopsUs).toEqual([3 * S]);
  });

  it('a queued request that is cancelled never reaches a runner and never takes a slot', () => {
    const world = new World();
    world.account({ limit: 1 });
    world.endpoint();
    world.submit();
    const queued = world.submit();
    world.platform.cancel(queued.request);
    world.runTo(HOUR);
    expect(queued).toMatchObject({ outcomes: ['cancelled'], endedUs: 0, startsUs: [] });
    expect(world.all('leaseGranted')).toHaveLength(1);
  });

  it('cancelled twice, or cancelled before its key is revoked, it is stopped once, by the first', () => {
    const world = new World(policyOf('reference', { stopDelayUs: 3 * S }));
    const account = world.account({ limit: 1 });
    world.endpoint();
    const ticket = world.submit();
    world.platform.cancel(ticket.request);
    world.runTo(S);
    world.platform.cancel(ticket.request);
    world.platform.revokeKey(account.keys[0]!);
    world.runTo(MINUTE);
    expect(ticket).toMatchObject({ outcomes: ['cancelled'], endedUs: 3 * S, stopsUs: [3 * S] });
    expect(account.scope.inUse).toBe(0);
    expect(world.calendar.size).toBe(0);
  });

  it('work that completes before its stop is confirmed has completed: one outcome, one release', () => {
    const world = new World(policyOf('fal-documented', { stopDelayUs: 3 * S }));
    const account = world.account();
    world.endpoint();
    const ticket = world.submit({ serviceUs: 3 * S });
    world.platform.cancel(ticket.request);
    world.runTo(MINUTE);
    expect(ticket.outcomes).toHaveLength(1);
    expect(world.all('leaseReleased')).toHaveLength(1);
    expect(world.all('leaseReleasedAgain')).toHaveLength(0);
    expect(account.scope.inUse).toBe(0);
  });
});

describe('requeue: a request whose attempt failed', () => {
  function afterCrash(requeue: 'keep-slot' | 'release-slot'): { world: World; lost: Ticket; other: Ticket } {
    const world = new World(policyOf('fal-documented', { requeue, ...FIFO }));
    world.account({ limit: 1 });
    const endpoint = world.endpoint();
    const lost = world.submit();
    const other = world.submit();
    world.platform.faults.crashRunner(endpoint);
    return { world, lost, other };
  }

  it('release-slot: somebody else uses its slot while it waits', () => {
    const { world, lost, other } = afterCrash('release-slot');
    world.runTo(HOUR);
    expect([other.startedUs, lost.startsUs[1]]).toEqual([0, 10 * S]);
  });

  it('keep-slot: its slot stays taken, and its next attempt uses it', () => {
    const { world, lost, other } = afterCrash('keep-slot');
    expect(world.platform.accounts[0]?.scope.inUse).toBe(1);
    world.runTo(HOUR);
    expect([lost.startsUs[1], other.startedUs]).toEqual([S, 11 * S]);
    expect(world.platform.accounts[0]?.scope.inUse).toBe(0);
  });

  it('keep-slot: cancelled while it waits, it gives the slot back', () => {
    const { world, lost, other } = afterCrash('keep-slot');
    world.platform.cancel(lost.request);
    expect(other.startedUs).toBe(0);
  });
});

describe('dispatchLatency and deadlineCheck', () => {
  const SLOW = { dispatchLatencyUs: 2 * S };

  it('the slot is held from the dispatch, the work begins one latency later', () => {
    const world = new World(policyOf('fal-documented', SLOW));
    const account = world.account();
    world.endpoint();
    const ticket = world.submit();
    expect([account.scope.inUse, ticket.status]).toEqual([1, 'IN_PROGRESS']);
    world.runTo(12 * S);
    expect(ticket).toMatchObject({ startsUs: [2 * S], endedUs: 12 * S });
  });

  it('at-start: a deadline between dispatch and start ends the request, which never runs', () => {
    const world = new World(policyOf('fal-documented', { ...SLOW, deadlineCheck: 'at-start' }));
    const account = world.account();
    world.endpoint();
    const ticket = world.submit({ startTimeoutUs: S });
    world.runTo(MINUTE);
    expect(ticket).toMatchObject({ outcomes: ['startTimeout'], endedUs: S, startsUs: [] });
    expect(account.scope.inUse).toBe(0);
  });

  it('at-start: a deadline at the very instant of the start has passed', () => {
    const world = new World(policyOf('fal-documented', { ...SLOW, deadlineCheck: 'at-start' }));
    world.account();
    world.endpoint();
    const ticket = world.submit({ startTimeoutUs: 2 * S });
    world.runTo(MINUTE);
    expect(ticket).toMatchObject({ outcomes: ['startTimeout'], startsUs: [] });
  });

  it('at-dispatch: the request is reported as timed out and runs all the same', () => {
    const world = new World(policyOf('fal-documented', { ...SLOW, deadlineCheck: 'at-dispatch' }));
    const account = world.account();
    world.endpoint();
    const ticket = world.submit({ startTimeoutUs: S });
    world.runTo(MINUTE);
    expect(ticket).toMatchObject({ outcomes: ['startTimeout'], endedUs: S, startsUs: [2 * S], stopsUs: [12 * S] });
    expect(account.scope.inUse).toBe(0);
  });

  it('a request cancelled between dispatch and start never runs and gives its slot back at once', () => {
    const world = new World(policyOf('fal-documented', SLOW));
    const account = world.account();
    world.endpoint();
    const ticket = world.submit();
    world.runTo(S);
    world.platform.cancel(ticket.request);
    expect(account.scope.inUse).toBe(0);
    world.runTo(MINUTE);
    expect(ticket).toMatchObject({ outcomes: ['cancelled'], startsUs: [] });
  });
});

describe('maxHold', () => {
  it('takes a slot back that was held too long, and kills its work', () => {
    const world = new World(policyOf('fal-documented', { maxHoldUs: MINUTE }));
    const account = world.account({ limit: 1 });
    world.endpoint();
    const tooLong = world.submit({ serviceUs: HOUR });
    const short = world.submit({ serviceUs: 59 * S });
    world.runTo(MINUTE);
    expect(tooLong).toMatchObject({ outcomes: ['failed'], endedUs: MINUTE, stopsUs: [MINUTE] });
    expect(account.scope.inUse).toBe(0);
    world.runTo(HOUR);
    expect(short.outcomes).toEqual(['ok']);
    expect(world.all('leaseTakenBack')).toHaveLength(1);
  });

  it('heals a stranded slot where there are no leases that expire', () => {
    const world = new World(policyOf('fal-939', { maxHoldUs: MINUTE }));
    const account = world.account();
    world.endpoint();
    world.submit();
    world.platform.revokeKey(account.keys[0]!);
    world.runTo(MINUTE - 1);
    expect(account.scope.inUse).toBe(1);
    world.runTo(MINUTE);
    expect(account.scope.inUse).toBe(0);
  });
});

describe('selfService', () => {
  it('an owner releases the stuck slots of the account, and only those', () => {
    const world = new World(policyOf('fal-939', { selfService: true }));
    const account = world.account({ limit: 3, keys: ['old', 'new'] });
    world.endpoint();
    const stuck = world.submitMany(2);
    world.runTo(S);
    world.platform.revokeKey(account.keys[0]!);
    world.runTo(20 * S);
    const alive = world.submit({ key: account.keys[1]! });
    expect(world.platform.releaseStuck(account)).toBe(2);
    expect(account.scope.inUse).toBe(1);
    expect(stuck.map((ticket) => ticket.outcomes)).toEqual([['failed'], ['failed']]);
    world.runTo(HOUR);
    expect(alive.outcomes).toEqual(['ok']);
    expect(world.platform.releaseStuck(account)).toBe(0);
  });

  it('where it is not offered, asking for it changes nothing', () => {
    const world = new World(policyOf('fal-939'));
    const account = world.account();
    world.endpoint();
    world.submit();
    world.platform.revokeKey(account.keys[0]!);
    world.runTo(20 * S);
    expect(world.platform.releaseStuck(account)).toBe(0);
    expect(account.scope.inUse).toBe(1);
    expect(world.all('selfServiceRelease')).toMatchObject([{ a: 0, b: 0 }]);
  });
});
