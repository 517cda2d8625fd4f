import type { LimitAnswer, LoadFacts, Overload, PointEvidence, ShortRun } from '../measure/capacity/plan-result.js';
import type { MetricValue } from '../measure/metrics.js';
import type { LimitEffect } from './limit-effects.js';
import type { Slo } from './slos.js';

/** What can be changed of a planned load and its platform. Missing: as it is. */
export interface Dials {
  readonly limit: number;
  /** Arrivals come this many times as fast. */
  readonly rateFactor?: number | undefined;
  /** Work takes this many times as long. */
  readonly serviceFactor?: number | undefined;
  /** Mean number of requests that come at one instant (geometric), at the same rate of requests. 1: each alone. */
  readonly batchMean?: number | undefined;
  /** Coefficient of variation of the service; the mean stays. */
  readonly serviceCv?: number | undefined;
  /** Slots held by requests whose key was revoked at the start (onRevoke: strand). */
  readonly ghosts?: number | undefined;
  /** Runners start cold and take this long. */
  readonly coldStartMs?: number | undefined;
  /** Infinity: none. */
  readonly startTimeoutMs?: number | undefined;
  readonly call?: { readonly call: 'submit' | 'subscribe' | 'run'; readonly sdk: 'js' | 'python' } | undefined;
  /** So many requests more at one instant, in the middle of the run. */
  readonly burst?: number | undefined;
  readonly waiting?: 'backoff' | 'fifo' | undefined;
  /** So many runners of each endpoint, of which `down` stand still for `forMs` in the middle of the run. */
  readonly outage?: { readonly runners: number; readonly down: number; readonly forMs: number } | undefined;
  /** Limits by endpoint on top of the account's. */
  readonly endpointLimits?: Readonly<Record<string, number>> | undefined;
}

export type DialName = keyof Dials;

/** One setting, ready to be simulated anywhere: plain data that survives JSON. */
export interface PlanPoint {
  /** A scenario file's data; its `expect.thresholds` are the SLOs. */
  readonly input: unknown;
  /** The same text for the same input. */
  readonly key: string;
}

/** What one seed of a point said. Plain data that survives JSON: a missing number is null. */
export interface SeedFigures {
  readonly seed: number;
  readonly hash: string;
  readonly events: number;
  /** What each threshold of the input judged, in order; null: no sample. */
  readonly actuals: readonly (number | null)[];
  /** For each budget of the input: how often it happened, and how often it could have. */
  readonly occurrences: readonly { readonly name: string; readonly k: number; readonly n: number }[];
  readonly metrics: Readonly<Record<string, MetricValue>>;
  /** Invariants that broke. */
  readonly broken: readonly string[];
}

/** Runs points, here, on threads or on other machines. The answers are the same. */
export interface Simulator {
  /** @returns by point, by seed */
  run(points: readonly PlanPoint[], seeds: readonly number[]): Promise<readonly (readonly SeedFigures[])[]>;
  /** For `plan.json`: `2 threads`, `redis, 3 workers seen`. */
  readonly description: string;
  stop(): Promise<void>;
}

/** A class of traffic that shares the limit with others. */
export interface LoadClass {
  readonly tag: 'endpoint' | 'key';
  /** As metrics name it. */
  readonly name: string;
  readonly ratePerSecond?: number | undefined;
  readonly meanServiceMs?: number | undefined;
}

/** More have no metrics of their own. One place is left for ghosts. */
export const MOST_CLASSES = 7;

/** A load with a platform, from flags, a scenario or a trace. */
export interface PlannedLoad {
  /** Where there are several: the figures of every point hold `queue_latency{tag:name}` of each. */
  readonly classes?: readonly LoadClass[] | undefined;
  readonly facts: LoadFacts;
  /** Dials that mean something here; `limit` always does. */
  readonly dials: ReadonlySet<DialName>;
  /** Whether any of its requests has a start_timeout, where points hold requests of others too; undefined: all are its own. */
  readonly hasDeadline?: boolean | undefined;
  /** One history that chance has no part in: more seeds say nothing more. */
  readonly isRecorded: boolean;
  /** By how much offered work exceeds what the limit could ever do; undefined: it fits, or the load is not the same all the time, so that only a run can tell. */
  overload?(dials: Dials): Overload | undefined;
  /** Whether runs end before the queue shows what it does in the long run: what passes there is not shown. */
  shortRun?(dials: Dials): ShortRun | undefined;
  /** What a larger limit does to a promise, where that hangs on whose requests it is about; undefined: `limitEffectOn`. */
  effectOn?(slo: Slo): LimitEffect;
  /** What of a run's figures is about this load; undefined: all of it. */
  figuresOf?(figures: SeedFigures): SeedFigures;
  /** @throws RangeError for a dial that is not in `dials` */
  point(dials: Dials): PlanPoint;
}

/**
 * `decide`: seeds are added until every SLO is decided, or no more are allowed. `weigh`: the same with a quarter of the seeds
 * at most, where an interval will do. `look`: the first few only, for charts. Where only a budget of which none was lost is undecided,
 * both go on to the first look at which that can pass: with fewer seeds no setting could.
 */
export type Effort = 'decide' | 'weigh' | 'look';

/** A question being worked on. Points that were judged before are not simulated again. */
export interface Planning {
  readonly load: PlannedLoad;
  readonly slos: readonly string[];
  /** Judges settings with the same seeds, all at once. */
  judge(dials: readonly Dials[], effort: Effort): Promise<readonly PointEvidence[]>;
  /** All seeds' figures of a setting, judged or not. */
  figures(dials: Dials, effort: Effort): Promise<readonly SeedFigures[]>;
  /** The smallest limit that meets every SLO under these dials. */
  smallestLimit(dials: Omit<Dials, 'limit'>, effort?: Effort): Promise<LimitAnswer>;
  /** The largest value of a factor that still meets every SLO at a limit. @returns the interval it lies in, and what was tried */
  largestFactor(
    dial: 'rateFactor' | 'serviceFactor',
    dials: Dials,
  ): Promise<{ readonly low: number; readonly high: number; readonly evidence: readonly PointEvidence[] }>;
  /** Told what is being done now. */
  progress(what: string): void;
}
