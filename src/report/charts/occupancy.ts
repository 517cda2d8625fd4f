import type { ChartConfiguration } from 'chart.js';
import type { RunResult } from '../../measure/result.js';
import type { Timeline } from '../../measure/timeline.js';
import { formatNumber, plural } from '../format.js';
import { changesOf, lastGhosts } from '../timeline-series.js';
import { type Annotations, annotated, marksText, type TimeChart, timeAnnotations } from './annotations.js';
import { AT_TIME, baseOptions, countAxis, timeAxis, timeTitle } from './axes.js';
import type { ChartTheme } from './theme.js';

interface Point {
  x: number;
  y: number;
}

/**
 * Slots over time: ghosts below, live work stacked on them, the limit as a dotted line. Ghosts lie on the ground line
 * because their growth is the story; live work moves all the time and would make them jitter.
 */
export function occupancyChart(run: RunResult, timeline: Timeline, about: TimeChart, theme: ChartTheme): ChartConfiguration<'line', Point[]> {
  const points = changesOf(timeline, ['live', 'ghost', 'limit'], run.endUs);
  const series = (level: 'live' | 'ghost' | 'limit'): Point[] => points.map((point) => ({ x: point.atUs / 1_000_000, y: point[level] }));
  const base = baseOptions({ title: about.title, subtitle: marksText(about.marks) }, theme);
  const top = Math.max(1, ...points.map((point) => Math.max(point.limit, point.live + point.ghost)));
  const line = { stepped: true as const, pointRadius: 0, pointHitRadius: 8 };
  return {
    type: 'line',
    data: {
      datasets: [
        {
          label: 'ghost: held by no live work',
          data: series('ghost'),
          stack: 'slots',
          fill: 'origin',
          backgroundColor: theme.ghost,
          borderColor: theme.ghostEdge,
          borderWidth: 1.5,
          ...line,
        },
        {
          label: 'live work',
          data: series('live'),
          stack: 'slots',
          fill: '-1',
          backgroundColor: theme.live,
          borderColor: theme.liveEdge,
          borderWidth: 1,
          ...line,
        },
        {
          label: 'limit',
          data: series('limit'),
          stack: 'limit',
          fill: false,
          borderColor: theme.limit,
          borderWidth: 2,
          borderDash: [2, 3],
          backgroundColor: 'transparent',
          ...line,
        },
      ],
    },
    options: {
      ...base,
      interaction: AT_TIME,
      scales: { x: timeAxis(run.endUs, theme), y: { ...countAxis('slots', theme, top * 1.1), stacked: true } },
      plugins: {
        ...base.plugins,
        tooltip: { ...base.plugins.tooltip, callbacks: { title: timeTitle, label: (item) => `${item.dataset.label}: ${formatNumber(item.parsed.y ?? 0)}` } },
        ...annotated({ ...timeAnnotations(run, about, theme), ...ghostLabel(run, timeline, theme) }),
      },
    },
  };
}

/** Says in the picture itself what the hatched area is. */
function ghostLabel(run: RunResult, timeline: Timeline, theme: ChartTheme): Annotations {
  const ghosts = lastGhosts(timeline, run.endUs);
  if (ghosts === undefined || ghosts.toUs - ghosts.fromUs < run.endUs * 0.15) return {};
  const slots = ghosts.ghost >= 1 ? Math.round(ghosts.ghost) : ghosts.ghost;
  return {
    ghostLabel: {
      type: 'label',
      xValue: (ghosts.fromUs + (ghosts.toUs - ghosts.fromUs) / 2) / 1_000_000,
      yValue: ghosts.ghost / 2,
      content: plural(slots, 'ghost slot'),
      color: theme.text,
      backgroundColor: theme.surface,
      borderColor: theme.ghostEdge,
      borderWidth: 1,
      borderRadius: 6,
      padding: { x: 8, y: 4 },
      font: { size: 13, weight: 'bold' },
    },
  };
}
