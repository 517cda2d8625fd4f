import autocannon from 'autocannon';
import { describe, expect, it, type TestContext } from 'vitest';
import { Outcome } from '../../../src/core/history.js';
import type { Emulator } from '../../../src/live/emulator.js';
import { makeAutocannonShooter } from '../../../src/load/autocannon/shooter.js';
import type { LoadOrder } from '../../../src/load/driver.js';
import type { Shooter, ShotReport } from '../../../src/load/shooter.js';
import { plannedCalls } from '../../../src/load/workload.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { countOf, emulatorFor, fire, Listener, NO_TRACES, orderFor, resolved, targetAt } from '../sdk/scene.js';
import { ScriptedServer } from './scripted-server.js';

const SPEED = 10;

function scenarioOf(workload: ScenarioInput['workload'], parts: Partial<ScenarioInput> & { readonly service?: string } = {}): ScenarioInput {
  const { service = '8s', ...rest } = parts;
  return {
    name: 'cannonade',
    platform: { policy: 'fal-documented', accounts: [{ id: 'acme', limit: 10 }], endpoints: [{ id: 'fal-ai/flux/dev', service }] },
    workload,
    recovery: '10m',
    ...rest,
  };
}

interface Fired {
  readonly heard: Listener;
  readonly report: ShotReport;
  readonly emulator: Emulator;
}

async function shooterFor(
  input: ScenarioInput,
  heard: Listener,
  atEnd: TestContext['onTestFinished'],
  parts: Partial<LoadOrder> = {},
  process = 0,
): Promise<{ emulator: Emulator; shooter: Shooter }> {
  const scenario = resolved(input);
  const emulator = await emulatorFor(input, SPEED, atEnd);
  const order = { ...orderFor(scenario, targetAt(emulator.url, emulator), { speed: SPEED, ...parts }), process };
  return { emulator, shooter: await makeAutocannonShooter(order, heard, NO_TRACES, '') };
}

async function fired(input: ScenarioInput, atEnd: TestContext['onTestFinished']): Promise<Fired> {
  const heard = new Listener();
  const { emulator, shooter } = await shooterFor(input, heard, atEnd);
  return { heard, emulator, report: await fire(shooter) };
}

