import type { Policy } from '../core/policy.js';
import type { RunnerPoolConfig } from '../core/runners.js';
import type { Invoice, Tier } from '../core/tiers.js';
import type { ArrivalSpec } from './arrival-types.js';
import type { DurationSpec } from './durations.js';

export type { ArrivalSpec } from './arrival-types.js';

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
  /** undefined: metrics count from the first instant on. */
  readonly warmup?: WarmupSpec | undefined;
  readonly expect: Expectations;
}

/** When metrics begin: at a given time, or where the load is found to have settled. */
export type WarmupSpec = { readonly kind: 'fixed'; readonly us: number } | { readonly kind: 'auto' };

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
  readonly service: DurationSpec;
  /** The share of its requests whose own work ends in an error, 0 to 1; undefined: none. */
  readonly failureProbability?: number | undefined;
  readonly runners: RunnerPoolConfig;
  /** Where every boot of a runner takes its own time; undefined: `runners.coldStartUs`. */
  readonly coldStart?: DurationSpec | undefined;
  /** A limit for every account on this endpoint. */
  readonly limit: number | undefined;
  readonly priceUsd: number;
  readonly priceSource: string;
}

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
  /** How long a client waits in the queue before it cancels; undefined: for ever. Not for `run`. */
  readonly patience?: DurationSpec | undefined;
  /** At most this many calls are open at once; an arrival beyond them is dropped by the client. undefined: no bound. */
  readonly maxVUs?: number | undefined;
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
