import type { Chart, Scale } from 'chart.js';
import { cutText, formatMs } from '../format.js';
import { preciseTime } from './precise-time.js';
import type { ChartTheme } from './theme.js';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const STEPS_S = [
  0.001,
  0.002,
  0.005,
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  15,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  5 * DAY,
  10 * DAY,
  30 * DAY,
];
const TICKS = 8;
/** What fits over a picture that stands alone. */
const LONGEST_TITLE = 90;
const LONGEST_SUBTITLE = 150;
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2]];

/** The step between ticks of a time axis, in units that people count in. */
function timeStepS(spanS: number): number {
  return STEPS_S.find((step) => spanS / step <= TICKS) ?? Math.ceil(spanS / TICKS / DAY) * DAY;
}

/** Round times from one second to another, both included. */
export function ticksBetween(fromS: number, toS: number): number[] {
  const stepS = timeStepS(toS - fromS);
  const first = Math.ceil(fromS / stepS - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(toS / stepS + 1e-9) - first + 1) }, (_, at) => (first + at) * stepS);
}

function stepBetween(ticks: readonly { readonly value: number }[]): number {
  const [first, second] = ticks;
  return first === undefined || second === undefined ? 1 : second.value - first.value;
}

/** Seconds since the start of the run. @param name which time it is: never mixed */
export function timeAxis(endUs: number, theme: ChartTheme, name = 'virtual time') {
  const spanS = Math.max(endUs / 1_000_000, 0.001);
  return {
    type: 'linear' as const,
    min: 0,
    max: spanS,
    title: axisTitle(name, theme),
    grid: { color: theme.grid },
    // Chart.js takes four and a half steps of ten minutes for five, and would count in nines then.
    afterBuildTicks: (axis: Scale) => {
      axis.ticks = ticksBetween(axis.min, axis.max).map((value) => ({ value }));
    },
    ticks: {
      color: theme.muted,
      maxRotation: 0,
      callback: (value: string | number, _at: number, ticks: readonly { readonly value: number }[]) => preciseTime(Number(value), stepBetween(ticks)),
    },
  };
}

/** Whole things that are counted from zero. */
export function countAxis(title: string, theme: ChartTheme, suggestedMax = 1) {
  return {
    type: 'linear' as const,
    beginAtZero: true,
    suggestedMax,
    title: axisTitle(title, theme),
    grid: { color: theme.grid },
    ticks: { color: theme.muted, precision: 0 },
  };
}

/** Durations from zero up to the longest, in ms. */
export function durationAxis(title: string, maxMs: number, theme: ChartTheme) {
  return {
    type: 'linear' as const,
    beginAtZero: true,
    suggestedMax: 1,
    title: axisTitle(title, theme),
    grid: { color: theme.grid },
    ticks: { stepSize: timeStepS(Math.max(1, maxMs) / 1000) * 1000, color: theme.muted, callback: (value: string | number) => formatMs(Number(value)) },
  };
}

export function axisTitle(text: string, theme: ChartTheme): { display: true; text: string; color: string } {
  return { display: true, text, color: theme.muted };
}

/** What every chart shares. @param about the title and the marks, for a picture that stands alone */
export function baseOptions(about: { readonly title: string; readonly subtitle: string }, theme: ChartTheme) {
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false as const,
    layout: { padding: theme.standalone ? 16 : { top: 4, right: 10 } },
    plugins: {
      title: {
        display: theme.standalone,
        text: cutText(about.title, LONGEST_TITLE),
        color: theme.text,
        align: 'start' as const,
        font: { size: 17, weight: 'bold' as const },
      },
      subtitle: {
        display: theme.standalone && about.subtitle !== '',
        text: cutText(about.subtitle, LONGEST_SUBTITLE),
        color: theme.muted,
        align: 'start' as const,
        padding: { top: 2, bottom: 12 },
      },
      legend: { position: 'bottom' as const, align: 'start' as const, labels: { color: theme.text, boxWidth: 22, boxHeight: 10, padding: 14 } },
      tooltip: {
        backgroundColor: theme.text,
        titleColor: theme.surface,
        bodyColor: theme.surface,
        footerColor: theme.surface,
        displayColors: false,
        padding: 10,
        cornerRadius: 6,
      },
    },
  };
}

/** Lines with their dashes and hue, told apart without colour as well. */
export function lineStyle(at: number, theme: ChartTheme) {
  const dash = DASHES[at % DASHES.length] as readonly number[];
  return {
    borderColor: theme.lines[at % theme.lines.length] as string,
    borderDash: [...dash],
    backgroundColor: 'transparent',
    borderWidth: 2.5,
    pointRadius: 0,
    pointHitRadius: 8,
    pointStyle: 'line' as const,
  };
}

/** A legend that shows the dashes, which Chart.js leaves out when it draws lines. */
export function lineLegend(theme: ChartTheme) {
  return {
    position: 'bottom' as const,
    align: 'start' as const,
    labels: {
      color: theme.text,
      usePointStyle: true,
      pointStyleWidth: 36,
      padding: 14,
      generateLabels: (chart: Chart) => chart.data.datasets.map((dataset, at) => lineLabel(chart, dataset as DashedLine, at, theme)),
    },
  };
}

/** How Chart.js reads points that are given as x and y in rising order: nothing to parse, nothing to sort. */
export const PLAIN_POINTS = { parsing: false, normalized: true } as const;

interface DashedLine {
  readonly label?: string;
  readonly borderColor: string;
  readonly borderDash: number[];
  readonly borderWidth: number;
}

function lineLabel(chart: Chart, line: DashedLine, datasetIndex: number, theme: ChartTheme) {
  return {
    text: line.label ?? '',
    fontColor: theme.text,
    strokeStyle: line.borderColor,
    lineDash: line.borderDash,
    lineWidth: line.borderWidth,
    pointStyle: 'line' as const,
    hidden: !chart.isDatasetVisible(datasetIndex),
    datasetIndex,
  };
}

/** Tooltips of a chart over time: everything at the time under the pointer. */
export const AT_TIME = { mode: 'index', axis: 'x', intersect: false } as const;
export const timeTitle = (items: readonly { readonly parsed: { readonly x: number | null } }[]): string =>
  items[0] === undefined ? '' : `at ${preciseTime(items[0].parsed.x ?? 0, 0.1)}`;
