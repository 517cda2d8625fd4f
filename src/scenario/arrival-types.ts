import type { DurationSpec } from './durations.js';

/** When the requests of a workload entry come. Times in µs from the start of the run, rates a second. */
export type ArrivalSpec = SyntheticArrivals | ClosedLoopSpec | TraceSpec;

interface Span {
  /** None comes before. */
  readonly fromUs: number;
  /** None comes at this time or after it. */
  readonly toUs: number;
}

/** Arrivals that come from a formula and heed nobody's answer. */
export type SyntheticArrivals =
  | { readonly kind: 'burst'; readonly count: number; readonly atUs: number }
  | ({ readonly kind: 'constant'; readonly perSecond: number } & Span)
  | ({ readonly kind: 'poisson'; readonly perSecond: number } & Span)
  | StagesSpec
  | OnOffSpec
  | BatchesSpec;

/** A rate that ramps from one target to the next in straight lines. */
export interface StagesSpec extends Span {
  readonly kind: 'stages';
  readonly startPerSecond: number;
  readonly stages: readonly { readonly durationUs: number; readonly perSecond: number }[];
  readonly process: 'constant' | 'poisson';
}

/** Poisson arrivals whose rate switches between two phases of exponential length. */
export interface OnOffSpec extends Span {
  readonly kind: 'onOff';
  readonly onPerSecond: number;
  readonly offPerSecond: number;
  readonly meanOnUs: number;
  readonly meanOffUs: number;
}

/** Several requests at each of many instants. */
export interface BatchesSpec extends Span {
  readonly kind: 'batches';
  readonly perSecond: number;
  readonly process: 'constant' | 'poisson';
  readonly size: { readonly kind: 'constant'; readonly count: number } | { readonly kind: 'geometric'; readonly mean: number };
}

/** Users who each call, wait for the end of the call, think, and call again. */
export interface ClosedLoopSpec extends Span {
  readonly kind: 'closedLoop';
  readonly users: number;
  readonly thinkTime: DurationSpec;
}

export interface TraceSpec {
  readonly kind: 'trace';
  /** As written; the loader resolves it. Its ending decides between CSV and NDJSON. */
  readonly file: string;
  readonly arrivalColumn: string;
  /** undefined: the endpoint's own service time. */
  readonly serviceColumn: string | undefined;
  /** µs in one unit of the service column. */
  readonly serviceUnitUs: number;
  /** Added to what the service column says. */
  readonly serviceOffsetUs: number;
  /** Work takes this many times as long as the service column says; undefined: 1. */
  readonly serviceFactor?: number | undefined;
  /** undefined: all rows belong to `as`. */
  readonly accountColumn: string | undefined;
  /** undefined: all rows go to `endpoint`. */
  readonly endpointColumn: string | undefined;
  /** Only rows that have one of the values in each of these columns; undefined: all rows. */
  readonly where?: readonly WantedValues[] | undefined;
  /** Limit of the accounts that the trace brings. */
  readonly accountLimit: number | undefined;
  /** Replayed this many times as fast. */
  readonly speed: number;
  /** Replayed this many times, back to back. */
  readonly loop: number;
  /** Only what was recorded from `fromUs` on and before `toUs`, counted from the first arrival at the recorded speed. */
  readonly slice: { readonly fromUs: number; readonly toUs: number } | undefined;
  /** When the replay begins, since the start of the run; undefined: 0. */
  readonly fromUs?: number | undefined;
  /** Whether a row that cannot be used is an error, or left out, counted and shown. */
  readonly badRows: 'error' | 'skip';
}

/** The values of a column with which a row is kept, as they stand in the file. */
export interface WantedValues {
  readonly column: string;
  readonly values: readonly string[];
}

/** Names one kind of arrivals; a workload entry has exactly one. */
export const ARRIVAL_KINDS = ['burst', 'rate', 'poisson', 'stages', 'onOff', 'batches', 'closedLoop', 'trace'] as const;
