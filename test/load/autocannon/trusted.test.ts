import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../../src/live/emulator.js';
import { makeAutocannonShooter } from '../../../src/load/autocannon/shooter.js';
import { LoadError } from '../../../src/load/driver.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { fire, Listener, NO_TRACES, orderFor, resolved, targetAt } from '../sdk/scene.js';

const INPUT: ScenarioInput = {
  name: 'secure',
  platform: { policy: 'fal-documented', accounts: [{ id: 'acme', limit: 10 }], endpoints: [{ id: 'fal-ai/flux/dev', service: '1s' }] },
  workload: [{ as: 'acme', call: 'submit', arrivals: { burst: 3, at: '0s' } }],
  recovery: '1m',
};

describe('over TLS, where autocannon itself takes every certificate', () => {
  it('no key is sent to a server whose certificate is not trusted', async ({ onTestFinished }) => {
    const emulator = await startEmulator({ scenario: INPUT, tls: true });
    onTestFinished(() => emulator.close(0));
    const scenario = resolved(INPUT);
    const order = { ...orderFor(scenario, targetAt(emulator.tlsUrl!, emulator)), process: 0 };
    const made = makeAutocannonShooter(order, new Listener(), NO_TRACES, '');
    await expect(made).rejects.toThrow(LoadError);
    await expect(made).rejects.toThrow(/expected a certificate that is trusted, as autocannon itself looks at none: .*; name its authority by --ca/);
    expect(emulator.requestLog()).toEqual([]);
  });

  it('all goes well with one whose authority was named', async ({ onTestFinished }) => {
    const emulator = await startEmulator({ scenario: INPUT, tls: true });
    onTestFinished(() => emulator.close(0));
    const scenario = resolved(INPUT);
    const target = { ...targetAt(emulator.tlsUrl!, emulator), ca: readFileSync(emulator.caFile!, 'utf8') };
    const heard = new Listener();
    await fire(await makeAutocannonShooter({ ...orderFor(scenario, target, { speed: 1 }), process: 0 }, heard, NO_TRACES, ''));
    expect(heard.outcomes).toEqual({ 0: 3 });
    expect(emulator.requestLog().map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
