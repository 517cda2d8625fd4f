import type { Spread } from '../../measure/live-result.js';
import type { ResultFile } from '../../measure/result.js';
import { formatMs, formatNumber, plural } from '../format.js';
import { type LiveVariant, liveVariants } from './live-runs.js';

/** How well the load of some runs was sent. Counts are sums, times are those of the worst run. Wall time. */
export interface PacingFigures {
  readonly title: string;
  readonly runs: number;
  readonly planned: number;
  readonly sent: number;
  /** Arrivals beyond `maxVUs`. */
  readonly dropped: number;
  /** Neither sent nor dropped. */
  readonly unsent: number;
  /** undefined, here and below: the tool does not say. */
  readonly httpRequests: number | undefined;
  readonly sendErrorP99Ms: number | undefined;
  readonly sendErrorMaxMs: number | undefined;
  readonly loopLagP99Ms: number | undefined;
  readonly httpP50Ms: number | undefined;
  readonly httpP99Ms: number | undefined;
  readonly cpuUsPerHttpRequest: number | undefined;
  /** Of the longest run. */
  readonly wallMs: number;
}

/** One for each variant that ran live. */
export function pacingFigures(result: ResultFile): PacingFigures[] {
  return liveVariants(result).map(figuresOf);
}

/** One for each live run, where there are several of a variant. @param max at most so many */
export function pacingByRun(result: ResultFile, max: number): { readonly figures: readonly PacingFigures[]; readonly hidden: number } {
  const single = liveVariants(result).flatMap(({ title, runs }) => runs.map((one) => figuresOf({ title: `${title} seed ${one.run.seed}`, runs: [one] })));
  return { figures: single.slice(0, max), hidden: Math.max(0, single.length - max) };
}

/** `sent 200 of 200 calls in 10 runs · 1,402 HTTP requests · send error p99 1.2ms, at most 3ms · 11.2s of wall time` */
export function pacingText(figures: PacingFigures): string {
  const { runs, planned, sent, dropped, unsent, httpRequests, sendErrorP99Ms, sendErrorMaxMs, wallMs } = figures;
  const parts = [`sent ${formatNumber(sent)} of ${plural(planned, 'call')}${runs > 1 ? ` in ${plural(runs, 'run')}` : ''}`];
  if (dropped > 0) parts.push(`${formatNumber(dropped)} dropped beyond maxVUs`);
  if (unsent > 0) parts.push(`${formatNumber(unsent)} never sent`);
  if (httpRequests !== undefined) parts.push(plural(httpRequests, 'HTTP request'));
  if (sendErrorP99Ms !== undefined && sendErrorMaxMs !== undefined)
    parts.push(`send error p99 ${formatMs(sendErrorP99Ms)}, at most ${formatMs(sendErrorMaxMs)}${runs > 1 ? ' (worst run)' : ''}`);
  return [...parts, `${formatMs(wallMs)} of wall time${runs > 1 ? ' at most' : ''}`].join(' · ');
}

function figuresOf({ title, runs }: LiveVariant): PacingFigures {
  const all = runs.map(({ live }) => live.pacing);
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const planned = sum(all.map((pacing) => pacing.planned));
  const sent = sum(all.map((pacing) => pacing.sent));
  const dropped = sum(all.map((pacing) => pacing.dropped));
  const sendErrors = all.map(({ sendErrorMs }) => sendErrorMs);
  const https = all.map(({ httpMs }) => httpMs);
  const httpRequests = sumOfAll(all.map((pacing) => pacing.httpRequests));
  const cpuMs = sumOfAll(all.map((pacing) => pacing.cpuMs));
  return {
    title,
    runs: runs.length,
    planned,
    sent,
    dropped,
    unsent: Math.max(0, planned - sent - dropped),
    httpRequests,
    sendErrorP99Ms: worst(sendErrors, 'p99'),
    sendErrorMaxMs: worst(sendErrors, 'max'),
    loopLagP99Ms: worst(
      all.map(({ loopLagMs }) => loopLagMs),
      'p99',
    ),
    httpP50Ms: worst(https, 'p50'),
    httpP99Ms: worst(https, 'p99'),
    cpuUsPerHttpRequest: httpRequests === undefined || httpRequests === 0 || cpuMs === undefined ? undefined : (1000 * cpuMs) / httpRequests,
    wallMs: Math.max(...all.map((pacing) => pacing.wallMs)),
  };
}

/** undefined where one of them is not known: a part would look like the whole. */
function sumOfAll(counts: readonly (number | null | undefined)[]): number | undefined {
  let sum = 0;
  for (const count of counts) {
    if (count == null) return undefined;
    sum += count;
  }
  return sum;
}

/** Spreads without samples say nothing. */
function worst(spreads: readonly (Spread | null | undefined)[], field: 'p50' | 'p99' | 'max'): number | undefined {
  const known = spreads.filter((spread) => spread != null && spread.n > 0).map((spread) => (spread as Spread)[field]);
  return known.length === 0 ? undefined : Math.max(...known);
}
