import type { ChartConfiguration, ChartDataset } from 'chart.js';
import type { Estimate, Frontier, PointEvidence } from '../../../measure/capacity/plan-result.js';
import type { Annotations } from '../../charts/annotations.js';
import { annotated } from '../../charts/annotations.js';
import { axisTitle, baseOptions, lineLegend, lineStyle, PLAIN_POINTS } from '../../charts/axes.js';
import type { ChartTheme } from '../../charts/theme.js';
import { formatMs, formatNumber } from '../../format.js';

interface Point {
  x: number;
  y: number;
}

export interface FrontierAbout {
  readonly title: string;
  /** The answer; undefined: there is none. */
  readonly limit: number | undefined;
  readonly tiers: readonly number[];
  /** Little's floor: at this limit and below the queue grows for ever. 0: of a load that comes all at once it never does. */
  readonly offeredSlots: number;
}

const PERCENTILES = ['p99', 'p95', 'p50'] as const;
type Percentile = (typeof PERCENTILES)[number];
/** Waits are drawn down to this share of what is promised. */
const FLOOR_SHARE = 0.01;
const FALLBACK_SLO_MS = 1_000;
/** Waits that people count in. */
const WAIT_TICKS_MS: readonly number[] = [1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 864_000_000];

/** Waits against the limit: lines by percentile with the interval of each as a band, the promise, the tiers, and Erlang C dashed for contrast. */
export function frontierChart(frontier: Frontier, about: FrontierAbout, theme: ChartTheme): ChartConfiguration<'line', Point[]> {
  const base = baseOptions({ title: about.title, subtitle: hasBands(frontier) ? 'bands: 95 % intervals over seeds' : '' }, theme);
  const floorMs = floorOf(frontier);
  const topMs = topOf(frontier, floorMs);
  const [first, last] = reach(frontier, about);
  return {
    type: 'line',
    data: {
      datasets: [...PERCENTILES.flatMap((percentile, at) => bandAndLine(frontier, percentile, at, floorMs, theme)), ...erlangLine(frontier, floorMs, theme)],
    },
    options: {
      ...base,
      ...PLAIN_POINTS,
      interaction: { mode: 'index', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'linear',
          min: first,
          max: last,
          title: axisTitle('limit (slots)', theme),
          grid: { color: theme.grid },
          ticks: { color: theme.muted, precision: 0, maxRotation: 0 },
        },
        y: {
          type: 'logarithmic',
          min: floorMs,
          max: topMs,
          // Two lines: the height of a chart on a phone is short of one.
          title: { ...axisTitle('', theme), text: ['queue latency, log scale', `(≤ ${formatMs(floorMs)} drawn at ${formatMs(floorMs)})`] },
          grid: { color: theme.grid },
          afterBuildTicks: (axis) => {
            axis.ticks = WAIT_TICKS_MS.filter((ms) => ms >= floorMs && ms <= topMs).map((value) => ({ value }));
          },
          ticks: { color: theme.muted, autoSkip: false, callback: (value) => formatMs(Number(value)) },
        },
      },
      plugins: {
        ...base.plugins,
        legend: shownLegend(theme),
        tooltip: {
          ...base.plugins.tooltip,
          filter: ({ dataset }) => dataset.label !== undefined && !dataset.label.startsWith(BAND),
          callbacks: {
            title: ([item]) => (item === undefined ? '' : `limit ${formatNumber(item.parsed.x ?? 0)}`),
            label: (item) => `${item.dataset.label}: ${formatMs(item.parsed.y ?? 0)}`,
          },
        },
        ...annotated(frontierMarks(frontier, about, [first, last], theme)),
      },
    },
  };
}

/** Chance has no part in one recorded history. */
function hasBands({ points }: Frontier): boolean {
  return points.some(({ queueLatency }) => queueLatency !== undefined && queueLatency.p99.low !== queueLatency.p99.high);
}

/** What the legend and the tooltip leave out. */
const BAND = 'band of ';

function shownLegend(theme: ChartTheme) {
  const legend = lineLegend(theme);
  const { generateLabels } = legend.labels;
  return { ...legend, labels: { ...legend.labels, generateLabels: (chart: Parameters<typeof generateLabels>[0]) => generateLabels(chart).filter(isNoBand) } };
}

function isNoBand({ text }: { readonly text: string }): boolean {
  return !text.startsWith(BAND);
}

const LINES: Readonly<Record<Percentile, { readonly hue: number; readonly dash: number[]; readonly width: number }>> = {
  p99: { hue: 3, dash: [9, 3, 2, 3], width: 2 },
  p95: { hue: 1, dash: [], width: 3 },
  p50: { hue: 2, dash: [7, 4], width: 2 },
};

