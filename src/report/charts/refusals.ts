import type { ChartConfiguration } from 'chart.js';
import type { FlowTimeline } from '../../measure/flow-timeline.js';
import type { RunResult } from '../../measure/result.js';
import { formatNumber, formatSeconds } from '../format.js';
import { annotated, marksText, type TimeChart, timeAnnotations } from './annotations.js';
import { AT_TIME, baseOptions, countAxis, lineLegend, lineStyle, PLAIN_POINTS, timeAxis, timeTitle } from './axes.js';
import { stretchPoints } from './flow-points.js';
import type { ChartTheme } from './theme.js';

/** What is counted in each stretch, by who repeats or refuses. */
export const REPEAT_KINDS = [
  { name: 'refusedByAccount', label: '429 by the account’s limit' },
  { name: 'refusedByEndpoint', label: '429 by the endpoint’s limit' },
  { name: 'clientRetries', label: 'repeated by clients' },
  { name: 'requeues', label: 'put back by the server' },
] as const;

/** Refusals, client retries and server requeues over time, counted by stretches. Clients and the server are told apart. */
export function refusalsChart(run: RunResult, flow: FlowTimeline, about: TimeChart, theme: ChartTheme): ChartConfiguration<'line', { x: number; y: number }[]> {
  const base = baseOptions({ title: about.title, subtitle: marksText(about.marks) }, theme);
  return {
    type: 'line',
    data: {
      datasets: REPEAT_KINDS.flatMap(({ name, label }, at) =>
        // What never happened would lie on the ground line and hide what hardly did.
        flow.points.some((point) => point[name] > 0) ? [{ label, data: stretchPoints(flow, run.endUs, (point) => point[name]), ...lineStyle(at, theme) }] : [],
      ),
    },
    options: {
      ...base,
      ...PLAIN_POINTS,
      interaction: AT_TIME,
      scales: { x: timeAxis(run.endUs, theme, about.timeName), y: countAxis(`in each ${formatSeconds(flow.binUs / 1e6)}`, theme) },
      plugins: {
        ...base.plugins,
        legend: lineLegend(theme),
        tooltip: { ...base.plugins.tooltip, callbacks: { title: timeTitle, label: (item) => `${item.dataset.label}: ${formatNumber(item.parsed.y ?? 0)}` } },
        ...annotated(timeAnnotations(run, about, theme)),
      },
    },
  };
}
