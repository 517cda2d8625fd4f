import type { Argv } from 'yargs';
import { nameOf, pathText } from '../../option-values.js';
import { decimalOf, durationOf, rateOf } from '../values.js';

const group = 'Load from flags:';
const traceGroup = 'Load from recorded traffic:';

const SERVICE_LAWS = ['exponential', 'constant', 'lognormal', 'gamma'] as const;
/** As `badRows` of a scenario. */
const BAD_ROWS = ['skip', 'error'] as const;
const MOST_CV = 20;
const MOST_BATCH = 10_000;

/** What is asked of the platform: from flags, or from recorded traffic. */
export function loadOptions<T>(command: Argv<T>) {
  return traceOptions(
    command
      .option('rate', {
        group,
        requiresArg: true,
        describe: 'How often requests come: 5/s, 300/m, 2/h',
        coerce: (value: unknown) => (value === undefined ? undefined : rateOf('--rate', value)),
      })
      .option('service', {
        group,
        requiresArg: true,
        describe: 'How long a request is worked on, on average: 12s; of a trace without service times: of each of its requests',
        coerce: (value: unknown) => (value === undefined ? undefined : durationOf('--service', value)),
      })
      .option('service-law', {
        group,
        requiresArg: true,
        describe: `How service times spread: ${SERVICE_LAWS.join(', ')}`,
        defaultDescription: 'exponential',
        offered: SERVICE_LAWS,
        coerce: (value: unknown) => nameOf('--service-law', value, SERVICE_LAWS),
      })
      .option('service-cv', {
        group,
        requiresArg: true,
        describe: 'Coefficient of variation of lognormal and gamma service: standard deviation over mean',
        defaultDescription: '0.5',
        coerce: (value: unknown) => (value === undefined ? undefined : decimalOf('--service-cv', value, 0.01, MOST_CV)),
      })
      .option('burstiness', {
        group,
        requiresArg: true,
        describe: 'How many requests come at one instant on average; it moves the answer more than anything else',
        defaultDescription: '1: each alone (Poisson)',
        coerce: (value: unknown) => (value === undefined ? undefined : decimalOf('--burstiness', value, 1, MOST_BATCH)),
      }),
  );
}

function traceOptions<T>(command: Argv<T>) {
  const text = (describe: string) => ({ group: traceGroup, type: 'string', requiresArg: true, describe }) as const;
  return command
    .option('trace', { ...text('A file of recorded requests (.csv, .ndjson)'), coerce: (value: unknown) => pathText('--trace', value) })
    .option('arrival-column', text('Its column with the instants of arrival'))
    .option('service-column', text('Its column with the service times, or with what they are made of'))
    .option('service-unit', text('What one of that column is: s, ms, or a duration such as 20ms a token'))
    .option('service-offset', text('What every request takes on top of it, such as 200ms'))
    .option('by', text('Its column with the tenants: each an account of its own, all with the same limit'))
    .option('where', { ...text('Only rows in which a column has this value: status=SUCCEED; several times: all of them'), array: true })
    .option('endpoint-column', text('Its column with the endpoints'))
    .option('slice', text('Only this part of it, from the first row on: 0s..6h'))
    .option('bad-rows', {
      group: traceGroup,
      requiresArg: true,
      describe: 'Rows that cannot be used: skip (left out, and shown with their reason) or error',
      defaultDescription: 'skip',
      offered: BAD_ROWS,
      coerce: (value: unknown) => nameOf('--bad-rows', value, BAD_ROWS),
    });
}
