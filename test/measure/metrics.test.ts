import { describe, expect, it } from 'vitest';
import type { RunEvidence } from '../../src/measure/result.js';
import type { ArrivalSpec } from '../../src/scenario/arrival-types.js';
import type { EndpointSpec, FlowSpec } from '../../src/scenario/types.js';
import { account, counter, endpoint, flow, gauge, runScenario, scenario, traceSpec, trend } from '../helpers/scenario.js';
import { policyOf, S } from '../helpers/world.js';

const FIFO = policyOf('fal-documented', { waiting: 'fifo' });
const NEW = { account: 'acme', key: 'new' };
const OLD = { account: 'acme', key: 'old' };
const TWO_KEYS = account({ limit: 2, keys: ['old', 'new'] });

/** Three requests of 10 s at a limit of 2, in order: two run from 0 to 10 s, one from 10 to 20 s; the run ends at 100 s. */
const small = scenario({ policy: FIFO, workload: [flow({ arrivals: { kind: 'burst', count: 3, atUs: 0 } })], recoveryUs: 100 * S });

describe('the metrics of a small run, worked out by hand', () => {
  const run = runScenario(small, { evidence: true });

  it('queue latency: two at once, one after 10 s', () => {
    expect(trend(run, 'queue_latency')).toMatchObject({ n: 3, min: 0, med: 0, max: 10_000 });
    expect(trend(run, 'queue_latency').avg).toBeCloseTo(10_000 / 3, 9);
  });

  it('time to result: 10, 10 and 20 s', () => {
    expect(trend(run, 'time_to_result')).toMatchObject({ n: 3, min: 10_000, max: 20_000 });
    expect(trend(run, 'time_to_result').avg).toBeCloseTo(40_000 / 3, 9);
  });

  it('slots: 2 for 10 s and 1 for 10 s of 100 s', () => {
    expect(gauge(run, 'slots_in_use')).toEqual({ type: 'gauge', n: 3, value: 0, min: 0, max: 2, avg: 0.3 });
    expect(trend(run, 'slot_hold')).toMatchObject({ n: 3, min: 10_000, max: 10_000, avg: 10_000 });
  });

  it('the limit was 2 throughout, and nothing leaked or ran beyond it', () => {
    expect(gauge(run, 'effective_limit')).toMatchObject({ value: 2, min: 2, max: 2, avg: 2 });
    expect(gauge(run, 'leaked_slots')).toMatchObject({ n: 3, value: 0, max: 0 });
    expect(counter(run, 'leaked_slot_seconds')).toMatchObject({ count: 0, n: 3 });
    expect(counter(run, 'over_admission_seconds').count).toBe(0);
    expect(gauge(run, 'time_to_heal').n).toBe(0);
  });

  it('three calls, one attempt and no retry each; one was put back once', () => {
    expect(counter(run, 'requests')).toEqual({ type: 'counter', n: 3, count: 3, rate: 0.03 });
    expect(counter(run, 'requests{outcome:ok}').count).toBe(3);
    expect(trend(run, 'attempts_per_call')).toMatchObject({ n: 3, min: 1, max: 1 });
    expect(counter(run, 'server_requeues').count).toBe(1);
    expect(trend(run, 'requeues_per_request')).toMatchObject({ n: 3, max: 1 });
  });

  it('three images at $0.03', () => {
    expect(counter(run, 'cost_usd').count).toBeCloseTo(0.09, 12);
  });

  it('the timeline holds the same slots, its stretches averaged', () => {
    const { points, binUs } = (run.evidence as RunEvidence).timeline;
    const seconds = (of: 'live' | 'queued'): number => points.reduce((sum, point) => sum + (point[of] * binUs) / S, 0);
    expect(seconds('live')).toBeCloseTo(30, 1);
    expect(seconds('queued')).toBeCloseTo(10, 1);
  });

  it('the log of holds gives each request the lowest free slot', () => {
    const holds = run.evidence?.holds.map(({ request, slot, fromUs, toUs }) => [request, slot, fromUs / S, (toUs as number) / S]);
    expect(holds).toEqual([
      ['req-1', 0, 0, 10],
      ['req-2', 1, 0, 10],
      ['req-3', 0, 10, 20],
    ]);
  });
});

