import type { Argv } from 'yargs';
import { DEFAULT_PREFIX } from '../../workers/names.js';
import { MOST_WORKERS, milliseconds, wholeNumber } from '../option-values.js';

const DEFAULT_JOB_TIMEOUT = '30m';

export function workerOptions(command: Argv) {
  return command
    .option('redis', {
      type: 'string',
      demandOption: true,
      requiresArg: true,
      describe: 'URL of the Redis or Valkey that plans use too, such as redis://localhost:6379 or rediss://user:password@host:6380/0',
    })
    .option('threads', {
      describe: 'How many jobs at once, each on a thread of its own',
      requiresArg: true,
      defaultDescription: 'one a core',
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--threads', value, 1, MOST_WORKERS)),
    })
    .option('name', { type: 'string', requiresArg: true, describe: 'How the worker is called in messages', defaultDescription: 'the name of the machine' })
    .option('prefix', { type: 'string', requiresArg: true, default: DEFAULT_PREFIX, describe: 'What all names in Redis begin with; plans need the same' })
    .option('job-timeout', {
      describe: 'A job that takes longer is given up',
      requiresArg: true,
      default: DEFAULT_JOB_TIMEOUT,
      coerce: (value: unknown) => milliseconds('--job-timeout', value),
    })
    .option('once', { type: 'boolean', default: false, describe: 'Leave when the first plan that it worked for is over' })
    .option('json', { type: 'boolean', default: false, describe: 'Each line of the log as JSON' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Say only what is wrong' });
}
