/** A load and a platform in a few numbers: what flags of `plan` and the sliders of the playground say. */
export interface Setting {
  readonly limit: number;
  /** Requests a second. */
  readonly ratePerSecond: number;
  /** Mean number of requests that come at one instant; 1: each alone (Poisson). */
  readonly batchMean: number;
  readonly service: { readonly law: 'constant' | 'exponential' | 'lognormal' | 'gamma'; readonly meanMs: number; readonly cv: number };
  readonly ghosts: number;
  readonly policy: 'fal-documented' | 'fal-939' | 'nexaapi-claims' | 'reference';
  readonly waiting: 'backoff' | 'fifo';
  /** Infinity: none. */
  readonly startTimeoutMs: number;
  /** How many requests come in a run, about. */
  readonly requests: number;
  readonly seed: number;
}
