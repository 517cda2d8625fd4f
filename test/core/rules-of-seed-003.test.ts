import { describe, expect, it } from 'vitest';
import { PLATFORM_ERRORS, Rejected } from '../../src/core/errors.js';
import { DAY, HOUR, MINUTE, MS, policyOf, S, type Ticket, World } from '../helpers/world.js';

const FIFO = policyOf('fal-documented', { waiting: 'fifo' });

function running(world: World): number {
  return world.inStatus('IN_PROGRESS').length;
}

describe('"Requests in the IN_QUEUE state do not count toward your limit"', () => {
  it('only what is IN_PROGRESS is counted, however much waits', () => {
    const world = new World();
    const account = world.account({ limit: 2 });
    world.endpoint();
    world.submitMany(500);
    expect(world.inStatus('IN_QUEUE')).toHaveLength(498);
    expect(running(world)).toBe(2);
    expect(world.platform.concurrencyPage(account)).toMatchObject({ limit: 2, live: 2 });
  });

  it('a request that waits for a runner holds no slot either', () => {
    const world = new World();
    const account = world.account({ limit: 5 });
    world.endpoint({ runners: { max: 1 } });
    world.submitMany(3);
    expect(running(world)).toBe(1);
    expect(account.scope.inUse).toBe(1);
  });
});

describe('"Requests are never rejected due to concurrency limits"', () => {
  it.each([
    ['asking again with backoff', policyOf('fal-documented', { requeueBackoff: { baseUs: S, factor: 2, capUs: MINUTE, jitter: 0.5 } })],
    ['woken in order', FIFO],
  ])('10,000 requests at a limit of 2 are all taken and all complete, %s', (_, policy) => {
    const world = new World(policy);
    const account = world.account({ limit: 2 });
    world.endpoint();
    world.submitMany(10_000, { serviceUs: MS });
    while (world.calendar.size > 0) world.runFor(MINUTE);
    expect(world.all('refused')).toEqual([]);
    expect(world.tickets.filter((ticket) => ticket.outcome === 'ok')).toHaveLength(10_000);
    expect(account.usage.peak).toBe(2);
    expect(account.scope.inUse).toBe(0);
  });
});

describe('"If you are at capacity, the request stays in the queue and is retried with exponential backoff until a slot opens"', () => {
  it('sleeps 1, 2, 4, 8, 16, 32 and from then on 60 seconds', () => {
    const world = new World();
    world.account({ limit: 1 });
    world.endpoint();
    world.submit({ serviceUs: 400 * S });
    const waiting = world.submit();
    world.runTo(390 * S);
    expect(waiting.requeuesMs).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
    expect(waiting.status).toBe('IN_QUEUE');
  });

  it('starts at the first attempt that finds a slot, not at the instant it opens', () => {
    const world = new World();
    world.account({ limit: 1 });
    world.endpoint();
    world.submit({ serviceUs: 10 * S });
    const waiting = world.submit();
    world.runTo(60 * S);
    expect(waiting.startedUs).toBe((1 + 2 + 4 + 8) * S);
  });
});

describe('"There is no maximum retry count for concurrency-related requeues"', () => {
  it('a request put back more than 10 times completes, and its attempts on a runner are still 1', () => {
    const world = new World();
    world.account({ limit: 1 });
    world.endpoint();
    world.submit({ serviceUs: 3600 * S });
    const waiting = world.submit({ serviceUs: 100 * S });
    world.runTo(3690 * S);
    expect(waiting.requeuesMs.length).toBeGreaterThan(50);
    expect(waiting.status).toBe('IN_PROGRESS');
    expect(waiting.request.attempts).toBe(1);
    world.runTo(3800 * S);
    expect(waiting.outcomes).toEqual(['ok']);
  });
});

