import type { ChartConfiguration, Scale } from 'chart.js';
import { type Annotations, annotated } from '../../charts/annotations.js';
import { axisTitle, baseOptions } from '../../charts/axes.js';
import type { ChartTheme } from '../../charts/theme.js';
import { formatNumber } from '../../format.js';
import { rateText } from '../page/words.js';
import { HEAT_LIGHT, type HeatCell, heatText } from './heat-scale.js';

const HALF = 0.5;

/** The map as a picture, for where no table can be shown: a box a cell, in the order of the page's table. */
export function heatMapChart(
  rows: readonly (readonly HeatCell[])[],
  about: { readonly title: string; readonly isHourly: boolean },
  theme: ChartTheme,
): ChartConfiguration<'line', number[], string> {
  const base = baseOptions(
    {
      title: about.title,
      subtitle: 'p95 wait; the thick line takes in what meets every SLO, and what is undecided (?) where a harder cell does; ∞: the queue grows for ever',
    },
    theme,
  );
  const rates = rows[0]?.map(({ ratePerSecond }) => rateText(ratePerSecond, about.isHourly)) ?? [];
  const limits = rows.map(([cell]) => formatNumber(cell?.limit ?? 0));
  const axis = (labels: readonly string[], text: string, reverse: boolean) => ({
    type: 'linear' as const,
    min: -HALF,
    max: labels.length - HALF,
    reverse,
    title: axisTitle(text, theme),
    grid: { display: false },
    afterBuildTicks: (scale: Scale) => {
      scale.ticks = labels.map((_, value) => ({ value }));
    },
    ticks: { autoSkip: false, color: theme.text, callback: (value: string | number) => labels[Number(value)] ?? '' },
  });
  return {
    type: 'line',
    data: { labels: [], datasets: [] },
    options: {
      ...base,
      scales: { x: axis(rates, about.isHourly ? 'requests an hour' : 'requests a second', false), y: axis(limits, 'limit (slots)', true) },
      plugins: { ...base.plugins, legend: { display: false }, ...annotated({ ...boxes(rows, theme), ...contour(rows, theme), ...hereMark(rows, theme) }) },
    },
  };
}

function boxes(rows: readonly (readonly HeatCell[])[], theme: ChartTheme): Annotations {
  const marks: Annotations = {};
  for (const [y, row] of rows.entries())
    for (const [x, cell] of row.entries()) {
      const colours = cell.step === undefined ? { fill: theme.recovery, text: theme.text } : HEAT_LIGHT[cell.step];
      marks[`cell-${y}-${x}`] = {
        ...edges(x, y),
        backgroundColor: colours?.fill,
        borderColor: theme.surface,
        borderWidth: 1,
        label: {
          display: true,
          content: cell.isHere ? ['you are here', heatText(cell)] : heatText(cell),
          color: colours?.text,
          font: { size: 13, weight: 'normal' },
          textAlign: 'center',
        },
      };
    }
  return marks;
}

function edges(x: number, y: number) {
  return { type: 'box' as const, xMin: x - HALF, xMax: x + HALF, yMin: y - HALF, yMax: y + HALF };
}

function contour(rows: readonly (readonly HeatCell[])[], theme: ChartTheme): Annotations {
  const marks: Annotations = {};
  const line = { type: 'line' as const, borderColor: theme.text, borderWidth: 4 };
  for (const [y, row] of rows.entries())
    for (const [x, { contourRight, contourBelow }] of row.entries()) {
      if (contourRight) marks[`right-${y}-${x}`] = { ...line, xMin: x + HALF, xMax: x + HALF, yMin: y - HALF, yMax: y + HALF };
      if (contourBelow) marks[`below-${y}-${x}`] = { ...line, xMin: x - HALF, xMax: x + HALF, yMin: y + HALF, yMax: y + HALF };
    }
  return marks;
}

function hereMark(rows: readonly (readonly HeatCell[])[], theme: ChartTheme): Annotations {
  const y = rows.findIndex((row) => row.some(({ isHere }) => isHere));
  const x = rows[y]?.findIndex(({ isHere }) => isHere);
  if (x === undefined) return {};
  return { here: { ...edges(x, y), backgroundColor: 'transparent', borderColor: theme.queue, borderWidth: 4 } };
}
