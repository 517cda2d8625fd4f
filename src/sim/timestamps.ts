import { US_PER_SECOND } from '../core/time.js';

const CALENDAR = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)([.,]\d+)?(?:Z| ?UTC| ?([+-])(\d\d)(?::?(\d\d))?)?$/;

/**
 * `2024-11-15 16:57:50[.fraction]`, `T` and `Z` allowed, taken as UTC unless it says how far it is off: `+02:00`. Or a plain
 * number: seconds, or milli-, micro- or nanoseconds since 1970 where it is too large for seconds. @returns µs
 */
export function parseTimestampUs(text: string): number | undefined {
  const trimmed = text.trim();
  const match = CALENDAR.exec(trimmed);
  if (match !== null) {
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
    if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60) return undefined;
    const aheadSeconds = match[8] === undefined ? 0 : aheadOfUtc(match[8], Number(match[9]), Number(match[10] ?? 0));
    const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - aheadSeconds;
    const us = seconds * US_PER_SECOND + Math.round(Number(match[7]?.replace(',', '.') ?? 0) * US_PER_SECOND);
    return Number.isNaN(us) ? undefined : us;
  }
  if (!/^\d+(\.\d+)?$/.test(trimmed)) return undefined;
  const us = Math.round(Number(trimmed) * US_PER_SECOND);
  return Number.isSafeInteger(us) ? us : sinceEpochUs(trimmed);
}

/** Seconds; NaN: no clock is so far off. */
function aheadOfUtc(sign: string, hours: number, minutes: number): number {
  if (hours > 15 || minutes > 59) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** Years of recordings; the units lie so far apart that no number is of this time in two of them. */
const FROM_US = 631_152_000 * US_PER_SECOND;
const TO_US = 4_102_444_800 * US_PER_SECOND;

/** Milli-, micro- or nanoseconds between 1990 and 2100. */
function sinceEpochUs(digits: string): number | undefined {
  const number = Number(digits);
  // Nanoseconds have more digits than a number holds: the last three are cut off as text.
  const candidates = [Math.round(number * 1_000), Math.round(number), Number((digits.split('.')[0] as string).slice(0, -3))];
  return candidates.find((us) => us >= FROM_US && us < TO_US);
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return leap ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the Gregorian calendar, counted from March so that the leap day comes last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}
