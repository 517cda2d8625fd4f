import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy.js';
import type { InvariantId } from '../../src/measure/invariants/registry.js';
import type { FlowSpec, StepSpec } from '../../src/scenario/types.js';
import { account, alarms, counter, endpoint, flow, invariant, runScenario, type ScenarioParts, scenario } from '../helpers/scenario.js';
import { HOUR, MINUTE, MS, policyOf, S } from '../helpers/world.js';

const OLD = { account: 'acme', key: 'old' };
const NEW = { account: 'acme', key: 'new' };
const ACCOUNT = account({ limit: 2, keys: ['old', 'new'] });

const burst = (as: FlowSpec['as'], count: number, extra: Partial<FlowSpec> = {}): FlowSpec =>
  flow({ as: as!, arrivals: { kind: 'burst', count, atUs: 0 }, ...extra });
const revokeOld: StepSpec = { do: 'revoke-key', atUs: 4 * S, key: OLD };
const cancelAll: StepSpec = { do: 'cancel', atUs: 4 * S, account: 'acme', key: undefined, count: Number.POSITIVE_INFINITY, state: 'in-progress' };

interface Fault {
  readonly load: Pick<ScenarioParts, 'workload' | 'steps'>;
  /** Switches that both platforms share. */
  readonly terms: Partial<Policy>;
  /** The one rule that the broken platform gives up. */
  readonly broken: Partial<Policy>;
  readonly healthy: Partial<Policy>;
}

const saturatedAndRevoked = { workload: [burst(OLD, 2), burst(NEW, 2)], steps: [revokeOld] };
const startsBetweenDispatchAndDeadline: Fault = {
  load: { workload: [burst(NEW, 1, { startTimeoutUs: S }), burst(NEW, 1)], steps: [] },
  terms: { dispatchLatencyUs: 2 * S },
  broken: { deadlineCheck: 'at-dispatch' },
  healthy: { deadlineCheck: 'at-start' },
};
const stranded: Fault = { load: saturatedAndRevoked, terms: {}, broken: { onRevoke: 'strand' }, healthy: { onRevoke: 'drain' } };

const releasedTooEarly: Fault = {
  load: saturatedAndRevoked,
  terms: { onRevoke: 'cancel', stopDelayUs: 5 * S, waiting: 'fifo' },
  broken: { releaseOn: 'cancel-request' },
  healthy: { releaseOn: 'confirmed-stop' },
};

/** Platforms that must trip a checker without a fault of their parts, and one rule that mends each. The zoo has the others. */
const FAULTS = {
  'S-CAP': releasedTooEarly,
  'S-UNLEASED': releasedTooEarly,
  'S-ORPH': stranded,
  'S-LEDGER': {
    load: { workload: [burst(NEW, 4)], steps: [cancelAll] },
    terms: { releaseOn: 'cancel-request', stopDelayUs: 0 },
    broken: { release: 'counter' },
    healthy: { release: 'token' },
  },
  'S-STATE': startsBetweenDispatchAndDeadline,
  'S-DEADLINE': startsBetweenDispatchAndDeadline,
  'S-KEY': {
    load: { workload: [flow({ as: OLD, arrivals: { kind: 'constant', perSecond: 1, fromUs: 0, toUs: 60 * S } })], steps: [revokeOld] },
    terms: { revokeWithinUs: 5 * S },
    broken: { keyCacheUs: 30 * S },
    healthy: { keyCacheUs: 5 * S },
  },
  'L-REL': stranded,
  'L-QUIET': stranded,
  'L-TERM': stranded,
} as const satisfies Readonly<Partial<Record<InvariantId, Fault>>>;

function runUnder(fault: Fault, switches: Partial<Policy>) {
  return runScenario(scenario({ accounts: [ACCOUNT], policy: policyOf('fal-documented', { ...fault.terms, ...switches }), ...fault.load }));
}

describe.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])('%s', (id) => {
  const fault: Fault = FAULTS[id];

  it(`is violated by a platform with ${JSON.stringify(fault.broken)}`, () => {
    const verdict = invariant(runUnder(fault, fault.broken), id);
    expect(verdict.state).toBe('violated');
    expect(verdict.violations).toBeGreaterThan(0);
    expect(verdict.examples[0]).toMatchObject({ account: 'acme' });
    expect(verdict.verdict).toBe('fail');
  });

  it(`is examined and held by the same load with ${JSON.stringify(fault.healthy)}`, () => {
    const run = runUnder(fault, fault.healthy);
    const verdict = invariant(run, id);
    expect(verdict).toMatchObject({ state: 'held', violations: 0, verdict: 'pass' });
    expect(verdict.examined).toBeGreaterThan(0);
    expect(alarms(run)).toEqual([]);
  });
});

describe('a broken rule trips the matching checkers and no others', () => {
  it.each([
    ['S-CAP', ['S-CAP', 'S-UNLEASED']],
    ['S-KEY', ['S-KEY']],
    ['S-STATE', ['S-STATE', 'S-DEADLINE', 'L-REL']],
    ['L-REL', ['S-ORPH', 'L-REL', 'L-QUIET', 'L-TERM']],
  ] as const)('%s', (id, expected) => {
    expect(alarms(runUnder(FAULTS[id], FAULTS[id].broken))).toEqual(expected);
  });
});

