import type { CallRecord } from './client-calls.js';
import type { MetricValue } from './metrics.js';

/** A run against a live server, beside what every run has. Its metrics and verdicts stand where those of a simulated run do. */
export interface LiveRun {
  /** `engine`, `autocannon`, `k6`, `fal-client` */
  readonly driver: string;
  /** `own`: an emulator that the run started; `slotstorm`: somebody's `slotstorm serve`; `fal`: another server. */
  readonly target: { readonly kind: 'own' | 'slotstorm' | 'fal'; readonly url: string };
  /** Virtual seconds in a second of the wall clock. */
  readonly speed: number;
  /** How a `submit` was watched: `stream`, `poll`, `none`. */
  readonly follow: string;
  /** Where the run's metrics come from: the server's own history with the clients' retries, or the clients alone. */
  readonly judgedBy: 'server' | 'client';
  readonly pacing: Pacing;
  readonly tool: ToolVerdict | undefined;
  /** Why the run cannot pass, whatever the metrics say. */
  readonly broken: readonly string[];
  /** Why nobody can tell. */
  readonly undecided: readonly string[];
  readonly notes: readonly string[];
  /** The clients' view, by metric, tags included. Latencies count from the planned time. */
  readonly clientMetrics: Readonly<Record<string, MetricValue>>;
  /** Where clients and server tell different stories. */
  readonly findings: readonly Finding[];
  readonly steps: readonly PerformedStep[];
  /** Virtual µs of recovery in which no client was left, so that nobody waited for them. */
  readonly skippedUs: number;
  /** The slowest calls and those that went wrong, as clients saw them. */
  readonly slowest: readonly CallRecord[];
  readonly troubled: readonly CallRecord[];
  readonly troubledHidden: number;
}

/** A difference between what clients saw and what the server's books say. */
export interface Finding {
  /** The metric, or what was counted: `requests{outcome:ok}`. */
  readonly what: string;
  /** In words of the reader, numbers with their units. */
  readonly client: string;
  readonly server: string;
  /** What that means, and where to look. */
  readonly explanation: string;
}

export interface PerformedStep {
  /** From 1, as on every time axis. */
  readonly number: number;
  readonly plannedUs: number;
  /** When the server had answered; undefined: it was not performed. */
  readonly performedUs: number | undefined;
  /** Why not, or what the server said. */
  readonly trouble: string | undefined;
}

/** Wall-clock figures of the load itself. */
export interface Pacing {
  /** Calls that the schedule held until the end. */
  readonly planned: number;
  readonly sent: number;
  /** Arrivals beyond `maxVUs`. */
  readonly dropped: number;
  /** HTTP requests, polls included; undefined: the tool does not say. */
  readonly httpRequests: number | undefined;
  /** Sent minus planned, wall ms; undefined: the tool does not say. */
  readonly sendErrorMs: Spread | undefined;
  /** How late the client's event loop was, wall ms. */
  readonly loopLagMs: Spread | undefined;
  /** HTTP requests as the client's clock saw them, from sent to answered, wall ms. */
  readonly httpMs: Spread | undefined;
  /** CPU of the load processes, user and system, from start to end. */
  readonly cpuMs: number | undefined;
  readonly wallMs: number;
  readonly processes: number;
}

export interface Spread {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** A load tool's own word about the run. */
export interface ToolVerdict {
  /** `k6 v2.2.0` */
  readonly tool: string;
  readonly exitCode: number;
  /** What that code means to the tool. */
  readonly meaning: string;
  readonly passed: boolean;
}

/** `--compare-with-sim`: a metric of a variant in both worlds, seed by seed. */
export interface AgreementLine {
  readonly variant: string | undefined;
  /** `queue_latency` */
  readonly metric: string;
  /** `p50`, `p95`, `count`, … */
  readonly statistic: string;
  /** `ms`, `requests`, … */
  readonly unit: string;
  /** Seeds that both worlds have a sample for. */
  readonly pairs: number;
  /** Means over those seeds. */
  readonly simulated: number;
  readonly live: number;
  /** Live minus simulated, paired by seed: mean, and its 95 % interval (Student's t); undefined bounds for fewer than two pairs. */
  readonly difference: number;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  /** What counts as the same: the larger of a share of `simulated` and an absolute amount. */
  readonly tolerance: number;
  /** `agrees`: the whole interval lies within the tolerance; `differs`: all of it outside; else `undecided`. */
  readonly verdict: 'agrees' | 'differs' | 'undecided';
}
