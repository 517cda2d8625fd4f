import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRESET_NAMES, type PresetName } from '../../src/core/policy.js';
import { OUTCOME_TAGS } from '../../src/measure/metrics.js';
import type { RunResult } from '../../src/measure/result.js';
import { type ArrivalSpec, CALLS, type EndpointSpec, type FlowSpec, type Scenario, SDKS, type StepSpec } from '../../src/scenario/types.js';
import { holds } from '../helpers/properties.js';
import { account, alarms, counter, endpoint, flow, gauge, runScenario, scenario } from '../helpers/scenario.js';
import { ENDLESS_RUNNERS, HOUR, MS, policyOf, S } from '../helpers/world.js';

const HEALTHY = PRESET_NAMES.filter((preset) => preset !== 'fal-939');
const LOAD_US = 60 * S;

const atUs = fc.integer({ min: 0, max: 60 }).map((seconds) => seconds * S);
const accountId = fc.constantFrom('acme', 'other');
const keyRef = fc.record({ account: accountId, key: fc.constantFrom('old', 'new') });
const endpointId = fc.constantFrom('flux', 'hot');
const orNever = (us: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(Number.POSITIVE_INFINITY) }, { weight: 1, arbitrary: us });

const arrivals: fc.Arbitrary<ArrivalSpec> = fc.oneof(
  fc.record({ kind: fc.constant('burst' as const), count: fc.integer({ min: 1, max: 8 }), atUs }),
  fc.record({
    kind: fc.constantFrom('constant' as const, 'poisson' as const),
    perSecond: fc.constantFrom(0.05, 0.2),
    fromUs: atUs,
    toUs: fc.constant(LOAD_US + S),
  }),
);

const flowSpec: fc.Arbitrary<FlowSpec> = fc
  .record({
    as: keyRef,
    endpoint: endpointId,
    call: fc.constantFrom(...CALLS),
    sdk: fc.constantFrom(...SDKS),
    arrivals,
    startTimeoutUs: orNever(fc.integer({ min: 200, max: 30_000 }).map((ms) => ms * MS)),
    clientTimeoutUs: orNever(fc.integer({ min: 2, max: 30 }).map((seconds) => seconds * S)),
  })
  .map((overrides) => flow(overrides.call === 'subscribe' ? overrides : { ...overrides, clientTimeoutUs: Number.POSITIVE_INFINITY }));

const step: fc.Arbitrary<StepSpec> = fc.oneof(
  fc.record({ do: fc.constant('revoke-key' as const), atUs, key: keyRef }),
  fc.record({
    do: fc.constant('set-limit' as const),
    atUs,
    account: accountId,
    endpoint: fc.constantFrom(undefined, 'flux', 'hot'),
    limit: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ do: fc.constant('invoice-paid' as const), atUs, account: accountId, usd: fc.constantFrom(10, 60, 300) }),
  fc.record({ do: fc.constant('crash-runner' as const), atUs, endpoint: endpointId, count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    do: fc.constant('cancel' as const),
    atUs,
    account: accountId,
    key: fc.constantFrom(undefined, 'old'),
    count: fc.constantFrom(1, 3, Number.POSITIVE_INFINITY),
    state: fc.constantFrom('queued' as const, 'in-progress' as const, 'any' as const),
  }),
  fc.record({ do: fc.constant('release-stuck' as const), atUs, account: accountId }),
);

const limited: fc.Arbitrary<Partial<EndpointSpec>> = fc.record({
  runners: fc.record({
    min: fc.integer({ min: 0, max: 1 }),
    max: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
    coldStartUs: fc.constantFrom(0, 3 * S, 20 * S),
    keepAliveUs: fc.constantFrom(5 * S, 60 * S),
    multiplexing: fc.integer({ min: 1, max: 3 }),
  }),
  limit: fc.constantFrom(undefined, 1, 2),
  owner: fc.constantFrom(undefined, undefined, 'other'),
  service: fc.constantFrom<EndpointSpec['service']>(
    { kind: 'constant', us: 5 * S },
    { kind: 'exponential', meanUs: 4 * S },
    { kind: 'lognormal', meanUs: 6 * S, cv: 1 },
  ),
});

