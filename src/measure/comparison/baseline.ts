import type { ScenarioParts } from '../result.js';

/** Version of the files in `reports/baselines`. */
export const BASELINE_SCHEMA_VERSION = 1;

/** What a scenario did when its baseline was set: `reports/baselines/<scenario>.json`. */
export interface Baseline {
  readonly schemaVersion: typeof BASELINE_SCHEMA_VERSION;
  readonly kind: 'slotstorm-baseline';
  readonly tool: string;
  readonly randomScheme: number;
  readonly scenario: { readonly name: string; readonly file: string; readonly sha256: string; readonly parts: ScenarioParts };
  /** Live baselines hold for one machine, and expire. */
  readonly world: { readonly kind: 'simulated' } | { readonly kind: 'live'; readonly driver: string; readonly machine: string; readonly expires: string };
  readonly seeds: readonly number[];
  /** Why it was set, in the user's words. */
  readonly reason: string;
  /** ISO 8601, day only. */
  readonly updated: string;
  readonly variants: readonly BaselineVariant[];
}

export interface BaselineVariant {
  readonly name: string | undefined;
  /** By seed: the hash of its history. */
  readonly hashes: Readonly<Record<string, string>>;
  /** By metric (tags included), number, seed. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
  /** Queue latencies of the first seed: [ms, share of requests at most that], at most 60 points. */
  readonly latencyCurve: readonly (readonly [number, number])[];
}
