import type { BASELINE_ACTIONS } from '../baseline/options.js';
import { type BaselineUpdate, setBaselines } from '../baseline/set-baselines.js';
import { showBaselines } from '../baseline/show-baselines.js';
import { UsageError } from '../failures.js';
import type { Outside } from '../outside.js';

export interface BaselineArguments extends Omit<BaselineUpdate, 'reason'> {
  readonly action: (typeof BASELINE_ACTIONS)[number];
  readonly targets: readonly string[];
  readonly reason: string | undefined;
  readonly json: boolean;
}

/** Sets baselines, or shows them. @returns the exit code */
export async function baselineCommand(options: BaselineArguments, outside: Outside): Promise<number> {
  if (options.action === 'show') return showBaselines(options.targets, options, outside);
  const { reason } = options;
  if (reason === undefined) throw new UsageError('expected --reason "…": a baseline says why it was set');
  return setBaselines(options.targets, { ...options, reason }, outside);
}
