import { describe, expect, it } from 'vitest';
import { Rejected } from '../../src/core/errors.js';
import { policyOf, S, type Ticket, World } from '../helpers/world.js';

describe('the runners of an endpoint', () => {
  it('are at most as many as its maximum: the next request waits for one and takes it the moment it is free', () => {
    const world = new World();
    world.account({ limit: 10 });
    const endpoint = world.endpoint({ runners: { max: 3 } });
    const tickets = world.submitMany(4);
    expect(tickets.map((ticket) => ticket.status)).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'IN_PROGRESS', 'IN_QUEUE']);
    expect(endpoint.runners.size).toBe(3);
    world.runTo(10 * S);
    expect(tickets[3]?.startedUs).toBe(10 * S);
  });

  it('take a cold start before they work; warm ones do not', () => {
    const world = new World();
    world.account({ limit: 10 });
    world.endpoint({ runners: { min: 1, max: 3, coldStartUs: 7 * S } });
    const tickets = world.submitMany(3, { serviceUs: 60 * S });
    world.runTo(7 * S);
    expect(tickets.map((ticket) => ticket.startedUs)).toEqual([0, 7 * S, 7 * S]);
    expect(world.all('runnerBooting')).toHaveLength(2);
  });

  it('that boot hold no slot for the queue requests that wait for them', () => {
    const world = new World();
    const account = world.account({ limit: 10 });
    world.endpoint({ runners: { coldStartUs: 7 * S } });
    world.submitMany(3);
    world.runTo(7 * S - 1);
    expect(account.scope.inUse).toBe(0);
    world.runTo(7 * S);
    expect(account.scope.inUse).toBe(3);
  });

  it('serve a direct call that found none ready as soon as one has booted; it holds its slot meanwhile', () => {
    const world = new World();
    const account = world.account({ limit: 10 });
    world.endpoint({ runners: { max: 1, coldStartUs: 7 * S } });
    const call = world.call() as Ticket;
    expect(call.status).toBe('IN_PROGRESS');
    expect(account.scope.inUse).toBe(1);
    world.runTo(7 * S);
    expect(call.startedUs).toBe(7 * S);
  });

  it('refuse a direct call with 503 when all are busy and no more may be started', () => {
    const world = new World();
    world.account({ limit: 10 });
    world.endpoint({ runners: { max: 1 } });
    world.call();
    expect(world.call()).toBe(Rejected.noRunner);
  });

  it('above the minimum end when they have been idle for the keep-alive of 60 s, not before and not after work', () => {
    const world = new World();
    world.account({ limit: 10 });
    const endpoint = world.endpoint({ runners: { min: 1, keepAliveUs: 60 * S } });
    world.submitMany(3);
    world.runTo(10 * S);
    expect(endpoint.runners.size).toBe(3);
    world.runTo(50 * S);
    world.submit();
    world.runTo(70 * S - 1);
    expect(endpoint.runners.size).toBe(3);
    world.runTo(70 * S);
    // The third one worked from 50 to 60 s, and as the last of the minimum it stays.
    expect(endpoint.runners.size).toBe(1);
    world.runTo(1000 * S);
    expect(endpoint.runners.size).toBe(1);
  });

  it('with a multiplexing of 4 serve 4 requests at once each', () => {
    const world = new World();
    world.account({ limit: 20 });
    const endpoint = world.endpoint({ runners: { max: 2, multiplexing: 4 } });
    const tickets = world.submitMany(9);
    expect(endpoint.runners.size).toBe(2);
    expect(tickets.filter((ticket) => ticket.startedUs === 0)).toHaveLength(8);
    world.runTo(10 * S);
    expect(tickets[8]?.startedUs).toBe(10 * S);
    const used = new Set(world.all('executionStarted').map(({ b }) => b));
    expect(used.size).toBe(2);
  });

  it('that multiplex take one cold start for 4 waiting requests, not 4', () => {
    const world = new World();
    world.account({ limit: 20 });
    world.endpoint({ runners: { coldStartUs: 5 * S, multiplexing: 4 } });
    const tickets = world.submitMany(5);
    expect(world.all('runnerBooting')).toHaveLength(2);
    world.runTo(5 * S);
    expect(tickets.every((ticket) => ticket.startedUs === 5 * S)).toBe(true);
  });
});

