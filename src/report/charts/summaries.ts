import type { FlowTimeline } from '../../measure/flow-timeline.js';
import { enoughFor } from '../../measure/percentile-samples.js';
import type { RunEvidence, RunResult } from '../../measure/result.js';
import type { Timeline } from '../../measure/timeline.js';
import { samplesIn } from '../distribution.js';
import { formatMs, formatNumber, formatSeconds, formatShare, formatValue, NO_SAMPLES, plural } from '../format.js';
import { metricOf, type ShownVariant } from '../runs.js';
import { type GhostStretch, ghostStretches, ledgerOf, levelOf, peakOf } from '../timeline-series.js';
import { type GanttPlan, type GanttRows, planGantt } from './gantt-plan.js';
import { rounded } from './leak-brackets.js';
import { type RepeatCost, repeatCost } from './retries.js';
import { curvesOf, valueAt, type WaitCurve } from './wait-curves.js';

const at = (us: number): string => formatSeconds(us / 1e6);

export function slotsSummary(run: RunResult, timeline: Timeline): string {
  const live = peakOf(timeline, 'live');
  if (live === undefined) return NO_SAMPLES;
  return `At most ${formatNumber(live.value)} slots did live work (around ${at(live.atUs)}). ${ghostsSummary(run, timeline)}`;
}

export function ghostsSummary(run: RunResult, timeline: Timeline, account?: string): string {
  const stretches = ghostStretches(timeline, run.endUs, ledgerOf(run, account));
  const last = stretches.at(-1);
  if (last === undefined) return 'No ghost slots at any time.';
  const lost = formatNumber(rounded(stretches.reduce((sum, stretch) => sum + stretch.slotSeconds, 0)));
  return `${lastGhostsText(last, run.endUs)} In all they cost ${lost} slot-seconds.`;
}

function lastGhostsText(last: GhostStretch, endUs: number): string {
  if (last.toUs >= endUs) return `Ghost slots since about ${at(last.fromUs)}, and ${formatNumber(last.ghost)} still at the end.`;
  return `The last ghost slots began about ${at(last.fromUs)} and were gone by ${at(last.toUs)}.`;
}

export function limitSummary({ points }: Timeline): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return NO_SAMPLES;
  const lowest = points.reduce((low, point) => (levelOf(point, 'effective') < levelOf(low, 'effective') ? point : low), first);
  const least = formatNumber(levelOf(lowest, 'effective'));
  const end = formatNumber(levelOf(last, 'effective'));
  return `Of a limit of ${formatNumber(last.limit)} slots, ${end} could be used at the end; the least was ${least} of ${formatNumber(lowest.limit)}, around ${at(lowest.atUs)}.`;
}

export function ganttSummary(run: RunResult, rows: GanttRows): string {
  const plan = planGantt(run, rows);
  if (plan.rows.length === 0) return 'No slot was held.';
  const row = rows === 'runners' ? 'runner' : 'slot';
  const drawn = `${plural(plan.rows.length, row)}, ${plural(plan.holds.length, 'hold')}.`;
  const meaning =
    rows === 'runners'
      ? 'A thin hatched bar is a slot that is still held after its runner had stopped working for it.'
      : 'A bar turns hatched where its work has ended and the slot was not given back.';
  return `${drawn} ${meaning}${hiddenText(plan, row)}`;
}

function hiddenText({ hiddenRows, hiddenHolds, hiddenGhosts }: GanttPlan, row: string): string {
  if (hiddenRows + hiddenHolds === 0) return '';
  const ghosts = hiddenGhosts === 0 ? 'no ghost among them' : `${plural(hiddenGhosts, 'ghost')} among them`;
  return ` Not drawn: ${plural(hiddenRows, row)} and ${plural(hiddenHolds, 'hold')}, ${ghosts}; drawn are ghosts first, then failed, slowest and longest holds.`;
}

export function queueSummary({ timeline }: RunEvidence): string {
  const peak = peakOf(timeline, 'queued');
  if (peak === undefined || peak.value === 0) return 'Nothing waited.';
  return `At most ${formatNumber(peak.value)} requests waited, around ${at(peak.atUs)}; ${formatNumber(timeline.points.at(-1)?.queued ?? 0)} at the end.`;
}

