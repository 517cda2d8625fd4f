import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PREFIX, Names } from '../../src/workers/names.js';
import { plansIn, workersIn } from '../../src/workers/presence.js';
import { openPlan } from './plan-here.js';
import { point } from './points.js';
import { NO_REDIS, RedisServer } from './redis-server.js';
import { startWorkerHere } from './worker-here.js';
import { BUILD } from './worker-program.js';

const WORKER = { version: '1.2.3', randomScheme: 2, code: '00112233aabb', name: 'box', threads: 4 };

function idOf(n: number): string {
  return n.toString(16).padStart(12, '0');
}

describe.skipIf(NO_REDIS)('who says in Redis that it is there', () => {
  let redis: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    redis = await RedisServer.start();
    client = new Redis(redis.url);
  });
  afterEach(() => client.flushall());
  afterAll(async () => {
    client.disconnect();
    await redis.remove();
  });
  const roster = () => workersIn(client, new Names(DEFAULT_PREFIX));

  it('is seen, however many are there before it in the alphabet', async () => {
    const dead = Array.from({ length: 2_500 }, (_, n) => idOf(n));
    await client.sadd('slotstorm:workers', ...dead);
    await roster().renew('ffffffffffff', WORKER);
    const { present, vanished } = await roster().read();
    expect([...present]).toEqual([['ffffffffffff', WORKER]]);
    expect(vanished).toEqual(dead);
    await roster().forget(vanished);
    expect(await client.smembers('slotstorm:workers')).toEqual(['ffffffffffff']);
  });

  it('is known once it has said so, until Redis forgets', async () => {
    expect(await roster().renew(idOf(1), WORKER)).toBe(false);
    expect(await roster().renew(idOf(1), WORKER)).toBe(true);
    await client.flushall();
    expect(await roster().renew(idOf(1), WORKER)).toBe(false);
  });

  it('is passed over when it says more than there is to say', async () => {
    await client.sadd('slotstorm:workers', idOf(1), idOf(2));
    const entry = JSON.stringify(WORKER);
    await client.set(`slotstorm:workers:${idOf(1)}`, entry.padEnd(4_096));
    await client.set(`slotstorm:workers:${idOf(2)}`, entry.padEnd(4_097));
    expect([...(await roster().read()).present.keys()]).toEqual([idOf(1)]);
  });

  it('a worker that leaves with its plan leaves, though the queue of the plan cannot be removed', async () => {
    const plan = idOf(1);
    const plans = plansIn(client, new Names(DEFAULT_PREFIX));
    await plans.renew(plan, BUILD);
    const worker = await startWorkerHere(redis.url, { once: true });
    await expect.poll(() => worker.log).toContain(`plan {"plan":"${plan}"}`);
    await client.set(`slotstorm:queue:${plan}:completed`, 'something else');
    await plans.leave(plan);
    await worker.ended;
    expect(worker.log.slice(-3)).toEqual([`plan-over {"plan":"${plan}"}`, 'leaving {}', 'left {}']);
  });

  it('a plan removes workers that are no more', async () => {
    await client.sadd('slotstorm:workers', idOf(1));
    const { simulator } = await openPlan(redis.url);
    expect(await client.scard('slotstorm:workers')).toBe(0);
    await simulator.stop();
  });

  it('or does not: a plan goes on as long as jobs come back', async () => {
    const waitMs = 2_500;
    const worker = await startWorkerHere(redis.url, { name: 'nobody reads this: \u0007' });
    const { simulator, said } = await openPlan(redis.url, { workerWaitMs: waitMs });
    await expect.poll(() => worker.log.some((line) => line.startsWith('plan '))).toBe(true);
    const untilMs = performance.now() + 2 * waitMs;
    // Several at once, so that something is always asked for.
    const asking = [4, 5, 6].map(async (limit) => {
      while (performance.now() < untilMs) expect(await simulator.run([point(limit)], [1])).toHaveLength(1);
    });
    await Promise.all(asking);
    expect(simulator.description).toBe('redis, 0 workers seen');
    expect(said).toEqual([]);
  });

  it('a plan ends at once, and says why, where something else has the name of the plans', async () => {
    await client.set('slotstorm:plans', 'hello');
    await expect(openPlan(redis.url)).rejects.toMatchObject({
      exitCode: 104,
      message: expect.stringMatching(/^the Redis at \S+ refused what it was asked: WRONGTYPE /),
    });
    await client.del('slotstorm:plans');
    const { simulator } = await openPlan(redis.url);
    const run = simulator.run([point(4)], [1]);
    run.catch(() => undefined);
    await client.set('slotstorm:plans', 'hello');
    await expect(run).rejects.toMatchObject({ exitCode: 104, message: expect.stringContaining('WRONGTYPE') });
  });
});
