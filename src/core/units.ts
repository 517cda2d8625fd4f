import { US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_SECOND } from './time.js';

const UNIT_US: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: US_PER_MS,
  s: US_PER_SECOND,
  m: US_PER_MINUTE,
  h: US_PER_HOUR,
  d: US_PER_DAY,
};

/** `500ms`, `12s`, `1m30s`, `2.5h`, `-10d` in whole µs; undefined when the text is no duration. `0` needs no unit. */
export function parseDurationUs(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  const negative = trimmed.startsWith('-');
  const body = negative ? trimmed.slice(1) : trimmed;
  if (!/^(\d+(\.\d+)?(us|µs|ms|s|m|h|d))+$/.test(body)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of body.matchAll(/(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)/g)) {
    sum += Number(amount) * (UNIT_US[unit as string] as number);
  }
  const us = Math.round(sum);
  if (!Number.isSafeInteger(us)) return undefined;
  return negative ? -us : us;
}

/** `0.3/s`, `20/m`, `100/h` in requests a second; undefined when the text is no rate. */
export function parseRatePerSecond(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\/(s|m|min|h)$/.exec(text.trim());
  if (match === null) return undefined;
  const seconds = { s: 1, m: 60, min: 60, h: 3600 }[match[2] as 's' | 'm' | 'min' | 'h'];
  return Number(match[1]) / seconds;
}

/** A duration as people write it, with at most `digits` significant digits: `1.5s`, `12s`, `2m 5s`, `3h 20m`. */
export function formatDurationUs(us: number, digits = 3): string {
  if (!Number.isFinite(us)) return us > 0 ? 'never' : String(us);
  if (us < 0) return `-${formatDurationUs(-us, digits)}`;
  if (us === 0) return '0s';
  if (us < US_PER_MS) return `${us}µs`;
  if (us < US_PER_SECOND) return `${significant(us / US_PER_MS, digits)}ms`;
  if (us < US_PER_MINUTE) return `${significant(us / US_PER_SECOND, digits)}s`;
  if (us < US_PER_HOUR) return two(us, US_PER_MINUTE, 'm', US_PER_SECOND, 's');
  if (us < US_PER_DAY) return two(us, US_PER_HOUR, 'h', US_PER_MINUTE, 'm');
  return two(us, US_PER_DAY, 'd', US_PER_HOUR, 'h');
}

function two(us: number, bigUs: number, big: string, smallUs: number, small: string): string {
  const smalls = Math.round(us / smallUs);
  const perBig = bigUs / smallUs;
  const rest = smalls % perBig;
  const whole = (smalls - rest) / perBig;
  return rest === 0 ? `${whole}${big}` : `${whole}${big} ${rest}${small}`;
}

function significant(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}
