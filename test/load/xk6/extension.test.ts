import { describe, expect, it, onTestFinished } from 'vitest';
import type { Emulator } from '../../../src/live/emulator.js';
import { SDK_MODELS } from '../../../src/sim/sdks.js';
import { startEmulator } from '../../../src/start-emulator.js';
import { EXTENDED_K6, isBuilt, type K6Run, runK6, variablesFor } from './k6-run.js';

const SCRIPT = 'scenarios/k6/extension.ts';
const SPEED = 20;

it.skipIf(!isBuilt && process.env['CI'] === undefined)('k6 with the extension is built: scripts/install-k6.sh does it', () => {
  expect(isBuilt, `${EXTENDED_K6} is missing: run scripts/install-k6.sh`).toBe(true);
});

async function start(limit: number, policy: 'fal-documented' | 'fal-939' = 'fal-documented'): Promise<Emulator> {
  const accounts = [{ id: 'acme', limit, keys: ['old', 'new'] }];
  const platform = { policy, accounts, endpoints: [{ id: 'fal-ai/flux/dev', service: '2s' }] };
  const emulator = await startEmulator({ speed: SPEED, seed: 1, scenario: { name: 'extension', platform } });
  onTestFinished(() => emulator.close(0));
  return emulator;
}

/** Requests in the emulator's own log. */
function logged(emulator: Emulator, method: string, path: RegExp, status?: number): number {
  return emulator.requestLog().filter((request) => request.method === method && path.test(request.path) && (status ?? request.status) === request.status)
    .length;
}