describe('a burst of submits', () => {
  const BURST = scenarioOf([{ as: 'acme', call: 'submit', arrivals: { burst: 120, at: '2s' } }]);

  it('is exactly so many requests, at its time, and nobody follows them', async ({ onTestFinished }) => {
    const { heard, report, emulator } = await fired(BURST, onTestFinished);
    expect(emulator.requestLog()).toHaveLength(120);
    expect(heard.outcomes).toEqual({ 0: 120 });
    expect(new Set(heard.records.map(({ requestId }) => requestId)).size).toBe(120);
    expect(heard.records.every(({ plannedUs, sentUs, acceptedUs }) => plannedUs === 2_000_000 && sentUs >= plannedUs && acceptedUs! > 0)).toBe(true);
    expect(report.tally).toMatchObject({ planned: 120, sent: 120, httpRequests: 120 });
    expect(countOf(report.tally.httpUs)).toBe(120);
    expect(report.notes).toEqual([expect.stringMatching(/^autocannon's own figures: 120 answers, p50 \d+ ms, p99 \d+ ms/)]);
  });

  it('brings to each request what the simulator has drawn for it', async ({ onTestFinished }) => {
    const input = scenarioOf([{ as: 'acme', call: 'submit', arrivals: { burst: 20, at: '0s' } }], {
      platform: {
        policy: 'fal-documented',
        accounts: [{ id: 'acme', limit: 10 }],
        endpoints: [{ id: 'fal-ai/flux/dev', service: { exponential: { mean: '5s' } } }],
      },
    });
    const scenario = resolved(input);
    const server = await ScriptedServer.start((_n, answer) => answer(), onTestFinished);
    const target = {
      kind: 'own',
      queueUrl: `${server.url}/queue`,
      runUrl: `${server.url}/run`,
      apiUrl: '',
      ca: undefined,
      takesHints: true,
      operator: undefined,
    } as const;
    const order = { ...orderFor(scenario, { ...target, credentials: { 'acme/key': 'id:secret' } }), process: 0 };
    await fire(await makeAutocannonShooter(order, new Listener(), NO_TRACES, ''));
    const drawn = plannedCalls(scenario, scenario.seed, NO_TRACES).map(({ serviceUs }) => `mode=submit;called=0;service=${serviceUs};end=ok;repeat=0`);
    expect(server.requests.map(({ headers }) => headers['x-slotstorm-call']).sort()).toEqual([...drawn].sort());
    expect(new Set(server.requests.map(({ headers, url }) => `${headers.authorization} ${url}`))).toEqual(new Set(['Key id:secret /queue/fal-ai/flux/dev']));
  });

  it('sends a server that takes no hints none', async ({ onTestFinished }) => {
    const scenario = resolved(scenarioOf([{ as: 'acme', call: 'submit', arrivals: { burst: 2, at: '0s' }, startTimeout: '30s' }]));
    const server = await ScriptedServer.start((_n, answer) => answer(), onTestFinished);
    const target = { kind: 'fal', queueUrl: server.url, runUrl: server.url, apiUrl: '', ca: undefined, takesHints: false, operator: undefined } as const;
    const order = { ...orderFor(scenario, { ...target, credentials: { 'acme/key': 'id:secret' } }), process: 0 };
    await fire(await makeAutocannonShooter(order, new Listener(), NO_TRACES, ''));
    for (const { headers } of server.requests) {
      expect(headers['x-slotstorm-call']).toBeUndefined();
      expect(headers['x-fal-request-timeout']).toBe('30');
    }
  });

  it('is shared by load processes: each call is made once', async ({ onTestFinished }) => {
    const heard = [new Listener(), new Listener()];
    const input = scenarioOf([{ as: 'acme', call: 'submit', arrivals: { burst: 15, at: '0s' } }]);
    const made = await Promise.all(heard.map((listener, process) => shooterFor(input, listener, onTestFinished, { processes: 2 }, process)));
    await Promise.all(made.map(({ shooter }) => fire(shooter)));
    expect(heard.map((listener) => listener.records.length)).toEqual([8, 7]);
  });

  it('is refused with 401 once its key is revoked', async ({ onTestFinished }) => {
    const input = scenarioOf([{ as: 'acme', call: 'submit', arrivals: { burst: 4, at: '10s' } }], { steps: [{ at: '1s', do: 'revoke-key', key: 'acme' }] });
    const { heard, emulator } = await fired(input, onTestFinished);
    expect(heard.outcomes).toEqual({ [Outcome.unauthorized]: 4 });
    expect(JSON.stringify(heard.records)).not.toContain(emulator.credentials('acme/key').split(':')[1]);
  });
});

describe('direct calls of plain callers', () => {
  it('end with what the platform says: ten slots, ten answers, and a 429 for everybody else', async ({ onTestFinished }) => {
    const { heard, emulator } = await fired(scenarioOf([{ as: 'acme', call: 'run', sdk: 'none', arrivals: { burst: 30, at: '0s' } }]), onTestFinished);
    expect(heard.outcomes).toEqual({ [Outcome.ok]: 10, [Outcome.gaveUp]: 20 });
    expect(emulator.requestLog()).toHaveLength(30);
    expect(heard.records.filter(({ refusals }) => refusals === 1).every(({ trouble }) => trouble?.startsWith('HTTP 429: '))).toBe(true);
  });

  it('at their start deadline end with it', async ({ onTestFinished }) => {
    const input = scenarioOf([{ as: 'acme', call: 'run', sdk: 'none', arrivals: { burst: 1, at: '0s' }, startTimeout: '5s' }], {
      platform: {
        policy: 'fal-documented',
        accounts: [{ id: 'acme', limit: 10 }],
        endpoints: [{ id: 'fal-ai/flux/dev', service: '1s', runners: { min: 0, max: 1, coldStart: '1h' } }],
      },
    });
    expect((await fired(input, onTestFinished)).heard.outcomes).toEqual({ [Outcome.startTimeout]: 1 });
  });

  it('are told as open when the run is over before they are', async ({ onTestFinished }) => {
    const heard = new Listener();
    const input = scenarioOf([{ as: 'acme', call: 'run', sdk: 'none', arrivals: { burst: 5, at: '0s' } }], { service: '1h' });
    const { emulator, shooter } = await shooterFor(input, heard, onTestFinished);
    shooter.start(performance.timeOrigin + performance.now());
    await expect.poll(() => emulator.slots('acme').length).toBe(5);
    shooter.stop();
    shooter.stop();
    await shooter.done;
    expect(heard.records).toHaveLength(5);
    expect(heard.outcomes).toEqual({ 0: 5 });
  });
});

describe('a storm', () => {
  const STORM = scenarioOf([{ as: 'acme', call: 'run', sdk: 'none', arrivals: { closedLoop: { users: 16, thinkTime: '5ms' }, to: '10s' } }], { service: '3s' });

  it('counts every 429 that the emulator gave', async ({ onTestFinished }) => {
    const { heard, report, emulator } = await fired(STORM, onTestFinished);
    const given = emulator.requestLog();
    expect(given.filter(({ status }) => status === 429)).toHaveLength(heard.records.reduce((sum, { refusals }) => sum + refusals, 0));
    expect(given).toHaveLength(heard.records.length);
    expect(heard.outcomes[Outcome.gaveUp]).toBeGreaterThan(16);
    expect(heard.outcomes[Outcome.ok]).toBeGreaterThanOrEqual(10);
    expect(report.notes[0]).toBe('workload.0: autocannon leaves think times out: each connection sends as soon as it has its answer');
  });

  it('sends nothing after its time', async ({ onTestFinished }) => {
    const { heard } = await fired(STORM, onTestFinished);
    expect(heard.records.filter(({ plannedUs }) => plannedUs === 0)).toHaveLength(16);
    // Whoever has an answer a moment before the end may still send.
    expect(Math.max(...heard.records.map(({ plannedUs }) => plannedUs))).toBeLessThan(10_500_000);
  });
});

describe('a server that stalls for a second', () => {
  const STALL_MS = 1000;
  /** Answers at once, but for those that come within the stall: they wait for its end. */
  const stalling = (atEnd: TestContext['onTestFinished']): Promise<ScriptedServer> => {
    let firstMs: number | undefined;
    return ScriptedServer.start((_n, answer) => {
      firstMs ??= performance.now();
      const intoMs = performance.now() - firstMs - 300;
      answer(200, intoMs >= 0 && intoMs < STALL_MS ? STALL_MS - intoMs : 0);
    }, atEnd);
  };

  it('shows in the bursts that were due meanwhile, and hardly in what autocannon says of its own loop', { timeout: 30_000 }, async ({ onTestFinished }) => {
    const bursts = Array.from({ length: 15 }, (_, n) => ({ as: 'acme', call: 'submit' as const, arrivals: { burst: 10, at: `${n * 100}ms` } }));
    const scenario = resolved(scenarioOf(bursts));
    const server = await stalling(onTestFinished);
    const target = { kind: 'fal', queueUrl: server.url, runUrl: server.url, apiUrl: '', ca: undefined, takesHints: false, operator: undefined } as const;
    const heard = new Listener();
    const order = { ...orderFor(scenario, { ...target, credentials: { 'acme/key': 'id:secret' } }, { speed: 1 }), process: 0 };
    await fire(await makeAutocannonShooter(order, heard, NO_TRACES, ''));
    const oursMs = heard.records.map(({ acceptedUs }) => acceptedUs! / 1000).sort((one, other) => one - other);
    const naive = await autocannon({ url: (await stalling(onTestFinished)).url, connections: 10, duration: 3 });
    const p99 = oursMs[Math.ceil(oursMs.length * 0.99) - 1]!;
    console.info(`p99 of a server that stalls for ${STALL_MS} ms: ours ${p99.toFixed(0)} ms, autocannon's ${naive.latency.p99} ms`);
    // Ten of the fifteen bursts fall into the stall: they wait from 1,000 ms down to 100 ms.
    expect(p99).toBeGreaterThan(0.85 * STALL_MS);
    expect(oursMs.filter((ms) => ms > 80).length).toBeGreaterThanOrEqual(80);
    expect(naive.latency.p99).toBeLessThan(STALL_MS / 2);
  });
});
