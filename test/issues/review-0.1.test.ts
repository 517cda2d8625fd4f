import { describe, expect, it } from 'vitest';
import { OUTCOME_TAGS } from '../../src/measure/metrics.js';
import type { RunResult } from '../../src/measure/result.js';
import { prepareScenario } from '../../src/prepare.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import { parseSource } from '../../src/scenario/source.js';

/** Cases that were once wrong: each a small scenario as a user would write it. */
function runs(text: string, set: Record<string, unknown> = {}): RunResult[] {
  const prepared = prepareScenario(
    parseSource('case.yaml', text),
    Object.entries(set).map(([path, value]) => ({ path, value })),
  );
  return prepared.variants.map((variant) =>
    runToEnd(new ScenarioRun(variant.scenario, variant.plan, { seed: 1, variant: variant.name, evidence: true, traceSource: () => [] })),
  );
}

function run(text: string): RunResult {
  return runs(text)[0] as RunResult;
}

function broken(result: RunResult): string[] {
  return result.invariants.filter((one) => one.state === 'violated').map((one) => one.id);
}

function count(result: RunResult, metric: string): number {
  const value = result.metrics[metric];
  return value?.type === 'counter' ? value.count : Number.NaN;
}

const platform = (rest: string, policy = 'fal-documented') => `name: case\nplatform:\n  policy: ${policy}\n${rest}`;

describe('limits that change while work runs', () => {
  it('a per-endpoint limit that is set mid-run counts the work that is in progress', () => {
    const result = run(
      platform(`  accounts: [{ id: a, limit: 20 }]
  endpoints: [{ id: e, service: 10s }]
workload: [{ arrivals: { burst: 5, at: 0s } }, { arrivals: { rate: 1/s, from: 6s, to: 30s } }]
steps: [{ at: 5s, do: set-limit, account: a, endpoint: e, limit: 3 }]`),
    );
    expect(broken(result)).toEqual([]);
    expect(result.metrics['slots_in_use']).toMatchObject({ max: 5 });
  });

  it('a direct call that waits for a booting runner may use the slot it was granted before the limit fell', () => {
    const result = run(
      platform(`  accounts: [{ id: a, limit: 5 }]
  endpoints: [{ id: e, service: 5s, runners: { max: 5, coldStart: 20s } }]
workload: [{ call: run, arrivals: { burst: 3, at: 0s } }]
steps: [{ at: 10s, do: set-limit, account: a, limit: 1 }]`),
    );
    expect(broken(result)).toEqual([]);
  });

  it('effective_limit knows its lowest and its highest value', () => {
    const result = run(
      platform(`  accounts: [{ id: a, limit: 2 }]
  endpoints: [{ id: e, service: 5s }]
workload: [{ arrivals: { burst: 3, at: 0s } }]
steps: [{ at: 30s, do: set-limit, account: a, limit: 20 }]`),
    );
    expect(result.metrics['effective_limit']).toMatchObject({ min: 2, max: 20, value: 20 });
  });
});

describe('slots that are kept between attempts', () => {
  const kept = (extra: string, flow: string) =>
    platform(
      `  accounts: [{ id: a, limit: 2 }]
  endpoints: [{ id: e, service: 30s, runners: 1 }]
workload: [{ ${flow} arrivals: { burst: 1, at: 0s } }]
steps: [{ at: 5s, do: crash-runner, endpoint: e }${extra}]`,
      '{ preset: fal-documented, requeue: keep-slot }',
    );

  it('come back when the start deadline passes meanwhile', () => {
    const result = run(kept('', 'startTimeout: 6s,'));
    expect(result.metrics['leaked_slots']).toMatchObject({ value: 0 });
    expect(count(result, 'start_timeouts')).toBe(1);
  });

  it('come back when their key is revoked meanwhile', () => {
    expect(run(kept(', { at: 4s, do: revoke-key, key: a/key }', '')).metrics['leaked_slots']).toMatchObject({ value: 0 });
  });

  it('stand in the leak ledger although they are taken up again', () => {
    const result = run(kept('', ''));
    expect(broken(result)).toEqual(['S-ORPH', 'L-REL']);
    expect(result.evidence?.leaks).toMatchObject([{ recovered: 'taken up again', slotSeconds: count(result, 'leaked_slot_seconds') }]);
  });
});

describe('direct calls and booting runners', () => {
  it('a runner that is ready at the deadline itself comes too late', () => {
    const result = run(
      platform(`  accounts: [{ id: a, limit: 5 }]
  endpoints: [{ id: e, service: 5s, runners: { max: 5, coldStart: 20s } }]
workload: [{ call: run, startTimeout: 20s, arrivals: { burst: 2, at: 0s } }]`),
    );
    expect(broken(result)).toEqual([]);
    expect(count(result, 'start_timeouts')).toBe(2);
  });

  it('only as many wait as runners can come', () => {
    const result = run(
      platform(`  accounts: [{ id: a, limit: 10 }]
  endpoints: [{ id: e, service: 5s, runners: { max: 1, coldStart: 20s } }]
workload: [{ call: run, sdk: none, arrivals: { burst: 10, at: 0s } }]`),
    );
    expect(result.exercise['refused_503']).toBe(9);
  });
});

