import { US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_SECOND } from '../core/time.js';

const UNITS = [
  { unit: 'h', us: US_PER_HOUR },
  { unit: 'm', us: US_PER_MINUTE },
  { unit: 's', us: US_PER_SECOND },
  { unit: 'ms', us: US_PER_MS },
] as const;

/** A duration as a scenario file spells it, exact to the microsecond: `1500ms`, `90s`, `-2m`. @param us whole µs */
export function durationText(us: number): string {
  if (us === 0) return '0s';
  const { unit, us: perUnit } = UNITS.find((candidate) => us % candidate.us === 0) ?? { unit: 'us', us: 1 };
  return `${us / perUnit}${unit}`;
}
