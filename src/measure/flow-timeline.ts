/** What passed through the platform in one stretch of time. */
export interface FlowPoint {
  /** Where the stretch begins, µs. */
  readonly atUs: number;
  /** Requests that first started in it, and how long those had waited, ms; undefined without any. */
  readonly started: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
  /** Requests dropped by their start deadline in it. */
  readonly expired: number;
  /** How long the oldest request that has never started waits at the end of it, ms. */
  readonly oldestWaitMs: number;
  /** Direct calls turned away with 429, by account limit and by endpoint limit. */
  readonly refusedByAccount: number;
  readonly refusedByEndpoint: number;
  readonly clientRetries: number;
  readonly requeues: number;
}

/** Rates and waits over time, in at most 120 stretches. */
export interface FlowTimeline {
  readonly binUs: number;
  readonly points: readonly FlowPoint[];
}
