import { describe, expect, it, test } from 'vitest';
import type { Lease } from '../../src/core/limiter.js';
import { type CallTerms, WorkEnd } from '../../src/core/requests.js';
import { UsageHistory } from '../../src/core/usage.js';
import { DAY, HOUR, MINUTE, policyOf, S, World } from '../helpers/world.js';

const TERMS: CallTerms = {
  low: false,
  runner: -1,
  attemptsBefore: 0,
  retriesAfterError: Number.POSITIVE_INFINITY,
  retriesAfterTimeout: Number.POSITIVE_INFINITY,
};
const LOW: CallTerms = { ...TERMS, low: true };

function worldWith(preset: 'fal-documented' | 'reference', limit = 1): World {
  const world = new World(policyOf(preset));
  world.account({ limit });
  world.endpoint();
  return world;
}

describe('queue priority', () => {
  it('#37 a low request goes after two normal ones, although it came before them', () => {
    const world = worldWith('reference');
    world.submit();
    const low = world.submit({ terms: LOW });
    const [first, second] = world.submitMany(2);
    world.runTo(60 * S);
    expect([first?.startedUs, second?.startedUs, low.startedUs]).toEqual([10 * S, 20 * S, 30 * S]);
  });

  it('#37 under backoff too: whenever a low one wakes up and a normal one waits, it sleeps again', () => {
    const world = worldWith('fal-documented');
    world.submit();
    const low = world.submit({ terms: LOW });
    const normals = world.submitMany(2);
    world.runTo(10 * 60 * S);
    expect(low.outcome).toBe('ok');
    for (const normal of normals) expect(normal.startedUs).toBeLessThan(low.startedUs);
  });

  it('lets a low request start at once where nobody waits', () => {
    const world = worldWith('reference');
    expect(world.submit({ terms: LOW }).status).toBe('IN_PROGRESS');
  });

  it('orders the line for a runner as well', () => {
    const world = new World(policyOf('fal-documented'));
    world.account({ limit: 10 });
    world.endpoint({ runners: { max: 1 } });
    world.submit();
    const low = world.submit({ terms: LOW });
    const normal = world.submit();
    world.runTo(60 * S);
    expect([normal.startedUs, low.startedUs]).toEqual([10 * S, 20 * S]);
  });

  it('does not let the normal requests of another account stand in the way', () => {
    const world = worldWith('fal-documented');
    const other = world.account({ name: 'other', limit: 1 });
    world.submit();
    world.submitMany(3);
    const low = world.submit({ key: other.keys[0]!, terms: LOW });
    expect(low.status).toBe('IN_PROGRESS');
  });
});

describe('a runner hint', () => {
  it('#73 sends a request to the runner that is liked best, not to the one that was used last', () => {
    const world = new World();
    world.account({ limit: 10 });
    world.endpoint({ runners: { min: 2, max: 2 } });
    const [first, second] = world.submitMany(2);
    world.runTo(10 * S);
    const runnerOf = (nth: number): number => world.all('executionStarted')[nth]!.b;
    expect([first?.outcome, second?.outcome]).toEqual(['ok', 'ok']);
    for (const wished of [runnerOf(0), runnerOf(1), runnerOf(0)]) {
      world.submit({ terms: { ...TERMS, runner: wished } });
      expect(world.all('executionStarted').at(-1)!.b).toBe(wished);
      world.runFor(10 * S);
    }
  });

  it('is no more than a wish: a busy runner is not waited for', () => {
    const world = new World();
    world.account({ limit: 10 });
    world.endpoint({ runners: { min: 2, max: 2 } });
    world.submit();
    const { b: busy } = world.all('executionStarted')[0]!;
    expect(world.submit({ terms: { ...TERMS, runner: busy } }).status).toBe('IN_PROGRESS');
  });
});

describe('how work ends', () => {
  test.each([
    [WorkEnd.failed, 1, '#32 a 500 is an answer: one attempt'],
    [WorkEnd.tryAgain, 10, '#32 a 504 is tried again'],
    [WorkEnd.runnerGone, 10, '#31 a 503 is tried again, ten times in all'],
    [WorkEnd.timedOut, 10, '#36 an attempt that takes longer than request_timeout is tried again'],
  ])('end %i takes %i attempts: %s', (end, attempts, _rule) => {
    const world = worldWith('fal-documented', 5);
    const ticket = world.submit({ end, serviceUs: S });
    world.runTo(2 * HOUR);
    expect(ticket.startsUs).toHaveLength(attempts);
    expect(ticket.outcomes).toEqual(['failed']);
    expect(world.platform.accounts[0]!.scope.inUse).toBe(0);
  });

  it('#31 frees the slot while the request waits for its next attempt, and ends the runner', () => {
    const world = worldWith('fal-documented', 5);
    world.submit({ end: WorkEnd.runnerGone, serviceUs: S });
    world.runTo(S);
    expect(world.platform.accounts[0]!.scope.inUse).toBe(0);
    expect(world.all('runnerCrashed')).toHaveLength(1);
    expect(world.inStatus('IN_QUEUE')).toHaveLength(1);
  });

  it('#32 keeps the runner after a 504', () => {
    const world = worldWith('fal-documented', 5);
    world.submit({ end: WorkEnd.tryAgain, serviceUs: S });
    world.runTo(S);
    expect(world.all('runnerCrashed')).toHaveLength(0);
  });

  it('#33 with no retries allowed there is one attempt', () => {
    const world = worldWith('fal-documented', 5);
    const ticket = world.submit({ end: WorkEnd.runnerGone, serviceUs: S, terms: { ...TERMS, retriesAfterError: 0 } });
    world.runTo(HOUR);
    expect(ticket.startsUs).toHaveLength(1);
  });

  it('counts errors and time-outs apart', () => {
    const world = worldWith('fal-documented', 5);
    const terms = { ...TERMS, retriesAfterError: 0, retriesAfterTimeout: 2 };
    const slow = world.submit({ end: WorkEnd.timedOut, serviceUs: S, terms });
    const broken = world.submit({ end: WorkEnd.tryAgain, serviceUs: S, terms });
    world.runTo(HOUR);
    expect([slow.startsUs.length, broken.startsUs.length]).toEqual([3, 1]);
  });

  it('counts attempts from before the platform was started anew', () => {
    const world = worldWith('fal-documented', 5);
    const ticket = world.submit({ end: WorkEnd.runnerGone, serviceUs: S, terms: { ...TERMS, attemptsBefore: 8 } });
    world.runTo(HOUR);
    expect(ticket.startsUs).toHaveLength(2);
  });

  it('#36 ends a direct call without another try', () => {
    const world = worldWith('fal-documented', 5);
    const ticket = world.call({ end: WorkEnd.timedOut, serviceUs: S });
    world.runTo(HOUR);
    expect(typeof ticket === 'number' ? ticket : ticket.startsUs.length).toBe(1);
  });
});

