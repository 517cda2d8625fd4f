import { setImmediate } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { PlanPoint, SeedFigures } from '../../src/plan/point.js';
import { slotstorm } from '../cli/memory-outside.js';
import { openPlan, type PlanHere } from './plan-here.js';
import { figuresHere, firstSeeds, point } from './points.js';
import { leftIn, withRedis } from './redis-keys.js';
import { NO_REDIS, RedisServer } from './redis-server.js';
import { bundleProgram, Program, withoutMeta } from './worker-program.js';

/** The machine may have much else to do. */
const TIMEOUT = 180_000;
const PATIENT = { timeout: 60_000 };
const DONE = / done plan=\w+ job=job-\d+ /;

/** A Redis with workers and plans of one test: most of what such tests do is waiting, so several run at once. Then only a test's own `expect` can poll. */
class Stage {
  private constructor(
    readonly redis: RedisServer,
    private readonly test: TestContext,
  ) {}

  static async open(test: TestContext): Promise<Stage> {
    const redis = await RedisServer.start();
    test.onTestFinished(() => redis.remove());
    return new Stage(redis, test);
  }

  async start(name: string, ...options: readonly string[]): Promise<Program> {
    const worker = new Program(['worker', '--redis', this.redis.url, '--threads', '1', '--name', name, ...options]);
    this.test.onTestFinished(() => worker.kill());
    await worker.says(/\bready\b/);
    return worker;
  }

  plan(): Promise<PlanHere> {
    return openPlan(this.redis.url, {}, this.test.onTestFinished);
  }

  /** A worker in the middle of a job that takes for ever. */
  async atWork(): Promise<Program> {
    const worker = await this.start('one');
    const { simulator } = await this.plan();
    simulator.run([point(60, 100_000_000)], [1]).catch(() => undefined);
    await worker.says(/ plan plan=/);
    await withRedis(this.redis.url, (client) => this.untilLocked(client));
    return worker;
  }

  /** The first job is in hand once its lock is there, and Redis has told so to whoever has it: it answers in turns. */
  async untilLocked(client: Redis): Promise<void> {
    await this.test.expect.poll(() => client.keys('slotstorm:queue:*:job-1:lock'), PATIENT).toHaveLength(1);
    await client.ping();
  }

  async untilEmpty(): Promise<void> {
    await this.test.expect.poll(() => leftIn(this.redis.url), PATIENT).toEqual([]);
  }

  async withoutRedis(worker: Program, act: () => Promise<void>): Promise<void> {
    await this.redis.kill();
    try {
      await worker.says(/ redis-lost /);
      await act();
    } finally {
      await this.redis.start();
    }
  }
}

