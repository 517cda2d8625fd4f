import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../src/core/dispatcher.js';
import type { Execution } from '../../src/core/executions.js';
import { ExecutionEnd, HistoryKind } from '../../src/core/history.js';
import { Lifecycle } from '../../src/core/lifecycle.js';
import type { Lease } from '../../src/core/limiter.js';
import { type Request, WorkEnd } from '../../src/core/requests.js';
import type { Runner } from '../../src/core/runners.js';
import type { RunResult } from '../../src/measure/result.js';
import type { ArrivalSpec } from '../../src/scenario/arrival-types.js';
import type { FlowSpec, Scenario, StepSpec } from '../../src/scenario/types.js';
import { holds } from '../helpers/properties.js';
import { account, endpoint, flow, runScenario, scenario } from '../helpers/scenario.js';
import { ENDLESS_RUNNERS, HOUR, policyOf, S } from '../helpers/world.js';

/** The private parts that take the short way. */
interface ShortWay {
  start(request: Request, runner: Runner, lease: Lease): void;
  workDone(execution: Execution): void;
}
interface LongWay extends ShortWay {
  readonly parts: { readonly history: { record(kind: number, id: number, a: number, b: number): void } };
  assign(request: Request, runner: Runner): void;
  executionEnded(execution: Execution, how: number): void;
}

const dispatcher = Dispatcher.prototype as unknown as ShortWay;
const lifecycle = Lifecycle.prototype as unknown as ShortWay;
const { start } = dispatcher;
const { workDone } = lifecycle;

/** Grants, starts and ends everything step by step. */
function goTheLongWay(): void {
  dispatcher.start = function (this: LongWay, request, runner, lease) {
    this.parts.history.record(HistoryKind.leaseGranted, request.number, lease.number, request.account.scope.inUse);
    this.assign(request, runner);
  };
  lifecycle.workDone = function (this: LongWay, execution) {
    this.executionEnded(execution, execution.request.end === WorkEnd.failed ? ExecutionEnd.failed : ExecutionEnd.completed);
  };
}

function goTheShortWay(): void {
  dispatcher.start = start;
  lifecycle.workDone = workDone;
}

const policies = fc
  .record({
    preset: fc.constantFrom('fal-documented' as const, 'fal-939' as const, 'nexaapi-claims' as const, 'reference' as const),
    waiting: fc.constantFrom('fifo' as const, 'backoff' as const),
    requeue: fc.constantFrom('keep-slot' as const, 'release-slot' as const),
    releaseOn: fc.constantFrom('confirmed-stop' as const, 'cancel-request' as const),
    release: fc.constantFrom('token' as const, 'counter' as const),
    onRevoke: fc.constantFrom('strand' as const, 'drain' as const, 'cancel' as const),
    maxHoldUs: fc.constantFrom(undefined, 6 * S + 1, 20 * S),
    keyCacheUs: fc.constantFrom(0, 3 * S),
  })
  .map(({ preset, ...switches }) => policyOf(preset, { ...switches, maxAttempts: 4 }));

const arrivals = fc.constantFrom<ArrivalSpec>(
  { kind: 'poisson', perSecond: 0.4, fromUs: 0, toUs: 60 * S },
  { kind: 'burst', count: 6, atUs: 2 * S },
  { kind: 'closedLoop', users: 3, thinkTime: { kind: 'exponential', meanUs: 4 * S }, fromUs: 0, toUs: 60 * S },
);

const flows: fc.Arbitrary<FlowSpec> = fc
  .record({
    call: fc.constantFrom('submit' as const, 'submit' as const, 'subscribe' as const, 'run' as const),
    key: fc.constantFrom('old', 'new'),
    to: fc.constantFrom('flux', 'two', 'own'),
    sdk: fc.constantFrom('js' as const, 'python' as const),
    arrivals,
    startTimeoutUs: fc.constantFrom(Number.POSITIVE_INFINITY, 12 * S + 7),
    clientTimeoutUs: fc.constantFrom(Number.POSITIVE_INFINITY, 15 * S + 3),
  })
  .map(({ key, to, clientTimeoutUs, ...rest }) =>
    flow({ ...rest, as: { account: 'acme', key }, endpoint: to, clientTimeoutUs: rest.call === 'subscribe' ? clientTimeoutUs : Number.POSITIVE_INFINITY }),
  );