describe('"For direct requests (run), the gateway checks concurrency at request time"', () => {
  it('of 30 direct calls at a limit of 10 exactly 10 are taken and 20 get a 429 at once', () => {
    const world = new World();
    const account = world.account({ limit: 10 });
    world.endpoint();
    const answers = Array.from({ length: 30 }, () => world.call());
    expect(answers.slice(0, 10).every((answer) => typeof answer === 'object')).toBe(true);
    expect(answers.slice(10)).toEqual(Array.from({ length: 20 }, () => Rejected.tooManyRequests));
    expect(account.scope.inUse).toBe(10);
    expect(world.nowUs).toBe(0);
  });

  it('the limit is inclusive: with one less in flight the next call is taken', () => {
    const world = new World();
    world.account({ limit: 3 });
    world.endpoint();
    world.call({ serviceUs: S });
    world.call();
    world.call();
    expect(world.call()).toBe(Rejected.tooManyRequests);
    world.runTo(S);
    expect(world.call()).toMatchObject({ status: 'IN_PROGRESS' });
    expect(world.call()).toBe(Rejected.tooManyRequests);
  });

  it('"a 429 response with the concurrent_requests_limit type" and "an X-Fal-needs-retry: 1 header" says so, without a Retry-After', () => {
    expect(PLATFORM_ERRORS.concurrent_requests_limit).toMatchObject({ status: Rejected.tooManyRequests, retriable: true });
    expect(PLATFORM_ERRORS.concurrent_requests_limit.headers).toEqual({ 'X-Fal-needs-retry': '1' });
  });

  it('a refused call leaves nothing behind: no slot, no request, no place in the queue', () => {
    const world = new World();
    const account = world.account({ limit: 1 });
    world.endpoint();
    world.call();
    for (let n = 0; n < 100; n++) world.call();
    world.runTo(10 * S);
    expect(world.tickets).toHaveLength(1);
    expect(account.scope.inUse).toBe(0);
    expect(world.platform.requests.open()).toEqual([]);
  });
});

describe('"The only scenario where a request can be dropped while waiting is if you set a start_timeout and the deadline expires before a slot opens"', () => {
  it.each([
    ['asleep', policyOf('fal-documented'), {}],
    ['in line for a slot', FIFO, {}],
    ['in line for a runner', FIFO, { max: 1 }],
  ])('a request %s is dropped exactly at its deadline, not before', (_, policy, runners) => {
    const world = new World(policy);
    const account = world.account({ limit: 'max' in runners ? 10 : 1 });
    world.endpoint({ runners });
    world.submit();
    const waiting = world.submit({ startTimeoutUs: 4 * S });
    world.runTo(4 * S - 1);
    expect(waiting.status).toBe('IN_QUEUE');
    world.runTo(4 * S);
    expect(waiting).toMatchObject({ outcomes: ['startTimeout'], endedUs: 4 * S, startsUs: [] });
    expect(account.scope.inUse).toBe(1);
    world.runTo(60 * S);
    expect(waiting.startsUs).toEqual([]);
  });

  it('a request whose work has begun completes, however long it takes', () => {
    const world = new World();
    world.account();
    world.endpoint();
    const started = world.submit({ startTimeoutUs: 2 * S, serviceUs: 100 * S });
    world.runTo(100 * S);
    expect(started).toMatchObject({ outcomes: ['ok'], endedUs: 100 * S });
  });

  it.each([
    ['the slot is released first', (world: World): void => void world.submit({ serviceUs: 10 * S })],
    ['the deadline comes first', (world: World): void => void world.submitMany(2, { serviceUs: 5 * S })],
  ])('deadline and slot release in the same microsecond give one outcome when %s', (_, occupy) => {
    const world = new World(FIFO);
    const account = world.account({ limit: 1 });
    world.endpoint();
    occupy(world);
    const waiting = world.submit({ startTimeoutUs: 10 * S });
    const next = world.submit();
    world.runTo(10 * S);
    expect(waiting).toMatchObject({ outcomes: ['startTimeout'], endedUs: 10 * S, startsUs: [] });
    expect(next.startedUs).toBe(10 * S);
    expect(account.scope.inUse).toBe(1);
  });

  it('the deadline counts from the submission across failed attempts: an attempt lost at 20 s of 30 leaves 10 s', () => {
    const world = new World();
    world.account({ limit: 1 });
    const endpoint = world.endpoint();
    const lost = world.submit({ serviceUs: 100 * S, startTimeoutUs: 30 * S });
    world.runTo(20 * S);
    world.platform.faults.crashRunner(endpoint);
    world.call({ serviceUs: 100 * S });
    world.runTo(30 * S - 1);
    expect(lost.status).toBe('IN_QUEUE');
    world.runTo(30 * S);
    expect(lost.outcomes).toEqual(['startTimeout']);
  });
});

