import type { Level } from '../gate/gate-result.js';
import type { MetricUnit } from '../metrics.js';

/** `undecided`: the interval allows both. `not-comparable`: nothing can be said, whatever the numbers are. */
export type ComparisonVerdict = 'better' | 'same' | 'worse' | 'undecided' | 'not-comparable';

/** One number of one variant, held against the baseline. */
export interface ComparedNumber {
  readonly variant: string | undefined;
  /** With its tags: `queue_latency{key:new}`. */
  readonly metric: string;
  /** Field of the metric's value: `p95`, `count`. */
  readonly number: string;
  readonly unit: MetricUnit;
  /** Whether it decides the exit code. */
  readonly gates: boolean;
  /** Of a number that the scenario asked for and that does not decide by itself; all others without `gates` are information. */
  readonly level?: Exclude<Level, 'error'> | undefined;
  /** Medians over the seeds, in the metric's unit; undefined: nothing was measured. */
  readonly baseline: number | undefined;
  readonly candidate: number | undefined;
  /** Hodges–Lehmann centre of the differences by seed (live: shift between the runs), and its bounds; positive: more. */
  readonly shift: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** The same as a share of the baseline. */
  readonly shiftShare: number | undefined;
  /** What is too small to matter, in the metric's unit. */
  readonly margin: number;
  /** Chance that the bounds miss, after Holm's correction. */
  readonly misrate: number;
  readonly verdict: ComparisonVerdict;
  /** Why it could not be decided, or compared. */
  readonly note: string;
  readonly seeds: number;
  readonly seedsWorse: number;
  readonly worstSeed: number | undefined;
  /** [seed, baseline, candidate], at most 200. */
  readonly pairs: readonly (readonly [seed: number, baseline: number, candidate: number])[];
}

/** Whether somebody asked for this number, at whatever level. */
export function isAskedFor({ gates, level }: Pick<ComparedNumber, 'gates' | 'level'>): boolean {
  return gates || level != null;
}

/** What happened otherwise than in the baseline, whatever the numbers say. */
export interface BehaviourChange {
  readonly variant: string | undefined;
  readonly seedsCompared: number;
  /** Seeds whose histories differ. */
  readonly seedsChanged: readonly number[];
  /** The first event that differs, of the first such seed, where both histories are at hand. */
  readonly first:
    | {
        readonly seed: number;
        /** Number of the event, from 1; undefined where only a stretch is known. */
        readonly event: number | undefined;
        readonly atUs: number | undefined;
        /** In words; undefined: it ended there. */
        readonly baseline: string | undefined;
        readonly candidate: string | undefined;
      }
    | undefined;
}

/** What a result was held against. */
export interface BaselineOrigin {
  /** `reports/baselines/x.json`, `v1.2:reports/baselines/x.json`, a folder of a run. */
  readonly source: string;
  readonly tool: string;
  readonly sha256: string;
  /** Why the baseline was set; undefined for a run. */
  readonly reason: string | undefined;
  readonly updated: string | undefined;
}

export interface Comparison {
  readonly baseline: BaselineOrigin;
  /** `paired`: seed by seed, in virtual time. `shift`: run against run, on the wall clock. */
  readonly rule: 'paired' | 'shift';
  /** Why nothing can be compared; empty: it can. */
  readonly obstacles: readonly string[];
  /** What differs on purpose and was allowed. */
  readonly allowed: readonly string[];
  readonly numbers: readonly ComparedNumber[];
  readonly behaviour: readonly BehaviourChange[];
  /** By variant ('' for none): the baseline's queue latencies as [value ms, share of requests at most that], for the dashed curve. */
  readonly latencyCurves: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** 0, 97 or 96. */
  readonly exitCode: number;
}