/** Small, but with everything in it. */
function anyScenario(hot: fc.Arbitrary<Partial<EndpointSpec>> = limited): fc.Arbitrary<Scenario> {
  return fc
    .record({
      limits: fc.tuple(fc.constantFrom(undefined, 1, 3), fc.integer({ min: 1, max: 4 })),
      hot,
      workload: fc.array(flowSpec, { minLength: 1, maxLength: 5 }),
      steps: fc.array(step, { maxLength: 6 }),
      seed: fc.nat(1_000_000),
    })
    .map(({ limits, hot: extra, workload, steps, seed }) =>
      scenario({
        accounts: [account({ limit: limits[0], keys: ['old', 'new'] }), account({ id: 'other', limit: limits[1], keys: ['old', 'new'] })],
        endpoints: [endpoint({ service: { kind: 'exponential', meanUs: 5 * S } }), endpoint({ id: 'hot', ...extra })],
        workload,
        steps: steps.toSorted((a, b) => a.atUs - b.atUs),
        seed,
        // Enough for the longest sleeper: 60 s between attempts, one served at each.
        recoveryUs: 6 * HOUR,
      }),
    );
}

function under(preset: PresetName, what: Scenario): RunResult {
  return runScenario({ ...what, platform: { ...what.platform, policy: policyOf(preset) } });
}

function sumOfOutcomes(run: RunResult): number {
  return OUTCOME_TAGS.map((outcome) => counter(run, `requests{outcome:${outcome}}`).count).reduce((a, b) => a + b);
}

describe.each(HEALTHY)('whatever happens under %s', (preset) => {
  it('no law is broken, every slot comes back, and every call ends exactly once', () => {
    holds(
      fc.property(anyScenario(), (what) => {
        const run = under(preset, what);
        expect(run.invariants.filter(({ state }) => state === 'violated' || state === 'undecided')).toEqual([]);
        expect(counter(run, 'over_admission_seconds').count).toBe(0);
        expect(gauge(run, 'slots_in_use').value).toBe(0);
        expect(gauge(run, 'leaked_slots')).toMatchObject({ value: 0, max: 0 });
        const open = ['waiting', 'in_progress', 'lost'].map((outcome) => counter(run, `requests{outcome:${outcome}}`).count);
        expect(open).toEqual([0, 0, 0]);
        expect(sumOfOutcomes(run)).toBe(counter(run, 'requests').count);
      }),
      60,
    );
  });

  it('at any instant at which the run ends, submitted = ended + open', () => {
    holds(
      fc.property(anyScenario(), fc.integer({ min: 0, max: 200 }), (what, seconds) => {
        // A direct call that was turned away is no request while its client sleeps, so only `submit` can be added up.
        const workload = what.workload.map((spec): FlowSpec => ({ ...spec, call: 'submit', clientTimeoutUs: Number.POSITIVE_INFINITY }));
        const run = under(preset, { ...what, workload, recoveryUs: seconds * S });
        expect(sumOfOutcomes(run)).toBe(counter(run, 'requests').count);
        expect(alarms(run)).toEqual([]);
      }),
      60,
    );
  });
});

describe('the same scenario with the same seed', () => {
  it('is the same run, event by event', () => {
    holds(
      fc.property(anyScenario(), fc.constantFrom(...PRESET_NAMES), (what, preset) => {
        const first = under(preset, what);
        expect(under(preset, what)).toEqual(first);
      }),
      40,
    );
  });

  it('with another seed is another run', () => {
    const what = scenario({ workload: [flow({ arrivals: { kind: 'poisson', perSecond: 1, fromUs: 0, toUs: LOAD_US } })] });
    expect(runScenario(what, { seed: 1 }).hash).not.toBe(runScenario(what, { seed: 2 }).hash);
  });
});

describe('fal-939', () => {
  /** Nothing is in progress that has not begun: no cold start for direct calls, and nobody is exempt. */
  const begunAtOnce = fc.record({ runners: fc.constant({ ...ENDLESS_RUNNERS, multiplexing: 2 }), limit: fc.constantFrom(undefined, 1, 2) });

  it('leaks exactly as many slots as requests were in progress when their key was revoked', () => {
    let leaked = 0;
    holds(
      fc.property(anyScenario(begunAtOnce), atUs, (what, revokedUs) => {
        const steps: StepSpec[] = ['acme', 'other'].map((id) => ({ do: 'revoke-key', atUs: revokedUs, key: { account: id, key: 'old' } }));
        const run = under('fal-939', { ...what, steps: [...what.steps, ...steps] });
        const revoked = run.exercise['revoked_in_progress'] as number;
        expect(gauge(run, 'leaked_slots').value).toBe(revoked);
        expect(gauge(run, 'slots_in_use').value).toBe(revoked);
        expect(run.exercise['completions_dropped']).toBe(revoked);
        leaked += revoked;
      }),
      100,
    );
    expect(leaked).toBeGreaterThan(20);
  });
});
