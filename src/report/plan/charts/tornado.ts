import type { ChartConfiguration } from 'chart.js';
import { type Annotations, annotated } from '../../charts/annotations.js';
import { axisTitle, baseOptions } from '../../charts/axes.js';
import type { ChartTheme } from '../../charts/theme.js';
import { formatNumber } from '../../format.js';
import type { Tornado, TornadoEnd, TornadoMeasure } from './tornado-lines.js';

type Bar = [number, number] | null;

/** Room beside the longest bars, for what is written there. */
const ROOM = 0.32;
/** A narrower chart has room for the figures alone: the table beside it says of which change each is. */
const NARROW_PX = 700;

/** How far each factor moves the answer, both ways from where it is now. */
export function tornadoChart({ measure, centre, lines }: Tornado, title: string, theme: ChartTheme): ChartConfiguration<'bar', Bar[], string> {
  const base = baseOptions({ title, subtitle: '' }, theme);
  const isRatio = measure === 'p95 ratio';
  const text = (value: number): string => endText(measure, value);
  const values = [centre, ...lines.flatMap(({ down, up }) => [down?.value ?? centre, up?.value ?? centre])].filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((high - low) * ROOM, isRatio ? 0.2 : 1);
  const edges = {
    min: low === centre ? Math.max(0, low - room / 3) : low - room,
    max: lines.some(({ up }) => up !== undefined) ? high + room : high + room / 3,
  };
  const bars = (read: (line: Tornado['lines'][number]) => TornadoEnd | undefined): Bar[] =>
    lines.map((line) => {
      const end = read(line);
      return end === undefined ? null : [centre, Number.isFinite(end.value) ? end.value : edges.max + room];
    });
  const bar = { barPercentage: 0.72, categoryPercentage: 0.9, grouped: false, borderWidth: 1.5, borderSkipped: false as const };
  return {
    type: 'bar',
    data: {
      labels: lines.map(({ factor }) => factor),
      datasets: [
        {
          label: isRatio ? 'shorter waits' : 'fewer slots needed',
          data: bars(({ down }) => down),
          ...bar,
          backgroundColor: theme.bars[1]?.[0] as string,
          borderColor: theme.bars[1]?.[1] as string,
        },
        {
          label: isRatio ? 'longer waits' : 'more slots needed',
          data: bars(({ up }) => up),
          ...bar,
          backgroundColor: theme.starting,
          borderColor: theme.startingEdge,
        },
      ],
    },
    options: {
      ...base,
      indexAxis: 'y',
      scales: {
        x: {
          type: 'linear',
          ...edges,
          title: axisTitle(isRatio ? 'p95 wait, times what it is now' : 'smallest limit (slots)', theme),
          grid: { color: theme.grid },
          ticks: { color: theme.muted, includeBounds: false, callback: (value) => (Number(value) < 0 ? '' : text(Number(value))) },
        },
        y: { type: 'category', grid: { display: false }, ticks: { color: theme.text, autoSkip: false } },
      },
      plugins: {
        ...base.plugins,
        tooltip: {
          ...base.plugins.tooltip,
          callbacks: {
            label: ({ dataIndex, datasetIndex }) => {
              const end = datasetIndex === 0 ? lines[dataIndex]?.down : lines[dataIndex]?.up;
              return end === undefined ? '' : `${end.change}: ${text(end.value)}`;
            },
          },
        },
        ...annotated(tornadoMarks({ measure, centre, lines }, edges.max, theme)),
      },
    },
  };
}

/** @param edge where the chart ends */
function tornadoMarks({ measure, centre, lines }: Tornado, edge: number, theme: ChartTheme): Annotations {
  const marks: Annotations = {
    centre: { type: 'line', scaleID: 'x', value: centre, borderColor: theme.text, borderWidth: 2 },
  };
  for (const [at, { down, up }] of lines.entries()) {
    if (down !== undefined) marks[`down${at}`] = endLabel(down, at, 'end', measure, theme);
    if (up !== undefined) marks[`up${at}`] = Number.isFinite(up.value) ? endLabel(up, at, 'start', measure, theme) : leavingLabel(up, at, edge, measure, theme);
  }
  return marks;
}

/** @param side which end of the words touches the bar */
function endLabel(end: TornadoEnd, at: number, side: 'start' | 'end', measure: TornadoMeasure, theme: ChartTheme): Annotations[string] {
  return {
    type: 'label',
    xValue: end.value,
    yValue: at,
    content: contentOf(endText(measure, end.value), end.change),
    position: { x: side, y: 'center' },
    xAdjust: side === 'start' ? 3 : -3,
    color: theme.text,
    font: { size: 12 },
    padding: 2,
  };
}

/** On a bar that leaves the chart. */
function leavingLabel({ value, change }: TornadoEnd, at: number, edge: number, measure: TornadoMeasure, theme: ChartTheme): Annotations[string] {
  return {
    ...endLabel({ value: edge, change }, at, 'end', measure, theme),
    content: contentOf(`→ ${endText(measure, value)}`, change),
    backgroundColor: theme.surface,
  };
}

function contentOf(figure: string, change: string) {
  return ({ chart }: { readonly chart: { readonly width: number } }): string => (chart.width < NARROW_PX ? figure : `${figure} (${change})`);
}

function endText(measure: TornadoMeasure, value: number): string {
  if (!Number.isFinite(value)) return measure === 'limit' ? 'no limit' : 'without end';
  return measure === 'limit' ? formatNumber(value) : `${formatNumber(value)}×`;
}
