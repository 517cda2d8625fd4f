import type { Argv } from 'yargs';
import { LIVE_DAYS } from '../../measure/comparison/baseline-of.js';
import { UsageError } from '../failures.js';
import { wholeNumber } from '../option-values.js';
import { DEFAULT_BASELINES } from '../run/gate-options.js';

export const BASELINE_ACTIONS = ['update', 'show'] as const;

const MOST_REASON = 500;
const MOST_DAYS = 3_650;

export function baselineOptions(command: Argv) {
  return command
    .positional('action', { choices: BASELINE_ACTIONS, demandOption: true, describe: 'update: set baselines from results; show: what is set' })
    .positional('targets', {
      type: 'string',
      array: true,
      default: [] as string[],
      describe: 'update: result files, folders of a run or of runs; show: names of scenarios, without any: all',
    })
    .option('reason', {
      requiresArg: true,
      describe: 'update: why, for whoever reads the diff',
      coerce: (value: unknown) => (value === undefined ? undefined : reasonOfUpdate(value)),
    })
    .option('baselines', { type: 'string', requiresArg: true, default: DEFAULT_BASELINES, describe: 'Folder of the baselines' })
    .option('accept-failed', { type: 'boolean', default: false, describe: 'update: take results too whose verdict is fail' })
    .option('force', { type: 'boolean', default: false, describe: 'update: in CI too' })
    .option('days', {
      requiresArg: true,
      default: LIVE_DAYS,
      describe: 'update: how long the baseline of a live run holds',
      coerce: (value: unknown) => wholeNumber('--days', value, 1, MOST_DAYS),
    })
    .option('json', { type: 'boolean', default: false, describe: 'show: print the baselines as data, and nothing else' });
}

function reasonOfUpdate(value: unknown): string {
  const reason = String(value).replace(/\s+/g, ' ').trim();
  if (reason !== '' && reason.length <= MOST_REASON) return reason;
  throw new UsageError(`--reason: expected a sentence of at most ${MOST_REASON} characters, got ${reason === '' ? 'nothing' : `${reason.length} characters`}`);
}
