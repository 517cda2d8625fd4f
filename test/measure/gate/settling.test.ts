import { describe, expect, it } from 'vitest';
import { isWorse, SettlingWatches } from '../../../src/measure/gate/settling-watch.js';
import type { MetricSet } from '../../../src/measure/metric-set.js';
import type { ThresholdVerdict } from '../../../src/measure/result.js';
import type { Threshold } from '../../../src/measure/thresholds.js';
import { account, endpoint, flow, runScenario, type ScenarioParts, scenario } from '../../helpers/scenario.js';
import { MINUTE, policyOf, S } from '../../helpers/world.js';

/** Four slots, one request of 10 s each at 0 s and at 60 s; what the key had in progress is stranded when it is revoked. */
function ghosts(parts: ScenarioParts = {}) {
  return scenario({
    policy: policyOf('fal-939'),
    accounts: [account({ limit: 4 })],
    endpoints: [endpoint()],
    workload: [flow(), flow({ arrivals: { kind: 'burst', count: 1, atUs: MINUTE } })],
    recoveryUs: 10 * MINUTE,
    ...parts,
  });
}

const REVOKED = { do: 'revoke-key', atUs: 5 * S, key: { account: 'acme', key: 'key' } } as const;
const LIMITED = { do: 'set-limit', atUs: 30 * S, account: 'acme', endpoint: undefined, limit: 3 } as const;

function verdictOn(metric: string, expression: string, parts: ScenarioParts = {}): ThresholdVerdict {
  return runScenario(ghosts(parts), { expect: { thresholds: { [metric]: [expression] } } }).thresholds[0] as ThresholdVerdict;
}

describe('a level that is to have settled after a step', () => {
  it('fails where it has not, with the worst value that it had', () => {
    expect(verdictOn('leaked_slots', 'value == 0 within 30s of revoke-key', { steps: [REVOKED] })).toMatchObject({ actual: 1, n: 1, verdict: 'fail' });
  });

  it('passes where it has, however it was before and in the time it is given', () => {
    const parts: ScenarioParts = { policy: policyOf('reference'), steps: [{ ...REVOKED, atUs: 5 * S }], workload: [flow()] };
    expect(verdictOn('slots_in_use', 'value == 0 within 10s of revoke-key', parts)).toMatchObject({ actual: 0, n: 1, verdict: 'pass' });
    expect(verdictOn('slots_in_use', 'max == 0', parts)).toMatchObject({ actual: 1, verdict: 'fail' });
  });

  it('is looked at until the next step of any kind, and from every step of its own kind', () => {
    const lifted = { ...LIMITED, atUs: 90 * S, limit: 4 } as const;
    const steps = [LIMITED, lifted];
    // The limit is 3 from 30 s to 90 s, and 4 afterwards.
    expect(verdictOn('effective_limit', 'value == 3 within 5s of step 1', { steps, workload: [flow()] })).toMatchObject({ actual: 3, n: 1, verdict: 'pass' });
    expect(verdictOn('effective_limit', 'value == 3 within 5s of set-limit', { steps, workload: [flow()] })).toMatchObject({
      actual: 4,
      n: 2,
      verdict: 'fail',
    });
  });

  it('is undecided when the next step, or the end, comes before the time that it is given', () => {
    expect(verdictOn('leaked_slots', 'value == 0 within 30s of revoke-key', { steps: [REVOKED, LIMITED] })).toMatchObject({
      actual: undefined,
      n: 0,
      verdict: 'undecided',
    });
    expect(verdictOn('leaked_slots', 'value == 0 within 5h of revoke-key', { steps: [REVOKED] })).toMatchObject({ n: 0, verdict: 'undecided' });
  });

  it('is undecided when one of several such steps left no time, unless the level has failed after another', () => {
    const again = { ...REVOKED, atUs: 100 * S } as const;
    const cut = { ...LIMITED, atUs: 101 * S } as const;
    const parts = { steps: [REVOKED, again, cut], workload: [flow()] };
    expect(verdictOn('slots_in_use', 'value <= 4 within 30s of revoke-key', parts)).toMatchObject({
      n: 1,
      actual: expect.any(Number),
      verdict: 'undecided',
      note: 'after 1 of 2 such steps no time was left in which the level could have settled',
    });
    expect(verdictOn('leaked_slots', 'value == 0 within 30s of revoke-key', parts)).toMatchObject({ n: 1, verdict: 'fail' });
    expect(verdictOn('slots_in_use', 'value <= 4 within 30s of revoke-key', { ...parts, steps: [REVOKED, again] })).toMatchObject({ n: 2, verdict: 'pass' });
    const together = [REVOKED, { ...REVOKED }];
    expect(verdictOn('slots_in_use', 'value <= 4 within 30s of revoke-key', { ...parts, steps: together })).toMatchObject({ n: 1, verdict: 'pass' });
  });

  it('is not looked at in the warm-up', () => {
    const watch = (warmupUs: number) => {
      const level = { value: 3 };
      const of = {
        expression: '',
        selector: { metric: 'slots_in_use', text: 'slots_in_use', tags: [] },
        aggregation: 'value',
        operator: '==',
        limit: 0,
      } as const;
      const threshold: Threshold = { ...of, within: { afterUs: 5 * S, step: 'revoke-key' } };
      const watches = new SettlingWatches([threshold], { steps: [REVOKED], warmupUs, setFor: () => ({ inUse: level }) as unknown as MetricSet });
      watches.step(0, 5 * S);
      watches.timePassed(5 * S, 20 * S);
      level.value = 0;
      watches.timePassed(20 * S, 60 * S);
      return watches.of(threshold)?.worst;
    };
    expect(watch(0)).toBe(3);
    expect(watch(20 * S)).toBe(0);
  });

  it('is looked at for its tags alone', () => {
    const steps = [REVOKED];
    expect(verdictOn('leaked_slots{key:key}', 'value == 0 within 30s of revoke-key', { steps })).toMatchObject({ actual: 1, verdict: 'fail' });
    expect(verdictOn('leaked_slots{key:other}', 'value == 0 within 30s of revoke-key', { steps })).toMatchObject({ actual: 0, verdict: 'pass' });
  });

  it('does not change the run', () => {
    const plain = runScenario(ghosts({ steps: [REVOKED] }));
    const watched = runScenario(ghosts({ steps: [REVOKED] }), { expect: { thresholds: { leaked_slots: ['value == 0 within 30s of revoke-key'] } } });
    expect(watched.hash).toBe(plain.hash);
    expect(watched.metrics).toEqual(plain.metrics);
  });

  it('knows which of two values is worse', () => {
    expect(isWorse(3, 2, { operator: '<', limit: 1 })).toBe(true);
    expect(isWorse(1, 2, { operator: '>=', limit: 3 })).toBe(true);
    expect(isWorse(-2, 1, { operator: '==', limit: 0 })).toBe(true);
    expect(isWorse(0, 1, { operator: '==', limit: 0 })).toBe(false);
    expect(isWorse(5, 7, { operator: '!=', limit: 5 })).toBe(true);
  });
});
