import type { ShortRun } from '../measure/capacity/plan-result.js';
import type { FlowTimeline } from '../measure/flow-timeline.js';
import type { MetricName, MetricValue } from '../measure/metrics.js';
import type { RunEvidence, RunResult, Verdict } from '../measure/result.js';
import type { Timeline, TimelinePoint } from '../measure/timeline.js';
import type { SeedFigures } from '../plan/point.js';

/** How one promise came out with one seed. A plan judges many seeds; this is one of them. */
export interface PromiseFigures {
  /** As it was written, with its metric: `queue_latency p(95)<2s`. */
  readonly slo: string;
  /** In the metric's unit; null: no sample. */
  readonly actual: number | null;
  readonly verdict: Verdict;
}

/** What charts are drawn from: a fixed number of stretches of the run, all as long as each other but the last. */
export interface FiguresOverTime {
  readonly stretchMs: number;
  /** Requests waiting, mean of the stretch. */
  readonly queued: readonly number[];
  /** Slots in use by live work, mean of the stretch. */
  readonly live: readonly number[];
  /** Slots held by nothing, mean of the stretch. */
  readonly ghost: readonly number[];
  /** ms that what started in the stretch had waited; null: nothing did. */
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  /** Requests that start_timeout dropped in the stretch. */
  readonly expired: readonly number[];
}

/** What one run of a setting says. ms; all but `overTime`, `broken` and `ghosts` leave the warm-up out. */
export interface RunFigures {
  /** Of the history: the same hash, the same run. */
  readonly hash: string;
  readonly events: number;
  readonly warmupMs: number;
  readonly loadEndMs: number;
  readonly endMs: number;
  /** Waits of those that started, ms; null: none did. */
  readonly queueLatency: {
    readonly n: number;
    readonly avg: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  } | null;
  /** Slot-seconds taken over slot-seconds allowed, ghosts included. */
  readonly utilisation: number;
  readonly served: number;
  readonly waitingAtEnd: number;
  readonly startTimeouts: number;
  /** Times that the platform put a request back to try again later. */
  readonly requeues: number;
  /** Slots held by nothing at the end. */
  readonly ghosts: number;
  readonly slos: readonly PromiseFigures[];
  /** No SLO was missed, but the run ended before the queue shows what it does in the long run: too short to tell. null: long enough. */
  readonly tooShort: ShortRun | null;
  /** Shares that were promised: so many of so many. */
  readonly occurrences: SeedFigures['occurrences'];
  /** Invariants that broke. */
  readonly broken: readonly string[];
  readonly overTime: FiguresOverTime;
}

const US_PER_MS = 1_000;

/** @param result of a run that kept its evidence @param warmupUs where its metrics begin @param shortRun whether it ends before long queues have grown */
export function runFigures(result: RunResult, seed: SeedFigures, warmupUs: number, shortRun: ShortRun | undefined): RunFigures {
  const { metrics } = result;
  const slos = result.thresholds.map(({ metric, expression, actual, verdict }) => ({ slo: `${metric} ${expression}`, actual: actual ?? null, verdict }));
  return {
    hash: seed.hash,
    events: seed.events,
    warmupMs: warmupUs / US_PER_MS,
    loadEndMs: result.loadEndUs / US_PER_MS,
    endMs: result.endUs / US_PER_MS,
    queueLatency: waitsOf(metrics['queue_latency']),
    utilisation: gauge(metrics, 'slot_utilisation'),
    served: count(metrics, 'requests{outcome:ok}'),
    waitingAtEnd: count(metrics, 'requests{outcome:waiting}'),
    startTimeouts: count(metrics, 'start_timeouts'),
    requeues: count(metrics, 'server_requeues'),
    ghosts: gauge(metrics, 'leaked_slots'),
    slos,
    tooShort: slos.some(({ verdict }) => verdict === 'fail') ? null : (shortRun ?? null),
    occurrences: seed.occurrences,
    broken: seed.broken,
    overTime: overTime(result.evidence as RunEvidence, result.endUs),
  };
}

function waitsOf(value: MetricValue | undefined): RunFigures['queueLatency'] {
  if (value?.type !== 'trend' || value.n === 0) return null;
  const { n, avg, med, p95, p99, max } = value;
  return { n, avg, p50: med, p95, p99, max };
}

function gauge(metrics: RunResult['metrics'], name: MetricName): number {
  const value = metrics[name];
  return value?.type === 'gauge' ? value.value : 0;
}

function count(metrics: RunResult['metrics'], name: string): number {
  const value = metrics[name];
  return value?.type === 'counter' ? value.count : 0;
}

function overTime({ timeline, flow }: RunEvidence, endUs: number): FiguresOverTime {
  const { binUs: stretchUs, points } = flow as FlowTimeline;
  const wait = (name: 'p50' | 'p95' | 'p99'): (number | null)[] => points.map((point) => point[name] ?? null);
  return {
    stretchMs: stretchUs / US_PER_MS,
    queued: meansOf(timeline, ({ queued }) => queued, stretchUs, endUs),
    live: meansOf(timeline, ({ live }) => live, stretchUs, endUs),
    ghost: meansOf(timeline, ({ ghost }) => ghost, stretchUs, endUs),
    p50: wait('p50'),
    p95: wait('p95'),
    p99: wait('p99'),
    expired: points.map(({ expired }) => expired),
  };
}

/** The bins of a timeline are finer: each stretch has the mean of those that begin in it. */
function meansOf({ binUs, points }: Timeline, levelOf: (point: TimelinePoint) => number, stretchUs: number, endUs: number): number[] {
  const sums: number[] = [];
  const spans: number[] = [];
  for (const point of points) {
    const stretch = Math.floor(point.atUs / stretchUs);
    const spanUs = Math.min(binUs, endUs - point.atUs);
    sums[stretch] = (sums[stretch] ?? 0) + levelOf(point) * spanUs;
    spans[stretch] = (spans[stretch] ?? 0) + spanUs;
  }
  return sums.map((sum, at) => Number((sum / Math.max(1, spans[at] ?? 1)).toFixed(3)));
}