const STEPS: readonly StepSpec[] = [
  { do: 'crash-runner', atUs: 10 * S + 1, endpoint: 'flux', count: 1 },
  { do: 'set-limit', atUs: 15 * S + 2, account: 'acme', endpoint: 'flux', limit: 1 },
  { do: 'cancel', atUs: 20 * S + 5, account: 'acme', key: undefined, count: 2, state: 'any' },
  { do: 'revoke-key', atUs: 30 * S + 3, key: { account: 'acme', key: 'old' } },
  { do: 'set-limit', atUs: 40 * S, account: 'acme', endpoint: undefined, limit: 2 },
  { do: 'release-stuck', atUs: 45 * S, account: 'acme' },
];

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    policy: policies,
    limit: fc.integer({ min: 1, max: 4 }),
    limitOfTwo: fc.constantFrom({}, { two: 1 }),
    failureProbability: fc.constantFrom(0, 0.3),
    coldStartUs: fc.constantFrom(0, 2 * S + 11),
    workload: fc.array(flows, { minLength: 1, maxLength: 3 }),
    steps: fc.subarray([...STEPS]),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map(({ policy, limit, limitOfTwo, failureProbability, coldStartUs, workload, steps, seed }) => {
    const law = (meanS: number) => ({ kind: 'exponential' as const, meanUs: meanS * S });
    return scenario({
      policy,
      accounts: [account({ limit, keys: ['old', 'new'], endpointLimits: limitOfTwo })],
      endpoints: [
        endpoint({ service: law(4), failureProbability }),
        endpoint({ id: 'two', service: law(3), runners: { ...ENDLESS_RUNNERS, max: 2, keepAliveUs: 10 * S, coldStartUs, multiplexing: 2 } }),
        endpoint({ id: 'own', owner: 'acme', service: law(3) }),
      ],
      workload,
      steps,
      recoveryUs: HOUR,
      seed,
    });
  });

/** What a run says, but for the numbers of its events. */
function said(run: RunResult): unknown {
  const { metrics, exercise, invariants, evidence } = run;
  return {
    metrics,
    exercise,
    invariants: invariants.map(({ id, state, violations }) => [id, state, violations]),
    timeline: evidence?.timeline,
    accounts: evidence?.accounts,
    leaks: evidence?.leaks.map(({ request, ghostFromUs, toUs }) => [request, ghostFromUs, toUs]),
  };
}

describe('dispatching and completing in one step', () => {
  afterEach(goTheShortWay);

  it('is the same as step by step, whatever the policy, the load and what goes wrong', () => {
    holds(
      fc.property(scenarios, (what) => {
        goTheLongWay();
        const stepByStep = said(runScenario(what, { evidence: true }));
        goTheShortWay();
        expect(said(runScenario(what, { evidence: true }))).toEqual(stepByStep);
      }),
      200,
    );
  });
});

/** The same story with a further step that changes nothing, and one after it, so that all end at the same time. */
function withHarmless(what: Scenario, harmless: readonly StepSpec[]): Scenario {
  const last: StepSpec = { do: 'set-limit', atUs: 70 * S, account: 'acme', endpoint: undefined, limit: 2 };
  return { ...what, steps: [...what.steps, ...harmless, last] };
}

/** Laws that give a platform time after a fault: also after one that disturbs nothing. */
const FORGIVING = ['S-ORPH', 'S-ONE', 'S-KEY', 'L-REL', 'L-HOLD', 'L-WC', 'L-BYPASS', 'L-HEAL'];

/** What a run says, but for what was done to it. */
function saidBut(run: RunResult): unknown {
  const { exercise, invariants, ...rest } = said(run) as { exercise: Record<string, number>; invariants: readonly (readonly unknown[])[] };
  const { clocks_skewed: _, ...others } = exercise;
  return { ...rest, exercise: others, invariants: invariants.filter(([id]) => !FORGIVING.includes(id as string)) };
}

describe('a platform on which faults may come, but none does', () => {
  it('renews leases by events as others do by arithmetic', () => {
    const skew: StepSpec = { do: 'skew-clock', atUs: 1, part: 'dispatcher', byUs: 0 };
    holds(
      fc.property(scenarios, (what) => {
        expect(saidBut(runScenario(withHarmless(what, [skew]), { evidence: true }))).toEqual(saidBut(runScenario(withHarmless(what, []), { evidence: true })));
      }),
      200,
    );
  });

  it('does the same message by message over links that lose nothing', () => {
    const nothing: StepSpec = {
      do: 'disturb',
      atUs: 0,
      link: 'runner-store',
      message: undefined,
      drop: 0,
      duplicate: 0,
      reorder: 0,
      delayUs: 0,
      forUs: 65 * S,
    };
    holds(
      fc.property(scenarios, (what) => {
        expect(saidBut(runScenario(withHarmless(what, [nothing]), { evidence: true }))).toEqual(
          saidBut(runScenario(withHarmless(what, []), { evidence: true })),
        );
      }),
      200,
    );
  });
});
