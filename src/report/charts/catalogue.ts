import type { ChartConfiguration } from 'chart.js';
import type { ResultFile, RunEvidence } from '../../measure/result.js';
import { type ShownVariant, shownVariants } from '../runs.js';
import { type TimeChart, timeNameOf } from './annotations.js';
import { effectiveLimitChart } from './effective-limit.js';
import { hasRepeats, hasWaits } from './flow-points.js';
import { ganttChart, ganttHeightPx } from './gantt.js';
import { knowsRunners, planGantt } from './gantt-plan.js';
import { latencyChart } from './latency.js';
import { type LeakLine, leakGrowthChart } from './leak-growth.js';
import { occupancyChart } from './occupancy.js';
import { queueChart } from './queue.js';
import { refusalsChart } from './refusals.js';
import { gaveUpIn, repeatCounts, retriesChart } from './retries.js';
import { tailChart } from './tail.js';
import type { ChartTheme } from './theme.js';
import { baselineCurve, curvesOf, type WaitCurve } from './wait-curves.js';
import { waitsChart } from './waits.js';

export type ChartKind =
  | 'slots'
  | 'account'
  | 'gantt'
  | 'runners'
  | 'limit'
  | 'queue'
  | 'waits'
  | 'latency'
  | 'tail'
  | 'retries'
  | 'refusals'
  | 'leak'
  | 'latencies';

/** One chart of a report. The page and the PNG renderer draw the same ones. */
export interface ChartEntry extends DrawnChart {
  readonly kind: ChartKind;
}

/** What the page's board and the PNG renderer need of a chart, of whatever page it is. */
export interface DrawnChart {
  /** `slots`, `gantt`, …: also the start of the file's name. */
  readonly kind: string;
  /** Index of the variant; undefined for charts of all variants. */
  readonly variant: number | undefined;
  /** undefined also for a scenario without variants. */
  readonly variantName: string | undefined;
  /** For `account`. */
  readonly account: string | undefined;
  readonly title: string;
  readonly heightPx: number;
  /** Where its x axis is the time of one run, when that ends, µs: such charts of a variant zoom together. */
  readonly endUs: number | undefined;
  /** A fresh configuration: Chart.js changes what it is given. */
  readonly build: (theme: ChartTheme) => ChartConfiguration;
}

const HEIGHT_PX = 340;
const MEDIUM_PX = 280;
const SMALL_PX = 240;

/** Every chart that the result has evidence for. */
export function chartsOf(result: ResultFile): ChartEntry[] {
  const variants = shownVariants(result);
  const shared = { variant: undefined, variantName: undefined, account: undefined, heightPx: HEIGHT_PX, endUs: undefined };
  const leaks = leakLines(variants);
  const curves = curvesOf(variants);
  const all: ChartEntry[] = [];
  if (leaks.length > 0) {
    const title = 'Leak growth: slot-seconds lost to ghosts';
    const timeName = timeNameOf((variants[0] as ShownVariant).shown);
    all.push({ ...shared, kind: 'leak', title, build: (theme) => leakGrowthChart(leaks, { title, timeName }, theme) as ChartConfiguration });
  }
  if (leaks.length > 1) {
    const title = 'Queue latency of all variants';
    all.push({ ...shared, kind: 'latencies', title, build: (theme) => latencyChart(curves, { title, focus: undefined }, theme) as ChartConfiguration });
  }
  for (const [index, variant] of variants.entries()) {
    const { evidence } = variant.shown;
    if (evidence != null) all.push(...chartsOfVariant(variant, evidence, index, withBaseline(curves, baselineCurve(result, variant))));
  }
  return all;
}

function leakLines(variants: readonly ShownVariant[]): LeakLine[] {
  return variants.flatMap(({ title, shown }) => (shown.evidence == null ? [] : [{ title, timeline: shown.evidence.timeline, endUs: shown.endUs }]));
}

function withBaseline(curves: readonly WaitCurve[], baseline: WaitCurve | undefined): readonly WaitCurve[] {
  return baseline === undefined ? curves : [...curves, baseline];
}

type Build = (about: TimeChart, theme: ChartTheme) => unknown;

function chartsOfVariant(variant: ShownVariant, evidence: RunEvidence, index: number, curves: readonly WaitCurve[]): ChartEntry[] {
  const { shown: run, info, title: focus } = variant;
  const { timeline, flow } = evidence;
  const entry = (kind: ChartKind, what: string, heightPx: number, build: Build, more: Partial<ChartEntry> = {}): ChartEntry => {
    const about = { title: `${what}: ${focus}`, marks: info.marks, warmupUs: info.warmupUs ?? 0, timeName: timeNameOf(run) };
    return {
      kind,
      variant: index,
      variantName: info.name ?? undefined,
      account: undefined,
      endUs: undefined,
      title: about.title,
      heightPx,
      build: (theme) => build(about, theme) as ChartConfiguration,
      ...more,
    };
  };
  const overTime = { endUs: run.endUs };
  const repeats = repeatCounts(evidence, gaveUpIn(run));
  const charts = [
    entry('slots', 'Slots over time', HEIGHT_PX, (about, theme) => occupancyChart(run, timeline, about, theme), overTime),
    ...Object.entries(evidence.accountTimelines).map(([account, own]) =>
      entry('account', `Slots of ${account}`, SMALL_PX, (about, theme) => occupancyChart(run, own, about, theme, account), { ...overTime, account }),
    ),
    entry('gantt', 'Who held which slot', ganttHeightPx(planGantt(run)), (about, theme) => ganttChart(run, 'slots', about, theme), overTime),
  ];
  if (knowsRunners(run)) {
    const heightPx = ganttHeightPx(planGantt(run, 'runners'));
    charts.push(entry('runners', 'Which runner worked for whom', heightPx, (about, theme) => ganttChart(run, 'runners', about, theme), overTime));
  }
  charts.push(
    entry('limit', 'Effective limit', SMALL_PX, (about, theme) => effectiveLimitChart(run, timeline, about, theme), overTime),
    entry('queue', 'Queue depth', SMALL_PX, (about, theme) => queueChart(run, timeline, about, theme), overTime),
  );
  if (flow != null && hasWaits(flow))
    charts.push(entry('waits', 'Waits over time', HEIGHT_PX, (about, theme) => waitsChart(run, flow, about, theme), overTime));
  charts.push(
    entry('latency', 'Queue latency', HEIGHT_PX, ({ title }, theme) => latencyChart(curves, { title, focus }, theme)),
    entry('tail', 'Long waits', HEIGHT_PX, ({ title }, theme) => tailChart(curves, { title, focus }, theme)),
    entry('retries', 'Retries', MEDIUM_PX, ({ title }, theme) => retriesChart(repeats, { title }, theme)),
  );
  if (flow != null && hasRepeats(flow)) {
    charts.push(entry('refusals', 'Refusals and repeats over time', MEDIUM_PX, (about, theme) => refusalsChart(run, flow, about, theme), overTime));
  }
  return charts;
}
