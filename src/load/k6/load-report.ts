import type { Histogram } from 'hdr-histogram-js';
import type { Spread } from '../../measure/live-result.js';
import type { LoadOrder, LoadReport } from '../driver.js';
import { type Exit, toolVerdict } from './exit-codes.js';
import type { SampleFold } from './fold.js';
import type { Play } from './plan-play.js';

/** A call that is sent later than this is another load, wall ms: ten times k6's own unevenness on a busy machine. */
const LATEST_MS = 50;
/** The share of calls that may be missing before nobody can say what was measured. */
const MOST_MISSING = 0.001;

export interface SentLoad {
  readonly fold: SampleFold;
  readonly exits: readonly Exit[];
  /** Why k6's own end makes the run worthless. */
  readonly broken: readonly string[];
  /** k6's, `v2.2.0`. */
  readonly version: string;
  readonly play: Play;
  readonly order: Pick<LoadOrder, 'speed' | 'processes' | 'follow' | 'scenario'>;
  readonly wallMs: number;
  readonly cpuMs: number | undefined;
}

/** How well k6 has sent a load. */
export function reportOf(load: SentLoad): LoadReport {
  const { fold, exits, version, order, wallMs, cpuMs } = load;
  const sendErrorMs = spreadMs(fold.sendErrorUs);
  return {
    pacing: {
      planned: plannedOf(load),
      sent: fold.sent,
      dropped: fold.dropped,
      httpRequests: fold.httpRequests,
      sendErrorMs,
      loopLagMs: undefined,
      httpMs: spreadMs(fold.httpUs),
      cpuMs,
      wallMs,
      processes: order.processes,
    },
    tool: toolVerdict(version, exits),
    broken: brokenOf(load),
    undecided: undecidedOf(load, sendErrorMs),
    notes: notesOf(load),
  };
}

/** Closed loops plan as they go: each call they made was planned. */
function plannedOf({ play, fold }: SentLoad): number {
  return Math.max(play.planned, play.flows.some(({ users }) => users === 'closed') ? fold.sent + fold.dropped : 0);
}

function brokenOf(load: SentLoad): readonly string[] {
  const { fold, broken } = load;
  const reasons = [...broken];
  if (fold.thrown > 0) reasons.push(`${fold.thrown} of ${fold.iterations} iterations of the k6 script threw: ${fold.reasons.join('; ')}`);
  reasons.push(...untold(load));
  if (fold.sent === 0) reasons.push('k6 sent nothing');
  return reasons;
}

/** Every iteration tells something, so k6's own count shows whether samples are missing. An iteration that was cut off is not counted by k6. */
function untold({ fold, exits }: SentLoad): readonly string[] {
  const { iterations, told, thrown } = fold;
  const wasCutOff = exits.some(({ code, wasStopped }) => wasStopped || code !== 0);
  const isWhole = iterations <= told && (wasCutOff || told - thrown <= iterations);
  return isWhole ? [] : [`k6 made ${iterations} iterations, but its samples tell of ${told}: some are missing`];
}

function undecidedOf(load: SentLoad, sendErrorMs: Spread | undefined): readonly string[] {
  const { fold } = load;
  const reasons: string[] = [];
  const planned = plannedOf(load);
  const missing = planned - fold.sent - fold.dropped;
  if (missing > planned * MOST_MISSING) reasons.push(`k6 did not send ${missing} of ${planned} calls${reasonOfMissing(fold)}`);
  if (sendErrorMs !== undefined && sendErrorMs.p99 > LATEST_MS)
    reasons.push(
      `k6 could not keep up: 1 % of the calls were sent more than ${sendErrorMs.p99.toFixed(0)} ms late (limit ${LATEST_MS} ms); try fewer calls, a lower --speed, or more --load-processes`,
    );
  return reasons;
}

function reasonOfMissing({ droppedByK6 }: SampleFold): string {
  return droppedByK6 === 0 ? '' : `: dropped_iterations ${droppedByK6}, no virtual user was free`;
}

function notesOf({ play, order, fold }: SentLoad): readonly string[] {
  const notes = [...play.notes];
  if (order.follow === 'stream' && order.scenario.workload.some(({ call }) => call === 'submit'))
    notes.push('k6 shows a status stream only when it is over, so submitted requests were polled every second');
  if (fold.droppedByK6 > 0) notes.push(`k6 itself dropped ${fold.droppedByK6} iterations, for which no virtual user was free`);
  return notes;
}

/** @returns undefined for a histogram without values */
function spreadMs(histogram: Histogram): Spread | undefined {
  if (histogram.totalCount === 0) return undefined;
  const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
  return { n: histogram.totalCount, p50: at(50), p95: at(95), p99: at(99), max: histogram.maxValue / 1000 };
}
