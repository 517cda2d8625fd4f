import type { Argv } from 'yargs';
import { parseDurationUs } from '../../core/units.js';
import { parseShard, type Shard } from '../../results/shard.js';
import { DURATION } from '../../scenario/schema/words.js';
import type { Setting } from '../../scenario/set-path.js';
import { UsageError } from '../failures.js';
import { type LiveArguments, liveOptions } from '../live/options.js';
import { folderName, limiterOption, MOST_SEEDS, MOST_WORKERS, milliseconds, namesOf, wholeNumber } from '../option-values.js';
import { DEFAULT_REPORTERS, REPORTERS, type Reporter } from '../report-files.js';
import type { SeedOptions } from '../run-seeds.js';
import { parseSettings } from '../settings.js';
import { asInClone, type Shipped } from '../shipped.js';
import { type GateArguments, gateOptions } from './gate-options.js';

export interface RunArguments extends SeedOptions, GateArguments {
  readonly files: readonly string[];
  /** undefined: the scenario's own. */
  readonly seed: number | undefined;
  /** How many seeds, counted up from the first. */
  readonly seeds: number;
  /** undefined: all of them here. */
  readonly shard: Shard | undefined;
  readonly settings: readonly Setting[];
  /** Only these variants; empty: all. */
  readonly variants: readonly string[];
  readonly live: LiveArguments;
  /** Module of a limiter that decides about slots instead of the policies. */
  readonly limiter: string | undefined;
  readonly out: string;
  readonly reporters: readonly Reporter[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** @param shipped for what the texts name */
export function runOptions(command: Argv, shipped: Shipped = asInClone) {
  return gateOptions(
    liveOptions(
      command
        .positional('files', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Scenario files (.yaml, .json, .ts), folders, or patterns such as "scenarios/*.yaml"',
        })
        .option('variant', {
          type: 'string',
          array: true,
          requiresArg: true,
          default: [] as string[],
          describe: 'Only these variants',
          defaultDescription: 'all',
        })
        .option('seed', {
          describe: "First seed; without it the scenario's own",
          requiresArg: true,
          coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--seed', value, 0, Number.MAX_SAFE_INTEGER - MOST_SEEDS)),
        })
        .option('seeds', {
          describe: 'How many seeds, counted up from the first',
          requiresArg: true,
          default: 1,
          coerce: (value: unknown) => wholeNumber('--seeds', value, 1, MOST_SEEDS),
        })
        .option('shard', {
          describe: 'Run only this share of all seeds of all scenarios, such as 2/5; slotstorm report merge puts the shares together',
          requiresArg: true,
          defaultDescription: 'all',
          coerce: (value: unknown) => (value === undefined ? undefined : parseShard(String(value))),
        })
        .option('workers', {
          describe: 'Threads that share the seeds; 1: none. The results are the same',
          requiresArg: true,
          defaultDescription: 'one a core',
          coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--workers', value, 1, MOST_WORKERS)),
        })
        .option('check-determinism', {
          type: 'boolean',
          default: false,
          describe: 'Run the first seed of each variant twice; exit code 1 when the histories differ, with the first event that does',
        })
        .option('trace', { type: 'boolean', default: false, describe: 'Write the history of the first seed of each variant to trace.ndjson.gz' })
        .option('limiter', limiterOption(shipped))
        .option('run-timeout', {
          describe: 'With --limiter: a run that takes longer is given up, and the program with it',
          requiresArg: true,
          default: '10s',
          coerce: (value: unknown) => milliseconds('--run-timeout', value),
        })
        .option('warmup', {
          describe: 'Where metrics begin: a duration such as 2m, or auto; without it the scenario decides',
          requiresArg: true,
          defaultDescription: "the scenario's own",
          offered: ['auto'],
          coerce: (value: unknown) => (value === undefined ? undefined : warmupSetting(value)),
        })
        .option('set', {
          type: 'string',
          array: true,
          describe: 'Change the scenario: path=value, for example platform.policy=fal-939',
          default: [] as string[],
          coerce: parseSettings,
        })
        .option('out', {
          alias: 'o',
          type: 'string',
          default: 'reports',
          requiresArg: true,
          describe: 'Folder for the reports',
          coerce: (value: string) => folderName(value),
        })
        .option('reporter', {
          type: 'string',
          array: true,
          describe: `What to write: ${REPORTERS.join(', ')}`,
          defaultDescription: DEFAULT_REPORTERS.join(', '),
          default: [] as string[],
          offered: REPORTERS,
          coerce: (given: string[]) => parseReporters(given),
        })
        .option('json', { type: 'boolean', default: false, describe: 'Print result.json, and nothing else, to standard output' })
        .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'One line a scenario' }),
    ),
  );
}

/** `--warmup 2m` is `--set warmup=2m`; a wrong one is a mistake of the command line, not of the file. */
function warmupSetting(value: unknown): Setting {
  const us = typeof value === 'string' ? parseDurationUs(value) : undefined;
  if (value === 'auto' || (us !== undefined && us > 0)) return { path: 'warmup', value };
  throw new UsageError(`--warmup: expected auto, or ${DURATION}, longer than 0, got ${JSON.stringify(value)}`);
}

function parseReporters(given: readonly string[]): Reporter[] {
  const names = namesOf('--reporter', given, REPORTERS);
  return names.length === 0 ? [...DEFAULT_REPORTERS] : names;
}
