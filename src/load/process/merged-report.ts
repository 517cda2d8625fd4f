import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { Pacing, Spread } from '../../measure/live-result.js';
import type { LoadReport } from '../driver.js';
import type { PacingTally } from '../pacing-tally.js';
import type { ShotReport } from '../shooter.js';

/** From when on nobody can tell whether the server was slow or the client. */
export interface KeepUpLimits {
  /** p99 of sent minus planned, wall ms. */
  readonly sendErrorP99Ms: number;
  /** Share of the planned calls that were neither sent nor dropped on purpose. */
  readonly unsentShare: number;
  /** The longest that an event loop may have been blocked, wall ms. */
  readonly loopLagMaxMs: number;
}

/**
 * A healthy client is late by a millisecond or two; beyond 50 ms its own lateness is longer than what many models take, and
 * every latency from the planned time contains it. One call in a thousand is where a p99.9 begins to miss what was not sent.
 * A collection of garbage blocks the loop for tens of milliseconds; a quarter of a second is a stop, in which nothing is sent and
 * every answer waits, and which a percentile of a long run does not show.
 */
export const KEEP_UP_LIMITS: KeepUpLimits = { sendErrorP99Ms: 50, unsentShare: 0.001, loopLagMaxMs: 250 };

/** What several load processes report, as if one had sent all calls. */
export function reportOf(reports: readonly ShotReport[], limits: KeepUpLimits): LoadReport {
  const pacing = mergePacing(reports.map(({ tally }) => tally));
  const unconnected = reports.reduce((sum, { tally }) => sum + (tally.unconnected ?? 0), 0);
  return {
    pacing,
    tool: undefined,
    broken: [...nothingSent(pacing), ...unique(reports.flatMap(({ broken }) => broken))],
    undecided: couldNotKeepUp(pacing, limits, unconnected),
    notes: unique([...noConnection(pacing, unconnected), ...reports.flatMap(({ notes }) => notes)]),
  };
}

export function mergePacing(tallies: readonly PacingTally[]): Pacing {
  const sum = (count: (tally: PacingTally) => number): number => tallies.reduce((total, tally) => total + count(tally), 0);
  const spread = (histogram: (tally: PacingTally) => string): Spread | undefined => spreadMs(tallies.map(histogram));
  return {
    planned: sum((tally) => tally.planned),
    sent: sum((tally) => tally.sent),
    dropped: sum((tally) => tally.dropped),
    httpRequests: sum((tally) => tally.httpRequests),
    sendErrorMs: spread((tally) => tally.sendErrorUs),
    loopLagMs: spread((tally) => tally.loopLagUs),
    httpMs: spread((tally) => tally.httpUs),
    cpuMs: sum((tally) => tally.cpuUs) / 1e3,
    wallMs: Math.max(0, ...tallies.map((tally) => tally.wallMs)),
    processes: tallies.length,
  };
}

/**
 * Why the client's own slowness may be what was measured; empty: it kept up.
 * @param unconnected calls for which the server took no connection
 */
export function couldNotKeepUp({ planned, sent, dropped, sendErrorMs, loopLagMs }: Pacing, limits: KeepUpLimits, unconnected = 0): string[] {
  const reasons: string[] = [];
  if (sendErrorMs !== undefined && sendErrorMs.p99 > limits.sendErrorP99Ms) {
    const lag = loopLagMs === undefined ? '' : `, its event loop up to ${ms(loopLagMs.max)} ms`;
    reasons.push(
      `the client could not keep up: 1 % of its calls were sent more than ${ms(sendErrorMs.p99)} ms after their time (at most ${ms(limits.sendErrorP99Ms)} ms is allowed)${lag}; use more load processes, a lower --speed, or less load`,
    );
  }
  if (loopLagMs !== undefined && loopLagMs.max > limits.loopLagMaxMs)
    reasons.push(
      `the client could not keep up: its event loop was blocked for up to ${ms(loopLagMs.max)} ms (at most ${ms(limits.loopLagMaxMs)} ms is allowed), in which nothing was sent and no answer was heard; use more load processes, a lower --speed, or a machine with less to do`,
    );
  const unsent = planned - dropped - sent - unconnected;
  if (sent > 0 && unsent > planned * limits.unsentShare) {
    const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
    reasons.push(
      `the client could not keep up: ${unsent} of ${planned} planned calls (${percent(unsent / planned)}) were never sent (at most ${percent(limits.unsentShare)} is allowed)`,
    );
  }
  return reasons;
}

function nothingSent({ planned, sent }: Pacing): string[] {
  if (planned === 0) return ['nothing was sent: the schedule held no call until the end of the run'];
  return sent === 0 ? [`nothing was sent: none of ${planned} planned calls reached a connection`] : [];
}

function noConnection({ planned }: Pacing, unconnected: number): string[] {
  if (unconnected === 0) return [];
  return [`${unconnected} of ${planned} planned calls were not sent, for no connection was taken: the server refused it, or did not answer`];
}

function spreadMs(texts: readonly string[]): Spread | undefined {
  const histograms = texts.filter((text) => text !== '').map((text) => decodeFromCompressedBase64(text, 32, false));
  if (histograms.length === 0) return undefined;
  // One that was read does not grow.
  const whole = build({ numberOfSignificantValueDigits: 3 });
  for (const part of histograms) whole.add(part);
  const at = (percentile: number): number => percentileUs(whole, percentile) / 1e3;
  return { n: whole.totalCount, p50: at(50), p95: at(95), p99: at(99), max: whole.maxValue / 1e3 };
}

function percentileUs(histogram: Histogram, percentile: number): number {
  return Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue);
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
