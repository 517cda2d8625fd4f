import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleWorker } from '../../../scripts/bundle-worker.mjs';
import { Outcome } from '../../../src/core/history.js';
import { makeSdkShooter } from '../../../src/load/sdk/shooter.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { countOf, emulatorFor, fire, Listener, NO_TRACES, orderFor, resolved, targetAt } from './scene.js';

const THREAD = resolve('.cache/test/sdk/sdk-thread.js');
const SPEED = 20;
const SCENARIO: ScenarioInput = {
  name: 'threads',
  platform: { policy: 'fal-documented', accounts: [{ id: 'acme', limit: 40 }], endpoints: [{ id: 'fal-ai/flux/dev', service: '4s' }] },
  workload: [{ as: 'acme', call: 'subscribe', sdk: 'js', arrivals: { rate: '4/s', to: '5s' } }],
  recovery: '1m',
};

beforeAll(() => bundleWorker(THREAD, 'sdk-thread.ts'));

describe('load processes with threads of the real client', () => {
  it('share the calls of a flow: each is made by one of them, at its time', async ({ onTestFinished }) => {
    const scenario = resolved(SCENARIO);
    const emulator = await emulatorFor(SCENARIO, SPEED, onTestFinished);
    const target = targetAt(emulator.url, emulator);
    const heard = [new Listener(), new Listener()];
    const shooters = await Promise.all(
      heard.map((listener, process) => makeSdkShooter({ ...orderFor(scenario, target, { speed: SPEED, processes: 2 }), process }, listener, NO_TRACES, THREAD)),
    );
    const reports = await Promise.all(shooters.map(fire));
    const records = heard.flatMap((listener) => listener.records);
    expect(heard.map((listener) => listener.records.length)).toEqual([10, 10]);
    expect(records.map(({ plannedUs }) => plannedUs).sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, n) => n * 250_000));
    expect(records.every(({ outcome, attempts }) => outcome === Outcome.ok && attempts === 1)).toBe(true);
    for (const { tally } of reports) {
      expect(tally).toMatchObject({ planned: 10, sent: 10 });
      expect(countOf(tally.sendErrorUs)).toBe(10);
      expect(countOf(tally.httpUs)).toBe(tally.httpRequests);
    }
  });

  it('end when they are told to, whatever the client waits for', async ({ onTestFinished }) => {
    const input: ScenarioInput = { ...SCENARIO, workload: [{ as: 'acme', call: 'run', sdk: 'js', arrivals: { burst: 2, at: '0s' } }] };
    const slow: ScenarioInput = { ...input, platform: { ...input.platform, endpoints: [{ id: 'fal-ai/flux/dev', service: '1h' }] } };
    const scenario = resolved(slow);
    const emulator = await emulatorFor(slow, SPEED, onTestFinished);
    const heard = new Listener();
    const order = { ...orderFor(scenario, targetAt(emulator.url, emulator)), process: 0 };
    const shooter = await makeSdkShooter(order, heard, NO_TRACES, THREAD);
    shooter.start(performance.timeOrigin + performance.now());
    await expect.poll(() => emulator.slots('acme').length).toBe(2);
    shooter.stop();
    await shooter.done;
    expect(heard.outcomes).toEqual({ 0: 2 });
  });

  it('refuse a target without a key for the workload before anything is sent, and name it', async ({ onTestFinished }) => {
    const scenario = resolved(SCENARIO);
    const emulator = await emulatorFor(SCENARIO, SPEED, onTestFinished);
    const target = { ...targetAt(emulator.url, emulator), credentials: {} };
    const made = makeSdkShooter({ ...orderFor(scenario, target), process: 0 }, new Listener(), NO_TRACES, THREAD);
    await expect(made).rejects.toThrow('expected a key for acme/key, which the workload calls with; give --key acme/key=id:secret');
    expect(emulator.requestLog()).toEqual([]);
  });

  it('say what is wrong when a thread cannot be started', async () => {
    const scenario = resolved(SCENARIO);
    const target = { kind: 'fal', queueUrl: 'http://127.0.0.1:9', runUrl: 'http://127.0.0.1:9', apiUrl: '', ca: undefined, takesHints: false } as const;
    const order = { ...orderFor(scenario, { ...target, credentials: { 'acme/key': 'a:b' }, operator: undefined }), process: 0 };
    await expect(makeSdkShooter(order, new Listener(), NO_TRACES, resolve('.cache/test/sdk/no-such-thread.js'))).rejects.toThrow(
      /a thread of the driver fal-client broke: Cannot find module/,
    );
  });
});
