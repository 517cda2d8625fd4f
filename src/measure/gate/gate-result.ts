import type { MetricUnit } from '../metrics.js';
import type { Verdict } from '../result.js';

/** `error` decides the exit code; `warn` is shown and counted, and fails nothing; `off` is shown only. */
export const LEVELS = ['error', 'warn', 'off'] as const;
export type Level = (typeof LEVELS)[number];

/**
 * Over which seeds a threshold speaks: `every` seed by itself (no `@`), the `median` of the seeds, or a share of the seeds
 * that must meet it: 0.95 for `@ 95%`.
 */
export type SeedQuantifier = 'every' | 'median' | { readonly share: number };

/** Where a check stands in the scenario file. */
export interface CheckPlace {
  readonly kind: 'threshold' | 'invariant' | 'exercised' | 'budget';
  /** Metric with its tags, invariant, counter, or name of the budget. */
  readonly scope: string;
  /** As written; for an invariant: `held` or `violated`. */
  readonly expression: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** A check that is known to fail: shown, not counted, until it expires. */
export interface Quarantine {
  readonly owner: string;
  readonly reason: string;
  /** Last day on which it holds: `2027-01-15`. */
  readonly until: string;
  readonly issue: string | undefined;
}

/** What became of an entry of the quarantine file. */
export interface QuarantineOutcome extends Quarantine {
  readonly scenario: string;
  readonly variant: string | undefined;
  /** As written: `L-REL`, `queue_latency p(95) < 5s`. */
  readonly check: string;
  /** `used`: it covers a failure. `removable`: its check passes. `expired`: it covers nothing any more, which is a failure. `unknown`: no such check, also a failure. */
  readonly state: 'used' | 'removable' | 'expired' | 'unknown';
}

/** One check over all seeds of a variant that no single seed can decide: a quantified threshold, a budget. */
export interface SeedsVerdict {
  readonly kind: 'threshold' | 'budget';
  readonly variant: string | undefined;
  /** Metric with its tags, or name of the budget. */
  readonly scope: string;
  readonly expression: string;
  readonly level: Level;
  /** In `unit`; undefined: nothing was measured. */
  readonly actual: number | undefined;
  readonly limit: number;
  readonly unit: MetricUnit;
  /** Budgets: the 95 % interval of the share. */
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly seeds: number;
  /** Seeds that by themselves do not meet it. */
  readonly seedsFailing: number;
  readonly n: number;
  readonly verdict: Verdict;
  /** Why it is undecided, or how it was judged. */
  readonly note: string;
}

/** What holds for the scenario as a whole, beside what each seed was held to. */
export interface GateResult {
  readonly acrossSeeds: readonly SeedsVerdict[];
  readonly quarantine: readonly QuarantineOutcome[];
  /** Presets that were asked for, in order. */
  readonly presets: readonly string[];
}

/** One budget: the share of requests, calls or seeds that may end so, over all seeds. */
export interface Budget {
  /** `start_timeouts`, `gave_up`, `lost_requests`, `failed_seeds`, …: see docs/gate.md. */
  readonly name: string;
  /** As written: `0.1%`. */
  readonly expression: string;
  readonly share: number;
  readonly level: Level;
  /** Of failed seeds: each seed counts by itself all the same; undefined: one at level `error` decides instead of them. */
  readonly excusesNoSeed?: boolean | undefined;
}

/** A number that may not get worse than the baseline. */
export interface GatedNumber {
  readonly metric: string;
  /** `p95`, `count`. */
  readonly number: string;
  readonly level: Level;
}

/** How a result is held against a baseline. */
export interface RegressionTerms {
  readonly gated: readonly GatedNumber[];
  /** A change up to the larger of these is the same: a share of the baseline, and for times a duration. */
  readonly marginShare: number;
  readonly marginMs: number;
  /** Chance that all gated numbers together raise a false alarm. */
  readonly misrate: number;
}

/** What a variant was held to over its seeds. It stands in the result, so that shards can be judged again once they are merged. */
export interface VariantGate {
  readonly presets: readonly string[];
  readonly budgets: readonly Budget[];
  /** undefined: the scenario does not ask to be held against a baseline. */
  readonly regression: RegressionTerms | undefined;
  /** The scenario says `regression: false`: it is held to no number, whoever asks for a baseline. */
  readonly regressionOff?: true | undefined;
}
