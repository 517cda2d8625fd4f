import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildText } from '../../src/workers/build.js';
import { DEFAULT_PREFIX, Names } from '../../src/workers/names.js';
import { removeQueue } from '../../src/workers/plan-queue.js';
import { RedisLink } from '../../src/workers/redis-link.js';
import { openPlan } from './plan-here.js';
import { figuresHere, firstSeeds, point } from './points.js';
import { lastingIn, leftIn, withRedis } from './redis-keys.js';
import { NO_REDIS, RedisServer } from './redis-server.js';
import { startWorkerHere } from './worker-here.js';
import { BUILD } from './worker-program.js';

const OTHER = { ...BUILD, version: '9.9.9' };
const HEADER = 'at,seconds\n';
const ROWS = Array.from({ length: 300 }, (_, n) => `${n / 4},${1 + (n % 5)}\n`).join('');

/** The app's recorded traffic, in a file that only the plan has. */
function replayed(file: string) {
  const arrivals = { trace: file, columns: { arrival: 'at', service: 'seconds' }, serviceUnit: 's' };
  return point(3, 10, { workload: [{ as: 'app/app', endpoint: 'model', call: 'submit', arrivals }] });
}

describe.skipIf(NO_REDIS)('a plan over Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterEach(() => withRedis(redis.url, (client) => client.flushall()));
  afterAll(() => redis.remove());

  it('has the same figures as one on this machine, to the byte', async () => {
    await startWorkerHere(redis.url, { threads: 2 });
    const { simulator, progress } = await openPlan(redis.url);
    const points = [point(4), point(5), point(6)];
    const seeds = firstSeeds(24);
    expect(JSON.stringify(await simulator.run(points, seeds))).toBe(JSON.stringify(figuresHere(points, seeds)));
    expect(simulator.description).toBe('redis, 1 worker seen');
    expect(progress.at(-1)).toMatch(/^(\d+) of \1 jobs, 1 worker$/);
  });

  it('has them whatever else it asks at the same time', async () => {
    await startWorkerHere(redis.url);
    const { simulator } = await openPlan(redis.url);
    const [one, other, none] = await Promise.all([simulator.run([point(4)], [1, 2, 3]), simulator.run([point(5)], [7]), simulator.run([point(5)], [])]);
    expect([one, other, none]).toEqual([figuresHere([point(4)], [1, 2, 3]), figuresHere([point(5)], [7]), [[]]]);
  });

  it('replays recordings that no worker has as a file, also two of the same name', async () => {
    await startWorkerHere(redis.url);
    for (const rows of [ROWS, ROWS.replace('0,1\n', '0,9\n')]) {
      const traceSource = (): string[] => [HEADER, rows];
      const { simulator } = await openPlan(redis.url, { traceSource });
      expect(await simulator.run([replayed('mine.csv')], [1])).toEqual(figuresHere([replayed('mine.csv')], [1], traceSource));
    }
  });

  it('fails as it would on this machine, at once and with the same words', async () => {
    const worker = await startWorkerHere(redis.url);
    const traceSource = (): string[] => [HEADER, '0,1\nsoon,1\n'];
    const { simulator } = await openPlan(redis.url, { traceSource });
    const message = 'trace mine.csv, line 3: "at" is no timestamp, got "soon"';
    expect(() => figuresHere([replayed('mine.csv')], [1], traceSource)).toThrow(message);
    await expect(simulator.run([point(4), replayed('mine.csv')], [1])).rejects.toMatchObject({ exitCode: 104, message: expect.stringContaining(message) });
    expect(worker.log.filter((line) => line.startsWith('failed'))).toHaveLength(1);
  });

  it('leaves nothing behind in Redis but texts that expire', async () => {
    await startWorkerHere(redis.url);
    const { simulator } = await openPlan(redis.url);
    await simulator.run([point(4)], [1]);
    await simulator.stop();
    await expect.poll(() => leftIn(redis.url)).toEqual([]);
    expect(await lastingIn(redis.url)).toEqual([]);
    await withRedis(redis.url, async (client) => {
      const [text = '', ...others] = await client.keys('slotstorm:text:*');
      expect(others).toEqual([]);
      expect(await client.ttl(text)).toBeLessThanOrEqual(60);
    });
  });

  it('has what it needs though another plan was over that needed the same', async () => {
    await startWorkerHere(redis.url);
    const [{ simulator: one }, { simulator: other }] = [await openPlan(redis.url), await openPlan(redis.url)];
    const figures = figuresHere([point(4)], [1]);
    expect(await one.run([point(4)], [1])).toEqual(figures);
    await one.stop();
    // The minute is over.
    await withRedis(redis.url, async (client) => client.del(await client.keys('slotstorm:text:*')));
    expect(await other.run([point(4)], [1])).toEqual(figures);
  });

  it('leaves nothing behind when it is interrupted, and its workers go on with other plans', async () => {
    const worker = await startWorkerHere(redis.url);
    const { simulator, interrupt } = await openPlan(redis.url);
    const run = simulator.run([point(4, 40_000), point(5, 40_000)], firstSeeds(64));
    run.catch(() => undefined);
    await expect.poll(() => worker.log.filter((line) => line.startsWith('plan ')).length).toBe(1);
    interrupt(new Error('interrupted: nothing was written'));
    await expect(run).rejects.toThrow('interrupted: nothing was written');
    await expect(simulator.run([point(4)], [1])).rejects.toThrow('interrupted: nothing was written');
    await simulator.stop();
    await expect.poll(() => leftIn(redis.url)).toEqual([]);
    const { simulator: next } = await openPlan(redis.url);
    expect(await next.run([point(4)], [1])).toEqual(figuresHere([point(4)], [1]));
  });

  it('may be removed by several at once', async () => {
    const link = await RedisLink.open(redis.url, '--redis');
    onTestFinished(() => link.close());
    const names = new Names(DEFAULT_PREFIX);
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 8 }, () => removeQueue(link, names, '0123456789ab')));
    expect(await leftIn(redis.url)).toEqual([]);
  });

  it('is cleaned up by a worker when its process was lost', async () => {
    const { simulator } = await openPlan(redis.url);
    simulator.run([point(4)], [1]).catch(() => undefined);
    await expect.poll(() => leftIn(redis.url)).toContainEqual(expect.stringMatching(/^slotstorm:queue:\w+:job-1$/));
    expect(await lastingIn(redis.url)).toEqual([]);
    // What a minute without a sign of life does.
    const stopped = simulator.stop();
    await stopped;
    await withRedis(redis.url, async (client) => {
      await client.sadd('slotstorm:plans', '0123456789ab');
      await client.hset('slotstorm:queue:0123456789ab:meta', 'version', 'bullmq');
      await client.lpush('slotstorm:queue:0123456789ab:wait', 'job-1');
      await client.hset('slotstorm:queue:0123456789ab:job-1', 'data', '{}');
    });
    await startWorkerHere(redis.url);
    await expect.poll(() => leftIn(redis.url)).toEqual([]);
  });

  it('waits for a Redis that starts anew with nothing in it, and has the same figures', async () => {
    await startWorkerHere(redis.url);
    const { simulator, said, progress } = await openPlan(redis.url);
    const points = [8, 9, 10, 11].map((limit) => point(limit, 10_000));
    const seeds = firstSeeds(16);
    const run = simulator.run(points, seeds);
    await expect.poll(() => progress.some((line) => /^[2-9] of/.test(line))).toBe(true);
    await redis.kill();
    await redis.start();
    expect(JSON.stringify(await run)).toBe(JSON.stringify(figuresHere(points, seeds)));
    expect(said).toEqual([`the connection to Redis at ${redis.url} is lost; waiting 30 s for it to come back`, `Redis at ${redis.url} is back`]);
  });

  it('is interrupted at once while Redis is away', async () => {
    const { simulator, said, interrupt } = await openPlan(redis.url);
    const run = simulator.run([point(4)], [1]);
    run.catch(() => undefined);
    await redis.kill();
    await expect.poll(() => said).toHaveLength(1);
    interrupt(new Error('interrupted: nothing was written'));
    await expect(run).rejects.toThrow('interrupted: nothing was written');
    await simulator.stop();
    await redis.start();
  });

  it('ends when no worker comes, and says how to start one', async () => {
    const { simulator } = await openPlan(redis.url, { workerWaitMs: 1_000, prefix: 'team-a' });
    await expect(simulator.run([point(4)], [1])).rejects.toMatchObject({
      exitCode: 104,
      message: `no worker has taken a job for 1 s (--worker-wait); start one with: npx slotstorm worker --redis ${redis.url} --prefix team-a`,
    });
  });

  it('ends when the workers are of another build, and says of which, and what to update', async () => {
    const worker = await startWorkerHere(redis.url, { build: OTHER });
    const { simulator } = await openPlan(redis.url, { workerWaitMs: 1_000 });
    await expect(simulator.run([point(4)], [1])).rejects.toMatchObject({
      exitCode: 104,
      message: `the workers are of another build: here is ${buildText(OTHER)}; this plan is ${buildText(BUILD)}. Their figures could differ: update slotstorm where the plan runs`,
    });
    expect(worker.log.filter((line) => /^(refused|done|plan )/.test(line))).toEqual([expect.stringMatching(/^refused/)]);
  });

  it('is worked out by the workers of its build, whoever else is there', async () => {
    await startWorkerHere(redis.url, { build: OTHER });
    await startWorkerHere(redis.url);
    const { simulator } = await openPlan(redis.url);
    expect(await simulator.run([point(4)], [1])).toEqual(figuresHere([point(4)], [1]));
  });

  it('ends when a job takes longer than its worker allows, and the worker goes on', async () => {
    const worker = await startWorkerHere(redis.url, { mostJobMs: 3_000 });
    const { simulator } = await openPlan(redis.url);
    await expect(simulator.run([point(4, 40_000_000)], [1])).rejects.toMatchObject({
      exitCode: 104,
      message: 'a job took longer than 3 s (--job-timeout of the worker)',
    });
    expect(worker.log.filter((line) => line.startsWith('failed'))).toHaveLength(1);
    expect(await simulator.run([point(4)], [1])).toEqual(figuresHere([point(4)], [1]));
  });

  it('tries a job again whose thread was lost, but not for ever', async () => {
    const worker = await startWorkerHere(redis.url, { lostThreads: 5 });
    const { simulator } = await openPlan(redis.url);
    await expect(simulator.run([point(4)], [1, 2])).rejects.toMatchObject({
      exitCode: 1,
      message: 'seeds 1 to 2: a worker failed: a thread was lost (it ran out of memory)',
    });
    expect(await simulator.run([point(4)], [1, 2])).toEqual(figuresHere([point(4)], [1, 2]));
    expect(worker.log.filter((line) => line.startsWith('failed'))).toHaveLength(5);
  });
});