describe.skipIf(!isBuilt)('k6 with the extension against the emulator', () => {
  it('a burst of subscribes at the limit: all wait, none is refused, and both sides count the same', async () => {
    const emulator = await start(5);
    const run = await runK6(SCRIPT, { ...variablesFor(emulator, SPEED), SCENE: 'burst', CALLS: '20' });
    expect(run.code, run.output).toBe(0);
    expect(run.count('fal_requests')).toBe(20);
    expect(run.values('fal_requests', { outcome: 'ok', mode: 'subscribe' })).toHaveLength(20);
    expect(run.count('fal_accepted')).toBe(logged(emulator, 'POST', /^\/queue\//, 200));
    expect(run.count('fal_polls')).toBe(logged(emulator, 'GET', /\/status\?/));
    expect(run.count('http_reqs')).toBe(emulator.requestLog().length);
    expect(run.count('fal_refusals')).toBe(0);
    expect(run.metric('fal_gave_up', 'value')).toBe(0);
    // Five at a time, two seconds each: whoever comes last has waited for three rounds. The server says what work took.
    expect(run.values('fal_run_time')).toEqual(Array.from({ length: 20 }, () => 2000));
    expect(run.values('fal_queue_time').filter((ms) => ms >= 6000).length).toBeGreaterThanOrEqual(5);
    expect(emulator.slots()).toEqual([]);
  });

  it('direct calls at the limit: JavaScript makes four requests, and gives up', async () => {
    const emulator = await start(10);
    const run = await runK6(SCRIPT, { ...variablesFor(emulator, SPEED), SCENE: 'direct', CALLS: '30', SERVICE_S: '40' });
    expect(run.code, run.output).toBe(0);
    expect(run.values('fal_requests', { outcome: 'ok' })).toHaveLength(10);
    expect(run.values('fal_requests', { outcome: 'gave_up' })).toHaveLength(20);
    expect(run.count('fal_refusals')).toBe(80);
    expect(run.count('fal_retries')).toBe(60);
    expect(run.metric('fal_attempts', 'max')).toBe(4);
    expect(logged(emulator, 'POST', /^\/run\//, 429)).toBe(80);
    expect(logged(emulator, 'POST', /^\/run\//, 200)).toBe(10);
    // Backoffs of 0.5, 1 and 2 s, each ±25 %, in the server's time.
    expect(Math.min(...run.values('fal_time_to_result', { outcome: 'gave_up' }))).toBeGreaterThanOrEqual(2625);
  });

  it('direct calls at the limit: a plain caller gives up at the first 429', async () => {
    const emulator = await start(10);
    const run = await runK6(SCRIPT, { ...variablesFor(emulator, SPEED), SCENE: 'direct', CALLS: '30', SERVICE_S: '20', SDK: 'none' });
    expect(run.values('fal_requests', { outcome: 'gave_up' })).toHaveLength(20);
    expect(logged(emulator, 'POST', /^\/run\//)).toBe(30);
  });

  it('six slots stay behind when their key is revoked under fal-939', async () => {
    const emulator = await start(10, 'fal-939');
    const run = await runK6(SCRIPT, { ...variablesFor(emulator, SPEED), SCENE: 'revocation', SERVICE_S: '20' });
    expect(run.code, run.output).toBe(0);
    expect(run.values('fal_requests', { outcome: 'unauthorized' })).toHaveLength(6);
    expect(run.metric('slots_leaked', 'value')).toBe(6);
    expect(run.metric('slots_in_use', 'value')).toBe(6);
    expect(emulator.slots('acme').filter(({ reason }) => reason === 'ghost')).toHaveLength(6);
    expect(logged(emulator, 'PUT', /\/cancel$/)).toBe(0);
  });

  it('no slot stays behind where a revoked key drains', async () => {
    const emulator = await start(10);
    const run = await runK6(SCRIPT, { ...variablesFor(emulator, SPEED), SCENE: 'revocation', SERVICE_S: '20' });
    expect(run.code, run.output).toBe(0);
    expect(run.values('slots_leaked')).toEqual([0]);
    expect(emulator.slots()).toEqual([]);
  });

  it('calls that do not wait for ever end as their client saw it', async () => {
    const emulator = await start(1);
    const run = await runK6('test/load/xk6/fixtures/deadlines.ts', variablesFor(emulator, SPEED));
    expect(told(run, 'OUTCOMES')).toEqual({ pythonTimeout: 'gave_up', startTimeout: 'start_timeout', clientTimeout: 'gave_up', patience: 'cancelled' });
    // A start deadline needs no cancel. The others do, and the first request got one at the end.
    expect(logged(emulator, 'PUT', /\/cancel$/)).toBe(4);
    // Python's poller asked on until it saw that the cancel had been heeded.
    expect(run.count('fal_zombie_polls')).toBeGreaterThanOrEqual(1);
    expect(run.count('fal_polls') + run.count('fal_zombie_polls')).toBe(logged(emulator, 'GET', /\/status\?/));
  });

  it('takes the SDKs for what the simulator takes them for', async () => {
    const emulator = await start(1);
    const rules = told(await runK6('test/load/xk6/fixtures/sdk-rules.ts', variablesFor(emulator, SPEED)), 'RULES');
    const expected = Object.entries(SDK_MODELS).map(([name, sdk]) => [name, rulesOf(sdk)]);
    expect(rules).toEqual(Object.fromEntries(expected));
  });

  it('a script with a mistake ends with its message and without a request', async () => {
    const emulator = await start(1);
    const run = await runK6(SCRIPT, { ...variablesFor(emulator, SPEED), SDK: 'ruby' });
    expect(run.code).toBe(107);
    expect(run.output).toContain('expected sdk to be one of js, python, python-async, none, got ruby');
    expect(run.output).not.toContain(emulator.credentials('acme/old'));
    expect(emulator.requestLog()).toEqual([]);
  });
});

function rulesOf(sdk: (typeof SDK_MODELS)[keyof typeof SDK_MODELS]): object {
  const { runAttempts, runBackoff, retriesOn, pollEveryUs, sendsTimeoutAsStartTimeout, zombiePoller } = sdk;
  return {
    runAttempts,
    runBaseMs: runBackoff.baseUs / 1000,
    runCapMs: runBackoff.capUs / 1000,
    runJitter: runBackoff.jitter,
    // Where nothing is tried again, it does not matter.
    runCapFirst: runAttempts > 1 && runBackoff.capFirst !== false,
    retriesOn: [...retriesOn],
    pollEveryMs: pollEveryUs / 1000,
    sendsTimeoutAsStartTimeout,
    zombiePoller,
  };
}

/** What a fixture printed behind a word, as JSON in a line of k6's log. */
function told({ output }: K6Run, word: string): unknown {
  const found = new RegExp(`${word}(\\{.*\\})" source=console`).exec(output);
  expect(found, output).not.toBeNull();
  return JSON.parse((found?.[1] ?? '').replaceAll('\\"', '"'));
}
