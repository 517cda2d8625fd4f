import type { Comparison } from './comparison/comparison-result.js';
import type { InvariantExpectation } from './expectations.js';
import type { FlowTimeline } from './flow-timeline.js';
import type { CheckPlace, GateResult, Level, SeedQuantifier, VariantGate } from './gate/gate-result.js';
import type { InvariantOutcome } from './invariants/checker.js';
import type { Leak } from './leak-ledger.js';
import type { SlotHold } from './lease-log.js';
import type { AgreementLine, LiveRun } from './live-result.js';
import type { MetricUnit, MetricValue } from './metrics.js';
import type { MinimalTrace } from './minimal-trace.js';
import type { RequestStories } from './request-story.js';
import type { AcrossSeeds } from './seed-statistics.js';
import type { Timeline } from './timeline.js';

/** Version of `result.json`. It rises when a reader of the former version could misread the new one. */
export const RESULT_SCHEMA_VERSION = 2;

/** `undecided`: not enough was seen to say. It never counts as a pass. */
export type Verdict = 'pass' | 'fail' | 'undecided';

export interface ThresholdVerdict {
  /** `queue_latency{key:new}` */
  readonly metric: string;
  /** As written: `p(95) < 5s` */
  readonly expression: string;
  /** In the metric's unit; undefined without samples. */
  readonly actual: number | undefined;
  readonly limit: number;
  readonly unit: MetricUnit;
  readonly n: number;
  /** Of this seed. Where the threshold speaks over seeds, the gate decides, and this one decides nothing. */
  readonly verdict: Verdict;
  /** undefined: `error`. */
  readonly level?: Level | undefined;
  /** undefined: `every`. */
  readonly over?: SeedQuantifier | undefined;
  /** With fewer samples it decides nothing; undefined: one is enough. */
  readonly minSamples?: number | undefined;
  /** Why it is undecided, or how little it says; undefined: the numbers say it all. */
  readonly note?: string | undefined;
}

export interface ExercisedVerdict {
  readonly name: string;
  readonly expression: string;
  readonly actual: number;
  readonly verdict: Verdict;
  /** undefined: `error`. */
  readonly level?: Level | undefined;
}

export interface InvariantVerdict extends InvariantOutcome {
  readonly expected: InvariantExpectation;
  readonly verdict: Verdict;
  /** undefined: `error`. */
  readonly level?: Level | undefined;
}

/** A step of the scenario, as marked on every time axis. Numbered from 1. */
export interface Mark {
  readonly number: number;
  readonly atUs: number;
  readonly label: string;
  /** When it stops to hold, for a step that holds for a time: a cut, a pause. Older results have none. */
  readonly toUs?: number | undefined;
}

/** What fal's Concurrency page would show of an account at the end of the run. */
export interface AccountPage {
  readonly account: string;
  readonly limit: number;
  readonly paidUsd: number;
  readonly live: number;
  readonly peak: number;
  readonly days: readonly { readonly day: number; readonly peak: number }[];
}

export interface LatencyBuckets {
  /** [value in ms, samples] */
  readonly buckets: readonly (readonly [number, number])[];
  readonly relativeError: number;
}

/** Evidence that is kept for one run of each variant: charts and ledgers. */
export interface RunEvidence {
  readonly timeline: Timeline;
  readonly accountTimelines: Readonly<Record<string, Timeline>>;
  readonly queueLatency: LatencyBuckets;
  readonly attemptsPerCall: LatencyBuckets;
  readonly requeuesPerRequest: LatencyBuckets;
  readonly holds: readonly SlotHold[];
  readonly holdsHidden: number;
  readonly leaks: readonly Leak[];
  readonly leaksHidden: number;
  readonly accounts: readonly AccountPage[];
  readonly accountsHidden: number;
  readonly traces: readonly TraceSummary[];
  /** Older results have none of the fields from here on. */
  readonly stories?: RequestStories | undefined;
  readonly flow?: FlowTimeline | undefined;
  readonly minimalTraces?: readonly MinimalTrace[] | undefined;
}

/** What became of the rows of a recorded trace. */
export interface TraceSummary {
  readonly rows: number;
  readonly used: number;
  /** Usable rows outside the slice that was replayed. Older results have neither this nor `reordered`. */
  readonly outside?: number;
  /** Rows that stood after a later one and were put in their place. */
  readonly reordered?: number;
  readonly accounts: number;
  readonly endpoints: number;
  readonly skipped: readonly { readonly reason: string; readonly rows: number; readonly firstLine: number }[];
}

