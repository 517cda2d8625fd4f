import { describe, expect, it } from 'vitest';
import { account, alarms, endpoint, flow, invariant, runScenario, scenario } from '../helpers/scenario.js';
import { ENDLESS_RUNNERS, MINUTE, policyOf, S } from '../helpers/world.js';

const FOUR = { ...ENDLESS_RUNNERS, min: 4, max: 4 };

describe('L-HOLD', () => {
  it('does not count the wait for a child, also when the parent is tried again meanwhile', () => {
    const run = runScenario(
      scenario({
        policy: policyOf('fal-documented'),
        accounts: [account({ limit: 4 })],
        endpoints: [
          endpoint({ id: 'm1', service: { kind: 'constant', us: S }, runners: FOUR }),
          endpoint({ id: 'm2', service: { kind: 'constant', us: 10 * MINUTE }, runners: FOUR }),
        ],
        workload: [flow({ endpoint: 'm1', child: { endpoint: 'm2', probability: 1 } })],
        steps: [{ do: 'crash-runner', atUs: 5 * S, endpoint: 'm1', count: 1 }],
        recoveryUs: 30 * MINUTE,
      }),
    );
    expect(run.exercise).toMatchObject({ children_awaited: 1, attempts_repeated: 1 });
    expect(alarms(run)).toEqual([]);
  });

  it('knows how slow a runner was made, also when that was done twice', () => {
    const slow = { do: 'slow-runner', endpoint: 'flux', count: 1, factor: 3, forUs: 30 * S } as const;
    const run = runScenario(
      scenario({
        endpoints: [endpoint({ runners: FOUR })],
        steps: [
          { ...slow, atUs: S },
          { ...slow, atUs: 5 * S },
        ],
      }),
    );
    expect(alarms(run)).toEqual([]);
  });
});

describe('S-ORPH under prompt release', () => {
  it('speaks again once every clock is right', () => {
    const skew = { do: 'skew-clock', part: 'runner' } as const;
    const run = runScenario(
      scenario({
        policy: policyOf('reference', { cancelRace: 'neither-releases', stopDelayUs: 2 * S }),
        workload: [flow({ arrivals: { kind: 'burst', count: 1, atUs: 100 * S } })],
        steps: [
          { ...skew, atUs: S, byUs: S },
          { ...skew, atUs: 2 * S, byUs: 0 },
          { do: 'cancel', atUs: 109 * S, account: 'acme', key: undefined, count: 1, state: 'in-progress' },
        ],
      }),
    );
    expect(invariant(run, 'S-ORPH').state).toBe('violated');
  });
});
