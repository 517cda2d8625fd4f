import { formatDurationUs } from '../core/units.js';

/** `14.2s`, `0s` */
export function secondsText(seconds: number): string {
  return formatDurationUs(Math.round(seconds * 1_000_000));
}

/** What was read from outside, by looking again and again, is not more exact than a hundredth. */
export function roundedText(seconds: number): string {
  return secondsText(Math.round(seconds * 100) / 100);
}

/** `1 request`, `3 requests` */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** `$772.77`, `$0.003`; of less than a cent three significant digits: a price of a second is small. */
export function usdText(usd: number): string {
  if (usd > 0 && usd < 0.01) return `$${usd.toLocaleString('en-US', { maximumSignificantDigits: 3, maximumFractionDigits: 20 })}`;
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: usd !== 0 && usd < 1 ? 4 : 2 })}`;
}