describe.skipIf(NO_REDIS)('slotstorm worker, as a program', { timeout: TIMEOUT, concurrent: true }, () => {
  beforeAll(() => bundleProgram());

  it('one of two is killed half-way: its job is done by the other, nothing is lost and nothing counts twice', async (test) => {
    const stage = await Stage.open(test);
    const [one, other] = await Promise.all([stage.start('one'), stage.start('other')]);
    const { simulator } = await stage.plan();
    const points = Array.from({ length: 6 }, (_, n) => point(8 + n, 6_000));
    const seeds = firstSeeds(6);
    const run = simulator.run(points, seeds);
    await Promise.all([one.says(DONE), other.says(DONE)]);
    await one.kill();
    const figures = await run;
    expect(JSON.stringify(figures)).toBe(JSON.stringify(await figuresMeanwhile(points, seeds)));
    expect(figures.map((all) => all.map(({ seed }) => seed))).toEqual(points.map(() => seeds));
    expect(other.count(/ taken-back plan=\w+ job=job-\d+ why="its worker was lost"/)).toBe(1);
    expect(simulator.description).toBe('redis, 2 workers seen');
    await simulator.stop();
    await stage.untilEmpty();
  });

  it('slotstorm plan has the answer of this machine, though one of two workers is killed half-way', async (test) => {
    const stage = await Stage.open(test);
    const question = ['plan', '--rate', '1/s', '--service', '4s', '--waiting', 'fifo', '--slo', 'p(95)<2s', '--quick', '--requests', '2000'];
    const plan = (workers: string) => slotstorm([...question, '--reporter', 'none', '--json', '--workers', workers]);
    const [one] = await Promise.all([stage.start('one'), stage.start('other')]);
    const [far] = await Promise.all([plan(stage.redis.url), one.says(DONE).then(() => one.kill())]);
    const here = await plan('1');
    expect(far.code).toBe(here.code);
    expect(withoutMeta(far.out)).toEqual(withoutMeta(here.out));
    await stage.untilEmpty();
  });

  it('a job that takes one worker after the other along is given up', async (test) => {
    const stage = await Stage.open(test);
    const one = await stage.start('one');
    const { simulator } = await stage.plan();
    const run = simulator.run([point(60, 100_000_000)], [7]);
    run.catch(() => undefined);
    await one.says(/ plan plan=/);
    // Three have been lost with it before.
    await withRedis(stage.redis.url, async (client) => {
      await stage.untilLocked(client);
      const [job = ''] = (await client.keys('slotstorm:queue:*:job-1')) as string[];
      await client.hset(job, 'stc', '3');
    });
    await one.kill();
    await stage.start('next');
    await expect(run).rejects.toMatchObject({
      exitCode: 1,
      message: 'seed 7: given up, because one worker after the other was lost with it: has each enough memory?',
    });
  });

  it('told to stop it finishes the job in hand and leaves the others to whoever is there', async (test) => {
    const stage = await Stage.open(test);
    const worker = await stage.start('one');
    const { simulator } = await stage.plan();
    const points = [8, 9, 10, 11].map((limit) => point(limit, 5_000));
    const run = simulator.run(points, firstSeeds(6));
    await worker.says(DONE);
    worker.signal('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(worker.out.at(-1)).toMatch(/ left$/);
    const next = await stage.start('next');
    expect(await run).toEqual(await figuresMeanwhile(points, firstSeeds(6)));
    expect(next.count(/ taken-back /)).toBe(0);
  });

  it('told to stop twice it does not wait for what is in hand', async (test) => {
    const stage = await Stage.open(test);
    const worker = await stage.atWork();
    worker.signal('SIGTERM');
    await worker.says(/ leaving$/);
    worker.signal('SIGTERM');
    expect(await worker.ended).toBe(105);
  });

  describe('while Redis is away', () => {
    it('told to stop it leaves at once, if it has nothing in hand', async (test) => {
      const stage = await Stage.open(test);
      const worker = await stage.start('one');
      await stage.plan();
      await worker.says(/ plan plan=/);
      await stage.withoutRedis(worker, async () => {
        worker.signal('SIGTERM');
        expect(await worker.ended).toBe(0);
      });
      expect(worker.out.at(-1)).toMatch(/ left$/);
      expect(worker.err).not.toMatch(/ (given-up|trouble) /);
    });

    it('told to stop it gives up what others have by now', async (test) => {
      const stage = await Stage.open(test);
      const worker = await stage.atWork();
      await stage.withoutRedis(worker, async () => {
        worker.signal('SIGTERM');
        expect(await worker.ended).toBe(0);
      });
      expect(worker.err).toMatch(/ given-up jobs=1 why="Redis is away"$/m);
    });

    it('told to stop twice it ends at once', async (test) => {
      const stage = await Stage.open(test);
      const worker = await stage.atWork();
      await stage.withoutRedis(worker, async () => {
        // Both at once: told only once it gives the job up after some seconds, and those may pass between two words of a busy machine.
        worker.signal('SIGINT');
        worker.signal('SIGTERM');
        expect(await worker.ended).toBe(105);
      });
    });

    it('told to stop it leaves also when Redis comes back meanwhile, and another does its work', async (test) => {
      const stage = await Stage.open(test);
      const worker = await stage.start('one');
      const { simulator } = await stage.plan();
      const run = simulator.run([point(30, 50_000)], firstSeeds(2));
      await worker.says(/ plan plan=/);
      await stage.withoutRedis(worker, async () => {
        worker.signal('SIGTERM');
        await worker.says(/ leaving$/);
      });
      expect(await worker.ended).toBe(0);
      await stage.start('next');
      expect(await run).toEqual(await figuresMeanwhile([point(30, 50_000)], firstSeeds(2)));
    });
  });

  it('with --once it stays when Redis has merely forgotten its plan', async (test) => {
    const stage = await Stage.open(test);
    const worker = await stage.start('one', '--once');
    const { simulator } = await stage.plan();
    await worker.says(/ plan plan=/);
    await withRedis(stage.redis.url, (client) => client.flushall());
    expect(await simulator.run([point(4), point(5)], firstSeeds(3))).toEqual(figuresHere([point(4), point(5)], firstSeeds(3)));
    expect(worker.count(/ (plan-over|leaving)/)).toBe(0);
    await simulator.stop();
    expect(await worker.ended).toBe(0);
    expect(worker.count(/ plan plan=/)).toBe(1);
  });

  it('says a trouble that lasts once', async (test) => {
    const stage = await Stage.open(test);
    const worker = await stage.start('one');
    await withRedis(stage.redis.url, (client) => client.set('slotstorm:plans', 'hello'));
    await worker.says(/ trouble /);
    await withRedis(stage.redis.url, async (client) => {
      await client.config('RESETSTAT');
      // Several looks later.
      await test.expect.poll(() => client.info('commandstats'), PATIENT).toMatch(/cmdstat_smembers:calls=(?:[5-9]|\d\d)/);
      await client.del('slotstorm:plans');
    });
    const { simulator } = await stage.plan();
    await simulator.run([point(4)], [1]);
    expect(worker.err).toMatch(/^\S+ trouble error="the Redis at \S+ refused what it was asked: WRONGTYPE .*"\n$/);
  });

  it('with --once it leaves when its plan is over', async (test) => {
    const stage = await Stage.open(test);
    const worker = await stage.start('one', '--once', '--json');
    const { simulator } = await stage.plan();
    await simulator.run([point(4)], [1]);
    await simulator.stop();
    expect(await worker.ended).toBe(0);
    expect(worker.out.map((line) => JSON.parse(line).event)).toEqual(['ready', 'plan', 'done', 'plan-over', 'leaving', 'left']);
  });

  it('says that Redis has gone and is back, and goes on', async (test) => {
    const stage = await Stage.open(test);
    const worker = await stage.start('one');
    await stage.redis.kill();
    await worker.says(new RegExp(` redis-lost redis=${stage.redis.url}$`));
    await stage.redis.start();
    await worker.says(/ redis-back /);
    expect(worker.err.split('\n').filter((line) => / redis-(lost|back) /.test(line))).toHaveLength(2);
    const { simulator } = await stage.plan();
    expect(await simulator.run([point(4)], [1])).toEqual(figuresHere([point(4)], [1]));
  });
});

/** The figures of this process; the other tests have their turn in between. */
async function figuresMeanwhile(points: readonly PlanPoint[], seeds: readonly number[]): Promise<SeedFigures[][]> {
  const figures: SeedFigures[][] = [];
  for (const one of points) {
    const found: SeedFigures[] = [];
    for (const seed of seeds) {
      found.push(...figuresHere([one], [seed]).flat());
      await setImmediate();
    }
    figures.push(found);
  }
  return figures;
}
