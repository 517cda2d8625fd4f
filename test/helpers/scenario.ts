import type { Policy } from '../../src/core/policy.js';
import { ILLUSTRATIVE_TIERS } from '../../src/core/tiers.js';
import { planExpectations } from '../../src/measure/expectations.js';
import type { InvariantId } from '../../src/measure/invariants/registry.js';
import type { MetricValue } from '../../src/measure/metrics.js';
import type { InvariantVerdict, RunResult } from '../../src/measure/result.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import type { TraceSpec } from '../../src/scenario/arrival-types.js';
import type { AccountSpec, EndpointSpec, Expectations, FlowSpec, PlatformSpec, Scenario } from '../../src/scenario/types.js';
import type { RunSink } from '../../src/sim/simulation.js';
import type { TraceSource } from '../../src/sim/trace.js';
import { ENDLESS_RUNNERS, MINUTE, policyOf, S } from './world.js';

const NO_EXPECTATIONS: Expectations = { exercised: {}, thresholds: {}, invariants: {} };

export function account(overrides: Partial<AccountSpec> = {}): AccountSpec {
  return { id: 'acme', limit: 2, keys: ['key'], invoices: [], endpointLimits: {}, ...overrides };
}

/** 10 s of work each, endless warm runners, $0.03. */
export function endpoint(overrides: Partial<EndpointSpec> = {}): EndpointSpec {
  return {
    id: 'flux',
    owner: undefined,
    service: { kind: 'constant', us: 10 * S },
    runners: ENDLESS_RUNNERS,
    limit: undefined,
    priceUsd: 0.03,
    priceSource: 'test',
    ...overrides,
  };
}

/** One `submit` at the start. */
export function flow(overrides: Partial<FlowSpec> = {}): FlowSpec {
  return {
    as: { account: 'acme', key: 'key' },
    endpoint: 'flux',
    call: 'submit',
    sdk: 'js',
    arrivals: { kind: 'burst', count: 1, atUs: 0 },
    startTimeoutUs: Number.POSITIVE_INFINITY,
    clientTimeoutUs: Number.POSITIVE_INFINITY,
    ...overrides,
  };
}

/** A recording `requests.csv` of arrivals in seconds in column "at", replayed once as it is. */
export function traceSpec(overrides: Partial<TraceSpec> = {}): TraceSpec {
  return {
    kind: 'trace',
    file: 'requests.csv',
    arrivalColumn: 'at',
    serviceColumn: undefined,
    serviceUnitUs: S,
    serviceOffsetUs: 0,
    accountColumn: undefined,
    endpointColumn: undefined,
    accountLimit: undefined,
    speed: 1,
    loop: 1,
    slice: undefined,
    badRows: 'error',
    ...overrides,
  };
}

/** Reads a history and keeps only what the test asks for. */
export function silentSink(wanted: Partial<RunSink> = {}): RunSink {
  const ignore = (): undefined => undefined;
  return {
    attach: ignore,
    record: ignore,
    dispatched: ignore,
    completed: ignore,
    callBegan: ignore,
    callRetried: ignore,
    callEnded: ignore,
    zombiePolls: ignore,
    iterationDropped: ignore,
    ...wanted,
  };
}

export interface ScenarioParts extends Partial<Omit<Scenario, 'platform'>> {
  readonly policy?: Policy;
  readonly accounts?: readonly AccountSpec[];
  readonly endpoints?: readonly EndpointSpec[];
  readonly platform?: Partial<PlatformSpec>;
}

/** One account with a limit of 2, one endpoint, one request, 10 min of recovery. */
export function scenario(parts: ScenarioParts = {}): Scenario {
  const { policy, accounts, endpoints, platform, ...rest } = parts;
  return {
    name: 'test',
    description: '',
    seed: 1,
    workload: [flow()],
    steps: [],
    recoveryUs: 10 * MINUTE,
    expect: NO_EXPECTATIONS,
    ...rest,
    platform: {
      policy: policy ?? policyOf('fal-documented'),
      tiers: ILLUSTRATIVE_TIERS,
      tiersAreIllustrative: true,
      accounts: accounts ?? [account()],
      endpoints: endpoints ?? [endpoint()],
      ...platform,
    },
  };
}

export interface RunParts {
  readonly seed?: number;
  readonly expect?: Partial<Expectations>;
  readonly evidence?: boolean;
  readonly traceSource?: TraceSource;
}

/** Runs a scenario to its end. @throws when an expectation cannot be understood */
export function runScenario(what: Scenario, parts: RunParts = {}): RunResult {
  const { plan, complaints } = planExpectations({ ...what.expect, ...parts.expect });
  if (complaints.length > 0) throw new Error(complaints.map((complaint) => complaint.complaint).join('\n'));
  const traceSource = parts.traceSource ?? noTrace;
  return runToEnd(new ScenarioRun(what, plan, { seed: parts.seed ?? what.seed, variant: undefined, evidence: parts.evidence ?? false, traceSource }));
}

function noTrace(file: string): never {
  throw new Error(`this scenario has no trace, but asked for ${file}`);
}

export function invariant(run: RunResult, id: InvariantId): InvariantVerdict {
  return run.invariants.find((verdict) => verdict.id === id) as InvariantVerdict;
}

/** The invariants that were broken, in the order of the registry. */
export function alarms(run: RunResult): string[] {
  return run.invariants.filter((verdict) => verdict.state === 'violated').map((verdict) => verdict.id);
}

type Of<T extends MetricValue['type']> = Extract<MetricValue, { type: T }>;

export function gauge(run: RunResult, metric: string): Of<'gauge'> {
  return run.metrics[metric] as Of<'gauge'>;
}

export function counter(run: RunResult, metric: string): Of<'counter'> {
  return run.metrics[metric] as Of<'counter'>;
}

export function trend(run: RunResult, metric: string): Of<'trend'> {
  return run.metrics[metric] as Of<'trend'>;
}
