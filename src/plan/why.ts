import { formatDurationUs } from '../core/units.js';
import type { Estimate, Overload, PointEvidence, ShortRun, SloCheck } from '../measure/capacity/plan-result.js';
import { FIRST_LOOK } from './looks.js';

/** Sentences about settings that do not meet what was asked for. They name the numbers. */

/** @param ample what was seen with the largest limit that was tried */
export function whyNoLimit(ample: PointEvidence, mostTried: number): string {
  const limit = formatCount(mostTried);
  if (ample.unstable !== undefined) return `no limit up to ${limit} can carry the load: ${overloadText(ample.unstable)}`;
  const missed = ample.checks.filter(({ verdict }) => verdict === 'fail');
  if (missed.length > 0) return `no limit up to ${limit} meets it: even with ${limit} slots ${missed.map(checkText).join(', ')}`;
  return `nothing was decided with ${seedsText(ample.seeds)}: with ${limit} slots ${whyNotMet(ample)}`;
}

/**
 * Of promises that no limit meets together.
 * @param top the largest limit, which misses those that no larger limit helps to keep
 * @param small the largest one that misses others; undefined: none was tried
 */
export function whyContradicted(top: PointEvidence, small: PointEvidence | undefined): string {
  const most = slotsText(top.limit);
  const missed = `with ${most} ${whyNotMet(top)}`;
  if (small === undefined) return `no limit up to ${formatCount(top.limit)} meets it: even ${missed}; no larger limit helps to keep that`;
  return `no limit that was tried meets every SLO, for they contradict each other: ${missed}, and with ${slotsText(small.limit)} ${whyNotMet(small)}`;
}

/** Seeds of a recorded history, which decides by itself. */
const RECORDED = 1;

/** Of a setting whose verdict is not pass: what it misses, or what nobody knows. */
export function whyNotMet({ checks, unstable, tooShort, seeds }: PointEvidence): string {
  if (unstable !== undefined) return overloadText(unstable);
  if (tooShort !== undefined) return shortRunText(tooShort);
  const missed = checks.filter(({ verdict }) => verdict === 'fail');
  if (missed.length > 0) return missed.map(checkText).join(', ');
  const open = checks.filter(({ verdict }) => verdict === 'undecided').map(checkText);
  return `${open.join(', ')}${seeds > RECORDED && seeds < FIRST_LOOK ? ` (it takes ${FIRST_LOOK} seeds to decide anything)` : ''}`;
}

/** So near to Little's floor a queue takes long to show what it does in the long run. */
export function shortRunText({ runMs, neededMs }: ShortRun): string {
  const [run, needed] = [runMs, neededMs].map((ms) => formatDurationUs(Math.round(ms * 1000)));
  return `runs of ${run} end before long queues have grown; it takes ${needed}: let them last ${formatCount(Math.ceil(neededMs / runMs))} times as long (--requests, or the scenario's own arrivals)`;
}

/** `60 slots of work are offered to 40, which can carry 3.33 requests a second at most` */
export function overloadText({ offeredSlots, limit, mostPerSecond }: Overload): string {
  return `${formatCount(offeredSlots)} slots' worth of work is offered to ${formatCount(limit)}, which could carry ${perSecondText(mostPerSecond)} at most, so the queue grows as long as the load lasts`;
}

/** `queue_latency p(95) < 2s: 2.31s (2.25s to 2.37s, 16 seeds)` */
export function checkText({ slo, unit, actual, dropped }: SloCheck): string {
  const lost = dropped === undefined ? '' : `, ${estimateText(dropped, 'ratio')} dropped before that`;
  return `${slo}: ${actual === undefined ? 'no seed had a sample' : estimateText(actual, unit)}${lost}`;
}

/** What a wait does not say of those who never got there; undefined: everybody did. */
export function droppedText({ checks }: PointEvidence): string | undefined {
  const [most] = checks.flatMap(({ dropped }) => dropped ?? []).sort((one, other) => other.mean - one.mean);
  if (most === undefined) return undefined;
  return `${estimateText(most, 'ratio')} of the requests are dropped or leave before their work begins: they count as waits above any bound`;
}

/** A number with its interval. */
export function estimateText({ mean, low, high, seeds }: Estimate, unit: string): string {
  if (low === mean && high === mean) return amountText(mean, unit);
  return `${amountText(mean, unit)} (${amountText(low, unit)} to ${amountText(high, unit)}, ${seedsText(seeds)})`;
}

function amountText(value: number, unit: string): string {
  if (unit === 'ms') return formatDurationUs(Math.round(value * 1000));
  if (unit === 'ratio') return `${significant(value * 100)} %`;
  return unit === '' ? significant(value) : `${significant(value)} ${unit.replaceAll('_', '-')}`;
}

function seedsText(seeds: number): string {
  return seeds === 1 ? '1 seed' : `${seeds} seeds`;
}

/** `1 slot`, `10,000 slots` */
export function slotsText(limit: number): string {
  return `${formatCount(limit)} ${limit === 1 ? 'slot' : 'slots'}`;
}

/** `3.33 requests a second`, `1 request a second` */
export function perSecondText(ratePerSecond: number): string {
  const number = formatCount(ratePerSecond);
  return `${number} ${number === '1' ? 'request' : 'requests'} a second`;
}

/** At most three digits that say something, thousands apart. */
export function formatCount(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-GB') : significant(value);
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}
