import type { ChartConfiguration } from 'chart.js';
import type { Timeline } from '../../measure/timeline.js';
import { cutText, formatSeconds, formatValue } from '../format.js';
import { leakGrowth } from '../timeline-series.js';
import { baseOptions, countAxis, lineLegend, lineStyle, PLAIN_POINTS, timeAxis } from './axes.js';
import type { ChartTheme } from './theme.js';

const LONGEST_LABEL = 40;

export interface LeakLine {
  readonly title: string;
  readonly timeline: Timeline;
  readonly endUs: number;
}

/** Slot-seconds lost to ghosts since the start, one line a variant: a straight rise is a leak that nothing heals. */
export function leakGrowthChart(
  lines: readonly LeakLine[],
  about: { title: string; timeName: string },
  theme: ChartTheme,
): ChartConfiguration<'line', { x: number; y: number }[]> {
  const base = baseOptions({ title: about.title, subtitle: '' }, theme);
  return {
    type: 'line',
    data: {
      datasets: lines.map((line, at) => ({
        label: cutText(line.title, LONGEST_LABEL),
        data: leakGrowth(line.timeline, line.endUs).map(({ atUs, slotSeconds }) => ({ x: atUs / 1_000_000, y: slotSeconds })),
        ...lineStyle(at, theme),
      })),
    },
    options: {
      ...base,
      ...PLAIN_POINTS,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: { x: timeAxis(Math.max(0, ...lines.map((line) => line.endUs)), theme, about.timeName), y: countAxis('leaked slot-seconds', theme) },
      plugins: {
        ...base.plugins,
        legend: lineLegend(theme),
        tooltip: {
          ...base.plugins.tooltip,
          callbacks: {
            title: () => '',
            label: (item) => `${item.dataset.label}: ${formatValue(item.parsed.y, 'slot_seconds')} by ${formatSeconds(item.parsed.x ?? 0)}`,
          },
        },
      },
    },
  };
}
