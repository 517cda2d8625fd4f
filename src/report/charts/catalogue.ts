import type { ChartConfiguration } from 'chart.js';
import type { ResultFile } from '../../measure/result.js';
import { type ShownVariant, shownVariants } from '../runs.js';
import { ganttChart, ganttHeightPx, planGantt } from './gantt.js';
import { type LatencyLine, latencyChart } from './latency.js';
import { type LeakLine, leakGrowthChart } from './leak-growth.js';
import { occupancyChart } from './occupancy.js';
import { queueChart } from './queue.js';
import { repeatCounts, retriesChart } from './retries.js';
import type { ChartTheme } from './theme.js';

/** One chart of a report. The page and the PNG renderer draw the same ones. */
export interface ChartEntry {
  /** `slots`, `gantt`, …: also the start of the file's name. */
  readonly kind: 'slots' | 'gantt' | 'queue' | 'latency' | 'retries' | 'leak' | 'latencies' | 'account';
  /** Index of the variant; undefined for charts of all variants. */
  readonly variant: number | undefined;
  /** For `account`. */
  readonly account: string | undefined;
  readonly title: string;
  readonly heightPx: number;
  /** A fresh configuration: Chart.js changes what it is given. */
  readonly build: (theme: ChartTheme) => ChartConfiguration;
}

const HEIGHT_PX = 340;
const SMALL_PX = 240;

/** Every chart that the result has evidence for. */
export function chartsOf(result: ResultFile): ChartEntry[] {
  const variants = shownVariants(result);
  const shared = { variant: undefined, account: undefined, heightPx: HEIGHT_PX };
  const leaks = leakLines(variants);
  const latencies = latencyLines(variants);
  const all: ChartEntry[] = [];
  if (leaks.length > 0) {
    const title = 'Leak growth: slot-seconds lost to ghosts';
    all.push({ ...shared, kind: 'leak', title, build: (theme) => leakGrowthChart(leaks, { title }, theme) as ChartConfiguration });
  }
  if (latencies.length > 1) {
    const title = 'Queue latency of all variants';
    all.push({ ...shared, kind: 'latencies', title, build: (theme) => latencyChart(latencies, { title, focus: undefined }, theme) as ChartConfiguration });
  }
  for (const [index, variant] of variants.entries()) all.push(...chartsOfVariant(variant, index, latencies));
  return all;
}

function leakLines(variants: readonly ShownVariant[]): LeakLine[] {
  return variants.flatMap(({ title, shown }) => (shown.evidence == null ? [] : [{ title, timeline: shown.evidence.timeline, endUs: shown.endUs }]));
}

function latencyLines(variants: readonly ShownVariant[]): LatencyLine[] {
  return variants.flatMap(({ title, shown }) => (shown.evidence == null ? [] : [{ title, buckets: shown.evidence.queueLatency }]));
}

function chartsOfVariant(variant: ShownVariant, index: number, latencies: readonly LatencyLine[]): ChartEntry[] {
  const { shown: run, info, title: name } = variant;
  const { evidence } = run;
  if (evidence == null) return [];
  const entry = (kind: ChartEntry['kind'], what: string, build: (title: string, theme: ChartTheme) => unknown, more: Partial<ChartEntry> = {}): ChartEntry => {
    const title = `${what}: ${name}`;
    return { kind, variant: index, account: undefined, title, heightPx: HEIGHT_PX, build: (theme) => build(title, theme) as ChartConfiguration, ...more };
  };
  const { marks, warmupUs = 0 } = info;
  const repeats = repeatCounts(evidence.attemptsPerCall, evidence.requeuesPerRequest);
  return [
    entry('slots', 'Slots over time', (title, theme) => occupancyChart(run, evidence.timeline, { title, marks, warmupUs }, theme)),
    ...Object.entries(evidence.accountTimelines).map(([account, timeline]) =>
      entry('account', `Slots of ${account}`, (title, theme) => occupancyChart(run, timeline, { title, marks, warmupUs }, theme), {
        account,
        heightPx: SMALL_PX,
      }),
    ),
    entry('gantt', 'Who held which slot', (title, theme) => ganttChart(run, { title, marks, warmupUs }, theme), { heightPx: ganttHeightPx(planGantt(run)) }),
    entry('queue', 'Queue depth', (title, theme) => queueChart(run, evidence.timeline, { title, marks, warmupUs }, theme), { heightPx: SMALL_PX }),
    entry('latency', 'Queue latency', (title, theme) => latencyChart(latencies, { title, focus: name }, theme)),
    entry('retries', 'Retries', (title, theme) => retriesChart(repeats, { title }, theme), { heightPx: SMALL_PX + 40 }),
  ];
}
