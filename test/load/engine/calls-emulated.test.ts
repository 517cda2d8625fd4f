import { describe, expect, it } from 'vitest';
import { Outcome } from '../../../src/core/history.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { emulatorFor, Shot, shoot } from './scene.js';

const platformOf = (changes: Partial<ScenarioInput['platform']> = {}): ScenarioInput['platform'] => ({
  policy: 'fal-documented',
  accounts: [{ id: 'acme', limit: 2, keys: ['old', 'new'] }],
  endpoints: [{ id: 'fal-ai/flux/dev', service: '2s' }],
  ...changes,
});

const AS = { as: 'acme/old', endpoint: 'fal-ai/flux/dev' } as const;
const BURST = (count: number) => ({ burst: count, at: '0s' });

function outcomes(records: readonly { readonly outcome: number }[]): Record<string, number> {
  const names = Object.fromEntries(Object.entries(Outcome).map(([name, number]) => [number, name]));
  const counts: Record<string, number> = {};
  for (const { outcome } of records) {
    const name = names[outcome] ?? 'open';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('against the platform itself', () => {
  const LONG = platformOf({ endpoints: [{ id: 'fal-ai/flux/dev', service: '5m' }] });

  it.each([
    ['js', 4],
    ['python', 10],
    ['none', 1],
  ] as const)('direct calls of %s beyond the limit make %i requests each, every one a 429', async (sdk, attempts) => {
    const { emulator, target } = await emulatorFor(LONG, 50);
    const shot = await Shot.prepare({ workload: [{ ...AS, call: 'run', sdk, arrivals: BURST(6) }], platform: LONG, target, speed: 50 });
    shot.start();
    while (shot.notes.records.length < 4) await new Promise((done) => setTimeout(done, 5));
    shot.shooter.stop();
    const { records } = await shot.end();
    expect(outcomes(records)).toEqual({ gaveUp: 4, open: 2 });
    for (const record of records.filter(({ outcome }) => outcome === Outcome.gaveUp)) expect(record).toMatchObject({ attempts, refusals: attempts });
    const log = emulator.requestLog();
    expect(log.filter(({ status }) => status === 429)).toHaveLength(4 * attempts);
  });

  it('submits of a burst all end well, whether they are streamed or polled', async () => {
    for (const follow of ['stream', 'poll'] as const) {
      const { target } = await emulatorFor(platformOf(), 50);
      const { records } = await shoot({ workload: [{ ...AS, call: 'submit', arrivals: BURST(6) }], platform: platformOf(), target, speed: 50, follow });
      expect(outcomes(records), follow).toEqual({ ok: 6 });
      const waits = records.map(({ queueLatencyUs }) => queueLatencyUs!);
      expect(Math.max(...waits), follow).toBeGreaterThanOrEqual(2_000_000);
    }
  });

  it('requests that do not start in time end with a start timeout', async () => {
    const { target } = await emulatorFor(LONG, 50);
    const workload = [{ ...AS, call: 'submit' as const, arrivals: BURST(5), startTimeout: '10s' }];
    const shot = await Shot.prepare({ workload, platform: LONG, target, speed: 50 });
    shot.start();
    while (shot.notes.records.length < 3) await new Promise((done) => setTimeout(done, 5));
    shot.shooter.stop();
    expect(outcomes((await shot.end()).records)).toEqual({ startTimeout: 3, open: 2 });
  });

  it('a revoked key ends every call that is watched with it, and no client cancels', async () => {
    const platform = { ...LONG, policy: 'fal-939' as const };
    const { emulator, target } = await emulatorFor(platform, 20);
    const workload = [
      { ...AS, call: 'submit' as const, arrivals: BURST(2) },
      { ...AS, call: 'subscribe' as const, sdk: 'js' as const, arrivals: BURST(2) },
    ];
    const shot = await Shot.prepare({ workload, platform, target, speed: 20 });
    shot.start();
    while (emulator.slots('acme').length < 2) await new Promise((done) => setTimeout(done, 5));
    emulator.revokeKey('acme/old');
    const { records } = await shot.end();
    expect(outcomes(records)).toEqual({ unauthorized: 4 });
    expect(emulator.requestLog().filter(({ method }) => method === 'PUT')).toEqual([]);
    expect(emulator.slots('acme')).toHaveLength(2);
  });

  it('a caller of Python who has waited enough gives up and cancels; what waits in the queue is gone then, and with it the poller', async () => {
    const { emulator, target } = await emulatorFor(LONG, 20);
    const workload = [{ ...AS, call: 'subscribe' as const, sdk: 'python' as const, arrivals: BURST(3), patience: '3s' }];
    const shot = await Shot.prepare({ workload, platform: LONG, target, speed: 20 });
    shot.start();
    const cancels = () => emulator.requestLog().filter(({ method }) => method === 'PUT');
    while (cancels().length < 1) await new Promise((done) => setTimeout(done, 5));
    shot.shooter.stop();
    const { records } = await shot.end();
    expect(outcomes(records)).toEqual({ gaveUp: 1, open: 2 });
    expect(cancels()).toHaveLength(1);
  });

  it('two halves of a workload are the whole of it: no call is lost, none is made twice', async () => {
    const platform = platformOf({ accounts: [{ id: 'acme', limit: 40, keys: ['old', 'new'] }] });
    const workload = [
      { ...AS, call: 'submit' as const, arrivals: { poisson: '20/s', from: '0s', to: '5s' } as never },
      { ...AS, as: 'acme/new', call: 'run' as const, sdk: 'js' as const, arrivals: { rate: '5/s', from: '0s', to: '5s' } as never },
      { ...AS, call: 'run' as const, sdk: 'none' as const, arrivals: BURST(5), maxVUs: 2 },
    ];
    const planned = async (processes: number) => {
      const { target } = await emulatorFor(platform, 20);
      const shares = await Promise.all(
        Array.from({ length: processes }, (_, process) => shoot({ workload, platform, target, speed: 20, follow: 'none', process, processes })),
      );
      const records = shares.flatMap((share) => share.records);
      const dropped = shares.reduce((sum, { report }) => sum + report.tally.dropped, 0);
      return { calls: records.map(({ mode, key, plannedUs }) => `${mode} ${key} ${plannedUs}`).sort(), dropped };
    };
    const whole = await planned(1);
    expect(whole.calls.length).toBeGreaterThan(100);
    expect(whole.dropped).toBe(3);
    expect(await planned(2)).toEqual(whole);
    expect(await planned(3)).toEqual(whole);
  });
});
