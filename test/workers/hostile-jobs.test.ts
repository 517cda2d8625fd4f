import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { buildText } from '../../src/workers/build.js';
import { packText } from '../../src/workers/texts.js';
import { openPlan } from './plan-here.js';
import { figuresHere, point } from './points.js';
import { NO_REDIS, RedisServer } from './redis-server.js';
import { startWorkerHere } from './worker-here.js';
import { BUILD } from './worker-program.js';

const replays = (file: string) => ({
  ...(point(3).input as object),
  workload: [{ as: 'app/app', endpoint: 'model', call: 'submit', arrivals: { trace: file, columns: { arrival: 'root' } } }],
});

/** Somebody who may write into the same Redis, and opens a plan of his own making. */
class Stranger {
  private readonly id = randomBytes(6).toString('hex');
  private readonly redis: Redis;
  private readonly queue: Queue;
  private readonly events: QueueEvents;

  constructor(url: string) {
    this.redis = new Redis(url, { maxRetriesPerRequest: null });
    const options = { connection: this.redis, prefix: 'slotstorm:queue' };
    this.queue = new Queue(this.id, options);
    this.events = new QueueEvents(this.id, { ...options, lastEventId: '0-0' });
    onTestFinished(() => this.leave());
  }

  async text(json: unknown): Promise<string> {
    const { sha256, packed } = await packText('a text', [typeof json === 'string' ? json : JSON.stringify(json)]);
    await this.redis.set(`slotstorm:text:${sha256}`, packed);
    return sha256;
  }

  async raw(sha256: string, bytes: Buffer): Promise<void> {
    await this.redis.set(`slotstorm:text:${sha256}`, bytes);
  }

  /** @returns why the worker refused it */
  async asks(data: unknown): Promise<string> {
    const job = await this.queue.add('point', data, { attempts: 5 });
    await this.redis.set(`slotstorm:plans:${this.id}`, JSON.stringify(BUILD));
    await this.redis.sadd('slotstorm:plans', this.id);
    return await job.waitUntilFinished(this.events).then(
      (value) => `answered: ${JSON.stringify(value).slice(0, 80)}`,
      (error: Error) => error.message,
    );
  }

  private async leave(): Promise<void> {
    await this.redis.del(`slotstorm:plans:${this.id}`);
    await this.events.close();
    await this.queue.close();
    this.redis.disconnect();
  }
}

describe.skipIf(NO_REDIS)('jobs of somebody else', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.remove());

  const good = { ...BUILD, seeds: [1] };
  const NO_JOB = '{"code":104,"message":"a worker was given something that is no job: who else writes into this Redis?"}';

  test.each([
    ['nothing', null],
    ['a path for a point', { ...good, document: '../../../etc/passwd' }],
    ['more seeds than a job may have', { ...good, document: 'a'.repeat(64), seeds: Array(201).fill(1) }],
    ['seeds that are none', { ...good, document: 'a'.repeat(64), seeds: ['1', 2.5] }],
    ['a script of his own', { ...good, document: 'a'.repeat(64), script: 'process.exit()' }],
  ])('that are no jobs are refused: %s', async (_what, data) => {
    await startWorkerHere(redis.url);
    expect(await new Stranger(redis.url).asks(data)).toBe(NO_JOB);
  });

  it('of another version are refused, and it is said which, and what to update', async () => {
    await startWorkerHere(redis.url);
    const reason = await new Stranger(redis.url).asks({ ...good, version: '0.0.1', document: 'a'.repeat(64) });
    expect(JSON.parse(reason)).toEqual({
      code: 104,
      message: `the worker here is ${buildText(BUILD)}, and the job is of ${buildText({ ...BUILD, version: '0.0.1' })}: update slotstorm where the plan runs`,
    });
  });

  it('open no file of the worker', async () => {
    await startWorkerHere(redis.url);
    const stranger = new Stranger(redis.url);
    const document = await stranger.text({ input: replays('/etc/passwd'), files: {} });
    expect(JSON.parse(await stranger.asks({ ...good, document }))).toEqual({
      code: 104,
      message: 'expected the plan to bring the recording "/etc/passwd", but it has not',
    });
  });

  it('run no limiter and no script of theirs: a point is data', async () => {
    await startWorkerHere(redis.url);
    const stranger = new Stranger(redis.url);
    for (const input of [{ ...(point(3).input as object), limiter: '/tmp/mine.js' }, '/tmp/mine.ts', { platform: { policy: '/tmp/mine.ts' } }]) {
      const document = await stranger.text({ input, files: {} });
      expect(JSON.parse(await stranger.asks({ ...good, document }))).toMatchObject({ code: 104, message: expect.stringMatching(/^the planned load: /) });
    }
  });

  it('are what their name says, or are not taken', async () => {
    await startWorkerHere(redis.url);
    const stranger = new Stranger(redis.url);
    const name = 'b'.repeat(64);
    await stranger.raw(name, gzipSync(JSON.stringify({ input: point(3).input, files: {} })));
    expect(await stranger.asks({ ...good, document: name })).toContain('the text bbbbbbbbbbbb in Redis is another one than its name says');
    await stranger.raw(name, gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    expect(await stranger.asks({ ...good, document: name })).toContain('the text bbbbbbbbbbbb in Redis is broken, or longer than 4194304 bytes');
    await stranger.raw(name, Buffer.from('no gzip'));
    expect(await stranger.asks({ ...good, document: name })).toContain('the text bbbbbbbbbbbb in Redis is broken');
    const document = await stranger.text({ input: point(3).input, files: { 'a.csv': '/etc/passwd' } });
    expect(await stranger.asks({ ...good, document })).toContain('in Redis is no point of a plan');
  });

  it('do not keep a worker from doing those of others', async () => {
    const worker = await startWorkerHere(redis.url);
    const stranger = new Stranger(redis.url);
    await stranger.asks(null);
    await stranger.raw('c'.repeat(64), Buffer.from([0]));
    const { simulator } = await openPlan(redis.url);
    expect(await simulator.run([point(4)], [1, 2])).toEqual(figuresHere([point(4)], [1, 2]));
    expect(worker.log.filter((line) => line.startsWith('trouble'))).toEqual([]);
  });

  it('who says in Redis that he is a plan, or a worker, but is none is passed over', async () => {
    const client = new Redis(redis.url);
    onTestFinished(() => client.disconnect());
    await client.sadd('slotstorm:plans', '../../x', 'aaaaaaaaaaaa');
    await client.set('slotstorm:plans:aaaaaaaaaaaa', JSON.stringify({ ...BUILD, version: '\u001b[2J' }), 'PX', 60_000);
    await client.sadd('slotstorm:workers', 'bbbbbbbbbbbb');
    await client.set('slotstorm:workers:bbbbbbbbbbbb', JSON.stringify({ ...BUILD, name: '\u001b[2J', threads: 1 }), 'PX', 60_000);
    const worker = await startWorkerHere(redis.url);
    const { simulator } = await openPlan(redis.url);
    expect(await simulator.run([point(4)], [1])).toEqual(figuresHere([point(4)], [1]));
    expect(worker.log.filter((line) => /^(trouble|refused)/.test(line))).toEqual([]);
  });
});
