import type { ChartConfiguration } from 'chart.js';
import type { LatencyBuckets } from '../../measure/result.js';
import { countBins, countInBins } from '../distribution.js';
import { formatNumber } from '../format.js';
import { axisTitle, baseOptions, countAxis } from './axes.js';
import type { ChartTheme } from './theme.js';

export interface RepeatCounts {
  readonly labels: readonly string[];
  readonly client: readonly number[];
  readonly server: readonly number[];
}

/** How often one request was repeated: by its client (attempts beyond the first), and by the server (requeues). */
export function repeatCounts(attemptsPerCall: LatencyBuckets, requeuesPerRequest: LatencyBuckets): RepeatCounts {
  const top = (buckets: LatencyBuckets): number => Math.round(buckets.buckets.at(-1)?.[0] ?? 0);
  const bins = countBins(Math.max(3, top(attemptsPerCall) - 1, top(requeuesPerRequest)));
  return {
    labels: bins.map((bin) => bin.label),
    client: countInBins(attemptsPerCall, bins, -1),
    server: countInBins(requeuesPerRequest, bins, 0),
  };
}

export function retriesChart(counts: RepeatCounts, about: { title: string }, theme: ChartTheme): ChartConfiguration<'bar', number[], string> {
  const base = baseOptions({ title: about.title, subtitle: '' }, theme);
  const [client, server] = [theme.bars[1] as readonly [string, string], theme.bars[0] as readonly [string, string]];
  const bar = { borderWidth: 1.5, borderRadius: 2, categoryPercentage: 0.8, barPercentage: 0.95 };
  return {
    type: 'bar',
    data: {
      labels: [...counts.labels],
      datasets: [
        { label: 'client: attempts beyond the first, per call', data: [...counts.client], backgroundColor: client[0], borderColor: client[1], ...bar },
        { label: 'server: requeues, per request', data: [...counts.server], backgroundColor: server[0], borderColor: server[1], ...bar, borderWidth: 2.5 },
      ],
    },
    options: {
      ...base,
      interaction: AT_BIN,
      scales: {
        x: { type: 'category', title: axisTitle('repeats of one request', theme), grid: { display: false }, ticks: { color: theme.muted, maxRotation: 0 } },
        y: countAxis('requests', theme),
      },
      plugins: {
        ...base.plugins,
        tooltip: {
          ...base.plugins.tooltip,
          callbacks: {
            title: (items) => `repeated ${items[0]?.label ?? ''} times`,
            label: (item) => `${item.dataset.label}: ${formatNumber(item.parsed.y ?? 0)}`,
          },
        },
      },
    },
  };
}

const AT_BIN = { mode: 'index', intersect: false } as const;