describe('slot utilisation', () => {
  it('is slot-seconds taken over slot-seconds allowed until load and steps are over, without the recovery', () => {
    const workload = [flow({ arrivals: { kind: 'burst', count: 1, atUs: 0 } }), flow({ arrivals: { kind: 'burst', count: 1, atUs: 40 * S } })];
    const run = runScenario(scenario({ workload, recoveryUs: 1000 * S }));
    expect(gauge(run, 'slot_utilisation').value).toBe(10 / 80);
  });
});

describe('leaked slot-seconds', () => {
  it('count from the end of the work to the end of the run, exactly', () => {
    const run = runScenario(
      scenario({
        policy: policyOf('fal-939'),
        accounts: [TWO_KEYS],
        workload: [flow({ as: OLD, arrivals: { kind: 'burst', count: 1, atUs: 0 } }), flow({ as: NEW, arrivals: { kind: 'burst', count: 1, atUs: 0 } })],
        steps: [{ do: 'revoke-key', atUs: 3 * S, key: OLD }],
        recoveryUs: 97 * S,
      }),
    );
    expect(counter(run, 'leaked_slot_seconds')).toEqual({ type: 'counter', n: 2, count: 90, rate: 0.9 });
    expect(gauge(run, 'leaked_slots')).toMatchObject({ value: 1, max: 1, avg: 0.9 });
    expect(gauge(run, 'effective_limit')).toMatchObject({ value: 1, min: 1, max: 2, avg: 1.1 });
    expect(gauge(run, 'slots_in_use').avg).toBeCloseTo((2 * 10 + 90) / 100, 12);
    expect(gauge(run, 'leaked_slots{key:acme/old}').value).toBe(1);
    expect(gauge(run, 'leaked_slots{key:acme/new}').value).toBe(0);
    expect(counter(run, 'lost_requests').count).toBe(1);
  });

  it('a request that waits for its next attempt and keeps its slot holds it without work: 1 s', () => {
    const run = runScenario(
      scenario({ policy: policyOf('fal-documented', { requeue: 'keep-slot' }), steps: [{ do: 'crash-runner', atUs: 4 * S, endpoint: 'flux', count: 1 }] }),
    );
    expect(counter(run, 'leaked_slot_seconds').count).toBe(1);
    expect(gauge(run, 'leaked_slots').value).toBe(0);
  });

  it('healed by their owner they end at that instant', () => {
    const run = runScenario(
      scenario({
        policy: policyOf('fal-939', { selfService: true }),
        steps: [
          { do: 'revoke-key', atUs: 3 * S, key: { account: 'acme', key: 'key' } },
          { do: 'release-stuck', atUs: 25 * S, account: 'acme' },
        ],
      }),
      { evidence: true },
    );
    expect(counter(run, 'leaked_slot_seconds').count).toBe(15);
    expect(run.evidence?.leaks).toMatchObject([{ ghostFromUs: 10 * S, toUs: 25 * S, slotSeconds: 15, recovered: 'taken back' }]);
    expect(gauge(run, 'time_to_heal')).toMatchObject({ n: 1, value: 0 });
  });
});

describe('over-admission', () => {
  it('is the time of work beyond the limit: 2 requests, 5 s each', () => {
    const run = runScenario(
      scenario({
        policy: policyOf('fal-documented', { onRevoke: 'cancel', releaseOn: 'cancel-request', stopDelayUs: 5 * S, waiting: 'fifo' }),
        accounts: [TWO_KEYS],
        workload: [flow({ as: OLD, arrivals: { kind: 'burst', count: 2, atUs: 0 } }), flow({ as: NEW, arrivals: { kind: 'burst', count: 2, atUs: S } })],
        steps: [{ do: 'revoke-key', atUs: 4 * S, key: OLD }],
      }),
    );
    expect(counter(run, 'over_admission_seconds').count).toBe(10);
  });

  it('is no matter of a limit that was lowered: what was admitted before may end', () => {
    const run = runScenario(
      scenario({
        workload: [flow({ arrivals: { kind: 'burst', count: 2, atUs: 0 } })],
        steps: [{ do: 'set-limit', atUs: S, account: 'acme', endpoint: undefined, limit: 1 }],
      }),
    );
    expect(counter(run, 'over_admission_seconds').count).toBe(0);
    expect(run.exercise['limit_lowered_while_in_use']).toBe(1);
  });
});

