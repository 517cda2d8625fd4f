import type { Argv } from 'yargs';
import { folderName, namesOf, pathText, wholeNumber } from '../option-values.js';
import { DEFAULT_REPORTERS, REPORTERS, type Reporter } from '../report-files.js';
import { judgeOptions } from '../run/gate-options.js';

const DEFAULT_PORT = 8190;
const MOST_PORTS = 65_535;

export function reportOptions(command: Argv) {
  return judgeOptions(command)
    .option('allow-missing', { type: 'boolean', default: false, describe: 'With merge: take what there is where shards are missing; exit code 96 at best' })
    .positional('words', {
      type: 'string',
      array: true,
      describe: 'A folder of reports, whose index page is written anew; or merge, and the shards to join: folders, result.json files',
      defaultDescription: 'reports',
    })
    .option('from', {
      requiresArg: true,
      describe: 'Write the reports of this result.json (or its folder) again, of whatever version it is',
      coerce: (value: unknown) => pathText('--from', value),
    })
    .option('out', {
      alias: 'o',
      requiresArg: true,
      describe: 'Where to: with --from the folder itself, with merge the folder of all reports',
      defaultDescription: "with --from the result's own folder, with merge reports",
      coerce: (value: unknown) => (value === undefined ? undefined : folderName(String(value))),
    })
    .option('reporter', {
      type: 'string',
      array: true,
      describe: `With --from and merge: what to write: ${REPORTERS.join(', ')}`,
      defaultDescription: DEFAULT_REPORTERS.join(', '),
      default: [] as string[],
      offered: REPORTERS,
      coerce: (given: string[]): readonly Reporter[] => namesOf('--reporter', given, REPORTERS),
    })
    .option('open', { type: 'boolean', default: false, describe: 'Open the page in the browser' })
    .option('serve', { type: 'boolean', default: false, describe: 'Serve the folder on this machine, and to no other, until interrupted' })
    .option('port', {
      requiresArg: true,
      default: DEFAULT_PORT,
      describe: 'With --serve: on which port; 0: any that is free',
      coerce: (value: unknown) => wholeNumber('--port', value, 0, MOST_PORTS),
    })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'One line' });
}
