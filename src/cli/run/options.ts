import type { Argv } from 'yargs';
import { parseDurationUs } from '../../core/units.js';
import { DURATION } from '../../scenario/schema/words.js';
import type { Setting } from '../../scenario/set-path.js';
import { REPORTERS, type Reporter } from '../commands/run.js';
import { UsageError } from '../failures.js';
import { liveOptions } from '../live/options.js';
import { folderName, LIMITER_OPTION, MOST_SEEDS, MOST_WORKERS, milliseconds, namesOf, wholeNumber } from '../option-values.js';
import { parseSettings } from '../settings.js';

export function runOptions(command: Argv) {
  return liveOptions(
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
      .option('limiter', LIMITER_OPTION)
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
        defaultDescription: 'all',
        default: [] as string[],
        coerce: (given: string[]) => parseReporters(given),
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print result.json, and nothing else, to standard output' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'One line a scenario' }),
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
  return names.length === 0 ? REPORTERS.filter((name) => name !== 'none') : names;
}
