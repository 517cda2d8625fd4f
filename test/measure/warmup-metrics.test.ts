import { describe, expect, it } from 'vitest';
import { account, alarms, counter, endpoint, flow, gauge, runScenario, scenario, trend } from '../helpers/scenario.js';
import { MINUTE, policyOf, S } from '../helpers/world.js';

/** Two requests of 10 s at 0 s, three at 100 s; the warm-up ends at 50 s, the run at 200 s. */
const twoBursts = scenario({
  accounts: [account({ limit: 5 })],
  workload: [flow({ arrivals: { kind: 'burst', count: 2, atUs: 0 } }), flow({ arrivals: { kind: 'burst', count: 3, atUs: 100 * S } })],
  recoveryUs: 100 * S,
  warmup: { kind: 'fixed', us: 50 * S },
});

/** Two requests are stranded at 5 s by a revoked key; one of another key comes after the warm-up of a minute. */
const strandedBefore = scenario({
  policy: policyOf('fal-939'),
  accounts: [account({ limit: 5, keys: ['old', 'new'] })],
  workload: [
    flow({ as: { account: 'acme', key: 'old' }, arrivals: { kind: 'burst', count: 2, atUs: 0 } }),
    flow({ as: { account: 'acme', key: 'new' }, arrivals: { kind: 'burst', count: 1, atUs: 2 * MINUTE } }),
  ],
  steps: [{ do: 'revoke-key', atUs: 5 * S, key: { account: 'acme', key: 'old' } }],
  recoveryUs: 3 * MINUTE,
  warmup: { kind: 'fixed', us: MINUTE },
});

describe('metrics after a warm-up', () => {
  const run = runScenario(twoBursts);

  it('count what began and ended after it', () => {
    expect(counter(run, 'requests').count).toBe(3);
    expect(counter(run, 'requests{outcome:ok}').count).toBe(3);
    for (const metric of ['queue_latency', 'time_to_result', 'slot_hold', 'attempts_per_call', 'requeues_per_request']) expect(trend(run, metric).n).toBe(3);
    expect(counter(run, 'cost_usd').count).toBeCloseTo(0.09, 12);
  });

  it('average levels over the time that is left', () => {
    expect(gauge(run, 'slots_in_use')).toMatchObject({ value: 0, min: 0, max: 3 });
    expect(gauge(run, 'slots_in_use').avg).toBeCloseTo(30 / 150, 12);
    expect(gauge(run, 'effective_limit')).toMatchObject({ value: 5, min: 5, max: 5 });
    expect(counter(run, 'requests').rate).toBeCloseTo(3 / 150, 12);
  });

  it('say of utilisation what held between the warm-up and the end of the load', () => {
    expect(gauge(run, 'slot_utilisation').value).toBe(0);
    expect(gauge(runScenario({ ...twoBursts, warmup: undefined }), 'slot_utilisation').value).toBeCloseTo(20 / 500, 12);
  });

  it('cut a level that spans the end of the warm-up there', () => {
    const cut = runScenario({ ...twoBursts, warmup: { kind: 'fixed', us: 105 * S } });
    expect(gauge(cut, 'slots_in_use').avg).toBeCloseTo(15 / 95, 12);
    expect(trend(cut, 'slot_hold')).toMatchObject({ n: 3, min: 10_000 });
    // Their starts were before it, their ends come after it.
    expect(trend(cut, 'queue_latency').n).toBe(0);
    expect(counter(cut, 'requests').count).toBe(3);
    expect(counter(cut, 'requests{outcome:waiting}').count).toBe(0);
  });

  it('hold nothing where the warm-up outlasts the run', () => {
    const none = runScenario({ ...twoBursts, warmup: { kind: 'fixed', us: 300 * S } });
    expect(counter(none, 'requests').count).toBe(0);
    expect(trend(none, 'queue_latency').n).toBe(0);
    expect(gauge(none, 'slot_utilisation').n).toBe(0);
  });

  it('leave the run itself alone', () => {
    expect(run.hash).toBe(runScenario({ ...twoBursts, warmup: undefined }).hash);
  });
});

describe('calls that are open when the warm-up ends', () => {
  /** Three calls that end at 10.35 s and hear of it at 10.75 s. */
  const polled = scenario({
    accounts: [account({ limit: 3 })],
    endpoints: [endpoint({ service: { kind: 'constant', us: 10.1 * S } })],
    workload: [
      flow({ call: 'subscribe', arrivals: { kind: 'burst', count: 3, atUs: 250_000 } }),
      flow({ arrivals: { kind: 'burst', count: 1, atUs: MINUTE } }),
    ],
    warmup: { kind: 'fixed', us: 10.5 * S },
    recoveryUs: MINUTE,
  });

  it('count where they end, also by a poll after which the platform is silent', () => {
    const run = runScenario(polled);
    expect(counter(run, 'requests').count).toBe(4);
    expect(counter(run, 'requests{outcome:ok}').count).toBe(4);
    expect(trend(run, 'time_to_result').n).toBe(4);
  });

  it('are samples of the counters that they end up in', () => {
    const waiting = scenario({
      accounts: [account({ limit: 1 })],
      endpoints: [endpoint({ service: { kind: 'constant', us: 5 * MINUTE } })],
      workload: [flow({ arrivals: { kind: 'burst', count: 3, atUs: 0 }, startTimeoutUs: 2 * MINUTE })],
      warmup: { kind: 'fixed', us: MINUTE },
    });
    const run = runScenario(waiting, { expect: { thresholds: { start_timeouts: ['count < 1'] } } });
    expect(counter(run, 'start_timeouts')).toMatchObject({ count: 2, n: 3 });
    expect(run.thresholds[0]?.verdict).toBe('fail');
    expect(counter(run, 'cost_usd').n).toBe(3);
    expect(trend(run, 'attempts_per_call').n).toBe(3);
  });
});

describe('what a warm-up leaves out of the metrics', () => {
  const run = runScenario(strandedBefore, { evidence: true });

  it('is still seen by the invariants and the leak ledger', () => {
    expect(alarms(run)).toEqual(alarms(runScenario({ ...strandedBefore, warmup: undefined })));
    expect(alarms(run)).toContain('L-REL');
    expect(run.evidence?.leaks).toHaveLength(2);
    expect(run.evidence?.leaks[0]?.ghostFromUs).toBe(10 * S);
  });

  it('goes on as a level: the slots are still leaked, from the cut on', () => {
    expect(gauge(run, 'leaked_slots')).toMatchObject({ value: 2, min: 2, max: 2 });
    expect(counter(run, 'leaked_slot_seconds').count).toBeCloseTo(2 * (run.endUs / S - 60), 9);
  });

  it('counts among the calls while it is open', () => {
    expect(counter(run, 'requests').count).toBe(3);
    expect(counter(run, 'requests{outcome:lost}').count).toBe(2);
  });
});