export function waitsSummary({ points, binUs }: FlowTimeline): string {
  const count = (read: (point: FlowTimeline['points'][number]) => number): number => points.reduce((sum, point) => sum + read(point), 0);
  const oldest = points.reduce((most, point) => (point.oldestWaitMs > most.oldestWaitMs ? point : most), points[0] as FlowTimeline['points'][number]);
  const [started, expired] = [count((point) => point.started), count((point) => point.expired)];
  const waited = oldest.oldestWaitMs > 0 ? ` The oldest waiter had waited ${formatMs(oldest.oldestWaitMs)}, in the stretch from ${at(oldest.atUs)}.` : '';
  return `${plural(started, 'request')} started and ${formatNumber(expired)} expired: two populations, and only the first has percentiles. By stretches of ${at(binUs)}; a percentile is drawn where enough requests started for it (5 for p50, 59 for p95, 299 for p99).${waited}`;
}

export function latencySummary(variant: ShownVariant, { queueLatency }: RunEvidence): string {
  const left = censoredText(variant.shown);
  const [curve] = curvesOf([variant]);
  const n = samplesIn(queueLatency);
  if (curve === undefined) return `Nothing started: ${NO_SAMPLES}.${left}`;
  const words = ([0.5, 0.95] as const)
    .filter((share) => enoughFor(share, n))
    .map((share) => `${formatShare(share)} had waited at most ${formatMs(valueAt(curve, share) ?? 0)}`);
  const most = `the longest ${formatMs(curve.points.at(-1)?.value ?? 0)}`;
  return `Of ${plural(n, 'request')} that started, ${[...words, most].join(', ')}.${left}`;
}

/** Waits whose end was never seen: counted, and never dropped in silence. */
export function censoredText(run: RunResult): string {
  const waiting = metricOf(run, 'requests{outcome:waiting}', 'count') ?? 0;
  const expired = metricOf(run, 'requests{outcome:start_timeout}', 'count') ?? 0;
  const parts = [
    ...(waiting > 0 ? [`${plural(waiting, 'request')} still waited at the end`] : []),
    ...(expired > 0 ? [`${formatNumber(expired)} expired unstarted`] : []),
  ];
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}: no wait of theirs is in the curve.`;
}

export function tailSummary(curve: WaitCurve | undefined): string {
  if (curve === undefined || curve.n === undefined) return `Nothing started: ${NO_SAMPLES}.`;
  const shares = [0.1, 0.01, 0.001].filter((longer) => enoughFor(1 - longer, curve.n as number));
  const words = shares.map((longer) => `${formatShare(longer)} waited longer than ${formatMs(valueAt(curve, 1 - longer) ?? 0)}`);
  return `${words.length === 0 ? `${plural(curve.n, 'request')} are too few to speak of rare waits` : words.join(', ')}. The line ends at the longest wait, ${formatMs(curve.points.at(-1)?.value ?? 0)}.`;
}

export function retriesSummary(run: RunResult, evidence: RunEvidence): string {
  const count = (metric: string): string => formatValue(metricOf(run, metric, 'count'), 'requests');
  return `Clients repeated ${count('client_retries')} requests, the server put ${count('server_requeues')} back; ${count('gave_up')} calls gave up, ${count('http_429')} direct calls were turned away with 429. ${costText(repeatCost(run, evidence))}`;
}

/** `1.3 attempts a call`: what repeats cost. */
function costText({ calls, attempts, amplification }: RepeatCost): string {
  if (amplification === undefined) return 'No call was made: nothing was amplified.';
  return `${formatNumber(attempts)} attempts for ${plural(calls, 'call')}: amplification ${formatNumber(amplification)}.`;
}

export function refusalsSummary({ points, binUs }: FlowTimeline): string {
  const most = points.reduce(
    (peak, point) => {
      const refused = point.refusedByAccount + point.refusedByEndpoint;
      return refused > peak.refused ? { refused, atUs: point.atUs } : peak;
    },
    { refused: 0, atUs: 0 },
  );
  const refused =
    most.refused === 0
      ? 'No direct call was turned away.'
      : `At most ${formatNumber(most.refused)} direct calls were turned away with 429 in ${at(binUs)}, from ${at(most.atUs)} on.`;
  return `${refused} Client retries and server requeues are told apart.`;
}
