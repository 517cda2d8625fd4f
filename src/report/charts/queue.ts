import type { ChartConfiguration } from 'chart.js';
import type { RunResult } from '../../measure/result.js';
import type { Timeline } from '../../measure/timeline.js';
import { formatNumber } from '../format.js';
import { changesOf } from '../timeline-series.js';
import { annotated, marksText, type TimeChart, timeAnnotations } from './annotations.js';
import { AT_TIME, baseOptions, countAxis, PLAIN_POINTS, timeAxis, timeTitle } from './axes.js';
import type { ChartTheme } from './theme.js';

/** Requests that wait, over time. */
export function queueChart(run: RunResult, timeline: Timeline, about: TimeChart, theme: ChartTheme): ChartConfiguration<'line', { x: number; y: number }[]> {
  const base = baseOptions({ title: about.title, subtitle: marksText(about.marks) }, theme);
  const data = changesOf(timeline, ['queued'], run.endUs).map((point) => ({ x: point.atUs / 1_000_000, y: point.queued }));
  const top = data.reduce((most, point) => Math.max(most, point.y), 1);
  return {
    type: 'line',
    data: {
      datasets: [
        {
          label: 'requests waiting',
          data,
          stepped: true,
          fill: 'origin',
          backgroundColor: theme.recovery,
          borderColor: theme.queue,
          borderWidth: 2,
          pointRadius: 0,
          pointHitRadius: 8,
        },
      ],
    },
    options: {
      ...base,
      ...PLAIN_POINTS,
      interaction: AT_TIME,
      scales: { x: timeAxis(run.endUs, theme, about.timeName), y: countAxis('requests in the queue', theme, top * 1.1) },
      plugins: {
        ...base.plugins,
        legend: { display: false },
        tooltip: { ...base.plugins.tooltip, callbacks: { title: timeTitle, label: (item) => `${formatNumber(item.parsed.y ?? 0)} waiting` } },
        ...annotated(timeAnnotations(run, about, theme)),
      },
    },
  };
}
