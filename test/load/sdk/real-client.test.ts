import { describe, expect, it, type TestContext } from 'vitest';
import { Outcome } from '../../../src/core/history.js';
import type { Emulator } from '../../../src/live/emulator.js';
import type { LoadOrder } from '../../../src/load/driver.js';
import { SdkShare } from '../../../src/load/sdk/sdk-share.js';
import type { ShotReport } from '../../../src/load/shooter.js';
import type { MetricValue } from '../../../src/measure/metrics.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { SDK_MODELS } from '../../../src/sim/sdks.js';
import { type Mishap, type PassedCall, UnreliableFront } from '../../clients/unreliable-front.js';
import { runScenario } from '../../helpers/scenario.js';
import { emulatorFor, fire, Listener, NO_TRACES, orderFor, resolved, targetAt } from './scene.js';

const SPEED = 20;
const STATUS = /\/status\?/;

interface Live {
  readonly heard: Listener;
  readonly report: ShotReport;
  readonly emulator: Emulator;
  readonly front: UnreliableFront | undefined;
}

interface LiveParts extends Partial<Pick<LoadOrder, 'follow'>> {
  readonly mishapOf?: (call: PassedCall, earlier: number) => Mishap | undefined;
}

/** Sends a scenario's calls with the real client, against an emulator of the same scenario. */
async function live(input: ScenarioInput, atEnd: TestContext['onTestFinished'], { mishapOf, follow = 'none' }: LiveParts = {}): Promise<Live> {
  const scenario = resolved(input);
  const emulator = await emulatorFor(input, SPEED, atEnd);
  const front = mishapOf === undefined ? undefined : await UnreliableFront.before(emulator.url, mishapOf);
  atEnd(() => front?.close());
  const heard = new Listener();
  const order = orderFor(scenario, targetAt(front?.url ?? emulator.url, emulator), { speed: SPEED, follow });
  const share = new SdkShare(order, { number: 0, of: 1 }, heard, NO_TRACES);
  return { heard, report: await fire(share), emulator, front };
}

function simulated(input: ScenarioInput): Readonly<Record<string, MetricValue>> {
  return runScenario(resolved(input)).metrics;
}

function scenarioOf(
  workload: ScenarioInput['workload'],
  parts: Partial<ScenarioInput> & { readonly limit?: number; readonly service?: string } = {},
): ScenarioInput {
  const { limit = 10, service = '60s', ...rest } = parts;
  return {
    name: 'real-client',
    platform: { policy: 'fal-documented', accounts: [{ id: 'acme', limit }], endpoints: [{ id: 'fal-ai/flux/dev', service }] },
    workload,
    recovery: '10m',
    ...rest,
  };
}

function log({ emulator }: Live, method: string, path: RegExp): readonly { readonly status: number }[] {
  return emulator.requestLog().filter((entry) => entry.method === method && path.test(entry.path));
}

