import type { SwitchGroup, SwitchName } from './catalogue/entry.js';
import { HOLDING } from './catalogue/holding.js';
import { TAKING } from './catalogue/taking.js';

/**
 * Every switch of a policy: what it means, who is known to behave so, what punishes it. `docs/policies.md` is printed
 * from this table. "No report is known" is absence of evidence; which product does what was read from public issues.
 */
export const POLICY_CATALOGUE: readonly SwitchGroup[] = [...TAKING, ...HOLDING];

/** How a scenario file spells a switch. */
export function spellingOf(name: SwitchName): string {
  return name === 'pricePerRequestUsd' ? 'priceUsd' : name.replace(/Us$/, '');
}
