import { US_PER_SECOND } from '../core/time.js';

/** `2024-11-15 16:57:50[.fraction]` (taken as UTC, `T` and `Z` allowed) or a plain number of seconds, in µs. */
export function parseTimestampUs(text: string): number | undefined {
  const trimmed = text.trim();
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d+)?Z?$/.exec(trimmed);
  if (match !== null) {
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
    if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60) return undefined;
    const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    return seconds * US_PER_SECOND + Math.round(Number(match[7] ?? 0) * US_PER_SECOND);
  }
  if (!/^\d+(\.\d+)?$/.test(trimmed)) return undefined;
  const us = Math.round(Number(trimmed) * US_PER_SECOND);
  return Number.isSafeInteger(us) ? us : undefined;
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
