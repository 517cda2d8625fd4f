import { parseDurationUs, parseRatePerSecond } from '../core/units.js';
import type { ParsedScenario, ScenarioInput } from '../scenario/schema.js';

/** Keys whose texts are durations and rates, in the data that settings are written as. */
const DURATIONS: ReadonlySet<string> = new Set(['at', 'from', 'to', 'mean', 'constant', 'service', 'startTimeout', 'warmup', 'recovery', 'for', 'coldStart']);
const RATES: ReadonlySet<string> = new Set(['rate', 'poisson']);

/**
 * What the schema makes of a scenario's data, for data that our own code has written from a setting: its units in µs and a
 * second. Nothing is checked: a browser gets along without the schema. That both give the same is held by
 * `test/playground/same-run.test.ts`.
 */
export function parseKnownData(data: ScenarioInput): ParsedScenario {
  return parsed('', data) as ParsedScenario;
}

function parsed(key: string, value: unknown): unknown {
  if (typeof value === 'string') return DURATIONS.has(key) ? (parseDurationUs(value) ?? value) : RATES.has(key) ? (parseRatePerSecond(value) ?? value) : value;
  if (Array.isArray(value)) return value.map((item) => parsed(key, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, parsed(name, item)]));
}
