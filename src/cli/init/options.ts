import type { Argv } from 'yargs';
import { UsageError } from '../failures.js';

export interface InitArguments {
  /** Of the project. */
  readonly folder: string;
  /** Replace what an earlier `init` has written, and nothing else. */
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export function initOptions(command: Argv) {
  return command
    .positional('folder', {
      type: 'string',
      default: '.',
      describe: 'Folder of the project',
      coerce: (value: string) => {
        if (value.trim() !== '') return value;
        throw new UsageError('init: expected a folder, got an empty name');
      },
    })
    .option('force', { type: 'boolean', default: false, describe: 'Replace what an earlier init has written; never what somebody else has' })
    .option('dry-run', { type: 'boolean', default: false, describe: 'Say what would be written, and write nothing' })
    .option('json', { type: 'boolean', default: false, describe: 'Print what was done as data, and nothing else, to standard output' });
}
