import type { Policy } from '../../core/policy.js';
import type { FaultClass } from '../schema/zoo.js';

/** All of a policy that a scenario can turn. */
export type SwitchName = keyof Omit<Policy, 'preset' | 'priceSource'>;

/** What is known of one switch. */
export interface SwitchEntry {
  /** What each of its values does. */
  readonly meaning: string;
  /** Products that are known to behave so, with public issues; undefined: no report is known. */
  readonly seen?: string;
  /** The class of leak that a bad value makes possible; its entries in the zoo show it. */
  readonly faults?: readonly FaultClass[];
  /** The checkers that find it. */
  readonly checkers?: readonly string[];
}

/** Switches that belong together. */
export interface SwitchGroup {
  readonly title: string;
  readonly switches: Readonly<Partial<Record<SwitchName, SwitchEntry>>>;
}
