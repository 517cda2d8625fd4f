import type { Policy } from '../core/policy.js';
import { formatDurationUs } from '../core/units.js';
import type { SwitchName } from './catalogue/entry.js';
import { spellingOf } from './policy-catalogue.js';

/** A policy's switches as a scenario spells them, each with its value in words. */
export function describePolicy(policy: Policy): Record<string, string> {
  const switches: Record<string, string> = {};
  for (const [name, value] of Object.entries(policy)) {
    if (name !== 'preset' && name !== 'priceSource') switches[spellingOf(name as SwitchName)] = describeSwitch(name, value);
  }
  return switches;
}

/** @param name of the switch or of a part of it: `…Us` says that a number is a duration */
export function describeSwitch(name: string, value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number') return name.endsWith('Us') ? formatDurationUs(value) : String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return Object.entries(value)
    .map(([key, inner]) => `${key.replace(/Us$/, '')} ${describeSwitch(key, inner)}`)
    .join(', ');
}
