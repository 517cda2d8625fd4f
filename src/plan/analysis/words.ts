import { formatDurationUs } from '../../core/units.js';
import type { Estimate, LoadFacts, PointEvidence } from '../../measure/capacity/plan-result.js';
import { percentOf } from '../../measure/gate/percent.js';
import type { ShareInterval } from '../../measure/gate/share-interval.js';
import { plainDecimal } from '../duration-words.js';
import { scaledCount } from '../whole-numbers.js';

const US_PER_MS = 1000;

/** `1.73s`, `2m 5s` */
export function time(ms: number): string {
  return formatDurationUs(Math.round(ms * US_PER_MS));
}

/** `0.497`, `2.74`, `0` */
export function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** `1,296,000` */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1,296 USD`, `5.76 USD`, `0.00004 USD` */
export function usd(value: number): string {
  return `${value >= GROUPED_FROM ? grouped(value) : plainDecimal(Number(value.toPrecision(3)))} USD`;
}

const GROUPED_FROM = 100;

const SECONDS_PER_HOUR = 3600;
/** Slower loads are easier to picture by the hour. */
const SLOW = 0.03;

/** `2.74 requests/s`, `51.1 requests/h` @param rate requests a second */
export function rateText(rate: number): string {
  return rate > 0 && rate < SLOW ? `${number(rate * SECONDS_PER_HOUR)} requests/h` : `${number(rate)} requests/s`;
}

/** How much comes: `2.74 requests/s`, `300 requests at once`. @param factor times what comes today */
export function amountText({ ratePerSecond, atOnce }: LoadFacts, factor = 1): string {
  return atOnce === undefined ? rateText(ratePerSecond * factor) : `${many(scaledCount(atOnce, factor), 'request')} at once`;
}

export { percentOf };

/** `1 ghost slot`, `6 ghost slots` */
export function many(count: number, one: string): string {
  return `${grouped(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** `0.06 % (0.04 % to 0.09 %)`, `none of 160,000` */
export function shareWithBounds({ k, n, share, low, high }: Pick<ShareInterval, 'k' | 'n' | 'share' | 'low' | 'high'>): string {
  if (k === 0) return `none of ${grouped(n)}`;
  return low === high ? percentOf(share) : `${percentOf(share)} (${percentOf(low)} to ${percentOf(high)})`;
}

/** `1.73s (1.6s to 1.9s)` */
export function timeWithBounds({ mean, low, high }: Estimate): string {
  return low === high ? time(mean) : `${time(mean)} (${time(low)} to ${time(high)})`;
}

/** Whether a setting keeps the promises, and its p95 wait; by how much the load is too much for it. */
export function standing(evidence: PointEvidence): string {
  const { unstable, queueLatency } = evidence;
  if (unstable?.limit === 0) return 'no slot is left, and nothing ever begins';
  if (unstable !== undefined)
    return `the queue grows without end: ${number(unstable.offeredSlots)} slots' worth of work for ${unstable.limit}, which could carry ${rateText(unstable.mostPerSecond)} at most`;
  const wait = queueLatency === undefined ? 'no request began' : `p95 wait ${time(queueLatency.p95.mean)}`;
  return `${wait}, ${evidence.tooShort === undefined ? VERDICTS[evidence.verdict] : TOO_SHORT}`;
}

const TOO_SHORT = 'meets every SLO in runs that are too short to show it';
const VERDICTS = { pass: 'meets every SLO', fail: 'misses an SLO', undecided: 'too near to an SLO to tell' } as const;