describe('"Every new account starts with a concurrency limit of 2 concurrent requests"', () => {
  it('an account that has paid nothing and agreed nothing runs two at once', () => {
    const world = new World();
    const account = world.account();
    world.endpoint();
    world.submitMany(5);
    expect(running(world)).toBe(2);
    expect(world.platform.concurrencyPage(account)).toMatchObject({ limit: 2, paidUsd: 0 });
  });
});

describe('"The platform automatically increases your limit based on the total amount of paid invoices from the last four weeks"', () => {
  const TIERS = [
    { paidUsd: 0, limit: 2 },
    { paidUsd: 100, limit: 7 },
    { paidUsd: 300, limit: 25 },
    { paidUsd: 5000, limit: 100 },
  ];

  it('the sum decides by the tiers of the scenario', () => {
    const world = new World(policyOf('fal-documented'), TIERS);
    const limitWith = (...usd: number[]): number => world.account({ invoices: usd.map((amount) => ({ atUs: -DAY, usd: amount })) }).scope.limit;
    expect([limitWith(99.99), limitWith(100), limitWith(100, 199), limitWith(100, 200)]).toEqual([2, 7, 7, 25]);
  });

  it('"Self-serve limits scale up to 40": no sum buys more', () => {
    const world = new World(policyOf('fal-documented'), TIERS);
    expect(world.account({ invoices: [{ atUs: 0, usd: 1_000_000 }] }).scope.limit).toBe(40);
  });

  it('"the change typically takes effect within a few minutes": the new limit holds after the delay, not before', () => {
    const world = new World(policyOf('fal-documented', { tierDelayUs: 3 * MINUTE }), TIERS);
    const account = world.account();
    world.endpoint();
    world.runTo(S);
    world.platform.payInvoice(account, 300);
    world.runTo(3 * MINUTE + S - 1);
    expect(account.scope.limit).toBe(2);
    world.runTo(3 * MINUTE + S);
    expect(account.scope.limit).toBe(25);
    expect(world.platform.concurrencyPage(account).paidUsd).toBe(300);
  });

  it('an invoice older than 28 days does not count', () => {
    const world = new World(policyOf('fal-documented'), TIERS);
    expect(world.account({ invoices: [{ atUs: -28 * DAY, usd: 300 }] }).scope.limit).toBe(2);
    expect(world.account({ invoices: [{ atUs: -28 * DAY + 1, usd: 300 }] }).scope.limit).toBe(25);
  });

  it('an invoice that has aged out is not added to a new one', () => {
    const world = new World(policyOf('fal-documented'), TIERS);
    const account = world.account({ invoices: [{ atUs: -20 * DAY, usd: 300 }] });
    expect(account.scope.limit).toBe(25);
    world.runTo(10 * DAY);
    world.platform.payInvoice(account, 100);
    world.runFor(HOUR);
    expect(account.scope.limit).toBe(7);
  });

  it('"For limits above 40 … contact the sales team": a contract above 40 stands, whatever is paid', () => {
    const world = new World(policyOf('fal-documented'), TIERS);
    const account = world.account({ limit: 120, invoices: [{ atUs: 0, usd: 1_000_000 }] });
    expect(account.scope.limit).toBe(120);
    world.platform.payInvoice(account, 1000);
    world.runFor(HOUR);
    expect(account.scope.limit).toBe(120);
  });
});

