import { formatDurationUs } from '../core/units.js';
import { plannedEndUs } from './planned-end.js';
import type { Complain } from './resolve-arrivals.js';
import type { ParsedScenario } from './schema.js';
import { FAULT_KINDS, type FlowSpec, type RandomFaults, type StepSpec } from './types.js';

/** Two-level chance: a quarter of the kinds is on in a run, so that runs differ in kind. */
const DEFAULT_ACTIVATION = 0.25;
const DEFAULT_STRIKES = 2;

/** Fills in what random faults leave out. @param load what they fall into: without a `to`, they end with it. In doubt: when it ends is not certain */
export function resolveFaults(
  parsed: ParsedScenario['faults'],
  load: { readonly workload: readonly FlowSpec[]; readonly steps: readonly StepSpec[]; readonly isInDoubt: boolean },
  complain: Complain,
): RandomFaults | undefined {
  if (parsed === undefined) return undefined;
  const { kinds, activation = DEFAULT_ACTIVATION, strikes = DEFAULT_STRIKES, from = 0, to } = parsed;
  if (to !== undefined && to <= from)
    complain(['faults', 'to'], `expected the faults to end after they begin (from: ${formatDurationUs(from)}), got ${formatDurationUs(to)}`, false, [
      ['faults', 'from'],
    ]);
  // How long a recording is, nobody knows before it is read.
  const lengthIsKnown = !load.workload.some(({ arrivals }) => arrivals.kind === 'trace');
  const endUs = plannedEndUs({ ...load, faults: undefined });
  if (to === undefined && lengthIsKnown && !load.isInDoubt && from >= endUs)
    complain(['faults'], `expected to: when the faults end, for the load ends at ${formatDurationUs(endUs)} and they begin at ${formatDurationUs(from)}`);
  return { kinds: kinds === 'all' ? FAULT_KINDS : kinds, activation, strikes, fromUs: from, toUs: to };
}
