import { US_PER_MS, US_PER_SECOND } from '../core/time.js';
import { durationText } from '../scenario/duration-text.js';

const DIGITS = 4;

/** What a scenario says is what was judged: numbers are rounded to four digits first. */
export function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** Whole µs with four digits, at least 1. */
export function roundedUs(us: number): number {
  return Math.max(1, Math.round(rounded(us)));
}

/** Exact, in the shortest way there is: `1h`, `28.91s`, `757.7ms`. @param us whole µs */
export function writtenDuration(us: number): string {
  const ways = [durationText(us), ...(us >= US_PER_SECOND ? [`${us / US_PER_SECOND}s`] : []), ...(us >= US_PER_MS ? [`${us / US_PER_MS}ms`] : [])];
  return ways.reduce((shortest, way) => (way.length < shortest.length ? way : shortest));
}

const UNITS = [
  { unit: 's', seconds: 1 },
  { unit: 'm', seconds: 60 },
  { unit: 'h', seconds: 3600 },
] as const;

/** `5/s`, `2.5/m`, `0.75/h`: without an exponent, which the format does not have. */
export function writtenRate(perSecond: number): string {
  if (perSecond === 0) return '0/s';
  const { unit, seconds } = UNITS.find((one) => perSecond * one.seconds >= 0.1) ?? (UNITS[2] as (typeof UNITS)[2]);
  const number = rounded(perSecond * seconds);
  return `${number >= 1e-6 ? String(number) : number.toFixed(12)}/${unit}`;
}

/** The rate that is read from the text again. */
export function rateAsWritten(perSecond: number): number {
  const [number = '0', unit] = writtenRate(perSecond).split('/');
  return Number(number) / (UNITS.find((one) => one.unit === unit)?.seconds ?? 1);
}