describe('"fal may apply additional concurrency limits on certain high-demand models"', () => {
  it.each([
    ['backoff', policyOf('fal-documented')],
    ['fifo', FIFO],
  ])('the endpoint’s limit binds on top of the account’s, and other endpoints still run (%s)', (_, policy) => {
    const world = new World(policy);
    const account = world.account({ limit: 5 });
    const hot = world.endpoint({ name: 'hot', limitPerAccount: 2 });
    const other = world.endpoint({ name: 'other' });
    const onHot = world.submitMany(4, { endpoint: hot });
    const onOther = world.submitMany(4, { endpoint: other });
    const started = (tickets: Ticket[]): number => tickets.filter((ticket) => ticket.status === 'IN_PROGRESS').length;
    expect(started(onHot)).toBe(2);
    expect(started(onOther)).toBe(3);
    expect(account.scope.inUse).toBe(5);
    world.runTo(200 * S);
    expect(world.tickets.every((ticket) => ticket.outcome === 'ok')).toBe(true);
  });

  it('a direct call over the endpoint’s limit is refused while the account has room', () => {
    const world = new World();
    world.account({ limit: 10 });
    world.endpoint({ limitPerAccount: 1 });
    world.call();
    expect(world.call()).toBe(Rejected.tooManyRequests);
  });

  it('the account’s own limit binds where it is the lower one', () => {
    const world = new World();
    world.account({ limit: 2 });
    world.endpoint({ limitPerAccount: 5 });
    world.submitMany(6);
    expect(running(world)).toBe(2);
  });
});

describe('"Concurrency limits do not apply when you call your own endpoints"', () => {
  it('calls and requests to the account’s own app run beyond its limit and count for nothing', () => {
    const world = new World();
    const owner = world.account({ limit: 2 });
    const app = world.endpoint({ name: 'own-app', owner });
    const model = world.endpoint({ name: 'model' });
    world.submitMany(20, { endpoint: app });
    const calls = Array.from({ length: 20 }, () => world.call({ endpoint: app }));
    expect(calls.every((answer) => typeof answer === 'object')).toBe(true);
    expect(running(world)).toBe(40);
    expect(owner.scope.inUse).toBe(0);
    world.submitMany(3, { endpoint: model });
    expect(running(world)).toBe(42);
  });

  it('somebody else’s calls to that app are limited', () => {
    const world = new World();
    const owner = world.account({ name: 'owner', limit: 2 });
    const stranger = world.account({ name: 'stranger', limit: 2 });
    const app = world.endpoint({ name: 'own-app', owner });
    world.submitMany(5, { endpoint: app, key: stranger.keys[0]! });
    expect(running(world)).toBe(2);
  });
});

describe('"Your current concurrency limit, real-time request count, and a 30-day usage history chart … also shows your peak concurrent usage"', () => {
  it('the page shows limit, live count, peak and the most in use on each day', () => {
    const world = new World();
    const account = world.account({ limit: 5 });
    world.endpoint();
    world.submitMany(4);
    world.runTo(DAY + S);
    world.submitMany(2);
    expect(world.platform.concurrencyPage(account)).toEqual({
      limit: 5,
      paidUsd: 0,
      live: 2,
      peak: 4,
      days: [
        { day: 0, peak: 4 },
        { day: 1, peak: 2 },
      ],
    });
  });

  it('a slot held over midnight counts for the new day too', () => {
    const world = new World();
    const account = world.account({ limit: 5 });
    world.endpoint();
    world.runTo(DAY - S);
    world.submitMany(3, { serviceUs: 10 * S });
    world.runTo(DAY + 20 * S);
    expect(world.platform.concurrencyPage(account).days).toEqual([
      { day: 0, peak: 3 },
      { day: 1, peak: 3 },
    ]);
  });

  it('a slot that is still held counts for today, although it was taken yesterday', () => {
    const world = new World();
    const account = world.account({ limit: 5 });
    world.endpoint();
    world.runTo(DAY - S);
    world.submitMany(3, { serviceUs: 10 * S });
    world.runTo(DAY + S);
    expect(world.platform.concurrencyPage(account)).toMatchObject({ live: 3, days: [{ peak: 3 }, { peak: 3 }] });
  });

  it('the history goes back 30 days, the peak to the beginning', () => {
    const world = new World();
    const account = world.account({ limit: 9 });
    world.endpoint();
    for (let day = 0; day < 40; day++) {
      world.runTo(day * DAY);
      world.submitMany(day === 0 ? 9 : 1 + (day % 3));
    }
    const { days, peak } = world.platform.concurrencyPage(account);
    expect(days.map(({ day }) => day)).toEqual(Array.from({ length: 30 }, (_, n) => n + 10));
    expect(days.map((entry) => entry.peak)).toEqual(Array.from({ length: 30 }, (_, n) => 1 + ((n + 10) % 3)));
    expect(peak).toBe(9);
  });
});

