import type { Policy } from '../core/policy.js';
import type { RunnerPoolConfig } from '../core/runners.js';
import type { Invoice, Tier } from '../core/tiers.js';
import type { CrashPointName, LinkName, MessageName, PartName } from '../core/topology.js';
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
  /** Faults that the seed draws, beside the steps; undefined: none. */
  readonly faults?: RandomFaults | undefined;
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
  /** The app's `request_timeout`: an attempt that takes longer ends with its runner; undefined: none. */
  readonly requestTimeoutUs?: number | undefined;
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
  /** Each request needs another one of the same account before it can end: its work submits that one and waits for it. */
  readonly child?: ChildSpec | undefined;
  /** The platform delivers each result to the account's webhook receiver. */
  readonly webhook?: boolean | undefined;
}

export interface ChildSpec {
  readonly endpoint: string;
  /** The share of the requests that need one, 0 to 1. */
  readonly probability: number;
}

export type StepSpec =
  | { readonly do: 'burst'; readonly atUs: number; readonly count: number }
  | { readonly do: 'revoke-key'; readonly atUs: number; readonly key: KeyRef }
  | { readonly do: 'set-limit'; readonly atUs: number; readonly account: string; readonly endpoint: string | undefined; readonly limit: number }
  | { readonly do: 'invoice-paid'; readonly atUs: number; readonly account: string; readonly usd: number }
  | {
      readonly do: 'crash-runner';
      readonly atUs: number;
      readonly endpoint: string;
      readonly count: number /** No connection closes: nobody is told. */;
      readonly silent?: boolean | undefined;
    }
  | { readonly do: 'hang-runner'; readonly atUs: number; readonly endpoint: string; readonly count: number }
  | { readonly do: 'pause-runner'; readonly atUs: number; readonly endpoint: string; readonly count: number; readonly forUs: number }
  | { readonly do: 'slow-runner'; readonly atUs: number; readonly endpoint: string; readonly count: number; readonly factor: number; readonly forUs: number }
  | {
      readonly do: 'crash';
      readonly atUs: number;
      /** `runner` only at a crash point: for one at once there is crash-runner. */
      readonly part: PartName;
      /** The next time the part is there, not at once. */
      readonly between: CrashPointName | undefined;
      /** Until it is up again. */
      readonly forUs: number;
    }
  | { readonly do: 'cut'; readonly atUs: number; readonly link: LinkName; readonly forUs: number }
  | {
      /** Chance decides about every message of the link for a while. */
      readonly do: 'disturb';
      readonly atUs: number;
      readonly link: LinkName;
      /** undefined: all of the link. */
      readonly message: MessageName | undefined;
      /** Shares from 0 to 1. */
      readonly drop: number;
      readonly duplicate: number;
      readonly reorder: number;
      /** Every message is late by this. */
      readonly delayUs: number;
      readonly forUs: number;
    }
  | { /** The next messages of the kind. */ readonly do: 'drop' | 'duplicate'; readonly atUs: number; readonly message: MessageName; readonly count: number }
  | { readonly do: 'delay'; readonly atUs: number; readonly message: MessageName; readonly count: number; readonly byUs: number }
  | { readonly do: 'lose-store'; readonly atUs: number /** It comes back as it was this long ago; undefined: empty. */; readonly ageUs: number | undefined }
  | {
      readonly do: 'skew-clock';
      readonly atUs: number;
      readonly part: 'dispatcher' | 'runner' /** How far it is off from now on, may be negative; 0: it is right again. */;
      readonly byUs: number;
    }
  | { readonly do: 'rename-account' | 'delete-account'; readonly atUs: number; readonly account: string }
  | { readonly do: 'disconnect'; readonly atUs: number; readonly account: string; readonly key: string | undefined; readonly count: number }
  | { /** The account's webhook receiver. */ readonly do: 'webhook-down'; readonly atUs: number; readonly account: string; readonly forUs: number }
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

/**
 * Faults by chance, in two levels: a kind is on for a whole run or not, and if it is, it strikes a few times. Runs then
 * differ in kind, not only in amount.
 */
export interface RandomFaults {
  readonly kinds: readonly FaultKind[];
  /** The chance of each kind to be on, 0 to 1. */
  readonly activation: number;
  /** How often a kind that is on strikes, on average. */
  readonly strikes: number;
  readonly fromUs: number;
  /** undefined: the end of the load. */
  readonly toUs: number | undefined;
}

/** Steps that chance may take. A kind's place in the list is part of its random stream: append, never reorder. */
export const FAULT_KINDS = [
  'revoke-key',
  'set-limit',
  'cancel',
  'disconnect',
  'crash-runner',
  'hang-runner',
  'pause-runner',
  'slow-runner',
  'crash',
  'cut',
  'disturb',
  'drop',
  'duplicate',
  'delay',
  'lose-store',
  'skew-clock',
  'rename-account',
  'webhook-down',
  'delete-account',
] as const satisfies readonly StepSpec['do'][];
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What an invariant is expected to do. `violated` is for stories about a broken platform. */
export const INVARIANT_EXPECTATIONS = ['held', 'violated', 'off'] as const;
export type InvariantExpectation = (typeof INVARIANT_EXPECTATIONS)[number];

/** How much a check counts: an error decides the exit code, a warning is shown and counted, what is off is only shown. */
export const CHECK_LEVELS = ['error', 'warn', 'off'] as const;
export type CheckLevel = (typeof CHECK_LEVELS)[number];

/** Sets of checks, written down in `measure`. */
export const EXPECTATION_PRESETS = ['recommended', 'strict'] as const;
export type ExpectationPreset = (typeof EXPECTATION_PRESETS)[number];

type Leveled<Expected> = Expected | { readonly is: Expected; readonly level?: CheckLevel | undefined };

/** Expressions are read by `measure`, which knows the metrics. */
export interface Expectations {
  readonly exercised: Readonly<Record<string, Leveled<string>>>;
  readonly thresholds: Readonly<Record<string, readonly ThresholdEntry[]>>;
  readonly invariants: Readonly<Record<string, Leveled<InvariantExpectation>>>;
  readonly presets?: readonly ExpectationPreset[] | undefined;
  /** By name: the share that may end so, `0.1%`. */
  readonly budgets?: Readonly<Record<string, Leveled<string>>> | undefined;
  /** undefined: no baseline is asked for; false: none counts. */
  readonly regression?: RegressionExpectation | false | undefined;
}

export type ThresholdEntry = string | { readonly threshold: string; readonly level?: CheckLevel | undefined; readonly minSamples?: number | undefined };

export interface RegressionExpectation {
  /** undefined: the usual numbers. */
  readonly gate?: readonly (string | { readonly number: string; readonly level?: CheckLevel | undefined })[] | undefined;
  readonly margin?: string | undefined;
  readonly absoluteUs?: number | undefined;
  readonly misrate?: string | undefined;
}
