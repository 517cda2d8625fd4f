import type { Argv } from 'yargs';
import { UsageError } from '../../failures.js';
import { folderName, nameOf, namesOf } from '../../option-values.js';

const group = 'Output:';

const PLAN_REPORTERS = ['terminal', 'html', 'json', 'junit', 'markdown', 'csv', 'png', 'github', 'none'] as const;
export type PlanReporter = (typeof PLAN_REPORTERS)[number];

const OPEN = ['never', 'on-failure', 'always'] as const;
const LONGEST_NAME = 80;

/** Where the answer goes. */
export function outputOptions<T>(command: Argv<T>) {
  return command
    .option('name', {
      group,
      requiresArg: true,
      describe: 'Name of the plan: its reports go into plan-NAME',
      defaultDescription: "the scenario's, or that of the trace's file, else load",
      coerce: (value: unknown) => (value === undefined ? undefined : planName(value)),
    })
    .option('out', { group, alias: 'o', type: 'string', default: 'reports', requiresArg: true, describe: 'Folder for the reports', coerce: folderName })
    .option('reporter', {
      group,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: `What to write: ${PLAN_REPORTERS.join(', ')}`,
      defaultDescription: 'all',
      default: [] as string[],
      offered: PLAN_REPORTERS,
      coerce: (given: string[]) => reportersOf(given),
    })
    .option('json', { group, type: 'boolean', default: false, describe: 'Print plan.json, and nothing else, to standard output' })
    .option('quiet', { group, alias: 'q', type: 'boolean', default: false, describe: 'One line' })
    .option('open', {
      group,
      requiresArg: true,
      describe: `Open the report in the browser: ${OPEN.join(', ')}`,
      defaultDescription: 'never',
      offered: OPEN,
      coerce: (value: unknown) => nameOf('--open', value, OPEN) ?? 'never',
    });
}

function reportersOf(given: readonly string[]): PlanReporter[] {
  const names = namesOf('--reporter', given, PLAN_REPORTERS);
  return names.length === 0 ? PLAN_REPORTERS.filter((name) => name !== 'none') : names;
}

/** It names a folder, wherever that is. @throws UsageError */
function planName(value: unknown): string {
  const text = String(value);
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) && text.length <= LONGEST_NAME) return text;
  throw new UsageError(`--name: expected letters, digits, dots, dashes and underscores, ${LONGEST_NAME} at most, got ${JSON.stringify(value)}`);
}
