import type { ChartConfiguration } from 'chart.js';
import type { PieceAnswer } from '../../../measure/capacity/plan-result.js';
import { type Annotations, annotated } from '../../charts/annotations.js';
import { baseOptions, countAxis, lineStyle } from '../../charts/axes.js';
import type { ChartTheme } from '../../charts/theme.js';
import { formatNumber } from '../../format.js';

/** The smallest limit of every day by itself, and that of the whole trace as a line; days that need more stand out. */
export function daysChart(
  days: readonly PieceAnswer[],
  about: { readonly title: string; readonly limit: number | undefined },
  theme: ChartTheme,
): ChartConfiguration<'bar', (number | null)[], string> {
  const base = baseOptions({ title: about.title, subtitle: '' }, theme);
  const needsMore = ({ limit = 0 }: PieceAnswer): boolean => about.limit !== undefined && limit > about.limit;
  const [fill, edge] = theme.bars[0] as readonly [string, string];
  return {
    type: 'bar',
    data: {
      labels: days.map(({ name }) => name),
      datasets: [
        {
          label: 'smallest limit of the day',
          data: days.map(({ limit }) => limit ?? null),
          backgroundColor: days.map((day) => (needsMore(day) ? theme.starting : fill)),
          borderColor: days.map((day) => (needsMore(day) ? theme.startingEdge : edge)),
          borderWidth: 1,
          categoryPercentage: 0.9,
          barPercentage: 0.92,
        },
      ],
    },
    options: {
      ...base,
      scales: {
        x: { type: 'category', grid: { display: false }, ticks: { color: theme.muted, maxRotation: 60, autoSkipPadding: 8 } },
        y: countAxis('limit (slots)', theme, (about.limit ?? 0) * 1.1),
      },
      plugins: {
        ...base.plugins,
        legend: { display: false },
        tooltip: {
          ...base.plugins.tooltip,
          callbacks: { label: ({ raw }) => (typeof raw === 'number' ? `limit ${formatNumber(raw)}` : 'no limit was found') },
        },
        ...annotated(answerLine(about.limit, theme)),
      },
    },
  };
}

function answerLine(limit: number | undefined, theme: ChartTheme): Annotations {
  if (limit === undefined) return {};
  return {
    answer: {
      type: 'line',
      yMin: limit,
      yMax: limit,
      borderColor: lineStyle(0, theme).borderColor,
      borderWidth: 2,
      borderDash: [10, 4],
      label: {
        display: true,
        content: `all of it together: ${formatNumber(limit)}`,
        position: 'start',
        backgroundColor: theme.text,
        color: theme.surface,
        font: { size: 11, weight: 'bold' },
        padding: { x: 6, y: 3 },
        borderRadius: 9,
      },
    },
  };
}
