import { parseDurationUs, parseRatePerSecond } from '../../core/units.js';
import type { TierPrice } from '../../measure/capacity/plan-result.js';
import { parseShare } from '../../measure/gate/regression-terms.js';
import { DURATION } from '../../scenario/schema/words.js';
import { UsageError } from '../failures.js';
import { mayHoldPassword } from '../option-values.js';

/** A value of the command line, and how it was written: the command that asks again says it the same way. */
export interface Written<Value> {
  readonly text: string;
  readonly value: Value;
}

const MOST_RATE = 100_000;
const MOST_TIER = 1_000_000;
const MOST_USD = 1_000_000_000;
const DECIMAL = /^\d+(?:\.\d+)?$/;

/** Requests a second, written as in scenarios: `5/s`, `300/m`, `2/h`. @throws UsageError */
export function rateOf(option: string, value: unknown): Written<number> {
  const text = String(value).trim();
  const perSecond = parseRatePerSecond(text);
  if (perSecond !== undefined && perSecond > 0 && perSecond <= MOST_RATE) return { text, value: perSecond };
  throw new UsageError(`${option}: expected a rate above 0 and up to ${MOST_RATE}/s such as 5/s, 300/m or 2/h, got ${JSON.stringify(value)}`);
}

/** ms. @throws UsageError */
export function durationOf(option: string, value: unknown): Written<number> {
  const text = String(value).trim();
  const us = parseDurationUs(text);
  if (us !== undefined && us > 0) return { text, value: us / 1_000 };
  throw new UsageError(`${option}: expected ${DURATION}, longer than 0, got ${JSON.stringify(value)}`);
}

/** @throws UsageError */
export function decimalOf(option: string, value: unknown, least: number, most: number): number {
  const text = String(value).trim();
  const number = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(`${option}: expected a number from ${least} up to ${most}, got ${JSON.stringify(value)}`);
}

/** A share above 0 and below 1, written `0.1%`. @throws UsageError */
export function shareOf(option: string, value: unknown): Written<number> {
  const text = String(value).trim();
  const share = parseShare(text);
  if (typeof share === 'number' && share > 0 && share < 1) return { text, value: share };
  throw new UsageError(`${option}: expected a share above 0% and below 100% such as 0.1%, got ${JSON.stringify(value)}`);
}

/** US dollars, from 0 up. @throws UsageError */
export function dollarsOf(option: string, value: unknown): number {
  const text = String(value).trim().replace(/^\$/, '');
  const usd = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (usd <= MOST_USD) return usd;
  throw new UsageError(`${option}: expected an amount in US dollars such as 0.001, got ${JSON.stringify(value)}`);
}

/** `2,10,20,40`, in order and each once. @throws UsageError */
export function tiersOf(given: readonly string[]): readonly number[] {
  const words = given.flatMap((text) => String(text).split(',')).map((word) => word.trim());
  const limits = words.map((word) => (/^\d+$/.test(word) ? Number(word) : Number.NaN));
  if (limits.some((limit) => !(limit >= 1 && limit <= MOST_TIER)))
    throw new UsageError(`--tiers: expected limits from 1 up such as 2,10,20,40, got ${JSON.stringify(given.join(','))}`);
  return [...new Set(limits)].sort((one, other) => one - other);
}

/** `10=50,20=250`: a limit and its US dollars a month. @throws UsageError */
export function tierPricesOf(given: readonly string[]): readonly TierPrice[] {
  const prices = given
    .flatMap((text) => String(text).split(','))
    .map((word) => {
      const [, limit, usd] = /^\s*(\d+)\s*=\s*\$?(\d+(?:\.\d+)?)\s*$/.exec(word) ?? [];
      if (limit === undefined) throw new UsageError(`--tier-price: expected limit=dollars a month such as 10=50,20=250, got ${JSON.stringify(word)}`);
      return { limit: Number(limit), usdPerMonth: Number(usd) };
    });
  const twice = prices.find(({ limit }, at) => prices.findIndex((other) => other.limit === limit) !== at);
  if (twice !== undefined) throw new UsageError(`--tier-price: expected one price for each tier, got two for ${twice.limit}`);
  return prices.sort((one, other) => one.limit - other.limit);
}

const WORKERS_URL = /^(?:(?:redis|valkey)s?|unix):\/\//i;

/** How many threads, or where the queue of the workers is. */
export type Workers = { readonly threads: number } | { readonly url: string };

/** @throws UsageError that does not repeat what was given: an address may hold a password */
export function workersOf(value: unknown, most: number): Workers {
  const text = String(value).trim();
  if (WORKERS_URL.test(text)) {
    if (URL.canParse(text)) return { url: text };
    throw new UsageError('--workers: expected an address such as redis://localhost:6379, got one that cannot be read');
  }
  const threads = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (threads >= 1 && threads <= most) return { threads };
  throw new UsageError(`--workers: expected a number of threads from 1 up to ${most}, or an address such as redis://localhost:6379, got ${shownWorkers(text)}`);
}

/** Of what may be an address with a mistake in it no more than how it begins. */
function shownWorkers(text: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
  if (scheme !== undefined) return `an address of ${JSON.stringify(scheme)}`;
  return mayHoldPassword(text) ? 'something else' : JSON.stringify(text);
}
