import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandOf } from '../../src/playground/command-line.js';
import { FIRST_QUESTION, type Question } from '../../src/playground/question.js';
import { runnableSetting, SettingRun } from '../../src/playground/setting-run.js';
import { type Ran, slotstorm } from '../cli/memory-outside.js';
import { questions, wordsOf } from './questions.js';

function run(question: Question): Promise<Ran> {
  return slotstorm(wordsOf(commandOf(question)));
}

describe('plan --one-run', () => {
  it('prints the line of the run that the playground has, for the command that the playground shows', async () => {
    await fc.assert(
      fc.asyncProperty(questions({ mostRequests: 300 }), async ({ setting, promise, slo }) => {
        const own = new SettingRun(setting, runnableSetting(setting, [slo]));
        while (!own.advance(1_000));
        const ran = await run({ setting, promise });
        expect(ran.err).toBe('');
        expect(ran.out).toBe(`${own.lineOf(own.figures())}\n`);
      }),
      { numRuns: 25 },
    );
  });

  it('is one line of JSON with its keys in order, the same each time', async () => {
    const question = { ...FIRST_QUESTION, setting: { ...FIRST_QUESTION.setting, requests: 1_000 } };
    const { code, out } = await run(question);
    expect(code).toBe(0);
    expect(out.match(/\n/g)).toHaveLength(1);
    const line = JSON.parse(out) as { setting: object; figures: Record<string, unknown> };
    expect(Object.keys(line)).toEqual(Object.keys(line).toSorted());
    expect(line.setting).toMatchObject({ limit: 69, ratePerSecond: 5, startTimeoutMs: null, seed: 1 });
    expect(line.figures).toMatchObject({ slos: [{ slo: 'queue_latency p(95)<2s' }], broken: [] });
    expect((await run(question)).out).toBe(out);
  });

  it('sees ghosts take slots: waits grow, and the ghosts are there at the end', async () => {
    const setting = { ...FIRST_QUESTION.setting, limit: 20, ratePerSecond: 1.2, waiting: 'fifo', requests: 4_000 } as const;
    const wait = async (ghosts: number): Promise<{ ghosts: number; p95: number; live: number; atGhosts: number }> => {
      const { out } = await run({ ...FIRST_QUESTION, setting: { ...setting, ghosts } });
      const { figures } = JSON.parse(out) as { figures: { ghosts: number; queueLatency: { p95: number }; overTime: { live: number[]; ghost: number[] } } };
      const { live, ghost } = figures.overTime;
      return { ghosts: figures.ghosts, p95: figures.queueLatency.p95, live: Math.max(...live), atGhosts: ghost.at(-1) as number };
    };
    const without = await wait(0);
    const haunted = await wait(4);
    expect(without).toMatchObject({ ghosts: 0, atGhosts: 0 });
    expect(haunted).toMatchObject({ ghosts: 4, atGhosts: 4 });
    expect(haunted.live).toBeLessThanOrEqual(16);
    expect(haunted.p95).toBeGreaterThan(without.p95 + 1_000);
  });

  it('says where a promise is kept only because the run is over before long queues have grown', async () => {
    const tooShort = async (limit: number, withinMs: number): Promise<unknown> => {
      const { setting } = FIRST_QUESTION;
      const { out } = await run({ setting: { ...setting, limit, waiting: 'fifo' }, promise: { percentile: 95, withinMs } });
      const { slos, tooShort } = (JSON.parse(out) as { figures: { slos: { verdict: string }[]; tooShort: unknown } }).figures;
      return { verdict: slos[0]?.verdict, tooShort };
    };
    // 60 slots of work for 62: the warm-up that it needs is longer than what a run of 2,000 s leaves out.
    expect(await tooShort(62, 600_000)).toEqual({ verdict: 'pass', tooShort: { runMs: 2_000_000, neededMs: expect.closeTo(12_197_000, -4) } });
    expect(await tooShort(62, 10)).toEqual({ verdict: 'fail', tooShort: null });
    expect(await tooShort(80, 600_000)).toEqual({ verdict: 'pass', tooShort: null });
    expect(await tooShort(60, 6_000_000)).toEqual({ verdict: 'pass', tooShort: null });
  });

  it('says what is wrong with a promise that nobody can read', async () => {
    const ran = await slotstorm(['plan', '--rate', '5/s', '--service', '12s', '--slo', 'p(95)<soon', '--limit', '3', '--one-run']);
    expect(ran).toMatchObject({ code: 104, out: '' });
    expect(ran.err).toContain('p(95)<soon');
  });
});