describe('work that lasts until somebody says so', () => {
  const ENDLESS = { serviceUs: Number.POSITIVE_INFINITY };

  it('holds its slot until it is finished, and then gives it back', () => {
    const world = worldWith('reference');
    const ticket = world.submit(ENDLESS);
    world.runTo(5 * MINUTE);
    expect(ticket.status).toBe('IN_PROGRESS');
    world.platform.finishWork(ticket.request, 1, WorkEnd.ok);
    expect(ticket.outcome).toBe('ok');
    expect(world.platform.accounts[0]!.scope.inUse).toBe(0);
  });

  it('is tried again where it says so, and the late word of an attempt that was given up is not heard (#74)', () => {
    const world = worldWith('reference');
    const ticket = world.submit(ENDLESS);
    world.platform.finishWork(ticket.request, 1, WorkEnd.tryAgain);
    world.runTo(5 * MINUTE);
    expect(ticket.startsUs).toHaveLength(2);
    world.platform.finishWork(ticket.request, 1, WorkEnd.ok);
    expect(ticket.outcome).toBeUndefined();
    world.platform.finishWork(ticket.request, 2, WorkEnd.ok);
    expect(ticket.outcomes).toEqual(['ok']);
  });

  it('ends when its runner computes again, if it was finished during a pause', () => {
    const world = worldWith('reference');
    const ticket = world.submit(ENDLESS);
    world.platform.faults.pauseRunner(world.platform.endpoints[0]!, 5 * S);
    world.platform.finishWork(ticket.request, 1, WorkEnd.ok);
    expect(ticket.outcome).toBeUndefined();
    world.runTo(6 * S);
    expect(ticket.outcome).toBe('ok');
  });

  it('goes on after a pause, and under a slow runner, without an end of its own', () => {
    const world = worldWith('reference');
    const ticket = world.submit(ENDLESS);
    const [endpoint] = world.platform.endpoints;
    world.platform.faults.pauseRunner(endpoint!, S);
    world.platform.faults.slowRunner(endpoint!, 3, 10 * S);
    world.runTo(5 * MINUTE);
    expect(ticket.outcome).toBeUndefined();
  });
});

describe('one stuck slot', () => {
  function stranded(selfService: boolean): { world: World; lease: Lease } {
    const world = new World(policyOf('fal-939', { selfService }));
    const account = world.account({ limit: 2, keys: ['old', 'new'] });
    world.endpoint();
    world.submit({ serviceUs: S });
    world.platform.revokeKey(account.keys[0]!);
    world.runTo(2 * S);
    return { world, lease: world.platform.limiter.liveLeases(account.scope)[0]! };
  }

  it('is given back by its owner where the platform offers that', () => {
    const { world, lease } = stranded(true);
    expect(world.platform.releaseOneStuck(lease)).toBe(true);
    expect(world.platform.accounts[0]!.scope.inUse).toBe(0);
  });

  it('stays where the platform does not', () => {
    const { world, lease } = stranded(false);
    expect(world.platform.releaseOneStuck(lease)).toBe(false);
    expect(world.platform.accounts[0]!.scope.inUse).toBe(1);
  });

  it('is not taken from a request that is at work', () => {
    const world = new World(policyOf('reference'));
    const account = world.account({ limit: 2 });
    world.endpoint();
    world.submit();
    expect(world.platform.releaseOneStuck(world.platform.limiter.liveLeases(account.scope)[0]!)).toBe(false);
  });
});

describe('usage by days', () => {
  it('ends its days at midnight, whatever time of day it began', () => {
    const clock = { nowUs: 0 };
    const usage = new UsageHistory(clock, 23 * HOUR);
    usage.note(3, 0);
    clock.nowUs = HOUR;
    usage.note(1, 0);
    expect(usage.days()).toEqual([
      { day: 0, peak: 3 },
      { day: 1, peak: 1 },
    ]);
  });

  it('remembers what was noted before a restart', () => {
    const clock = { nowUs: 40 * DAY };
    const usage = new UsageHistory(clock, 0);
    usage.restore(
      [
        { day: 39, peak: 7 },
        { day: 40, peak: 2 },
        { day: 3, peak: 9 },
      ],
      9,
    );
    usage.note(1, 0);
    expect(usage.peak).toBe(9);
    expect(usage.days().slice(-2)).toEqual([
      { day: 39, peak: 7 },
      { day: 40, peak: 2 },
    ]);
    expect(usage.days()).toHaveLength(30);
  });
});
