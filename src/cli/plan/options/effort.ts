import type { Argv } from 'yargs';
import { DEFAULT_REQUESTS } from '../../../plan/load-from-setting.js';
import { MOST_SEEDS as USUAL_SEEDS } from '../../../plan/looks.js';
import { MOST_SEEDS, MOST_WORKERS, wholeNumber } from '../../option-values.js';
import { durationOf, workersOf } from '../values.js';

const group = 'Effort:';

/** A run of fewer says nothing of a percentile. */
const LEAST_REQUESTS = 100;
const MOST_REQUESTS = 10_000_000;
const MOST_PLAN_SEEDS = 4_096;

/** How much is simulated, and where. */
export function effortOptions<T>(command: Argv<T>) {
  return command
    .option('quick', { group, type: 'boolean', describe: 'Only the answer, its tier and the gate: no charts of what would be otherwise' })
    .option('seed', {
      group,
      requiresArg: true,
      describe: 'The first seed',
      defaultDescription: '1',
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--seed', value, 0, Number.MAX_SAFE_INTEGER - MOST_SEEDS)),
    })
    .option('seeds', {
      group,
      requiresArg: true,
      describe: 'How many seeds at most, for each setting; fewer are taken where they decide',
      defaultDescription: String(USUAL_SEEDS),
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--seeds', value, 2, MOST_PLAN_SEEDS)),
    })
    .option('requests', {
      group,
      requiresArg: true,
      describe: 'How many requests a seed has, about',
      defaultDescription: `${DEFAULT_REQUESTS}; of a scenario or a trace its own`,
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--requests', value, LEAST_REQUESTS, MOST_REQUESTS)),
    })
    .option('workers', {
      group,
      requiresArg: true,
      describe: 'Threads that share the work, or a queue that slotstorm worker takes it from: redis://HOST:6379. The results are the same',
      defaultDescription: 'one thread a core',
      coerce: (value: unknown) => (value === undefined ? undefined : workersOf(value, MOST_WORKERS)),
    })
    .option('prefix', {
      group,
      type: 'string',
      requiresArg: true,
      describe: 'With --workers redis://…: what all names in Redis begin with; workers need the same',
    })
    .option('worker-wait', {
      group,
      requiresArg: true,
      describe: 'With --workers redis://…: give up after so long without any worker',
      coerce: (value: unknown) => (value === undefined ? undefined : durationOf('--worker-wait', value)),
    })
    .option('one-run', {
      group,
      type: 'boolean',
      describe: 'Simulate one seed at --limit, and print its figures as one line of JSON: what the playground shows',
    });
}
