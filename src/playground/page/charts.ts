import type { ChartConfiguration } from 'chart.js';
import { type Annotations, annotated } from '../../report/charts/annotations.js';
import { AT_TIME, baseOptions, countAxis, durationAxis, lineLegend, lineStyle, PLAIN_POINTS, timeAxis, timeTitle } from '../../report/charts/axes.js';
import type { ChartTheme } from '../../report/charts/theme.js';
import { formatMs, formatNumber } from '../../report/format.js';
import type { RunFigures } from '../figures.js';
import type { Question } from '../question.js';

/** A run as its charts see it. */
export interface ChartedRun {
  readonly figures: RunFigures;
  readonly question: Question;
}

export const CHART_NAMES = ['queue', 'slots', 'waits'] as const;
export type ChartName = (typeof CHART_NAMES)[number];

interface Point {
  x: number;
  y: number;
}
type LineChart = ChartConfiguration<'line', Point[]>;

const MS_PER_S = 1_000;
const NO_TITLE = { title: '', subtitle: '' };
const WITHOUT_POINTS = { stepped: true as const, pointRadius: 0, pointHitRadius: 8 };

/** A fresh configuration of each chart: Chart.js changes what it is given. */
export const CHARTS: { readonly [Name in ChartName]: (run: ChartedRun, theme: ChartTheme) => LineChart } = {
  queue: queueChart,
  slots: slotsChart,
  waits: waitsChart,
};

function queueChart({ figures }: ChartedRun, theme: ChartTheme): LineChart {
  const line = { borderColor: theme.queue, backgroundColor: theme.recovery, borderWidth: 2, fill: 'origin', ...WITHOUT_POINTS };
  return {
    type: 'line',
    data: { datasets: [{ label: 'requests waiting', data: pointsOf(figures, figures.overTime.queued), ...line }] },
    options: optionsOf(figures, theme, countAxis('requests waiting', theme, mostOf(figures.overTime.queued)), formatNumber, false),
  };
}

/** Ghosts lie on the ground line, live work is stacked on them. */
function slotsChart({ figures, question }: ChartedRun, theme: ChartTheme): LineChart {
  const { limit } = question.setting;
  const { ghost, live } = figures.overTime;
  const area = (label: string, levels: readonly number[], fill: string, colours: { backgroundColor: string; borderColor: string }) => ({
    label,
    data: pointsOf(figures, levels),
    stack: 'slots',
    fill,
    borderWidth: 1,
    ...colours,
    ...WITHOUT_POINTS,
  });
  const hasGhosts = ghost.some((level) => level > 0);
  const ghosts = area('ghost: held by nothing', ghost, 'origin', { backgroundColor: theme.ghost as string, borderColor: theme.ghostEdge });
  return {
    type: 'line',
    data: {
      datasets: [
        ...(hasGhosts ? [ghosts] : []),
        area('live work', live, hasGhosts ? '-1' : 'origin', { backgroundColor: theme.live, borderColor: theme.liveEdge }),
        {
          label: `limit ${limit}`,
          data: levelLine(figures, limit),
          stack: 'limit',
          borderColor: theme.limit,
          backgroundColor: 'transparent',
          borderWidth: 2,
          borderDash: [2, 3],
          ...WITHOUT_POINTS,
        },
      ],
    },
    options: optionsOf(figures, theme, { ...countAxis('slots in use', theme, limit * 1.15), stacked: true }, formatNumber, true),
  };
}

const WAIT_DASHES: readonly number[][] = [[], [7, 4], [9, 3, 2, 3]];

function waitsChart({ figures, question }: ChartedRun, theme: ChartTheme): LineChart {
  const { overTime } = figures;
  const { percentile, withinMs } = question.promise;
  const waits = (['p50', 'p95', 'p99'] as const).map((name, at) => ({
    label: `${name} of what started`,
    data: pointsOf(figures, overTime[name]),
    ...lineStyle(at + 1, theme),
    borderDash: WAIT_DASHES[at] as number[],
  }));
  const promised = {
    label: `promise: p${percentile} below ${formatMs(withinMs)}`,
    data: levelLine(figures, withinMs),
    ...lineStyle(0, theme),
    borderDash: [2, 3],
  };
  const most = Math.max(withinMs, mostOf(overTime.p99));
  const options = optionsOf(figures, theme, durationAxis('wait', most, theme), formatMs, true);
  return {
    type: 'line',
    data: { datasets: [...waits, promised] },
    options: { ...options, plugins: { ...options.plugins, legend: lineLegend(theme) } },
  };
}

/** @param y its other axis @param words of a value */
function optionsOf(figures: RunFigures, theme: ChartTheme, y: object, words: (value: number) => string, hasLegend: boolean): NonNullable<LineChart['options']> {
  const base = baseOptions(NO_TITLE, theme);
  return {
    ...base,
    ...PLAIN_POINTS,
    interaction: AT_TIME,
    scales: { x: timeAxis(figures.endMs * MS_PER_S, theme), y },
    plugins: {
      ...base.plugins,
      legend: hasLegend ? base.plugins.legend : { display: false },
      tooltip: {
        ...base.plugins.tooltip,
        callbacks: {
          title: timeTitle,
          label: (item) => `${item.dataset.label}: ${words(item.parsed.y ?? 0)}`,
        },
      },
      ...annotated(phasesOf(figures, theme)),
    },
  };
}

/** What metrics leave out, and what comes after the last arrival. */
function phasesOf({ warmupMs, loadEndMs, endMs }: RunFigures, theme: ChartTheme): Annotations {
  const phase = (fromMs: number, toMs: number, content: string, x: 'start' | 'end') => ({
    type: 'box' as const,
    xMin: fromMs / MS_PER_S,
    xMax: toMs / MS_PER_S,
    backgroundColor: theme.recovery,
    borderWidth: 0,
    drawTime: 'beforeDatasetsDraw',
    label: { display: true, content, position: { x, y: 'start' }, color: theme.muted, font: { size: 11, weight: 'normal' }, padding: 4 },
  });
  return { warmup: phase(0, warmupMs, 'warm-up', 'start'), recovery: phase(loadEndMs, endMs, 'no new load', 'end') };
}

/** Each level where its stretch begins, and the last one to the end of the run. */
function pointsOf({ overTime, endMs }: RunFigures, levels: readonly (number | null)[]): Point[] {
  const points = levels.map((level, at) => ({ x: (at * overTime.stretchMs) / MS_PER_S, y: level ?? Number.NaN }));
  const last = points.at(-1);
  return last === undefined ? [] : [...points, { x: endMs / MS_PER_S, y: last.y }];
}

function levelLine({ endMs }: RunFigures, level: number): Point[] {
  return [
    { x: 0, y: level },
    { x: endMs / MS_PER_S, y: level },
  ];
}

function mostOf(levels: readonly (number | null)[]): number {
  return levels.reduce<number>((most, level) => Math.max(most, level ?? 0), 1);
}
