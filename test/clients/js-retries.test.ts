import { describe, expect, it, test } from 'vitest';
import type { Emulator } from '../../src/live/emulator.js';
import { CANCELS, refusal, STATUS_POLLS, scene, sceneBehindFront } from './js-scene.js';
import { callsOf, type DelayBounds, fillAccount, GapWatch, hasRefusedARun } from './scene.js';
import type { Mishap, PassedCall } from './unreliable-front.js';

describe.concurrent('retries', () => {
  it('of a run at the limit: exactly 4 requests, 0.5, 1 and 2 s apart, a quarter more or less (row 23)', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished, 'full/main');
    await fillAccount(emulator);
    const watch = new GapWatch();
    const error = await refusal(fal.run('fal-ai/flux/schnell', { input: { prompt: 'x' } }));
    expect(error).toMatchObject({ status: 429, body: { type: 'concurrent_requests_limit' } });
    const calls = callsOf(emulator, 'POST', '/run/');
    expect(calls.map(({ status }) => status)).toEqual([429, 429, 429, 429]);
    watch.expectGaps(calls, byAQuarter(500, 1000, 2000));
  });

  it('of 20 runs at once at the limit: 80 requests (row 68)', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished, 'full/main');
    await fillAccount(emulator);
    const runs = Array.from({ length: 20 }, () => refusal(fal.run('fal-ai/flux/schnell', { input: { prompt: 'x' } })));
    await Promise.all(runs);
    expect(callsOf(emulator, 'POST', '/run/')).toHaveLength(80);
  });

  it('of a run that comes in once a slot is free', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished, 'full/main', { worksUntil: hasRefusedARun });
    const first = fal.run('fal-ai/flux/schnell', { input: { prompt: 'first' } });
    const second = fal.run('fal-ai/flux/schnell', { input: { prompt: 'second' } });
    await Promise.all([first, second]);
    const statuses = callsOf(emulator, 'POST', '/run/').map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
    expect(statuses).toContain(429);
  });

  it('not of a start deadline: 504 of type user, one request (row 25)', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const error = await refusal(fal.run('test/cold', { input: {}, startTimeout: 1.2 }));
    expect(error).toMatchObject({ status: 504, isUserTimeout: true });
    expect(callsOf(emulator, 'POST', '/run/')).toHaveLength(1);
    await emulator.expectNoLeaks();
  });

  test.for(['503', '504'])('of a %s that is not the caller’s: 4 requests (rows 25, 26)', async (status, { onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    expect(await refusal(fal.run(`fal-ai/flux/schnell-failing-${status}`, { input: { prompt: 'x' } }))).toMatchObject({ status: Number(status) });
    const calls = callsOf(emulator, 'POST', '/run/');
    expect(calls).toHaveLength(4);
  });

  it('not of a 500', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    expect(await refusal(fal.run('fal-ai/flux/schnell-failing', { input: { prompt: 'x' } }))).toMatchObject({ status: 500 });
    expect(callsOf(emulator, 'POST', '/run/')).toHaveLength(1);
  });

  it('of a submit whose answer was lost: two requests from one call, one of them an orphan (row 62)', async ({ onTestFinished }) => {
    const { emulator, fal, front } = await sceneBehindFront(onTestFinished, ({ method }, earlier) =>
      method === 'POST' && earlier === 0 ? { kind: 'lose-answer' } : undefined,
    );
    const watch = new GapWatch();
    const { requestId } = await fal.subscribe('fal-ai/flux/schnell', { input: { prompt: 'x' }, pollInterval: 50 });
    const submits = front.calls.filter(({ method }) => method === 'POST');
    expect(submits).toHaveLength(2);
    watch.expectGaps(submits, byAQuarter(1000));
    const requests = emulator.world.requestsOf('app', { limit: 10 });
    expect(requests.filter(({ id }) => id !== requestId)).toHaveLength(1);
  });
});

describe.concurrent('giving up', () => {
  it('at a start deadline in the queue: COMPLETED with an error, the result 504 of type user (row 27)', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished, 'full/main');
    await fillAccount(emulator);
    const error = await refusal(fal.subscribe('fal-ai/flux/schnell', { input: { prompt: 'x' }, startTimeout: 1.2, pollInterval: 100 }));
    expect(error).toMatchObject({ status: 504, isUserTimeout: true });
    expect(callsOf(emulator, 'GET', /\/requests\/[^/]+$/)).toHaveLength(1);
    expect(emulator.slots('full')).toHaveLength(1);
  });

  it('on 401 in mid-poll: no cancel, no more polls (row 63)', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const waiting = refusal(fal.subscribe('test/hour', { input: {}, pollInterval: 50 }));
    await expect.poll(() => callsOf(emulator, 'GET', STATUS_POLLS).length).toBeGreaterThan(1);
    emulator.revokeKey('app/main');
    expect(await waiting).toMatchObject({ status: 401 });
    const polls = callsOf(emulator, 'GET', STATUS_POLLS);
    expect(polls.at(-1)?.status).toBe(401);
    await quiet(emulator);
    expect(callsOf(emulator, 'GET', STATUS_POLLS)).toHaveLength(polls.length);
    expect(callsOf(emulator, 'PUT', CANCELS)).toHaveLength(0);
  });

  it('by timeout while a poll is under way: one cancel, and polls go on (row 64)', async ({ onTestFinished }) => {
    const slow = ({ path }: PassedCall): Mishap | undefined => (STATUS_POLLS.test(path) ? { kind: 'delay-answer', ms: 500 } : undefined);
    const { fal, front } = await sceneBehindFront(onTestFinished, slow);
    await expect(fal.subscribe('test/hour', { input: {}, timeout: 250, pollInterval: 50 })).rejects.toThrow('timed out');
    const rejectedMs = performance.now();
    await expect.poll(() => front.calls.filter(({ path, atMs }) => STATUS_POLLS.test(path) && atMs > rejectedMs).length).toBeGreaterThan(0);
    expect(front.calls.filter(({ path }) => CANCELS.test(path))).toHaveLength(1);
  });

  it('by abortSignal: no cancel, and the slot stays taken until the work ends (row 65)', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const controller = new AbortController();
    const waiting = fal.subscribe('test/hour', { input: {}, pollInterval: 50, abortSignal: controller.signal });
    await expect.poll(() => emulator.slots('app').length).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toThrow();
    await quiet(emulator);
    expect(callsOf(emulator, 'PUT', CANCELS)).toHaveLength(0);
    expect(emulator.slots('app')).toMatchObject([{ reason: 'working' }]);
  });
});

/** Delays that JavaScript jitters by a quarter. */
function byAQuarter(...nominalMs: readonly number[]): readonly DelayBounds[] {
  return nominalMs.map((nominal) => ({ leastMs: nominal * 0.75, mostMs: nominal * 1.25 }));
}

/** Long enough for ten more polls of a client that had not stopped. */
async function quiet(emulator: Emulator): Promise<void> {
  const before = emulator.world.clock.nowUs();
  await expect.poll(() => emulator.world.clock.nowUs() - before).toBeGreaterThan(500_000);
}
