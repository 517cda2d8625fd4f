import type { ChartConfiguration } from 'chart.js';
import type { LatencyBuckets } from '../../measure/result.js';
import { ecdfOf, samplesIn } from '../distribution.js';
import { formatMs, formatNumber, formatShare } from '../format.js';
import { axisTitle, baseOptions, lineLegend, lineStyle } from './axes.js';
import type { ChartTheme } from './theme.js';

export interface LatencyLine {
  readonly title: string;
  readonly buckets: LatencyBuckets;
}

/** A logarithmic axis has no zero: what is faster is drawn here, and the axis says so. */
const LATENCY_FLOOR_MS = 1;

/**
 * Which share of the requests had started after which wait, one line a variant.
 * @param focus the variant that the chart is about: the others step back
 */
export function latencyChart(
  lines: readonly LatencyLine[],
  about: { title: string; focus: string | undefined },
  theme: ChartTheme,
): ChartConfiguration<'line', { x: number; y: number }[]> {
  const base = baseOptions({ title: about.title, subtitle: '' }, theme);
  const filled = lines.filter((line) => samplesIn(line.buckets) > 0);
  const max = Math.max(1000, ...filled.map((line) => line.buckets.buckets.at(-1)?.[0] ?? 0));
  return {
    type: 'line',
    data: {
      datasets: filled.map((line) => {
        const at = lines.indexOf(line);
        const behind = about.focus !== undefined && line.title !== about.focus;
        return {
          label: `${line.title} (n = ${formatNumber(samplesIn(line.buckets))})`,
          data: ecdfPoints(line.buckets, max),
          stepped: true,
          ...lineStyle(at, theme),
          ...(behind ? { borderColor: theme.muted, borderWidth: 1 } : {}),
          order: behind ? 1 : 0,
        };
      }),
    },
    options: {
      ...base,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'logarithmic',
          min: LATENCY_FLOOR_MS,
          max,
          title: axisTitle(`queue latency, log scale (≤ ${LATENCY_FLOOR_MS}ms drawn at ${LATENCY_FLOOR_MS}ms)`, theme),
          grid: { color: ({ tick }) => (tick?.label === '' ? 'transparent' : theme.grid) },
          ticks: { color: theme.muted, maxRotation: 0, autoSkip: false, callback: (value) => logLabel(Number(value), max) },
        },
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

/** From zero at the floor up to one at the right edge, so that every line spans the whole axis. */
function ecdfPoints(buckets: LatencyBuckets, max: number): { x: number; y: number }[] {
  const points = ecdfOf(buckets).map(({ value, share }) => ({ x: Math.max(LATENCY_FLOOR_MS, value), y: share }));
  return [{ x: LATENCY_FLOOR_MS, y: 0 }, ...points, { x: max, y: 1 }];
}

const LOG_TICKS_MS: readonly number[] = [1, 10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 360_000_000];

function logLabel(ms: number, max: number): string {
  return LOG_TICKS_MS.includes(ms) || (ms === max && LOG_TICKS_MS.every((tick) => tick > max || max / tick > 3)) ? formatMs(ms) : '';
}