describe('calls and refusals', () => {
  it('30 direct calls at a limit of 10 are 10 answers, 20 refusals, and 20 clients that gave up', () => {
    const run = runScenario(
      scenario({ accounts: [account({ limit: 10 })], workload: [flow({ call: 'run', sdk: 'none', arrivals: { kind: 'burst', count: 30, atUs: 0 } })] }),
    );
    expect(counter(run, 'http_429')).toMatchObject({ count: 20, n: 30 });
    expect(counter(run, 'gave_up').count).toBe(20);
    expect(counter(run, 'requests{outcome:gave_up}').count).toBe(20);
    expect(counter(run, 'requests{outcome:ok}').count).toBe(10);
    expect(counter(run, 'requests').count).toBe(30);
  });

  it('a submit with a revoked key is a call that ended as unauthorized', () => {
    const run = runScenario(
      scenario({
        workload: [flow({ arrivals: { kind: 'burst', count: 3, atUs: 2 * S } })],
        steps: [{ do: 'revoke-key', atUs: S, key: { account: 'acme', key: 'key' } }],
      }),
    );
    expect(counter(run, 'requests{outcome:unauthorized}').count).toBe(3);
    expect(counter(run, 'requests').count).toBe(3);
  });

  it('what still waits or runs at the end is counted where it stands', () => {
    const run = runScenario(scenario({ workload: [flow({ arrivals: { kind: 'burst', count: 5, atUs: 0 } })], recoveryUs: 5 * S }));
    expect(counter(run, 'requests{outcome:in_progress}').count).toBe(2);
    expect(counter(run, 'requests{outcome:waiting}').count).toBe(3);
    expect(trend(run, 'queue_latency').n).toBe(2);
  });

  it('requests that start after a later one of the same account and endpoint were bypassed', () => {
    const run = runScenario(
      scenario({
        accounts: [account({ limit: 1 })],
        workload: [flow({ arrivals: { kind: 'burst', count: 2, atUs: 0 } }), flow({ arrivals: { kind: 'burst', count: 1, atUs: 12 * S } })],
      }),
    );
    expect(counter(run, 'bypassed').count).toBe(1);
    expect(counter(runScenario({ ...small }), 'bypassed').count).toBe(0);
  });

  it('tags split the same numbers by account, key, endpoint and mode', () => {
    const run = runScenario(
      scenario({
        accounts: [TWO_KEYS],
        endpoints: [endpoint(), endpoint({ id: 'sdxl', priceUsd: 0.01 })],
        workload: [
          flow({ as: OLD, arrivals: { kind: 'burst', count: 1, atUs: 0 } }),
          flow({ as: NEW, endpoint: 'sdxl', call: 'run', arrivals: { kind: 'burst', count: 1, atUs: 0 } }),
        ],
      }),
      { expect: { thresholds: { 'cost_usd{endpoint:sdxl}': ['count == 0.01'], 'requests{key:new}': ['count == 1'] } } },
    );
    expect(run.verdict).toBe('pass');
    expect(counter(run, 'requests{mode:run}').count).toBe(1);
    expect(counter(run, 'requests{endpoint:flux}').count).toBe(1);
    expect(counter(run, 'requests{key:acme/old,outcome:ok}').count).toBe(1);
  });
});

