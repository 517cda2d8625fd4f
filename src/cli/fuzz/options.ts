import type { Argv } from 'yargs';
import { PRESET_NAMES } from '../../core/policy.js';
import { ALL_FAULTS } from '../../fuzz/bounds.js';
import { MOST_TRIES } from '../../fuzz/shrink/shrinker.js';
import type { Setting } from '../../scenario/set-path.js';
import type { FaultKind } from '../../scenario/types.js';
import { UsageError } from '../failures.js';
import { folderName, limiterOption, MOST_WORKERS, milliseconds, namesOf, wholeNumber } from '../option-values.js';
import { asInClone, type Shipped } from '../shipped.js';

const FAULT_WORDS = ['all', 'none', ...ALL_FAULTS] as const;
const MOST_RUNS = 1_000_000_000;
const MOST_SEED = 2 ** 52 - MOST_RUNS;

export type FuzzArguments = Awaited<ReturnType<typeof fuzzOptions>['argv']>;

/** @param parseSettings reads `--set` @param shipped for what the texts name */
export function fuzzOptions(command: Argv, parseSettings: (given: string[]) => Setting[], shipped: Shipped = asInClone) {
  return command
    .option('policy', {
      choices: PRESET_NAMES,
      default: 'reference' as const,
      requiresArg: true,
      describe: 'The platform: its switches are kept, its times are drawn',
    })
    .option('set', {
      type: 'string',
      array: true,
      default: [] as string[],
      describe: 'Change every story that is drawn: path=value, for example platform.policy.fence=none',
      coerce: parseSettings,
    })
    .option('limiter', limiterOption(shipped))
    .option('faults', {
      type: 'string',
      array: true,
      default: [] as string[],
      defaultDescription: 'all',
      describe: `all, none, or kinds: ${ALL_FAULTS.join(', ')}`,
      offered: FAULT_WORDS,
      coerce: parseFaults,
    })
    .option('runs', {
      describe: 'How many runs',
      requiresArg: true,
      defaultDescription: '10000, or 60 s of them',
      coerce: (value: unknown) => optional(value, () => wholeNumber('--runs', value, 1, MOST_RUNS)),
    })
    .option('time', {
      describe: 'How long to search, such as 30s',
      requiresArg: true,
      coerce: (value: unknown) => optional(value, () => milliseconds('--time', value)),
    })
    .option('seed', { describe: 'First seed', requiresArg: true, default: 1, coerce: (value: unknown) => wholeNumber('--seed', value, 0, MOST_SEED) })
    .option('workers', {
      describe: 'Threads that share the runs. What is found is the same',
      requiresArg: true,
      defaultDescription: 'one a core',
      coerce: (value: unknown) => optional(value, () => wholeNumber('--workers', value, 1, MOST_WORKERS)),
    })
    .option('keep-going', { type: 'boolean', default: false, describe: 'Do not stop at the first failure' })
    .option('corpus', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder of stories that broke something: they are run first, as they are, and what is found is added',
      coerce: (value: string | undefined) => optional(value, () => folderName(value as string)),
    })
    .option('out', { alias: 'o', type: 'string', default: 'reports', requiresArg: true, describe: 'Folder for the minimal stories', coerce: folderName })
    .option('lite', { type: 'boolean', default: false, describe: 'One account, one endpoint, few requests, crashes only' })
    .option('shrink-tries', {
      describe: 'How many simpler stories are tried for each failure; 0: none',
      requiresArg: true,
      default: MOST_TRIES,
      coerce: (value: unknown) => wholeNumber('--shrink-tries', value, 0, MOST_RUNS),
    })
    .option('run-timeout', {
      describe: 'A run that takes longer is given up and reported',
      requiresArg: true,
      default: '10s',
      coerce: (value: unknown) => milliseconds('--run-timeout', value),
    })
    .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON, and nothing else, to standard output' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'One line, and one for each discovery' });
}

function parseFaults(given: string[]): readonly FaultKind[] {
  const names = namesOf('--faults', given, FAULT_WORDS);
  if (names.length > 1 && (names.includes('all') || names.includes('none')))
    throw new UsageError(`--faults: expected all, none, or kinds of faults, got ${JSON.stringify(names.join(','))}`);
  if (names.length === 0 || names[0] === 'all') return ALL_FAULTS;
  return ALL_FAULTS.filter((kind) => names.includes(kind));
}

function optional<T>(value: unknown, read: () => T): T | undefined {
  return value === undefined ? undefined : read();
}
