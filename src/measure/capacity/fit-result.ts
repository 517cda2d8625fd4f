import type { RecordedRows } from './recorded-rows.js';

/** A distribution fitted to a sample. */
export interface FittedLaw {
  /** `exponential`, `lognormal`, `gamma`, `pareto`, `constant`, `empirical`. */
  readonly law: string;
  /** As a scenario writes it: `{ lognormal: { mean: 12s, cv: 0.5 } }`. */
  readonly spec: unknown;
  readonly text: string;
  /** Largest distance between the distribution functions (Kolmogorov and Smirnov), 0 to 1. */
  readonly distance: number;
  /** Akaike's criterion; smaller is better; undefined: the law has no density. */
  readonly aic?: number | undefined;
}

export interface FittedArrivals {
  /** `constant`, `poisson`, `batches`, `onOff`, `stages` (time of day), `recordedRate` (also stages), `burst`. */
  readonly model: string;
  readonly spec: unknown;
  readonly text: string;
  /** How far what the model makes is from the trace, by measure. */
  readonly fit: readonly { readonly what: string; readonly trace: number; readonly model: number }[];
}

/** One thing that decides how large a limit must be: of the trace, and of what the fitted load makes over many seeds. */
export interface FitCheck {
  readonly what: string;
  readonly trace: number;
  readonly low: number;
  readonly high: number;
  /** `calmer`: limits that are planned with the fitted load come out too small; `wilder`: too large. */
  readonly verdict: 'alike' | 'calmer' | 'wilder';
}

/** The requests of one tenant or endpoint, or of all but the busiest, fitted by themselves. */
export interface FittedPart {
  /** undefined: all others, together. */
  readonly name: string | undefined;
  /** How many tenants or endpoints these are. */
  readonly names: number;
  readonly requests: number;
  /** Of the work of all; where the trace has no service times, of the requests. */
  readonly share: number;
  readonly ratePerSecond: number;
  readonly peakPerSecond: number;
  readonly arrivals: string;
  readonly service: string | undefined;
  /** Whether it may be planned with; undefined: too few requests to say. */
  readonly isAlike: boolean | undefined;
}

/** Below this many rows nobody can tell whether a fitted load is like its trace. */
export const FEW_ROWS = 100;

/** What a trace looks like, and the models that come closest. */
export interface FitResult extends RecordedRows {
  readonly spanMs: number;
  readonly ratePerSecond: number;
  readonly peakPerSecond: number;
  /** Variance over mean of counts in windows of these lengths; 1: Poisson. */
  readonly dispersion: readonly { readonly windowMs: number; readonly index: number }[];
  /** Squared coefficient of variation of the gaps; 1: Poisson. */
  readonly gapScv: number;
  /** Mean number of arrivals at one instant of the trace's own resolution. */
  readonly meanBatch: number;
  /** Share of requests by hour of the day, in the clock of the trace; 24 numbers. */
  readonly hours: readonly number[];
  readonly service:
    | { readonly meanMs: number; readonly cv: number; readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number; readonly maxMs: number }
    | undefined;
  readonly serviceLaws: readonly FittedLaw[];
  readonly arrivalModels: readonly FittedArrivals[];
  /** Places in the lists above. */
  readonly chosen: { readonly service: number | undefined; readonly arrivals: number };
  readonly notes: readonly string[];
  /** Whether the fitted load may stand for the trace in a plan; `arrivalsAlike`: the trace has no service times, and its arrivals may; `tooFewRows`: nobody can tell. */
  readonly verdict: 'alike' | 'arrivalsAlike' | 'unlike' | 'tooFewRows' | 'notChecked';
  /** What the verdict rests on: all must be alike. Empty: nothing could be checked. */
  readonly checks?: readonly FitCheck[] | undefined;
  /** The command that plans with the trace itself. */
  readonly planCommand?: string | undefined;
  /** By the values of one column, the most work first, the others last. */
  readonly parts?: readonly { readonly column: string; readonly list: readonly FittedPart[] }[] | undefined;
}