describe('arrivals that a client drops because maxVUs calls are open', () => {
  const bounded = (overrides: Partial<FlowSpec>): FlowSpec => flow({ maxVUs: 3, arrivals: { kind: 'burst', count: 10, atUs: 0 }, ...overrides });

  it.each(['submit', 'subscribe', 'run'] as const)('are counted by themselves and are no requests (%s)', (call) => {
    const run = runScenario(scenario({ accounts: [account({ limit: 5 })], workload: [bounded({ call })], recoveryUs: 100 * S }));
    expect(counter(run, 'dropped_iterations')).toEqual({ type: 'counter', n: 10, count: 7, rate: 0.07 });
    expect(counter(run, 'requests').count).toBe(3);
    expect(counter(run, 'requests{outcome:waiting}').count).toBe(0);
    expect(run.exercise['dropped_iterations']).toBe(7);
  });

  it('belong to the account, key, endpoint and mode they were meant for', () => {
    const tagged = ['{account:acme}', '{key:old}', '{key:new}', '{endpoint:flux}', '{endpoint:other}', '{mode:run}', '{mode:submit}'];
    const thresholds = Object.fromEntries(tagged.map((tags) => [`dropped_iterations${tags}`, ['count >= 0']]));
    const run = runScenario(
      scenario({
        accounts: [account({ limit: 20, keys: ['old', 'new'] })],
        endpoints: [endpoint(), endpoint({ id: 'other' })],
        workload: [bounded({ as: OLD }), bounded({ as: NEW, endpoint: 'other', call: 'run', maxVUs: 8 })],
      }),
      { expect: { thresholds } },
    );
    expect(tagged.map((tags) => counter(run, `dropped_iterations${tags}`).count)).toEqual([9, 7, 2, 7, 2, 2, 7]);
  });

  it('count after a warm-up only, also where nothing has happened on the platform since', () => {
    const every = { kind: 'constant', perSecond: 1, fromUs: 0, toUs: 9 * S } as const;
    const what = scenario({ workload: [bounded({ maxVUs: 1, arrivals: every })], warmup: { kind: 'fixed', us: 4.5 * S } });
    // One call from 0 to 10 s: eight more come, and find it open.
    expect(counter(runScenario({ ...what, warmup: undefined }), 'dropped_iterations').count).toBe(8);
    expect(counter(runScenario(what), 'dropped_iterations').count).toBe(4);
  });

  it('are part of the history: one more of them is another hash', () => {
    const hashOf = (count: number): string => runScenario(scenario({ workload: [bounded({ arrivals: { kind: 'burst', count, atUs: 0 } })] })).hash;
    expect(hashOf(11)).not.toBe(hashOf(10));
  });
});

describe('what a request costs', () => {
  const failing = (overrides: Partial<EndpointSpec> = {}): EndpointSpec => endpoint({ failureProbability: 0.5, ...overrides });
  const burst: ArrivalSpec = { kind: 'burst', count: 60, atUs: 0 };
  const trace: ArrivalSpec = traceSpec({ serviceColumn: 'seconds' });
  const rows = (): string[] => [`at,seconds\n${Array.from({ length: 60 }, (_, n) => `${n},2\n`).join('')}`];

  it.each([
    ['submit', 'work by a law', burst, {}],
    ['subscribe', 'work by a law', burst, {}],
    ['run', 'work by a law', burst, {}],
    ['submit', 'work by values', burst, { service: { kind: 'values', valuesUs: [S, 9 * S], weights: undefined } }],
    ['submit', 'work from a trace', trace, {}],
    ['run', 'work from a trace', trace, {}],
  ] as const)('is its price when it succeeds, and nothing when its work ends in a 500 (%s, %s)', (call, _, arrivals, terms) => {
    const what = scenario({ accounts: [account({ limit: 100 })], endpoints: [failing(terms)], workload: [flow({ call, arrivals })] });
    const run = runScenario(what, { traceSource: rows });
    const [ok, failed] = [counter(run, 'requests{outcome:ok}').count, counter(run, 'requests{outcome:failed}').count];
    expect(ok + failed).toBe(60);
    expect(failed).toBeGreaterThan(10);
    expect(counter(run, 'cost_usd').count).toBeCloseTo(0.03 * ok, 9);
  });
});