/** One variant with one seed. */
export interface RunResult {
  /** undefined for a scenario without variants. */
  readonly variant: string | undefined;
  readonly seed: number;
  /** 16 hexadecimal digits over everything that happened, in order. */
  readonly hash: string;
  readonly events: number;
  readonly loadEndUs: number;
  readonly endUs: number;
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly thresholds: readonly ThresholdVerdict[];
  readonly invariants: readonly InvariantVerdict[];
  readonly exercised: readonly ExercisedVerdict[];
  /** Every exercise counter. */
  readonly exercise: Readonly<Record<string, number>>;
  /** By metric, tags included: `queue_latency{key:new}`. */
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly evidence: RunEvidence | undefined;
  /** A run against a live server; undefined: in virtual time. */
  readonly live?: LiveRun | undefined;
}

export interface VariantInfo {
  readonly name: string | undefined;
  readonly description: string;
  readonly policy: string;
  /** Every switch of the policy, as text. */
  readonly switches: Readonly<Record<string, string>>;
  readonly marks: readonly Mark[];
  readonly prices: readonly { readonly endpoint: string; readonly usd: number; readonly source: string }[];
  /** Mean of the configured service time, µs: what a lost slot-second could have done. undefined where only a file knows it. */
  readonly meanServiceUs: number | undefined;
  /** Where the metrics begin, µs; 0: with the run. Older results have none of the fields from here on. */
  readonly warmupUs?: number;
  /** How that was decided, in words. */
  readonly warmupRule?: string;
  /** false: a cut was looked for and not found, so that the metrics hold whatever the start did to them. */
  readonly warmupFound?: boolean;
  /** What the seeds say together; undefined for one seed. */
  readonly acrossSeeds?: AcrossSeeds | undefined;
  /** The command that replays a run of it, but for ` --seed 1`. Older results have none. */
  readonly replay?: string;
  /** Where its checks stand in the scenario file; none for a script. */
  readonly places?: readonly CheckPlace[];
  readonly gate?: VariantGate;
}

/** The part of a result's seeds that one of several machines has run. */
export interface ShardInfo {
  /** From 1. */
  readonly index: number;
  readonly of: number;
  /** All seeds, of all shards. */
  readonly seeds: readonly number[];
  /** The command that runs the whole. */
  readonly rerun: string;
}

/** First 16 hexadecimal digits of the SHA-256 of each part, all variants together. */
export interface ScenarioParts {
  /** Arrivals, clients, service times, steps, faults, recovery, warm-up: what happens to the platform. */
  readonly load: string;
  /** Accounts, limits, keys, endpoints, runners. */
  readonly platform: string;
  /** Switches of the policy. */
  readonly policy: string;
  readonly expectations: string;
}

export interface ResultFile {
  readonly schemaVersion: typeof RESULT_SCHEMA_VERSION;
  readonly tool: { readonly name: 'slotstorm'; readonly version: string };
  /** Version of the scheme that turns seeds into numbers. */
  readonly randomScheme: number;
  readonly scenario: {
    readonly name: string;
    readonly description: string;
    /** As given on the command line. */
    readonly file: string;
    /** SHA-256 of the resolved scenario. */
    readonly sha256: string;
    /** The command that runs it again. */
    readonly rerun: string;
    readonly notes: readonly string[];
    /** SHA-256 of each part of the resolved scenario, so that a changed threshold does not make results incomparable. */
    readonly parts?: ScenarioParts;
  };
  readonly seeds: readonly number[];
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly variants: readonly VariantInfo[];
  readonly runs: readonly RunResult[];
  /** `--compare-with-sim`: metrics of the live runs beside the simulated ones. */
  readonly agreement?: readonly AgreementLine[] | undefined;
  readonly gate?: GateResult | undefined;
  readonly comparison?: Comparison | undefined;
  /** Of a merge of some shards: what is not there. Such a result is undecided at best. */
  readonly incomplete?: string | undefined;
  /** undefined: the whole, or merged. */
  readonly shard?: ShardInfo | undefined;
  /** What differs between two identical runs. Comparisons ignore it. */
  readonly meta: ResultMeta;
}

export interface ResultMeta {
  /** ISO 8601 */
  readonly date: string;
  readonly host: string;
  readonly platform: string;
  readonly node: string;
  readonly durationMs: number;
  /** Older results have neither of these. */
  readonly cpu?: string | undefined;
  /** Of the repository that the scenario lies in; undefined outside one. */
  readonly revision?: { readonly sha: string; readonly dirty: boolean } | undefined;
  /** The first seed of each variant was run twice, and both histories were the same. */
  readonly repeated?: true;
}
