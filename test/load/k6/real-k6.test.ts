import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Outcome } from '../../../src/core/history.js';
import { prepareScenario } from '../../../src/prepare.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { parseSource } from '../../../src/scenario/source.js';
import { hasK6, play } from './scene.js';

const DEV = 'fal-ai/flux/dev';

function scenario(workload: ScenarioInput['workload'], more: Partial<ScenarioInput> = {}, limit = 10): ScenarioInput {
  return {
    name: 'test',
    platform: { policy: 'fal-documented', accounts: [{ id: 'acme', limit, keys: ['old', 'new'] }], endpoints: [{ id: DEV, service: '1s' }] },
    workload,
    recovery: '2m',
    ...more,
  } as ScenarioInput;
}

function shipped(name: string) {
  return prepareScenario(parseSource(name, readFileSync(`scenarios/${name}.yaml`, 'utf8')));
}

describe.skipIf(!hasK6)('a real k6 against the emulator', () => {
  it('sends a burst at once, and every call is told once with what became of it', async () => {
    await play(scenario([{ as: 'acme/old', call: 'submit', arrivals: { burst: 30, at: '0s' } }] as never), {}, ({ ear, report, emulator }) => {
      expect(report.broken).toEqual([]);
      expect(report.pacing).toMatchObject({ planned: 30, sent: 30, dropped: 0, processes: 1 });
      expect(report.tool).toMatchObject({ tool: expect.stringMatching(/^k6 v2\./), exitCode: 0, passed: true });
      expect(ear.records).toHaveLength(30);
      expect(ear.count(Outcome.ok)).toBe(30);
      expect(new Set(ear.records.map(({ requestId }) => requestId)).size).toBe(30);
      for (const record of ear.records) {
        expect(record).toMatchObject({
          account: 'acme',
          key: 'old',
          endpoint: DEV,
          mode: 'submit',
          plannedUs: 0,
          attempts: 1,
          refusals: 0,
          trouble: undefined,
        });
        expect(record.sentUs).toBeGreaterThanOrEqual(0);
        expect(record.acceptedUs).toBeGreaterThan(0);
        expect(record.elapsedUs).toBeGreaterThanOrEqual(record.acceptedUs as number);
      }
      // Ten slots, so the last of thirty waits for two rounds of a second.
      expect(Math.max(...ear.records.map(({ queueLatencyUs }) => queueLatencyUs as number))).toBeGreaterThanOrEqual(2e6);
      const polls = emulator.requestLog().filter(({ path }) => path.includes('/status')).length;
      expect(ear.records.reduce((sum, record) => sum + record.polls, 0)).toBe(polls);
      expect(report.pacing.httpRequests).toBe(emulator.requestLog().length);
    });
  });

  it('keeps the shares of two processes apart: together they are one load', async () => {
    const workload = [
      { as: 'acme/old', call: 'submit', arrivals: { burst: 15, at: '0s' } },
      { as: 'acme/new', call: 'submit', arrivals: { poisson: '4/s', from: '1s', to: '11s' } },
      { as: 'acme/new', call: 'submit', arrivals: { rate: '3/s', from: '0s', to: '12s' } },
    ];
    await play(scenario(workload as never), { processes: 2 }, ({ ear, report, emulator }) => {
      expect(report.broken).toEqual([]);
      expect(report.pacing.sent).toBe(report.pacing.planned);
      expect(ear.records).toHaveLength(report.pacing.planned);
      expect(new Set(ear.records.map(({ requestId }) => requestId)).size).toBe(report.pacing.planned);
      expect(emulator.requestLog().filter(({ method }) => method === 'POST')).toHaveLength(report.pacing.planned);
      const even = ear.records.map(({ plannedUs }) => plannedUs).filter((us) => us > 0 && us % 1e6 === 0);
      expect(even).toHaveLength(11);
    });
  });

  it('sends every call of a ramp, the last one too', async () => {
    const stages = [
      { duration: '15s', target: '4/s' },
      { duration: '15s', target: '1/s' },
    ];
    await play(scenario([{ as: 'acme/old', call: 'submit', arrivals: { startRate: '1/s', stages } }] as never), {}, ({ ear, report }) => {
      expect(report.pacing.planned).toBeGreaterThan(60);
      expect(ear.records).toHaveLength(report.pacing.planned);
      expect(report.broken).toEqual([]);
    });
  });

  it('subscribes as the SDK does: polls from the beginning of the call, then the result', async () => {
    await play(scenario([{ as: 'acme/old', call: 'subscribe', sdk: 'js', arrivals: { burst: 3, at: '1s' } }] as never), { speed: 4 }, ({ ear, emulator }) => {
      expect(ear.count(Outcome.ok)).toBe(3);
      const results = emulator.requestLog().filter(({ method, path }) => method === 'GET' && !path.includes('/status'));
      expect(results).toHaveLength(3);
      for (const { polls, elapsedUs } of ear.records) {
        expect(polls).toBeGreaterThanOrEqual(2);
        expect(elapsedUs).toBeGreaterThanOrEqual(1e6);
      }
    });
  });

  it.each([
    ['js', { gaveUp: 20, attempts: 4 }],
    ['plain', { gaveUp: 20, attempts: 1 }],
    ['python', { gaveUp: 0, attempts: 10 }],
  ])('repeats refused direct calls as %s does', async (variant, { gaveUp, attempts }) => {
    await play(shipped('direct-calls-retry'), { variant, speed: 10 }, ({ ear, report, emulator }) => {
      expect(report.broken).toEqual([]);
      expect(ear.records).toHaveLength(30);
      expect(ear.count(Outcome.gaveUp)).toBe(gaveUp);
      expect(ear.count(Outcome.ok)).toBe(30 - gaveUp);
      expect(Math.max(...ear.records.map((record) => record.attempts))).toBeLessThanOrEqual(attempts);
      for (const record of ear.records) if (record.outcome === Outcome.gaveUp) expect(record.attempts).toBe(attempts);
      const log = emulator.requestLog();
      expect(ear.records.reduce((sum, record) => sum + record.attempts, 0)).toBe(log.length);
      expect(ear.records.reduce((sum, record) => sum + record.refusals, 0)).toBe(log.filter(({ status }) => status === 429).length);
    });
  });

  it('sees the polls of a revoked key refused, while the server keeps six ghosts (issue 939)', async () => {
    const prepared = shipped('key-revocation-mid-flight');
    const brief = prepareScenario(parseSource('x', readFileSync('scenarios/key-revocation-mid-flight.yaml', 'utf8')), [
      { path: 'workload.1.arrivals.to', value: '40s' },
      { path: 'recovery', value: '1m' },
    ]);
    expect(prepared.variants[0]?.name).toBe('fal-939');
    await play(brief, { variant: 'fal-939', speed: 20 }, ({ ear, emulator }) => {
      const old = ear.records.filter(({ key }) => key === 'old');
      expect(old).toHaveLength(6);
      for (const record of old) {
        expect(record).toMatchObject({ outcome: Outcome.unauthorized, trouble: expect.stringMatching(/^401 /) });
        // Accepted, and refused later: what was refused is a poll. How much later depends on when k6 came to send the six.
        expect(record.elapsedUs).toBeGreaterThan(record.acceptedUs as number);
      }
      expect(ear.records.filter(({ key }) => key === 'new').every(({ outcome }) => outcome === Outcome.ok)).toBe(true);
      expect(emulator.slots('acme').filter(({ reason }) => reason === 'ghost')).toHaveLength(6);
    });
  });

  it('tells start timeouts apart from failures', async () => {
    await play(shipped('start-timeout-expiry'), { variant: 'fifo', speed: 20 }, ({ ear }) => {
      expect(ear.records).toHaveLength(30);
      expect(ear.count(Outcome.startTimeout)).toBeGreaterThanOrEqual(26);
      expect(ear.count(Outcome.startTimeout) + ear.count(Outcome.ok)).toBe(30);
    });
  });

  it('drops what finds all users busy, and cancels what tries their patience', async () => {
    const workload = [
      { as: 'acme/old', call: 'submit', arrivals: { rate: '2/s', from: '0s', to: '10s' }, maxVUs: 3 },
      { as: 'acme/new', call: 'submit', arrivals: { burst: 4, at: '0s' }, patience: '3s' },
    ];
    const slow = scenario(workload as never, {}, 1);
    await play(slow, {}, ({ ear, report }) => {
      const bounded = ear.records.filter(({ key }) => key === 'old');
      expect(ear.droppedCalls).toBeGreaterThan(0);
      expect(bounded.length + ear.droppedCalls).toBe(20);
      expect(report.pacing).toMatchObject({ planned: 24, dropped: ear.droppedCalls });
      expect(report.broken).toEqual([]);
      const impatient = ear.records.filter(({ key }) => key === 'new');
      expect(impatient.filter(({ outcome }) => outcome === Outcome.cancelled).length).toBeGreaterThanOrEqual(1);
      for (const record of impatient) if (record.outcome === Outcome.cancelled) expect(record.elapsedUs).toBeGreaterThanOrEqual(3e6);
    });
  });

  it('lets the users of a closed loop wait, think and call again', async () => {
    const workload = [{ as: 'acme/old', call: 'subscribe', sdk: 'js', arrivals: { closedLoop: { users: 5, thinkTime: '2s' }, to: '20s' } }];
    await play(scenario(workload as never), {}, ({ ear, report }) => {
      // A round takes a second of work, up to half a second until the poll that sees it, and two of thinking.
      expect(ear.records.length).toBeGreaterThanOrEqual(10);
      expect(ear.records.length).toBeLessThanOrEqual(35);
      expect(ear.count(Outcome.ok)).toBe(ear.records.length);
      expect(report.pacing.planned).toBe(ear.records.length);
      expect(Math.max(...ear.records.map(({ plannedUs }) => plannedUs))).toBeLessThan(20e6);
    });
  });

  it('leaves a zombie poller behind where the Python SDK does', async () => {
    const workload = [{ as: 'acme/old', call: 'subscribe', sdk: 'python', clientTimeout: '3s', arrivals: { burst: 2, at: '0s' } }];
    const input = scenario(workload as never, {}, 1);
    const slow = { ...input, platform: { ...input.platform, policy: 'fal-939', endpoints: [{ id: DEV, service: '20s' }] }, recovery: '20s' } as ScenarioInput;
    await play(slow, { speed: 5 }, ({ ear, report }) => {
      expect(report.broken).toEqual([]);
      expect(ear.count(Outcome.gaveUp) + ear.count(Outcome.startTimeout)).toBe(2);
      // A cancelled request stops within a second; its poller asks ten times a second until it has.
      expect(ear.count(Outcome.gaveUp)).toBeGreaterThanOrEqual(1);
      expect(ear.zombies).toBeGreaterThan(0);
    });
  });

  it('tells open calls as they stand when it is stopped', async () => {
    const workload = [{ as: 'acme/old', call: 'submit', arrivals: { burst: 4, at: '0s' } }];
    const input = scenario(workload as never, {}, 2);
    const endless = { ...input, platform: { ...input.platform, endpoints: [{ id: DEV, service: '1h' }] }, recovery: '2h' } as ScenarioInput;
    const meanwhile = async (emulator: { requestLog(): readonly { path: string }[] }, stop: () => void): Promise<void> => {
      await expect.poll(() => emulator.requestLog().filter(({ path }) => path.includes('/status')).length).toBeGreaterThan(12);
      stop();
    };
    await play(endless, { meanwhile }, ({ ear, report }) => {
      expect(ear.records).toHaveLength(4);
      expect(ear.count(0 as never)).toBe(4);
      expect(ear.records.filter(({ queueLatencyUs }) => queueLatencyUs !== undefined)).toHaveLength(2);
      expect(ear.records.every(({ requestId, elapsedUs }) => requestId !== undefined && elapsedUs === undefined)).toBe(true);
      expect(report.tool).toMatchObject({ exitCode: 105, passed: true, meaning: 'stopped by slotstorm when the run was over' });
      expect(report.broken).toEqual([]);
    });
  });
});
