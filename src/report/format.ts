import { formatDurationUs } from '../core/units.js';
import type { MetricUnit } from '../measure/metrics.js';

/** What stands where there is no number. */
export const NO_SAMPLES = 'no samples';
const EXACT_BELOW = 1_000_000;

/** A number from a result: files turn NaN into null, so both count as missing. */
export function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** `1,296,000`, `8,930`, `4.05`, `0.0833`: whole numbers as they are, others with three significant digits. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

export function formatMs(ms: number): string {
  return formatDurationUs(Math.round(ms * 1000));
}

export function formatSeconds(seconds: number): string {
  return formatDurationUs(Math.round(seconds * 1_000_000));
}

/** Below this cents say nothing: three digits that do. */
const SMALL_USD = 0.01;

/** `$1,234.50`, `$0.003`, `$0.0000123` */
export function formatUsd(usd: number): string {
  const size = Math.abs(usd);
  const isSmall = size > 0 && size < SMALL_USD;
  const digits = isSmall ? { maximumSignificantDigits: 3 } : { minimumFractionDigits: 2, maximumFractionDigits: size >= 1 || size === 0 ? 2 : 4 };
  return `${usd < 0 ? '-' : ''}$${size.toLocaleString('en-US', digits)}`;
}

/** `59.5 %` */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${Math.abs(percent) >= EXACT_BELOW ? percent.toExponential(1) : formatNumber(Number(percent.toPrecision(3)))} %`;
}

/** `+37 %`, `−120 %`, `±0 %` */
export function formatMargin(margin: number | undefined): string {
  if (margin === undefined) return '–';
  if (margin === 0) return '±0 %';
  return `${margin > 0 ? '+' : '−'}${formatShare(Math.abs(margin))}`;
}

/** A value of a metric with its unit. */
export function formatValue(value: number | null | undefined, unit: MetricUnit): string {
  if (!isNumber(value)) return NO_SAMPLES;
  switch (unit) {
    case 'ms':
      return formatMs(value);
    case 'seconds':
      return formatSeconds(value);
    case 'slot_seconds':
      return `${formatNumber(value)} slot-s`;
    case 'slots':
      return `${formatNumber(value)} ${value === 1 ? 'slot' : 'slots'}`;
    case 'usd':
      return formatUsd(value);
    case 'ratio':
      return formatShare(value);
    case 'requests':
      return formatNumber(value);
  }
}

/** `+40ms`, `−3`, `±0` */
export function formatDifference(difference: number, unit: MetricUnit): string {
  if (difference === 0) return '±0';
  return `${difference > 0 ? '+' : '−'}${formatValue(Math.abs(difference), unit)}`;
}

/** @param width at least 1 */
export function cutText(text: string, width: number): string {
  const room = Math.max(1, width);
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** `1 seed`, `3 seeds`, `1 slot` of what is printed as 1 */
export function plural(count: number, one: string, many = `${one}s`): string {
  const number = formatNumber(count);
  return `${number} ${number === '1' ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`; a long list ends in `and 5 more`. */
export function listOf(words: readonly string[], max = 6): string {
  const shown = words.length > max ? [...words.slice(0, max - 1), `${words.length - max + 1} more`] : words;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
