import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { RedisLink } from '../../src/workers/redis-link.js';
import { connectSimulator } from '../../src/workers/redis-simulator.js';
import { slotstorm } from '../cli/memory-outside.js';
import { FakeRedis } from './fake-redis.js';
import { openPlan } from './plan-here.js';
import { noTrace, point } from './points.js';
import { NO_REDIS, RedisServer } from './redis-server.js';
import { BUILD } from './worker-program.js';

/** @returns why it could not be used */
async function complaint(url: string): Promise<string> {
  const failed = await slotstorm(['worker', '--redis', url]);
  expect(failed).toMatchObject({ code: 104, out: '' });
  return failed.err;
}

describe('where there is no Redis to work with', () => {
  it('a worker says that nobody listens, and how to start one', async () => {
    expect(await complaint('redis://:geheim@127.0.0.1:1')).toBe(
      'slotstorm: --redis: nobody listens at redis://127.0.0.1:1: is Redis running? If not, start one with: redis-server --port 6379\n',
    );
  });

  it('a plan says so too', async () => {
    const plan = connectSimulator('redis://127.0.0.1:1', { build: BUILD, traceSource: noTrace, interrupt: new AbortController().signal, say: () => undefined });
    await expect(plan).rejects.toMatchObject({ exitCode: 104, message: expect.stringContaining('--workers: nobody listens at redis://127.0.0.1:1') });
  });

  it('a worker says that there is no such host', async () => {
    expect(await complaint('redis://no-such-host.invalid')).toBe('slotstorm: --redis: there is no such host as in redis://no-such-host.invalid:6379\n');
  });

  it('a web server is told from a Redis', async () => {
    const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await complaint(`redis://127.0.0.1:${port}`)).toBe(
      `slotstorm: --redis: what listens at redis://127.0.0.1:${port} does not speak Redis' protocol: is it the right port?\n`,
    );
    expect(await complaint(`rediss://127.0.0.1:${port}`)).toContain(
      `no TLS connection to rediss://127.0.0.1:${port}: the server does not speak TLS. Without TLS the URL begins with redis://`,
    );
  });

  it('a server that never answers is not waited for', async () => {
    const fake = await FakeRedis.start(undefined);
    onTestFinished(() => fake.stop());
    expect(await complaint(fake.url)).toContain(`nothing at ${fake.url} answers as a Redis does within 3 s`);
  });

  it('but this process may be too busy to hear it', async () => {
    const fake = await FakeRedis.start('redis_version:7.0.15\r\nloading:0\r\n');
    onTestFinished(() => fake.stop());
    const opened = RedisLink.open(fake.url, '--redis');
    // Once it has begun to wait.
    await fake.connected;
    const untilMs = performance.now() + 3_500;
    while (performance.now() < untilMs);
    (await opened).close();
  });

  it('one that is too old is named with its version', async () => {
    const fake = await FakeRedis.start('redis_version:5.0.14\r\nloading:0\r\n');
    onTestFinished(() => fake.stop());
    expect(await complaint(fake.url)).toBe(`slotstorm: --redis: expected Redis 6.2 or newer at ${fake.url}, got 5.0.14: install a newer one\n`);
  });
});

describe.skipIf(NO_REDIS)('a Redis with terms of its own', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start(['--requirepass', 'geheim', '--maxmemory-policy', 'allkeys-lru']);
  });
  afterAll(() => redis.remove());
  const withPassword = (password: string, database = '') => `redis://:${password}@127.0.0.1:${redis.port}${database}`;

  it('wants a password, the right one, and a database that it has', async () => {
    expect(await complaint(redis.url)).toContain(`the Redis at ${redis.url} wants a password: redis://:password@host:6379`);
    expect(await complaint(withPassword('falsch'))).toBe(`slotstorm: --redis: the Redis at ${redis.url} does not accept this user and password\n`);
    expect(await complaint(withPassword('geheim', '/99'))).toBe(`slotstorm: --redis: the Redis at ${redis.url}/99 has no database of this number\n`);
  });

  it('may throw jobs away when its memory is full: the user is warned', async () => {
    const said: string[] = [];
    const plan = await connectSimulator(withPassword('geheim', '/3'), {
      build: BUILD,
      traceSource: noTrace,
      interrupt: new AbortController().signal,
      say: (line) => said.push(line),
    });
    await plan.stop();
    expect(said).toEqual([
      `Redis at ${redis.url}/3 may throw jobs away when its memory is full (maxmemory-policy allkeys-lru); better: redis-cli config set maxmemory-policy noeviction`,
    ]);
  });
});

it.skipIf(NO_REDIS)('a Redis whose memory is full is told from a mistake of ours', async () => {
  const redis = await RedisServer.start(['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction']);
  onTestFinished(() => redis.remove());
  const rows = Array.from({ length: 4_000 }, (_, n) => `${n},${randomBytes(600).toString('base64')}\n`);
  const { simulator } = await openPlan(redis.url, { traceSource: () => ['at,note\n', ...rows] });
  const replayed = point(3, 10, {
    workload: [{ as: 'app/app', endpoint: 'model', call: 'submit', arrivals: { trace: 'mine.csv', columns: { arrival: 'at' } } }],
  });
  await expect(simulator.run([replayed], [1])).rejects.toMatchObject({
    exitCode: 104,
    message: `the memory of the Redis at ${redis.url} is full: give it more (maxmemory)`,
  });
});

it.skipIf(NO_REDIS)('what BullMQ makes of a connection while Redis is away works when it is back', async () => {
  const redis = await RedisServer.start();
  onTestFinished(() => redis.remove());
  const link = await RedisLink.open(redis.url, '--redis');
  onTestFinished(() => link.close());
  await redis.kill();
  const worker = new link.libraries.bullmq.Worker('plan', null, { connection: link.client, autorun: false });
  worker.on('error', () => undefined);
  const ready = worker.waitUntilReady();
  ready.catch(() => undefined);
  const lost = new Promise((resolve) => worker.once('error', resolve));
  await lost;
  await redis.start();
  await ready;
});
