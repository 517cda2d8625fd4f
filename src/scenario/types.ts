import type { Policy } from '../core/policy.js';
import type { RunnerPoolConfig } from '../core/runners.js';
import type { Invoice, Tier } from '../core/tiers.js';

/** A scenario with every name checked and every unit resolved: durations in µs, rates a second. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly platform: PlatformSpec;
  readonly workload: readonly FlowSpec[];
  readonly steps: readonly StepSpec[];
  /** How long the run goes on after the last arrival and step. */
  readonly recoveryUs: number;
  readonly expect: Expectations;
}

export interface PlatformSpec {
  readonly policy: Policy;
  readonly tiers: readonly Tier[];
  /** Whether the tiers are our illustrative table rather than the scenario's own. */
  readonly tiersAreIllustrative: boolean;
  readonly accounts: readonly AccountSpec[];
  readonly endpoints: readonly EndpointSpec[];
}

export interface AccountSpec {
  readonly id: string;
  readonly limit: number | undefined;
  readonly keys: readonly string[];
  readonly invoices: readonly Invoice[];
  /** By endpoint id: a limit on top of the account's own. */
  readonly endpointLimits: Readonly<Record<string, number>>;
}

export interface EndpointSpec {
  readonly id: string;
  readonly owner: string | undefined;
  readonly service: ServiceSpec;
  readonly runners: RunnerPoolConfig;
  /** A limit for every account on this endpoint. */
  readonly limit: number | undefined;
  readonly priceUsd: number;
  readonly priceSource: string;
}

export type ServiceSpec =
  | { readonly kind: 'constant'; readonly us: number }
  | { readonly kind: 'exponential'; readonly meanUs: number }
  /** cv: standard deviation / mean */
  | { readonly kind: 'lognormal'; readonly meanUs: number; readonly cv: number };

export const CALLS = ['submit', 'subscribe', 'run'] as const;
export type Call = (typeof CALLS)[number];
export const SDKS = ['js', 'python', 'python-async', 'none'] as const;
export type Sdk = (typeof SDKS)[number];

export interface KeyRef {
  readonly account: string;
  readonly key: string;
}

export interface FlowSpec {
  /** undefined: the trace's account column decides. */
  readonly as: KeyRef | undefined;
  /** undefined: the trace's endpoint column decides. */
  readonly endpoint: string | undefined;
  readonly call: Call;
  readonly sdk: Sdk;
  readonly arrivals: ArrivalSpec;
  /** Infinity: none. */
  readonly startTimeoutUs: number;
  /** Infinity: none. `subscribe` only. */
  readonly clientTimeoutUs: number;
}

export type ArrivalSpec =
  | { readonly kind: 'burst'; readonly count: number; readonly atUs: number }
  | { readonly kind: 'constant'; readonly perSecond: number; readonly fromUs: number; readonly toUs: number }
  | { readonly kind: 'poisson'; readonly perSecond: number; readonly fromUs: number; readonly toUs: number }
  | TraceSpec;

export interface TraceSpec {
  readonly kind: 'trace';
  /** As written; the loader resolves it. */
  readonly file: string;
  readonly arrivalColumn: string;
  /** undefined: the endpoint's own service time. */
  readonly serviceColumn: string | undefined;
  /** µs in one unit of the service column. */
  readonly serviceUnitUs: number;
  /** undefined: all rows belong to `as`. */
  readonly accountColumn: string | undefined;
  /** undefined: all rows go to `endpoint`. */
  readonly endpointColumn: string | undefined;
  /** Limit of the accounts that the trace brings. */
  readonly accountLimit: number | undefined;
  /** Replayed this many times as fast. */
  readonly speed: number;
}

export type StepSpec =
  | { readonly do: 'burst'; readonly atUs: number; readonly count: number }
  | { readonly do: 'revoke-key'; readonly atUs: number; readonly key: KeyRef }
  | { readonly do: 'set-limit'; readonly atUs: number; readonly account: string; readonly endpoint: string | undefined; readonly limit: number }
  | { readonly do: 'invoice-paid'; readonly atUs: number; readonly account: string; readonly usd: number }
  | { readonly do: 'crash-runner'; readonly atUs: number; readonly endpoint: string; readonly count: number }
  | {
      readonly do: 'cancel';
      readonly atUs: number;
      readonly account: string;
      /** Only requests made with this key. */
      readonly key: string | undefined;
      /** Infinity: all. Oldest first. */
      readonly count: number;
      readonly state: 'queued' | 'in-progress' | 'any';
    }
  | { readonly do: 'release-stuck'; readonly atUs: number; readonly account: string };

/** What an invariant is expected to do. `violated` is for stories about a broken platform. */
export const INVARIANT_EXPECTATIONS = ['held', 'violated', 'off'] as const;
export type InvariantExpectation = (typeof INVARIANT_EXPECTATIONS)[number];

/** Expressions are read by `measure`, which knows the metrics. */
export interface Expectations {
  readonly exercised: Readonly<Record<string, string>>;
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  readonly invariants: Readonly<Record<string, InvariantExpectation>>;
}
