import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRESET_NAMES } from '../../src/core/policy.js';
import { OUTCOME_TAGS } from '../../src/measure/metrics.js';
import type { DurationSpec } from '../../src/scenario/durations.js';
import { type ArrivalSpec, CALLS, type FlowSpec, type Scenario, SDKS, type StepSpec } from '../../src/scenario/types.js';
import { Simulation } from '../../src/sim/simulation.js';
import { holds } from '../helpers/properties.js';
import { account, counter, endpoint, flow, gauge, runScenario, scenario, silentSink } from '../helpers/scenario.js';
import { ENDLESS_RUNNERS, HOUR, policyOf, S } from '../helpers/world.js';

const HEALTHY = PRESET_NAMES.filter((preset) => preset !== 'fal-939');
const LOAD_US = 60 * S;
const span = { fromUs: fc.integer({ min: 0, max: 20 }).map((seconds) => seconds * S), toUs: fc.constant(LOAD_US) };

const law: fc.Arbitrary<DurationSpec> = fc.constantFrom<DurationSpec>(
  { kind: 'constant', us: 4 * S },
  { kind: 'uniform', minUs: 1, maxUs: 9 * S },
  { kind: 'exponential', meanUs: 4 * S },
  { kind: 'lognormal', meanUs: 4 * S, cv: 1 },
  { kind: 'gamma', meanUs: 4 * S, shape: 0.5 },
  { kind: 'pareto', minUs: S, maxUs: 40 * S, shape: 1 },
  { kind: 'values', valuesUs: [S, 9 * S], weights: [3, 1] },
);

const arrivals: fc.Arbitrary<ArrivalSpec> = fc.oneof(
  fc.record({
    ...span,
    kind: fc.constant('stages' as const),
    startPerSecond: fc.constantFrom(0, 0.3),
    stages: fc.constant([{ durationUs: LOAD_US, perSecond: 0.2 }]),
    process: fc.constantFrom('constant' as const, 'poisson' as const),
    fromUs: fc.constant(0),
  }),
  fc.record({
    ...span,
    kind: fc.constant('onOff' as const),
    onPerSecond: fc.constant(0.6),
    offPerSecond: fc.constantFrom(0, 0.05),
    meanOnUs: fc.constant(8 * S),
    meanOffUs: fc.constant(20 * S),
  }),
  fc.record({
    ...span,
    kind: fc.constant('batches' as const),
    perSecond: fc.constant(0.05),
    process: fc.constantFrom('constant' as const, 'poisson' as const),
    size: fc.constantFrom({ kind: 'constant' as const, count: 4 }, { kind: 'geometric' as const, mean: 3 }),
  }),
  fc.record({ ...span, kind: fc.constant('closedLoop' as const), users: fc.integer({ min: 1, max: 6 }), thinkTime: law }),
);

const flowSpec: fc.Arbitrary<FlowSpec> = fc
  .record({
    arrivals,
    call: fc.constantFrom(...CALLS),
    sdk: fc.constantFrom(...SDKS),
    endpoint: fc.constantFrom('flux', 'booting'),
    patience: fc.option(law, { nil: undefined }),
    maxVUs: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    clientTimeoutUs: fc.constantFrom(Number.POSITIVE_INFINITY, 15 * S),
    startTimeoutUs: fc.constantFrom(Number.POSITIVE_INFINITY, 12 * S),
  })
  .map((spec) =>
    flow({
      ...spec,
      ...(spec.call === 'run' ? { patience: undefined } : {}),
      ...(spec.call === 'subscribe' ? {} : { clientTimeoutUs: Number.POSITIVE_INFINITY }),
    }),
  )
  .map((spec) => (spec.arrivals.kind === 'closedLoop' ? { ...spec, maxVUs: undefined } : spec));

const step: fc.Arbitrary<StepSpec> = fc.oneof(
  fc.record({ do: fc.constant('revoke-key' as const), atUs: fc.constant(30 * S), key: fc.constant({ account: 'acme', key: 'key' }) }),
  fc.record({
    do: fc.constant('crash-runner' as const),
    atUs: fc.constantFrom(10 * S, 25 * S),
    endpoint: fc.constantFrom('flux', 'booting'),
    count: fc.constant(2),
  }),
);

const anyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    service: law,
    coldStart: law,
    fails: fc.constantFrom(0, 0.3, 1),
    limit: fc.integer({ min: 1, max: 5 }),
    steps: fc.array(step, { maxLength: 2 }),
    workload: fc.array(flowSpec, { minLength: 1, maxLength: 3 }),
    seed: fc.nat(1_000_000),
  })
  .map(({ service, coldStart, fails, limit, steps, workload, seed }) =>
    scenario({
      accounts: [account({ limit })],
      endpoints: [
        endpoint({ service, failureProbability: fails }),
        endpoint({ id: 'booting', service, coldStart, failureProbability: fails, runners: { ...ENDLESS_RUNNERS, max: 3, keepAliveUs: 10 * S } }),
      ],
      workload,
      steps: steps.toSorted((a, b) => a.atUs - b.atUs),
      seed,
      recoveryUs: 6 * HOUR,
    }),
  );

describe.each(HEALTHY)('whatever the workload, under %s', (preset) => {
  it('no rule of the platform is broken, and every request and every slot comes to an end', () => {
    holds(
      fc.property(anyScenario, (what) => {
        const run = runScenario({ ...what, platform: { ...what.platform, policy: policyOf(preset) } });
        expect(run.invariants.filter(({ state }) => state === 'violated' || state === 'undecided')).toEqual([]);
        expect(gauge(run, 'slots_in_use').value).toBe(0);
        expect(OUTCOME_TAGS.map((outcome) => counter(run, `requests{outcome:${outcome}}`).count).reduce((a, b) => a + b)).toBe(counter(run, 'requests').count);
      }),
      120,
    );
  });
});

describe('whatever the workload', () => {
  it('the same seed gives the same history, and nobody comes after the load', () => {
    holds(
      fc.property(anyScenario, (what) => {
        const lastUs: number[] = [];
        const runOnce = (): string => {
          const ref: { run?: Simulation } = {};
          const run = new Simulation(
            what,
            what.seed,
            silentSink({
              record: (kind) => {
                if (kind === 1) lastUs.push(ref.run?.calendar.nowUs ?? 0);
              },
            }),
            () => [],
          );
          ref.run = run;
          while (!run.advance(100_000));
          return run.hash;
        };
        expect(runOnce()).toBe(runOnce());
        // What is submitted later is a direct call that its client repeats: 10 attempts in a minute or so.
        for (const atUs of lastUs) expect(atUs).toBeLessThan(LOAD_US + 120 * S);
      }),
      100,
    );
  });
});