describe('calls are counted once', () => {
  it('every outcome is at least 0 and together they are all calls, zombies and dead keys included', () => {
    const result = run(
      platform(
        `  accounts: [{ id: a, limit: 3, keys: [old, new] }]
  endpoints: [{ id: e, service: 60s }]
workload:
  - { as: a/old, call: subscribe, sdk: python, clientTimeout: 5s, arrivals: { burst: 2, at: 0s } }
  - { as: a/new, call: subscribe, arrivals: { burst: 3, at: 11s } }
  - { as: a/new, call: run, arrivals: { burst: 3, at: 12s } }
steps: [{ at: 10s, do: revoke-key, key: a/old }]
recovery: 90s`,
        '{ preset: fal-documented, stopDelay: 30s }',
      ),
    );
    const outcomes = OUTCOME_TAGS.map((tag) => count(result, `requests{outcome:${tag}}`));
    expect(Math.min(...outcomes)).toBe(0);
    expect(outcomes.reduce((sum, one) => sum + one, 0)).toBe(count(result, 'requests'));
    expect(count(result, 'requests{outcome:gave_up}')).toBe(5);
    expect(count(result, 'requests{outcome:cancelled}')).toBe(0);
  });

  it('queue latency has one sample a call, however often its runner is lost', () => {
    const result = run(
      platform(`  accounts: [{ id: a, limit: 2 }]
  endpoints: [{ id: e, service: 30s, runners: 2 }]
workload: [{ call: run, sdk: js, arrivals: { burst: 1, at: 0s } }]
steps: [{ at: 20s, do: crash-runner, endpoint: e }]`),
    );
    expect(result.metrics['queue_latency']).toMatchObject({ n: 1, max: 0 });
  });

  it('all pollers of a revoked key get a 401, queued or in progress', () => {
    const result = run(
      platform(`  accounts: [{ id: a, limit: 1 }]
  endpoints: [{ id: e, service: 30s }]
workload: [{ call: subscribe, arrivals: { burst: 3, at: 0s } }]
steps: [{ at: 4s, do: revoke-key, key: a/key }]`),
    );
    expect(count(result, 'requests{outcome:unauthorized}')).toBe(3);
  });
});

describe('verdicts', () => {
  it('a ghost that its lease will still heal is undecided at the end, not violated', () => {
    const result = run(
      platform(
        `  accounts: [{ id: a, limit: 2 }]
  endpoints: [{ id: e, service: 5s }]
workload: [{ arrivals: { burst: 2, at: 0s } }]
steps: [{ at: 2s, do: revoke-key, key: a/key }]
recovery: 20s`,
        '{ preset: fal-939, lease: { ttl: 60s, renewEvery: 20s, reapEvery: 5s } }',
      ),
    );
    expect(broken(result)).toEqual([]);
    expect(result.exitCode).toBe(96);
  });

  it('a start that was admitted before the revocation is no admission of a revoked key', () => {
    const result = run(
      platform(
        `  accounts: [{ id: a, limit: 2 }]
  endpoints: [{ id: e, service: 5s }]
workload: [{ arrivals: { burst: 1, at: 0s } }]
steps: [{ at: 1s, do: revoke-key, key: a/key }]`,
        '{ preset: fal-documented, dispatchLatency: 10s, revokeWithin: 2s }',
      ),
    );
    expect(broken(result)).toEqual([]);
  });

  it('over-admission of one endpoint is not said to be zero: its tag has no samples', () => {
    const result = run(
      platform(`  accounts: [{ id: a, limit: 2 }]
  endpoints: [{ id: e, service: 5s }]
workload: [{ arrivals: { burst: 1, at: 0s } }]
expect: { thresholds: { "over_admission_seconds{endpoint:e}": ["count == 0"] } }`),
    );
    expect(result.thresholds[0]).toMatchObject({ verdict: 'undecided', n: 0 });
  });

  it('what a revocation stops is no cancel', () => {
    const result = run(
      platform(
        `  accounts: [{ id: a, limit: 2 }]
  endpoints: [{ id: e, service: 50s }]
workload: [{ arrivals: { burst: 2, at: 0s } }]
steps: [{ at: 2s, do: revoke-key, key: a/key }]`,
        'reference',
      ),
    );
    expect(result.exercise['cancelled_in_progress']).toBe(0);
  });
});

describe('settings and names', () => {
  const TEXT = `${platform(`  accounts: [{ id: a, limit: 2 }]
  endpoints: [{ id: e, service: 5s }]
workload: [{ arrivals: { burst: 2, at: 0s } }]
variants: [{ name: v, set: { platform.policy: reference } }]`)}`;

  it('--set comes after what a variant sets', () => {
    const prepared = prepareScenario(parseSource('case.yaml', TEXT), [{ path: 'platform.policy', value: 'fal-939' }]);
    expect(prepared.variants[0]?.scenario.platform.policy.preset).toBe('fal-939');
  });

  it('a step may not name an endpoint that only a trace might bring', () => {
    const text = platform(`  endpoints: [{ id: e, service: 5s }]
workload: [{ arrivals: { trace: t.csv, columns: { arrival: t, account: a, endpoint: e } } }]
steps: [{ at: 1s, do: crash-runner, endpoint: nosuch }]`);
    expect(() => runs(text)).toThrow('expected the id of an endpoint');
  });

  it('an invoice during the run is a step, and Python refuses a client timeout of a second', () => {
    expect(() => runs(TEXT.replace('limit: 2 }', 'limit: 2, invoices: [{ at: 5s, usd: 50 }] }'))).toThrow('the step invoice-paid');
    expect(() => runs(TEXT.replace('{ arrivals', '{ call: subscribe, sdk: python, clientTimeout: 1s, arrivals'))).toThrow('more than 1s');
  });
});
