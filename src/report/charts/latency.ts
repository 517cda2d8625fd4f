import type { ChartConfiguration, ChartDataset } from 'chart.js';
import { formatMs, formatShare } from '../format.js';
import { axisTitle, baseOptions, lineLegend, lineStyle, PLAIN_POINTS } from './axes.js';
import type { ChartTheme } from './theme.js';
import { curveLabel, type WaitCurve } from './wait-curves.js';

/** A logarithmic axis has no zero: what is faster is drawn here, and the axis says so. */
export const LATENCY_FLOOR_MS = 1;
const BASELINE_DASH = [8, 5];

export interface Point {
  x: number;
  y: number;
}

export interface CurvesAbout {
  readonly title: string;
  /** The variant that the chart is about: the others step back. */
  readonly focus: string | undefined;
}

/** Which share of the requests had started after which wait, one line a variant; a baseline is dashed. */
export function latencyChart(curves: readonly WaitCurve[], about: CurvesAbout, theme: ChartTheme): ChartConfiguration<'line', Point[]> {
  const base = baseOptions({ title: about.title, subtitle: '' }, theme);
  const max = longestWait(curves);
  return {
    type: 'line',
    data: { datasets: curves.map((curve, at) => ({ data: ecdfPoints(curve, max), ...curveLook(curve, at, about, theme) })) },
    options: {
      ...base,
      ...PLAIN_POINTS,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: waitAxis(max, theme),
        y: {
          type: 'linear',
          min: 0,
          max: 1,
          title: axisTitle('share of started requests', theme),
          grid: { color: theme.grid },
          ticks: { stepSize: 0.2, color: theme.muted, callback: (value) => formatShare(Number(value)) },
        },
      },
      plugins: {
        ...base.plugins,
        legend: lineLegend(theme),
        tooltip: {
          ...base.plugins.tooltip,
          callbacks: { title: () => '', label: (item) => `${item.dataset.label}: ${formatShare(item.parsed.y ?? 0)} within ${formatMs(item.parsed.x ?? 0)}` },
        },
      },
    },
  };
}

/** The right edge of charts of waits, ms. */
export function longestWait(curves: readonly WaitCurve[]): number {
  return Math.max(1000, ...curves.map((curve) => curve.points.at(-1)?.value ?? 0));
}

/** Label and line of one curve. Where a chart is about one variant its line is solid, the baseline dashed, the others thin. */
export function curveLook(curve: WaitCurve, at: number, { focus }: CurvesAbout, theme: ChartTheme): Omit<ChartDataset<'line', Point[]>, 'data'> {
  const look = { label: curveLabel(curve), stepped: true as const, ...lineStyle(at, theme), order: 0 };
  if (curve.isBaseline) return { ...look, borderColor: theme.text, borderDash: BASELINE_DASH, borderWidth: 2 };
  if (focus === undefined) return look;
  if (curve.title === focus) return { ...look, borderDash: [], borderColor: theme.queue, borderWidth: 3 };
  return { ...look, borderColor: theme.muted, borderWidth: 1, order: 1 };
}

/** Waits from the floor to the longest, on a logarithmic scale. */
export function waitAxis(max: number, theme: ChartTheme) {
  return {
    type: 'logarithmic' as const,
    min: LATENCY_FLOOR_MS,
    max,
    title: axisTitle(`queue latency, log scale (≤ ${LATENCY_FLOOR_MS}ms drawn at ${LATENCY_FLOOR_MS}ms)`, theme),
    grid: { color: ({ tick }: { readonly tick?: { readonly label?: unknown } }) => (tick?.label === '' ? 'transparent' : theme.grid) },
    ticks: { color: theme.muted, maxRotation: 0, autoSkip: false, callback: (value: string | number) => logLabel(Number(value), max) },
  };
}

/** From zero at the floor up to one at the right edge, so that every line spans the whole axis. */
function ecdfPoints({ points, isBaseline }: WaitCurve, max: number): Point[] {
  const drawn = points.map(({ value, share }) => ({ x: Math.max(LATENCY_FLOOR_MS, value), y: share }));
  // A baseline keeps points of its curve only: nothing is made up beyond the last one.
  return [{ x: LATENCY_FLOOR_MS, y: 0 }, ...drawn, ...(isBaseline ? [] : [{ x: max, y: 1 }])];
}

const LOG_TICKS_MS: readonly number[] = [1, 10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 360_000_000];

function logLabel(ms: number, max: number): string {
  return LOG_TICKS_MS.includes(ms) || (ms === max && LOG_TICKS_MS.every((tick) => tick > max || max / tick > 3)) ? formatMs(ms) : '';
}