describe('a runner that crashes', () => {
  it('loses a queue request’s attempt: it is tried again on another runner and completes with 2 attempts', () => {
    const world = new World();
    const account = world.account();
    const endpoint = world.endpoint();
    const ticket = world.submit();
    world.runTo(4 * S);
    expect(world.platform.faults.crashRunner(endpoint)).toBe(true);
    expect(ticket.status).toBe('IN_QUEUE');
    expect(account.scope.inUse).toBe(0);
    world.runTo(5 * S);
    expect(ticket.startsUs).toEqual([0, 5 * S]);
    expect(ticket.request.attempts).toBe(2);
    world.runTo(15 * S);
    expect(ticket.outcomes).toEqual(['ok']);
    expect(account.scope.inUse).toBe(0);
  });

  it('fails a direct call at once, and its slot comes back', () => {
    const world = new World();
    const account = world.account();
    const endpoint = world.endpoint();
    const call = world.call() as Ticket;
    world.runTo(4 * S);
    world.platform.faults.crashRunner(endpoint);
    expect(call).toMatchObject({ outcomes: ['failed'], endedUs: 4 * S });
    expect(account.scope.inUse).toBe(0);
  });

  it('takes everything down that it multiplexes, and nothing on other runners', () => {
    const world = new World();
    world.account({ limit: 20 });
    const endpoint = world.endpoint({ runners: { multiplexing: 3 } });
    const tickets = world.submitMany(5);
    world.runTo(S);
    world.platform.faults.crashRunner(endpoint);
    expect(world.all('runnerCrashed')).toMatchObject([{ b: 3 }]);
    expect(tickets.map((ticket) => ticket.status)).toEqual(['IN_QUEUE', 'IN_QUEUE', 'IN_QUEUE', 'IN_PROGRESS', 'IN_PROGRESS']);
  });

  it('fails a queue request after maxAttempts of 10, with doubling delays between', () => {
    const world = new World(policyOf('fal-documented', { maxAttempts: 10 }));
    world.account();
    const endpoint = world.endpoint();
    const ticket = world.submit({ serviceUs: 3600 * S });
    while (ticket.status !== 'COMPLETED') {
      if (ticket.status === 'IN_PROGRESS') world.platform.faults.crashRunner(endpoint);
      else world.runFor(S);
    }
    expect(ticket.startsUs).toHaveLength(10);
    expect(ticket.requeuesMs).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(ticket.outcomes).toEqual(['failed']);
  });

  it('is replaced at once when it was one of those that are always alive', () => {
    const world = new World();
    world.account({ limit: 10 });
    const endpoint = world.endpoint({ runners: { min: 2, max: 2, coldStartUs: 3 * S } });
    world.platform.faults.crashRunner(endpoint);
    expect(endpoint.runners.size).toBe(2);
    const tickets = world.submitMany(2);
    world.runTo(3 * S);
    expect(tickets.map((ticket) => ticket.startedUs)).toEqual([0, 3 * S]);
  });

  it('does not strand those who waited for it: another runner is booted for them', () => {
    const world = new World();
    world.account({ limit: 10 });
    const endpoint = world.endpoint({ runners: { max: 1, coldStartUs: 3 * S } });
    world.call();
    world.runTo(3 * S);
    const waiting = world.submit();
    world.platform.faults.crashRunner(endpoint);
    world.runTo(60 * S);
    expect(waiting).toMatchObject({ startedUs: 6 * S, outcomes: ['ok'] });
  });

  it('does nothing when there is none', () => {
    const world = new World();
    const endpoint = world.endpoint({ runners: { coldStartUs: S } });
    expect(world.platform.faults.crashRunner(endpoint)).toBe(false);
  });
});
