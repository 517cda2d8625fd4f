import type { ChartConfiguration } from 'chart.js';
import type { RunResult } from '../../measure/result.js';
import type { Timeline } from '../../measure/timeline.js';
import { formatNumber } from '../format.js';
import { changesOf, levelOf } from '../timeline-series.js';
import { annotated, marksText, type TimeChart, timeAnnotations } from './annotations.js';
import { AT_TIME, baseOptions, countAxis, lineLegend, PLAIN_POINTS, timeAxis, timeTitle } from './axes.js';
import type { ChartTheme } from './theme.js';

/** What leaks leave of the limit: the limit dotted, the effective limit solid, what ghosts take away hatched between them. */
export function effectiveLimitChart(
  run: RunResult,
  timeline: Timeline,
  about: TimeChart,
  theme: ChartTheme,
): ChartConfiguration<'line', { x: number; y: number }[]> {
  const points = changesOf(timeline, ['limit', 'effective'], run.endUs);
  const series = (level: 'limit' | 'effective') => points.map((point) => ({ x: point.atUs / 1_000_000, y: levelOf(point, level) }));
  const base = baseOptions({ title: about.title, subtitle: marksText(about.marks) }, theme);
  const top = points.reduce((most, point) => Math.max(most, point.limit), 1);
  const line = { stepped: true as const, pointRadius: 0, pointHitRadius: 8 };
  return {
    type: 'line',
    data: {
      datasets: [
        { label: 'limit', data: series('limit'), borderColor: theme.limit, borderWidth: 2, borderDash: [2, 3], backgroundColor: 'transparent', ...line },
        {
          label: 'effective limit: less the ghosts',
          data: series('effective'),
          fill: '-1',
          backgroundColor: theme.ghost,
          borderColor: theme.queue,
          borderWidth: 2.5,
          borderDash: [],
          ...line,
        },
      ],
    },
    options: {
      ...base,
      ...PLAIN_POINTS,
      interaction: AT_TIME,
      scales: { x: timeAxis(run.endUs, theme, about.timeName), y: countAxis('slots', theme, top * 1.1) },
      plugins: {
        ...base.plugins,
        legend: lineLegend(theme),
        tooltip: { ...base.plugins.tooltip, callbacks: { title: timeTitle, label: (item) => `${item.dataset.label}: ${formatNumber(item.parsed.y ?? 0)}` } },
        ...annotated(timeAnnotations(run, about, theme)),
      },
    },
  };
}
