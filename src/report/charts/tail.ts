import type { ChartConfiguration } from 'chart.js';
import { formatMs, formatShare } from '../format.js';
import { axisTitle, baseOptions, lineLegend, PLAIN_POINTS } from './axes.js';
import { type CurvesAbout, curveLook, LATENCY_FLOOR_MS, longestWait, type Point, waitAxis } from './latency.js';
import type { ChartTheme } from './theme.js';
import type { WaitCurve } from './wait-curves.js';

/** Which share of the requests waited longer than that, on two logarithmic scales: rare long waits are seen here, and nowhere else. */
export function tailChart(curves: readonly WaitCurve[], about: CurvesAbout, theme: ChartTheme): ChartConfiguration<'line', Point[]> {
  const base = baseOptions({ title: about.title, subtitle: '' }, theme);
  const lines = curves.map(tailPoints);
  const least = Math.min(0.1, ...lines.flat().map((point) => point.y));
  return {
    type: 'line',
    data: { datasets: curves.map((curve, at) => ({ data: lines[at] as Point[], ...curveLook(curve, at, about, theme) })) },
    options: {
      ...base,
      ...PLAIN_POINTS,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: waitAxis(longestWait(curves), theme),
        y: {
          type: 'logarithmic',
          min: 10 ** Math.floor(Math.log10(least) + 1e-9),
          max: 1,
          title: axisTitle('share that waited longer, log scale', theme),
          grid: { color: ({ tick }) => (isPowerOfTen(tick?.value ?? 0) ? theme.grid : 'transparent') },
          ticks: { color: theme.muted, autoSkip: false, callback: (value) => (isPowerOfTen(Number(value)) ? formatShare(Number(value)) : '') },
        },
      },
      plugins: {
        ...base.plugins,
        legend: lineLegend(theme),
        tooltip: {
          ...base.plugins.tooltip,
          callbacks: {
            title: () => '',
            label: (item) => `${item.dataset.label}: ${formatShare(item.parsed.y ?? 0)} longer than ${formatMs(item.parsed.x ?? 0)}`,
          },
        },
      },
    },
  };
}

/** A share of zero cannot be drawn on a logarithmic scale: the line ends above the longest wait, at the share that comes before it. */
function tailPoints({ points }: WaitCurve): Point[] {
  const tail: Point[] = [{ x: LATENCY_FLOOR_MS, y: 1 }];
  for (const { value, share } of points) {
    const x = Math.max(LATENCY_FLOOR_MS, value);
    const longer = 1 - share;
    if (longer > 1e-9) tail.push({ x, y: longer });
    else {
      tail.push({ x, y: tail.at(-1)?.y ?? 1 });
      break;
    }
  }
  return tail;
}

function isPowerOfTen(value: number): boolean {
  const power = Math.log10(value);
  return Math.abs(power - Math.round(power)) < 1e-6;
}