describe('a run that ends too early', () => {
  it('leaves the liveness laws undecided, which is no pass', () => {
    const run = runScenario(scenario({ workload: [burst({ account: 'acme', key: 'key' }, 5)], recoveryUs: 5 * S }));
    for (const id of ['L-REL', 'L-QUIET', 'L-TERM'] as const) {
      expect(invariant(run, id)).toMatchObject({ state: 'undecided', verdict: 'undecided' });
      expect(invariant(run, id).reason).toContain('make recovery longer');
    }
    expect(run).toMatchObject({ verdict: 'undecided', exitCode: 96 });
  });

  it('has nothing to say about laws that nothing touched', () => {
    const run = runScenario(scenario());
    expect(invariant(run, 'S-KEY')).toMatchObject({ state: 'idle', examined: 0, verdict: 'pass' });
  });
});

describe('what a law must not complain about', () => {
  it('a direct call that got its slot before its key was revoked may start late, on a runner that was still booting (drain)', () => {
    const run = runScenario(
      scenario({
        accounts: [ACCOUNT],
        endpoints: [endpoint({ runners: { min: 0, max: 2, coldStartUs: 30 * S, keepAliveUs: MINUTE, multiplexing: 1 } })],
        workload: [burst(OLD, 1, { call: 'run' })],
        steps: [revokeOld],
      }),
    );
    expect(invariant(run, 'S-KEY')).toMatchObject({ state: 'held' });
    expect(counter(run, 'requests{outcome:ok}').count).toBe(1);
  });
});

/** Everything that may legally happen, at once: it must raise no alarm. */
const LEGAL_STRESS: ScenarioParts = {
  accounts: [account({ limit: 4, keys: ['old', 'new'], endpointLimits: { hot: 2 } }), account({ id: 'other', limit: 3 })],
  endpoints: [
    endpoint({ service: { kind: 'lognormal', meanUs: 5 * S, cv: 1 } }),
    endpoint({
      id: 'hot',
      service: { kind: 'exponential', meanUs: 3 * S },
      runners: { min: 0, max: 4, coldStartUs: 8 * S, keepAliveUs: 20 * S, multiplexing: 2 },
    }),
    endpoint({ id: 'own', owner: 'acme', service: { kind: 'exponential', meanUs: 3 * S } }),
  ],
  workload: [
    flow({ as: OLD, arrivals: { kind: 'poisson', perSecond: 0.5, fromUs: 0, toUs: 2 * MINUTE } }),
    flow({ as: NEW, arrivals: { kind: 'poisson', perSecond: 0.4, fromUs: 0, toUs: 4 * MINUTE }, startTimeoutUs: 20 * S }),
    flow({
      as: NEW,
      endpoint: 'hot',
      call: 'subscribe',
      sdk: 'python',
      arrivals: { kind: 'poisson', perSecond: 0.2, fromUs: 0, toUs: 4 * MINUTE },
      clientTimeoutUs: 15 * S,
    }),
    flow({ as: OLD, endpoint: 'hot', call: 'run', arrivals: { kind: 'poisson', perSecond: 0.2, fromUs: 0, toUs: 4 * MINUTE } }),
    flow({ as: NEW, endpoint: 'own', call: 'run', arrivals: { kind: 'constant', perSecond: 0.5, fromUs: 0, toUs: 4 * MINUTE } }),
    flow({ as: { account: 'other', key: 'key' }, endpoint: 'hot', arrivals: { kind: 'burst', count: 10, atUs: 30 * S } }),
  ],
  steps: [
    { do: 'set-limit', atUs: 40 * S, account: 'acme', endpoint: undefined, limit: 2 },
    { do: 'set-limit', atUs: 50 * S, account: 'acme', endpoint: 'hot', limit: 1 },
    { do: 'crash-runner', atUs: 60 * S, endpoint: 'hot', count: 1 },
    { do: 'cancel', atUs: 70 * S, account: 'acme', key: undefined, count: 3, state: 'any' },
    { do: 'crash-runner', atUs: 80 * S, endpoint: 'flux', count: 2 },
    { do: 'revoke-key', atUs: 90 * S, key: OLD },
    { do: 'set-limit', atUs: 100 * S, account: 'acme', endpoint: undefined, limit: 4 },
    { do: 'set-limit', atUs: 110 * S, account: 'acme', endpoint: 'hot', limit: 3 },
    { do: 'release-stuck', atUs: 120 * S, account: 'acme' },
  ],
  recoveryUs: 2 * HOUR,
};

describe('legal stress (drain, cancel, limits down and up, crashes, deadlines) raises no alarm', () => {
  it.each([
    ['fal-documented', policyOf('fal-documented')],
    ['fal-documented with a dispatch latency', policyOf('fal-documented', { dispatchLatencyUs: 100 * MS })],
    ['reference', policyOf('reference')],
    ['reference that drains, with a dispatch latency', policyOf('reference', { onRevoke: 'drain', dispatchLatencyUs: 100 * MS })],
  ])('under %s, on any of 30 seeds', (_, policy) => {
    const seen = { revoked: 0, timeouts: 0, lowered: 0, crashes: 0, cancelled: 0, exempt: 0, coldStarts: 0 };
    for (let seed = 1; seed <= 30; seed++) {
      const run = runScenario(scenario({ policy, ...LEGAL_STRESS }), { seed });
      expect({ seed, alarms: alarms(run), verdict: run.verdict }).toEqual({ seed, alarms: [], verdict: 'pass' });
      const { exercise } = run;
      seen.revoked += exercise['revoked_in_progress']!;
      seen.timeouts += exercise['start_timeouts']!;
      seen.lowered += exercise['limit_lowered_while_in_use']!;
      seen.crashes += exercise['attempts_repeated']!;
      seen.cancelled += exercise['cancelled_in_progress']!;
      seen.exempt += exercise['exempt_starts']!;
      seen.coldStarts += exercise['cold_starts']!;
    }
    for (const [what, times] of Object.entries(seen)) expect({ what, happened: times > 0 }).toEqual({ what, happened: true });
  });
});
