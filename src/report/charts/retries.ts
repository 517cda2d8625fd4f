import type { ChartConfiguration } from 'chart.js';
import type { LatencyBuckets, RunEvidence, RunResult } from '../../measure/result.js';
import { countBins, countInBins, samplesIn } from '../distribution.js';
import { formatNumber } from '../format.js';
import { metricOf } from '../runs.js';
import { axisTitle, baseOptions, countAxis } from './axes.js';
import type { ChartTheme } from './theme.js';

export interface RepeatCounts {
  readonly labels: readonly string[];
  readonly client: readonly number[];
  readonly server: readonly number[];
  /** Calls whose client gave up, however many attempts they took; they stand among the others too. */
  readonly gaveUp: number;
}

/** How often one request was repeated: by its client (attempts beyond the first), and by the server (requeues). */
export function repeatCounts({ attemptsPerCall, requeuesPerRequest }: RunEvidence, gaveUp: number): RepeatCounts {
  const top = (buckets: LatencyBuckets): number => Math.round(buckets.buckets.at(-1)?.[0] ?? 0);
  const bins = countBins(Math.max(3, top(attemptsPerCall) - 1, top(requeuesPerRequest)));
  return {
    labels: bins.map((bin) => bin.label),
    client: countInBins(attemptsPerCall, bins, -1),
    server: countInBins(requeuesPerRequest, bins, 0),
    gaveUp,
  };
}

/** What repeats cost. Undefined where there is nothing to compute with. */
export interface RepeatCost {
  readonly calls: number;
  readonly attempts: number;
  /** Attempts a call. */
  readonly amplification: number | undefined;
  /** Of the time before the first start, the share that clients slept after a refusal: of the listed requests only. */
  readonly backoffShare: number | undefined;
  readonly listed: number;
  readonly requests: number;
}

export function repeatCost(run: RunResult, evidence: RunEvidence): RepeatCost {
  const calls = samplesIn(evidence.attemptsPerCall);
  const attempts = evidence.attemptsPerCall.buckets.reduce((sum, [value, count]) => sum + Math.round(value) * count, 0);
  const stories = evidence.stories?.stories ?? [];
  let [waitedUs, sleptUs] = [0, 0];
  for (const { calledUs, startedUs, endedUs, spans } of stories) {
    waitedUs += (startedUs ?? endedUs ?? run.endUs) - calledUs;
    for (const { kind, fromUs, toUs } of spans) if (kind === 'client-backoff') sleptUs += (toUs ?? run.endUs) - fromUs;
  }
  return {
    calls,
    attempts,
    amplification: calls === 0 ? undefined : attempts / calls,
    backoffShare: waitedUs > 0 ? sleptUs / waitedUs : undefined,
    listed: stories.length,
    requests: evidence.stories?.total ?? 0,
  };
}

export function gaveUpIn(run: RunResult): number {
  return metricOf(run, 'gave_up', 'count') ?? 0;
}

const GAVE_UP = 'gave up';

export function retriesChart(counts: RepeatCounts, about: { title: string }, theme: ChartTheme): ChartConfiguration<'bar', number[], string> {
  const base = baseOptions({ title: about.title, subtitle: '' }, theme);
  const [client, server] = [theme.bars[1] as readonly [string, string], theme.bars[0] as readonly [string, string]];
  const bar = { borderWidth: 1.5, borderRadius: 2, categoryPercentage: 0.8, barPercentage: 0.95 };
  return {
    type: 'bar',
    data: {
      labels: [...counts.labels, GAVE_UP],
      datasets: [
        {
          label: 'client: attempts beyond the first, per call',
          data: [...counts.client, counts.gaveUp],
          backgroundColor: client[0],
          borderColor: client[1],
          ...bar,
        },
        { label: 'server: requeues, per request', data: [...counts.server, 0], backgroundColor: server[0], borderColor: server[1], ...bar, borderWidth: 2.5 },
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
            title: (items) => (items[0]?.label === GAVE_UP ? 'the client gave up' : `repeated ${items[0]?.label ?? ''} times`),
            label: (item) => `${item.dataset.label}: ${formatNumber(item.parsed.y ?? 0)}`,
          },
        },
      },
    },
  };
}

const AT_BIN = { mode: 'index', intersect: false } as const;