describe('a limit that changes while requests run', () => {
  it('lowered below what is in flight it evicts nothing, and nothing starts before the count is below it', () => {
    const world = new World(FIFO);
    const account = world.account({ limit: 4 });
    world.endpoint();
    for (const seconds of [10, 20, 30, 40]) world.submit({ serviceUs: seconds * S });
    const waiting = world.submitMany(2);
    world.runTo(S);
    world.platform.setLimit(account, 2);
    expect(running(world)).toBe(4);
    world.runTo(30 * S - 1);
    expect(waiting.map((ticket) => ticket.status)).toEqual(['IN_QUEUE', 'IN_QUEUE']);
    world.runTo(30 * S);
    expect(waiting.map((ticket) => ticket.startedUs)).toEqual([30 * S, Number.NaN]);
    world.runTo(100 * S);
    expect(world.tickets.every((ticket) => ticket.outcome === 'ok')).toBe(true);
  });

  it('lowered, it refuses direct calls until the count is below it', () => {
    const world = new World();
    const account = world.account({ limit: 3 });
    world.endpoint();
    for (const seconds of [10, 20, 30]) world.call({ serviceUs: seconds * S });
    world.platform.setLimit(account, 2);
    world.runTo(10 * S);
    expect(world.call()).toBe(Rejected.tooManyRequests);
    world.runTo(20 * S);
    expect(world.call()).toMatchObject({ status: 'IN_PROGRESS' });
  });

  it('raised, more of what waits is dispatched without being submitted again', () => {
    for (const policy of [policyOf('fal-documented'), FIFO]) {
      const world = new World(policy);
      const account = world.account({ limit: 1 });
      world.endpoint();
      world.submitMany(6, { serviceUs: 100 * S });
      world.runTo(2 * S);
      expect(running(world)).toBe(1);
      world.platform.setLimit(account, 4);
      // Under backoff at the next attempt, at 3 s; under fifo at once.
      world.runTo(policy === FIFO ? 2 * S : 3 * S);
      expect(running(world)).toBe(4);
      expect(world.all('submitted')).toHaveLength(6);
    }
  });
});

describe('"determines how many requests can be in the IN_PROGRESS state" of an account', () => {
  it.each([
    ['backoff', policyOf('fal-documented')],
    ['fifo', FIFO],
  ])('one account at its limit does not hold up another on the same endpoint (%s)', (_, policy) => {
    const world = new World(policy);
    const a = world.account({ name: 'a', limit: 2 });
    const b = world.account({ name: 'b', limit: 2 });
    world.endpoint({ runners: { max: 4 } });
    world.submitMany(50, { key: a.keys[0]!, serviceUs: 1000 * S });
    const ofB = world.submitMany(2, { key: b.keys[0]! });
    expect(ofB.map((ticket) => ticket.startedUs)).toEqual([0, 0]);
  });

  it('its keys share its limit', () => {
    const world = new World();
    const account = world.account({ limit: 3, keys: ['one', 'two'] });
    world.endpoint();
    for (const key of account.keys) world.submitMany(3, { key });
    expect(running(world)).toBe(3);
  });
});
