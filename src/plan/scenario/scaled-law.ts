import { parseDurationUs } from '../../core/units.js';
import { durationOfMs } from '../duration-words.js';

/** Keys whose numbers are no durations. */
const NO_DURATIONS: readonly string[] = ['weights', 'p', 'cv', 'shape', 'stages', 'file', 'column'];
const UNIT_US: Readonly<Record<string, number>> = { s: 1_000_000, ms: 1_000, us: 1 };

/** A law of a scenario file, all of whose durations are `factor` times as long. @param law as written */
export function scaledLaw(law: unknown, factor: number): unknown {
  if (typeof law === 'string') return scaledDuration(law, factor);
  if (Array.isArray(law)) return law.map((one) => scaledLaw(one, factor));
  if (typeof law !== 'object' || law === null) return law;
  return Object.fromEntries(Object.entries(law).map(([key, value]) => [key, scaledPart(key, value, factor)]));
}

function scaledPart(key: string, value: unknown, factor: number): unknown {
  if (NO_DURATIONS.includes(key)) return value;
  if (key === 'empirical' && typeof value === 'object' && value !== null && 'file' in value) return { ...value, unit: scaledUnit(value, factor) };
  return scaledLaw(value, factor);
}

/** A column of another unit: its numbers stay as they are recorded. */
function scaledUnit(samples: object, factor: number): string {
  const { unit = 's' } = samples as { readonly unit?: string };
  return durationOfMs(((UNIT_US[unit] ?? (parseDurationUs(unit) as number)) * factor) / 1000);
}

function scaledDuration(text: string, factor: number): string {
  const us = parseDurationUs(text);
  return us === undefined ? text : us === 0 ? '0s' : durationOfMs((us * factor) / 1000);
}