/** Upper edge, lower edge filled up to it, and the mean. */
function bandAndLine(frontier: Frontier, percentile: Percentile, at: number, floorMs: number, theme: ChartTheme): ChartDataset<'line', Point[]>[] {
  const { hue, dash, width } = LINES[percentile];
  const drawn = (read: (estimate: Estimate) => number): Point[] =>
    frontier.points.map((point) => ({ x: point.limit, y: drawnWait(point, percentile, read, floorMs) }));
  const edge = { borderWidth: 0, pointRadius: 0, pointHitRadius: 0, order: 9 };
  const colour = theme.lines[hue % theme.lines.length] as string;
  return [
    { label: `${BAND}${percentile}: high`, data: drawn(({ high }) => high), ...edge, fill: false },
    { label: `${BAND}${percentile}: low`, data: drawn(({ low }) => low), ...edge, fill: '-1', backgroundColor: `${colour}38` },
    {
      label: `${percentile} wait`,
      data: drawn(({ mean }) => mean),
      ...lineStyle(hue, theme),
      borderDash: dash,
      borderWidth: width,
      order: at,
      pointRadius: 2.5,
      pointStyle: 'circle',
      pointBackgroundColor: colour,
    },
  ];
}

/** Where the queue grows for ever a wait depends on how long one looks: nothing is drawn. */
function drawnWait({ queueLatency, unstable }: PointEvidence, percentile: Percentile, read: (estimate: Estimate) => number, floorMs: number): number {
  if (queueLatency === undefined || unstable !== undefined) return Number.NaN;
  return Math.max(floorMs, read(queueLatency[percentile]));
}

/** For contrast; none where the formula says nothing of the load. */
function erlangLine(frontier: Frontier, floorMs: number, theme: ChartTheme): ChartDataset<'line', Point[]>[] {
  if (frontier.erlangCP95Ms.length === 0) return [];
  return [
    { label: 'p95 by Erlang C (formula)', data: erlangPoints(frontier, floorMs), ...lineStyle(5, theme), borderDash: [3, 5], borderWidth: 1.5, order: -1 },
  ];
}

function erlangPoints({ points, erlangCP95Ms }: Frontier, floorMs: number): Point[] {
  return points.map(({ limit }, at) => {
    const ms = erlangCP95Ms[at];
    return { x: limit, y: ms == null ? Number.NaN : Math.max(floorMs, ms) };
  });
}

/** A power of ten, so that the axis begins with a tick. @returns at least 1 ms */
function floorOf({ sloMs }: Frontier): number {
  return Math.max(1, 10 ** Math.floor(Math.log10((sloMs === undefined || sloMs <= 0 ? FALLBACK_SLO_MS : sloMs) * FLOOR_SHARE)));
}

function topOf({ points, erlangCP95Ms, sloMs }: Frontier, floorMs: number): number {
  const waits = points.flatMap(({ queueLatency, unstable }) => (queueLatency === undefined || unstable !== undefined ? [] : [queueLatency.p99.high]));
  return Math.max(floorMs * 100, (sloMs ?? 0) * 2, ...waits, ...erlangCP95Ms.map((ms) => ms ?? 0)) * 1.1;
}

/** Of the limits that were tried; of the others only the answer. */
function reach({ points }: Frontier, { limit }: FrontierAbout): [number, number] {
  const limits = [...points.map((point) => point.limit), ...(limit === undefined ? [] : [limit])];
  const [low, high] = [Math.min(...limits), Math.max(...limits)];
  return low === high ? [Math.max(0, low - 1), high + 1] : [low, high];
}

function frontierMarks(frontier: Frontier, about: FrontierAbout, [first, last]: readonly [number, number], theme: ChartTheme): Annotations {
  const { sloMs, sloPercentile } = frontier;
  const marks: Annotations = {};
  if (about.offeredSlots > first) {
    marks['unstable'] = {
      type: 'box',
      xMin: first,
      xMax: Math.min(last, about.offeredSlots),
      backgroundColor: theme.recovery,
      borderWidth: 0,
      drawTime: 'beforeDatasetsDraw',
      label: {
        display: true,
        content: 'the queue grows for ever',
        position: { x: 'center', y: 'end' },
        color: theme.muted,
        font: { size: 11, weight: 'normal' },
      },
    };
  }
  if (sloMs !== undefined) {
    const what = sloPercentile === undefined ? 'SLO' : `SLO: p${formatNumber(sloPercentile)}`;
    marks['slo'] = {
      type: 'line',
      yMin: sloMs,
      yMax: sloMs,
      borderColor: theme.lines[0],
      borderWidth: 2,
      borderDash: [10, 4],
      label: tag(`${what} < ${formatMs(sloMs)}`, 'end', theme),
    };
  }
  for (const tier of about.tiers.filter((limit) => limit >= first && limit <= last && limit !== about.limit)) {
    marks[`tier${tier}`] = {
      type: 'line',
      xMin: tier,
      xMax: tier,
      borderColor: theme.muted,
      borderWidth: 1.5,
      borderDash: [2, 4],
      label: tag(`tier ${formatNumber(tier)}`, 'end', theme),
    };
  }
  if (about.limit !== undefined) {
    const isTier = about.tiers.includes(about.limit);
    const content = `${isTier ? 'tier and answer' : 'answer'}: ${formatNumber(about.limit)}`;
    marks['answer'] = { type: 'line', xMin: about.limit, xMax: about.limit, borderColor: theme.text, borderWidth: 2, label: tag(content, 'start', theme) };
  }
  return marks;
}

function tag(content: string, position: 'start' | 'end', theme: ChartTheme) {
  return {
    display: true,
    content,
    position,
    backgroundColor: theme.text,
    color: theme.surface,
    font: { size: 11, weight: 'bold' },
    padding: { x: 6, y: 3 },
    borderRadius: 9,
  };
}