describe('direct calls at the limit', () => {
  const STORM = scenarioOf([{ as: 'acme', call: 'run', sdk: 'js', arrivals: { burst: 30, at: '0s' } }]);

  it('are each four requests before the real client gives up, as the model of it says', async ({ onTestFinished }) => {
    const run = await live(STORM, onTestFinished);
    const { heard, report } = run;
    const gaveUp = heard.records.filter(({ outcome }) => outcome === Outcome.gaveUp);
    expect(heard.outcomes).toEqual({ [Outcome.ok]: 10, [Outcome.gaveUp]: 20 });
    expect(new Set(gaveUp.map(({ attempts }) => attempts))).toEqual(new Set([SDK_MODELS.js.runAttempts]));
    expect(gaveUp.every(({ refusals, requestId }) => refusals === 4 && requestId === undefined)).toBe(true);
    expect(report.tally).toMatchObject({ planned: 30, sent: 30, httpRequests: 90 });
    expect(log(run, 'POST', /^\/run\//).filter(({ status }) => status === 429)).toHaveLength(80);

    const metrics = simulated(STORM);
    expect(metrics['gave_up']).toMatchObject({ count: gaveUp.length });
    expect(metrics['http_429']).toMatchObject({ count: 80 });
    expect(metrics['client_retries']).toMatchObject({ count: heard.records.reduce((sum, { attempts }) => sum + attempts - 1, 0) });
    expect(metrics['attempts_per_call']).toMatchObject({ max: Math.max(...heard.records.map(({ attempts }) => attempts)) });
  });

  it('are tried again in virtual time: the backoffs of a call take 2.6 s at least, whatever the speed', async ({ onTestFinished }) => {
    const { heard } = await live(STORM, onTestFinished);
    const gaveUp = heard.records.filter(({ outcome }) => outcome === Outcome.gaveUp);
    for (const { acceptedUs, elapsedUs } of gaveUp) expect(elapsedUs! - acceptedUs!).toBeGreaterThan(2_600_000);
  });
});

describe('work that is lost with its runner', () => {
  const CRASH = scenarioOf([{ as: 'acme', call: 'run', sdk: 'js', arrivals: { burst: 3, at: '0s' } }], {
    service: '20s',
    platform: {
      policy: 'fal-documented',
      accounts: [{ id: 'acme', limit: 10 }],
      endpoints: [{ id: 'fal-ai/flux/dev', service: '20s', runners: 6 }],
    },
    steps: [{ at: '5s', do: 'crash-runner', endpoint: 'fal-ai/flux/dev', count: 3 }],
  });

  it('is posted again after its 503, as often as the model says', async ({ onTestFinished }) => {
    const run = await live(CRASH, onTestFinished);
    const posts = log(run, 'POST', /^\/run\//);
    const metrics = simulated(CRASH);
    expect(run.heard.outcomes).toEqual({ [Outcome.ok]: 3 });
    expect(posts.length - 3).toBeGreaterThan(0);
    expect(metrics['client_retries']).toMatchObject({ count: posts.length - 3 });
    expect(metrics['gave_up']).toMatchObject({ count: 0 });
    expect(run.heard.records.map(({ attempts }) => attempts).reduce((sum, attempts) => sum + attempts)).toBe(posts.length);
  });
});

describe('a submit whose answer is lost', () => {
  it('is posted again: one call, two requests, one of which nobody knows', async ({ onTestFinished }) => {
    const scenario = scenarioOf([{ as: 'acme', call: 'submit', sdk: 'js', arrivals: { burst: 1, at: '0s' } }]);
    const { heard, emulator } = await live(scenario, onTestFinished, {
      mishapOf: ({ method }, earlier) => (method === 'POST' && earlier === 0 ? { kind: 'lose-answer' } : undefined),
    });
    const [record] = heard.records;
    expect(record).toMatchObject({ attempts: 2, outcome: 0 });
    const known = emulator.world.requestsOf('acme', { limit: 10 }).map(({ id }) => id);
    expect(known).toHaveLength(2);
    expect(known).toContain(record?.requestId);
  });

  it('is no second request when a proxy refused it with a 503', async ({ onTestFinished }) => {
    const scenario = scenarioOf([{ as: 'acme', call: 'submit', sdk: 'js', arrivals: { burst: 1, at: '0s' } }]);
    const { heard, emulator } = await live(scenario, onTestFinished, {
      mishapOf: ({ method }, earlier) => (method === 'POST' && earlier === 0 ? { kind: 'nginx-503' } : undefined),
    });
    expect(heard.records).toMatchObject([{ attempts: 2, outcome: 0, refusals: 0 }]);
    expect(emulator.world.requestsOf('acme', { limit: 10 })).toHaveLength(1);
  });
});

describe('subscribers who wait no longer', () => {
  const IMPATIENT = scenarioOf([{ as: 'acme', call: 'subscribe', sdk: 'js', arrivals: { burst: 8, at: '0s' }, clientTimeout: '10s' }], { limit: 2 });

  it('cancel once each, and every poll of theirs is counted: before the end of the call, or as a zombie', async ({ onTestFinished }) => {
    const run = await live(IMPATIENT, onTestFinished);
    const { heard } = run;
    expect(heard.outcomes).toEqual({ [Outcome.gaveUp]: 8 });
    expect(simulated(IMPATIENT)['gave_up']).toMatchObject({ count: 8 });
    expect(log(run, 'PUT', /\/cancel$/)).toHaveLength(8);
    const polls = heard.records.reduce((sum, record) => sum + record.polls, 0);
    expect(polls + heard.zombies).toBe(log(run, 'GET', STATUS).length);
    expect(heard.records.every(({ trouble }) => /timed out/.test(trouble ?? ''))).toBe(true);
  });

  it('leave a poller behind where a status was on its way: the model knows none of these', async ({ onTestFinished }) => {
    const lone = scenarioOf([{ as: 'acme', call: 'subscribe', sdk: 'js', arrivals: { burst: 1, at: '0s' }, clientTimeout: '10s' }]);
    const slow = ({ path }: PassedCall): Mishap | undefined => (STATUS.test(path) ? { kind: 'delay-answer', ms: 700 } : undefined);
    const run = await live(lone, onTestFinished, { mishapOf: slow });
    expect(run.heard.outcomes).toEqual({ [Outcome.gaveUp]: 1 });
    expect(log(run, 'PUT', /\/cancel$/)).toHaveLength(1);
    expect(run.heard.zombies).toBeGreaterThan(0);
    expect(SDK_MODELS.js.zombiePoller).toBe(false);
  });
});

describe('a key that is revoked', () => {
  it('ends a subscribe with its next poll, and nobody cancels', async ({ onTestFinished }) => {
    const scenario = scenarioOf([{ as: 'acme', call: 'subscribe', sdk: 'js', arrivals: { burst: 3, at: '0s' } }], {
      steps: [{ at: '10s', do: 'revoke-key', key: 'acme' }],
    });
    const run = await live(scenario, onTestFinished);
    expect(run.heard.outcomes).toEqual({ [Outcome.unauthorized]: 3 });
    expect(log(run, 'PUT', /\/cancel$/)).toHaveLength(0);
  });

  it('ends a followed submit, which says with what key and never shows it', async ({ onTestFinished }) => {
    const scenario = scenarioOf([{ as: 'acme', call: 'submit', sdk: 'js', arrivals: { burst: 3, at: '0s' } }], {
      steps: [{ at: '10s', do: 'revoke-key', key: 'acme' }],
    });
    const { heard, emulator } = await live(scenario, onTestFinished, { follow: 'poll' });
    expect(heard.outcomes).toEqual({ [Outcome.unauthorized]: 3 });
    expect(heard.records.every(({ requestId }) => requestId !== undefined)).toBe(true);
    const [, secret] = emulator.credentials('acme/key').split(':');
    expect(JSON.stringify(heard.records)).not.toContain(secret);
  });
});

describe('a start deadline', () => {
  it('ends a direct call after one request, and a followed submit with the same outcome', async ({ onTestFinished }) => {
    const cold = {
      platform: {
        policy: 'fal-documented' as const,
        accounts: [{ id: 'acme', limit: 10 }],
        endpoints: [{ id: 'fal-ai/flux/dev', service: '1s', runners: { min: 0, max: 1, coldStart: '1h' } }],
      },
    };
    const scenario = scenarioOf(
      [
        { as: 'acme', call: 'run', sdk: 'js', arrivals: { burst: 1, at: '0s' }, startTimeout: '5s' },
        { as: 'acme', call: 'submit', sdk: 'js', arrivals: { burst: 1, at: '0s' }, startTimeout: '5s' },
      ],
      cold,
    );
    const { heard } = await live(scenario, onTestFinished, { follow: 'stream' });
    expect(heard.outcomes).toEqual({ [Outcome.startTimeout]: 2 });
    expect(heard.records.map(({ attempts }) => attempts)).toEqual([1, 1]);
  });
});

describe('what the load promises', () => {
  it('users of a closed loop call again when their call has ended, and no more than they are', async ({ onTestFinished }) => {
    const scenario = scenarioOf([{ as: 'acme', call: 'subscribe', sdk: 'js', arrivals: { closedLoop: { users: 3, thinkTime: '1s' }, to: '30s' } }], {
      service: '4s',
    });
    const { heard } = await live(scenario, onTestFinished);
    const spans = heard.records.map(({ plannedUs, elapsedUs }) => ({ fromUs: plannedUs, toUs: plannedUs + elapsedUs! }));
    for (const { fromUs } of spans) expect(spans.filter((span) => span.fromUs <= fromUs && fromUs < span.toUs).length).toBeLessThanOrEqual(3);
    expect(heard.records.length).toBeGreaterThanOrEqual(6);
    expect(spans.every(({ fromUs }) => fromUs < 30_000_000)).toBe(true);
  });

  it('arrivals beyond maxVUs are dropped and counted', async ({ onTestFinished }) => {
    const scenario = scenarioOf([{ as: 'acme', call: 'run', sdk: 'js', arrivals: { burst: 12, at: '0s' }, maxVUs: 5 }], { service: '5s' });
    const { heard, report } = await live(scenario, onTestFinished);
    expect(heard.records).toHaveLength(5);
    expect(heard.droppedCalls).toBe(7);
    expect(report.tally).toMatchObject({ planned: 12, sent: 5, dropped: 7 });
  });

  it('calls that are open when the run ends are told as open', async ({ onTestFinished }) => {
    const input = scenarioOf([{ as: 'acme', call: 'run', sdk: 'js', arrivals: { burst: 4, at: '0s' } }], { service: '1h' });
    const scenario = resolved(input);
    const emulator = await emulatorFor(input, SPEED, onTestFinished);
    const heard = new Listener();
    const share = new SdkShare(orderFor(scenario, targetAt(emulator.url, emulator)), { number: 0, of: 1 }, heard, NO_TRACES);
    share.start(performance.timeOrigin + performance.now());
    await expect.poll(() => emulator.slots('acme').length).toBe(4);
    share.stop();
    share.stop();
    await share.done;
    expect(heard.records).toHaveLength(4);
    for (const { outcome, elapsedUs, attempts } of heard.records)
      expect({ outcome, elapsedUs, attempts }).toEqual({ outcome: 0, elapsedUs: undefined, attempts: 1 });
  });
});
