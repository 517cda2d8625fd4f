import type { ChartConfiguration } from 'chart.js';
import type { FlowTimeline } from '../../measure/flow-timeline.js';
import type { RunResult } from '../../measure/result.js';
import { formatMs, formatNumber, formatSeconds } from '../format.js';
import { annotated, marksText, type TimeChart, timeAnnotations } from './annotations.js';
import { AT_TIME, baseOptions, durationAxis, lineLegend, lineStyle, PLAIN_POINTS, timeAxis, timeTitle } from './axes.js';
import { rugPoints, stretchPoints, WAIT_PERCENTILES, waitOf } from './flow-points.js';
import type { ChartTheme } from './theme.js';

interface WaitPoint {
  x: number;
  y: number;
  count?: number;
}

const EXPIRED = 'expired: dropped by start_timeout';

/**
 * How long what started in a stretch had waited, and how long the oldest waits that has not started. What expired never
 * started, so it is no part of the percentiles: it has its marks on the ground line.
 */
export function waitsChart(run: RunResult, flow: FlowTimeline, about: TimeChart, theme: ChartTheme): ChartConfiguration<'line', WaitPoint[]> {
  const base = baseOptions({ title: about.title, subtitle: marksText(about.marks) }, theme);
  const served = WAIT_PERCENTILES.map((percentile, at) => ({
    label: percentile.name === 'max' ? 'longest wait of what started' : `${percentile.name} wait of what started`,
    data: stretchPoints(flow, run.endUs, (point) => waitOf(point, percentile)),
    ...lineStyle(at + 1, theme),
    borderDash: DASHES[at] as number[],
  }));
  const oldest = {
    label: 'oldest waiter, at the end of a stretch',
    data: stretchPoints(flow, run.endUs, (point) => point.oldestWaitMs),
    ...lineStyle(5, theme),
    borderWidth: 1.5,
    borderDash: [],
  };
  const expired = {
    label: EXPIRED,
    data: rugPoints(flow, run.endUs, (point) => point.expired),
    showLine: false,
    clip: 10,
    ...lineStyle(0, theme),
    borderDash: [],
    pointRadius: 8,
    pointBorderWidth: 2,
    pointBorderColor: theme.lines[0] as string,
    rotation: 90,
  };
  return {
    type: 'line',
    data: { datasets: [...served.filter(hasPoints), oldest, ...(flow.points.some((point) => point.expired > 0) ? [expired] : [])] },
    options: {
      ...base,
      ...PLAIN_POINTS,
      interaction: AT_TIME,
      scales: { x: timeAxis(run.endUs, theme, about.timeName), y: durationAxis('wait', longestOf(flow), theme) },
      plugins: {
        ...base.plugins,
        legend: lineLegend(theme),
        tooltip: {
          ...base.plugins.tooltip,
          callbacks: {
            title: timeTitle,
            label: (item) => `${item.dataset.label}: ${item.dataset.label === EXPIRED ? countOf(item.raw) : formatMs(item.parsed.y ?? 0)}`,
            footer: () => `of a stretch of ${formatSeconds(flow.binUs / 1e6)}`,
          },
        },
        ...annotated(timeAnnotations(run, about, theme)),
      },
    },
  };
}

/** Of p50, p95, p99 and the longest. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [9, 3, 2, 3], [2, 3]];

/** A percentile that never had enough samples is no line, and no word in the legend. */
function hasPoints({ data }: { readonly data: readonly WaitPoint[] }): boolean {
  return data.some((point) => !Number.isNaN(point.y));
}

/** What the axis must have room for, ms. */
function longestOf({ points }: FlowTimeline): number {
  return points.reduce((most, point) => Math.max(most, point.max ?? 0, point.oldestWaitMs), 0);
}

function countOf(raw: unknown): string {
  return formatNumber((raw as WaitPoint).count ?? 0);
}
