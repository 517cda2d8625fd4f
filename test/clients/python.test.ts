import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, type TestContext, test } from 'vitest';
import { printEnvironment } from '../../src/live/client-environment.js';
import type { Emulator } from '../../src/live/emulator.js';
import { callsOf, type DelayBounds, fillAccount, GapWatch, hasBeenSeen, type SceneOptions, startScene } from './scene.js';
import { type Mishap, type PassedCall, UnreliableFront } from './unreliable-front.js';

const PYTHON = resolve('.cache/python/venv/bin/python');
const CALLS = resolve('test/clients/python/calls.py');
const isInstalled = existsSync(PYTHON);
const CANCELS = /\/cancel$/;
const STATUS_POLLS = /\/status\?/;
const PATIENCE_MS = 120_000;

it.skipIf(!isInstalled && process.env['CI'] === undefined)('the Python client is installed: scripts/install-python-clients.sh does it', () => {
  expect(isInstalled, `${PYTHON} is missing: run scripts/install-python-clients.sh`).toBe(true);
});

type AtEnd = TestContext['onTestFinished'];

/** What a call printed: JSON of any shape, which the tests look into. */
// biome-ignore lint/suspicious/noExplicitAny: each case of calls.py prints another shape
type Told = any;

/** An emulator over TLS, and what `slotstorm serve --print-env` says of it. */
class Scene {
  private constructor(
    readonly emulator: Emulator,
    private readonly environmentFile: string,
    private readonly atEnd: AtEnd,
  ) {}

  /** @param atEnd of the test itself: tests run at the same time */
  static async start(atEnd: AtEnd, key = 'app/main', options: SceneOptions = {}): Promise<Scene> {
    const emulator = await startScene({ tls: true, ...options });
    atEnd(() => emulator.close(0));
    const file = join(mkdtempSync(join(tmpdir(), 'slotstorm-env-')), 'env.sh');
    const { url: baseUrl, tlsUrl, caFile } = emulator;
    writeFileSync(file, printEnvironment({ baseUrl, tlsUrl, caFile, credentials: emulator.credentials(key) }));
    return new Scene(emulator, file, atEnd);
  }

  /** Runs one call of the client in a process of its own. @returns the lines it printed */
  call(name: string, words: object = {}): Promise<Told[]> {
    const text = JSON.stringify({ base: this.emulator.url, ...words });
    return new Promise((done, fail) => {
      const script = '. "$0" && exec "$@"';
      execFile('sh', ['-c', script, this.environmentFile, PYTHON, CALLS, name, text], { timeout: PATIENCE_MS }, (error, stdout, stderr) => {
        if (error !== null) fail(new Error(`${name}: ${error.message}\n${stderr}`));
        else
          done(
            stdout
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line) as unknown),
          );
      });
    });
  }

  /** The same through a front that does to calls what networks do. */
  async front(mishapOf: (call: PassedCall, earlier: number) => Mishap | undefined): Promise<UnreliableFront> {
    const front = await UnreliableFront.before(this.emulator.url, mishapOf);
    this.atEnd(() => front.close());
    return front;
  }

  attempts(): readonly { readonly atMs: number; readonly status: number }[] {
    return callsOf(this.emulator, 'POST', '/run/');
  }
}

const images = { images: [{ url: expect.any(String) }] };

