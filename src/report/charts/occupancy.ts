import type { ChartConfiguration } from 'chart.js';
import type { RunResult } from '../../measure/result.js';
import type { Timeline } from '../../measure/timeline.js';
import { formatNumber } from '../format.js';
import { changesOf, ghostStretches, hasStarting, type Level, ledgerOf, levelOf } from '../timeline-series.js';
import { annotated, marksText, type TimeChart, timeAnnotations } from './annotations.js';
import { AT_TIME, baseOptions, countAxis, PLAIN_POINTS, timeAxis, timeTitle } from './axes.js';
import { leakBrackets } from './leak-brackets.js';
import type { ChartTheme } from './theme.js';

interface Point {
  x: number;
  y: number;
}

/**
 * Slots over time: ghosts below, live work stacked on them, cold starts on top, the limit as a dotted line. Ghosts lie on the
 * ground line because their growth is the story; live work moves all the time and would make them jitter.
 */
export function occupancyChart(run: RunResult, timeline: Timeline, about: TimeChart, theme: ChartTheme, account?: string): ChartConfiguration<'line', Point[]> {
  const points = changesOf(timeline, ['live', 'starting', 'ghost', 'limit'], run.endUs);
  const series = (level: Level): Point[] => points.map((point) => ({ x: point.atUs / 1_000_000, y: levelOf(point, level) }));
  const base = baseOptions({ title: about.title, subtitle: marksText(about.marks) }, theme);
  const top = points.reduce((most, point) => Math.max(most, point.limit, point.live + point.ghost), 1);
  const line = { stepped: true as const, pointRadius: 0, pointHitRadius: 8 };
  const area = (level: Level, label: string, fill: string, look: { backgroundColor: string; borderColor: string; borderWidth: number }) => ({
    label,
    data: series(level),
    stack: 'slots',
    fill,
    ...look,
    ...line,
  });
  const ghostLook = { backgroundColor: theme.ghost as string, borderColor: theme.ghostEdge, borderWidth: 1.5 };
  const startingLook = { backgroundColor: theme.starting, borderColor: theme.startingEdge, borderWidth: 1 };
  return {
    type: 'line',
    data: {
      datasets: [
        area('ghost', 'ghost: held by no live work', 'origin', ghostLook),
        area('live', 'live work', '-1', { backgroundColor: theme.live, borderColor: theme.liveEdge, borderWidth: 1 }),
        ...(hasStarting(timeline) ? [area('starting', 'cold start of a runner', '-1', startingLook)] : []),
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
      ...PLAIN_POINTS,
      interaction: AT_TIME,
      scales: { x: timeAxis(run.endUs, theme, about.timeName), y: { ...countAxis('slots', theme, top * 1.1), stacked: true } },
      plugins: {
        ...base.plugins,
        tooltip: { ...base.plugins.tooltip, callbacks: { title: timeTitle, label: (item) => `${item.dataset.label}: ${formatNumber(item.parsed.y ?? 0)}` } },
        ...annotated({ ...timeAnnotations(run, about, theme), ...leakBrackets(ghostStretches(timeline, run.endUs, ledgerOf(run, account)), run.endUs, theme) }),
      },
    },
  };
}
