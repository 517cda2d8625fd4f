import type { Argv } from 'yargs';
import { pathText } from '../option-values.js';
import { durationOf } from '../plan/values.js';

/** What `slotstorm fit` takes. */
export function fitOptions(command: Argv) {
  const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const;
  return command
    .positional('trace', { type: 'string', demandOption: true, describe: 'A file of recorded requests (.csv, .ndjson)' })
    .option('arrival-column', text('Its column with the instants of arrival'))
    .option('service-column', text('Its column with the service times, or with what they are made of'))
    .option('service-unit', text('What one of that column is: s, ms, or a duration such as 20ms a token'))
    .option('service-offset', text('What every request takes on top of it, such as 200ms'))
    .option('service', {
      requiresArg: true,
      describe: 'How long a request is worked on, where the trace does not say: for the file that --write writes',
      coerce: (value: unknown) => (value === undefined ? undefined : durationOf('--service', value)),
    })
    .option('by', text('Its column with the tenants: the busiest are fitted one by one as well, the others together'))
    .option('endpoint-column', text('Its column with the endpoints: likewise'))
    .option('where', { ...text('Only rows in which a column has this value: status=SUCCEED; several times: all of them'), array: true })
    .option('slice', text('Only this part of it, from the first row on: 0s..6h'))
    .option('bad-rows', {
      choices: ['skip', 'error'] as const,
      default: 'skip' as const,
      requiresArg: true,
      describe: 'Rows that cannot be used: left out and counted, or an error',
    })
    .option('write', {
      alias: 'w',
      requiresArg: true,
      describe: 'Write the fitted load as a scenario file (.yaml), with what it rests on in comments',
      coerce: (value: unknown) => pathText('--write', value),
    })
    .option('markdown', { requiresArg: true, describe: 'Write the fit as Markdown', coerce: (value: unknown) => pathText('--markdown', value) })
    .option('force', { type: 'boolean', default: false, describe: 'Let --write and --markdown replace a file that is there' })
    .option('json', { type: 'boolean', default: false, describe: 'Print the fit as data, and nothing else, to standard output' });
}

/** What the command line said. */
export type FitArguments = Awaited<ReturnType<typeof fitOptions>['argv']>;
