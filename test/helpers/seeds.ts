import type { RunResult } from '../../src/measure/result.js';
import type { Scenario } from '../../src/scenario/types.js';
import { flow, runScenario, scenario } from './scenario.js';
import { policyOf, S } from './world.js';

/** Six requests, a key that is revoked while they are in progress, and no time for anything to heal. */
export function burst(preset: 'fal-939' | 'reference'): Scenario {
  return scenario({
    policy: policyOf(preset),
    workload: [flow({ arrivals: { kind: 'burst', count: 6, atUs: 0 } })],
    steps: [{ do: 'revoke-key', atUs: S, key: { account: 'acme', key: 'key' } }],
  });
}

/** One result a seed; the first with charts and ledgers. */
export function runsOf(what: Scenario, seeds: readonly number[]): RunResult[] {
  return seeds.map((seed, n) => runScenario(what, { seed, evidence: n === 0 }));
}
