import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import type { RunResult } from '../../src/measure/result.js';
import { account, alarms, counter, flow, gauge, invariant, runScenario, scenario } from '../helpers/scenario.js';
import { HOUR, MINUTE, policyOf, S } from '../helpers/world.js';

/** Six requests of 10 s are in progress when their key is revoked at 4 s; a new key goes on from then. */
function issue939(policy: Policy, recoveryUs: number, limit = 10): RunResult {
  return runScenario(
    scenario({
      policy,
      accounts: [account({ limit, keys: ['old', 'new'] })],
      workload: [
        flow({ as: { account: 'acme', key: 'old' }, arrivals: { kind: 'burst', count: 6, atUs: 0 } }),
        flow({ as: { account: 'acme', key: 'new' }, arrivals: { kind: 'burst', count: 4, atUs: 4 * S } }),
      ],
      steps: [{ do: 'revoke-key', atUs: 4 * S, key: { account: 'acme', key: 'old' } }],
      recoveryUs,
    }),
    { evidence: true },
  );
}

describe('fal issue 939: the key of six requests in progress is revoked', () => {
  it('six slots are held to the end by work that is over', () => {
    const run = issue939(policyOf('fal-939'), HOUR);
    expect(run.exercise).toMatchObject({ revoked_in_progress: 6, completions_dropped: 6 });
    expect(gauge(run, 'leaked_slots')).toMatchObject({ value: 6, max: 6 });
    expect(gauge(run, 'slots_in_use').value).toBe(6);
    expect(gauge(run, 'effective_limit').value).toBe(4);
    expect(counter(run, 'requests{outcome:lost}').count).toBe(6);
    expect(counter(run, 'requests{outcome:ok}').count).toBe(4);
    expect(alarms(run)).toEqual(['S-ORPH', 'L-REL', 'L-QUIET', 'L-TERM']);
    expect(run).toMatchObject({ verdict: 'fail', exitCode: 98 });
  });

  it('every further second of recovery costs exactly six slot-seconds', () => {
    const lost = (recoveryUs: number): number => counter(issue939(policyOf('fal-939'), recoveryUs), 'leaked_slot_seconds').count;
    // The work ends at 10 s, six seconds into recovery.
    expect(lost(MINUTE)).toBe(6 * (60 - 6));
    expect(lost(2 * MINUTE) - lost(MINUTE)).toBe(6 * 60);
    expect(lost(HOUR + S) - lost(HOUR)).toBe(6);
  });

  it('the ledger names each ghost with its request, its key and since when', () => {
    const { evidence } = issue939(policyOf('fal-939'), HOUR);
    expect(evidence?.leaks.map(({ request }) => request)).toEqual(['req-1', 'req-2', 'req-3', 'req-4', 'req-5', 'req-6']);
    for (const leak of evidence?.leaks ?? []) {
      expect(leak).toMatchObject({ account: 'acme', key: 'old', takenUs: 0, ghostFromUs: 10 * S, toUs: undefined, recovered: 'never' });
    }
  });

  it('at a limit of six nothing of the new key ever starts', () => {
    const run = issue939(policyOf('fal-939'), HOUR, 6);
    expect(gauge(run, 'effective_limit').value).toBe(0);
    expect(counter(run, 'requests{outcome:waiting}').count).toBe(4);
    expect(invariant(run, 'L-TERM').violations).toBe(10);
  });

  it.each(['reference', 'nexaapi-claims', 'fal-documented'] as const)('under %s no slot leaks and everything else completes', (preset) => {
    const run = issue939(policyOf(preset), HOUR, 6);
    expect(run.exercise['revoked_in_progress']).toBe(6);
    expect(gauge(run, 'leaked_slots')).toMatchObject({ value: 0, max: 0 });
    expect(counter(run, 'leaked_slot_seconds').count).toBe(0);
    expect(counter(run, 'requests{outcome:ok}').count).toBe(preset === 'fal-documented' ? 10 : 4);
    expect(alarms(run)).toEqual([]);
    expect(run.verdict).toBe('pass');
  });

  it('leases that expire heal it within ttl + reap, though completions are still dropped', () => {
    const lease = { ttlUs: 30 * S, renewEveryUs: 10 * S, reapEveryUs: 5 * S };
    const run = issue939(policyOf('fal-939', { lease }), HOUR);
    expect(run.exercise).toMatchObject({ completions_dropped: 6, leases_taken_back: 6 });
    expect(gauge(run, 'leaked_slots')).toMatchObject({ value: 0, max: 6 });
    // Renewed for the last time at 10 s, as the work ended: expired at 40 s, a round of the reaper.
    expect(run.evidence?.leaks.map(({ ghostFromUs, toUs }) => [ghostFromUs, toUs])).toEqual(Array.from({ length: 6 }, () => [10 * S, 40 * S]));
    expect(gauge(run, 'time_to_heal').value).toBe(36_000);
    expect(invariant(run, 'L-REL').state).toBe('held');
    expect(alarms(run)).toEqual([]);
  });
});