describe.skipIf(!isInstalled).concurrent('the Python client', { timeout: PATIENCE_MS }, () => {
  it('submits, polls with logs, and fetches the result', async ({ onTestFinished }) => {
    const { emulator, call } = bound(await Scene.start(onTestFinished, 'app/main', { worksUntil: hasBeenSeen }));
    const [told] = await call('queue');
    expect(told).toMatchObject({ inference: expect.any(Number), result: images, again: images });
    expect(told.seen.at(-1)).toBe('Completed');
    expect(told.seen).toContain('InProgress');
    expect(told.logs).toBeGreaterThan(0);
    await emulator.expectNoLeaks();
  });

  it('subscribes', async ({ onTestFinished }) => {
    const { call } = bound(await Scene.start(onTestFinished));
    const [told] = await call('subscribe');
    expect(told.result).toMatchObject(images);
    expect(told.seen.at(-1)).toBe('Completed');
  });

  it('runs', async ({ onTestFinished }) => {
    const { call } = bound(await Scene.start(onTestFinished));
    expect(await call('run')).toMatchObject([{ seed: 7, ...images }]);
  });

  it('does so over plain http too', async ({ onTestFinished }) => {
    const { emulator, call } = bound(await Scene.start(onTestFinished));
    expect(await call('run', { plain: emulator.url })).toMatchObject([{ seed: 7 }]);
    expect(await call('queue', { plain: emulator.url })).toMatchObject([{ result: images }]);
  });

  it('streams', async ({ onTestFinished }) => {
    const { call } = bound(await Scene.start(onTestFinished));
    const [parts] = await call('stream');
    expect(parts.length).toBeGreaterThan(1);
  });

  it('cancels, and is told when it is too late', async ({ onTestFinished }) => {
    const { emulator, call } = bound(await Scene.start(onTestFinished));
    expect(await call('cancel')).toMatchObject([{ raised: 'FalClientHTTPError', status: 400 }]);
    expect(callsOf(emulator, 'PUT', CANCELS).map(({ status }) => status)).toEqual([202, 400]);
    await emulator.expectNoLeaks();
  });

  it('uploads by the CDN, by storage, and in parts; the files can be downloaded', async ({ onTestFinished }) => {
    const { call } = bound(await Scene.start(onTestFinished));
    const [{ url, fallback, brief }] = await call('upload');
    expect(await textOf(url)).toBe('hello');
    expect(url).toMatch(/\/hello\.txt$/);
    expect(await textOf(fallback)).toBe('through storage');
    expect(await textOf(brief)).toBe('x');
    const [film] = await call('upload_parts');
    const file = await fetch(film);
    expect(file.headers.get('content-type')).toBe('video/mp4');
    expect(Buffer.from(await file.arrayBuffer())).toEqual(
      Buffer.concat(Array.from({ length: 40 }, () => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))),
    );
  });

  it('talks in realtime, by token and by key, and gives the slots back', async ({ onTestFinished }) => {
    const { emulator, call } = bound(await Scene.start(onTestFinished));
    const [answers] = await call('realtime');
    expect(answers).toHaveLength(3);
    for (const answer of answers) expect(answer).toMatchObject(images);
    await expect.poll(() => emulator.slots('app')).toEqual([]);
  });

  it('hears a refused message as an error', async ({ onTestFinished }) => {
    const { call } = bound(await Scene.start(onTestFinished));
    expect(await call('realtime_error')).toMatchObject([{ error: 'INVALID_INPUT', reason: expect.stringContaining('prompt') }]);
  });

  it('does all of it asynchronously', async ({ onTestFinished }) => {
    const { emulator, call } = bound(await Scene.start(onTestFinished));
    const [told] = await call('async_all');
    expect(told).toMatchObject({ result: images, subscribed: images, ran: images, answer: images });
    expect(told.seen.at(-1)).toBe('Completed');
    expect(told.parts).toBeGreaterThan(1);
    expect(await textOf(told.url)).toBe('async');
    await emulator.expectNoLeaks();
  });

  it('checks the signature of a webhook, which comes again with the same id after a failure (row 43)', async ({ onTestFinished }) => {
    const { call } = bound(await Scene.start(onTestFinished, 'app/main', { webhookRetriesS: [0.1] }));
    const [{ id, told, signed }] = await call('webhook');
    expect(told).toMatchObject([
      { request_id: id, status: 'OK', payload: images },
      { request_id: id, status: 'OK', payload: images },
    ]);
    expect(signed).toEqual([true, true]);
  });

  it('asks 10 times for a run at the limit, each gap half to one and a half of 0.1 s doubling (row 24)', async ({ onTestFinished }) => {
    const started = await Scene.start(onTestFinished, 'full/main');
    await fillAccount(started.emulator);
    const watch = new GapWatch();
    // The documented concurrency `type` is invisible to this client.
    expect(await started.call('failing', { model: 'fal-ai/flux/schnell' })).toMatchObject([{ status: 429, error_type: null }]);
    expect(started.attempts().every(({ status }) => status === 429)).toBe(true);
    watch.expectGaps(started.attempts(), doubling(30_000));
  });

  it('asks 10 times asynchronously too, with pauses of at most 10 s (row 24)', async ({ onTestFinished }) => {
    const started = await Scene.start(onTestFinished, 'full/main');
    await fillAccount(started.emulator);
    const watch = new GapWatch();
    expect(await started.call('async_failing', { model: 'fal-ai/flux/schnell' })).toMatchObject([{ status: 429 }]);
    expect(started.attempts().every(({ status }) => status === 429)).toBe(true);
    watch.expectGaps(started.attempts(), doubling(10_000));
  });

  test.for(['503', '504'])('asks once for a run that ends in %s (rows 25, 26)', async (status, { onTestFinished }) => {
    const started = await Scene.start(onTestFinished);
    expect(await started.call('failing', { model: `fal-ai/flux/schnell-failing-${status}` })).toMatchObject([{ status: Number(status) }]);
    expect(started.attempts()).toHaveLength(1);
  });

  it('asks again where a 503 looks like the ingress’s (row 26)', async ({ onTestFinished }) => {
    const started = await Scene.start(onTestFinished);
    const front = await started.front((_call, earlier) => (earlier < 2 ? { kind: 'nginx-503' } : undefined));
    expect(await started.call('run', { plain: front.url })).toMatchObject([images]);
    expect(front.calls).toHaveLength(3);
    expect(started.attempts()).toHaveLength(1);
  });

  it('asks once where its start deadline has passed (rows 25, 27)', async ({ onTestFinished }) => {
    const started = await Scene.start(onTestFinished);
    expect(await started.call('failing', { model: 'test/cold', input: {}, options: { start_timeout: 1.2 } })).toMatchObject([{ status: 504 }]);
    expect(started.attempts()).toHaveLength(1);
    const full = await Scene.start(onTestFinished, 'full/main');
    await fillAccount(full.emulator);
    expect(await full.call('failing_subscribe', { model: 'fal-ai/flux/schnell', options: { start_timeout: 1.2 } })).toMatchObject([{ status: 504 }]);
    expect(full.emulator.slots('full')).toHaveLength(1);
  });

  it('runs 10 times what takes longer than its timeout, and once with a start_timeout (row 67)', async ({ onTestFinished }) => {
    let executions = 0;
    const handlers = {
      'test/slow': async () => {
        executions++;
        await new Promise((done) => setTimeout(done, 2500));
        return { done: true };
      },
    };
    const started = await Scene.start(onTestFinished, 'app/main', { handlers });
    expect(await started.call('failing', { model: 'test/slow', input: {}, options: { timeout: 1, start_timeout: 5 } })).toMatchObject([
      { raised: 'ReadTimeout' },
    ]);
    expect(executions).toBe(1);
    expect(await started.call('failing', { model: 'test/slow', input: {}, options: { timeout: 1 } })).toMatchObject([{ raised: 'ReadTimeout' }]);
    expect(executions).toBe(11);
    await started.emulator.expectNoLeaks();
  });

  it('submits twice when the first answer is lost: one request is an orphan (row 62)', async ({ onTestFinished }) => {
    const started = await Scene.start(onTestFinished);
    const front = await started.front(({ method }, earlier) => (method === 'POST' && earlier === 0 ? { kind: 'lose-answer' } : undefined));
    expect(await started.call('failing_subscribe', { model: 'fal-ai/flux/schnell', plain: front.url })).toMatchObject([images]);
    expect(front.calls.filter(({ method }) => method === 'POST')).toHaveLength(2);
    expect(started.emulator.world.requestsOf('app', { limit: 10 })).toHaveLength(2);
  });

  it('stops polling at the first 401 and cancels nothing (row 63)', async ({ onTestFinished }) => {
    const started = await Scene.start(onTestFinished);
    const waiting = started.call('failing_subscribe', { model: 'test/hour' });
    await expect.poll(() => callsOf(started.emulator, 'GET', STATUS_POLLS).length).toBeGreaterThan(1);
    started.emulator.revokeKey('app/main');
    expect(await waiting).toMatchObject([{ status: 401 }]);
    expect(callsOf(started.emulator, 'GET', STATUS_POLLS).filter(({ status }) => status === 401)).toHaveLength(1);
    expect(callsOf(started.emulator, 'PUT', CANCELS)).toHaveLength(0);
  });

  it('polls on, about ten times a second, for a request that cannot be cancelled (row 48)', async ({ onTestFinished }) => {
    const handlers = { 'test/deaf': () => new Promise<null>(() => {}) };
    const started = await Scene.start(onTestFinished, 'app/main', { handlers });
    expect(await started.call('zombie', { model: 'test/deaf', linger: 4 })).toMatchObject([{ raised: 'FalClientTimeoutError' }]);
    const [cancel, ...more] = callsOf(started.emulator, 'PUT', CANCELS);
    expect([cancel?.status, more.length]).toEqual([202, 0]);
    const zombies = callsOf(started.emulator, 'GET', STATUS_POLLS).filter(({ atMs }) => atMs > (cancel?.atMs ?? 0));
    expect(zombies.length).toBeGreaterThan(5);
    expect(zombies.length).toBeLessThan(50);
  });

  it('cancels nothing when it gives up while its submit is under way: an orphan (row 66)', async ({ onTestFinished }) => {
    const started = await Scene.start(onTestFinished);
    const front = await started.front(({ method }) => (method === 'POST' ? { kind: 'delay-answer', ms: 2500 } : undefined));
    expect(await started.call('zombie', { model: 'test/hour', linger: 0.2, plain: front.url })).toMatchObject([{ raised: 'FalClientTimeoutError' }]);
    expect(callsOf(started.emulator, 'PUT', CANCELS)).toHaveLength(0);
    expect(started.emulator.slots('app')).toHaveLength(1);
  });

  it('cancels once when it gives up asynchronously (B6)', async ({ onTestFinished }) => {
    const started = await Scene.start(onTestFinished);
    expect(await started.call('async_client_timeout')).toMatchObject([{ raised: 'FalClientTimeoutError' }]);
    expect(callsOf(started.emulator, 'PUT', CANCELS)).toHaveLength(1);
    await started.emulator.expectNoLeaks();
  });
});

function bound(scene: Scene): { readonly emulator: Emulator; readonly call: Scene['call'] } {
  return { emulator: scene.emulator, call: (name, words) => scene.call(name, words) };
}

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Before the nth of nine retries 0.1 s · 2^(n−1), half to one and a half of it, then capped. */
function doubling(capMs: number): readonly DelayBounds[] {
  return Array.from({ length: 9 }, (_, index) => Math.min(100 * 2 ** index, capMs)).map((nominal) => ({
    leastMs: nominal * 0.5,
    mostMs: Math.min(nominal * 1.5, capMs),
  }));
}
