import { dirname } from 'node:path';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import { shellWord } from '../../shell-commands.js';
import { UsageError } from '../failures.js';
import type { InitArguments } from '../init/options.js';
import { type PlannedFile, planOf } from '../init/plan.js';
import { FIRST_SCENARIO } from '../init/scaffold.js';
import type { Outside } from '../outside.js';
import { writeAside } from '../write-aside.js';

/** Puts a first scenario, a workflow and an npm script into a project. Nothing of somebody else is ever overwritten. @returns the exit code */
export async function initCommand(options: InitArguments, outside: Outside): Promise<number> {
  const { files: plan, install } = planOf(options, outside.files);
  if (!options.dryRun) for (const planned of plan) write(planned, options.folder, outside);
  const next = nextCommands(options.folder, install);
  if (options.json) {
    const files = plan.map(({ path, action, why }) => ({ path, action, why }));
    outside.out.write(`${JSON.stringify({ folder: options.folder, dryRun: options.dryRun, files, next })}\n`);
  } else outside.out.write(terminalLines(plan, next, options));
  return 0;
}

function write({ path, text }: PlannedFile, folder: string, { files }: Outside): void {
  if (text === undefined) return;
  const target = `${folder}/${path}`;
  try {
    files.makeDirectory(dirname(target));
    writeAside(files, target, text);
  } catch (error) {
    throw new UsageError(`init: expected to write ${JSON.stringify(target)}: ${reasonOf(error)}`);
  }
}

function nextCommands(folder: string, install: string | undefined): string[] {
  const [first, ...others] = [
    ...(install === undefined ? [] : [install]),
    `npx slotstorm run ${FIRST_SCENARIO} --seeds 20`,
    'npx slotstorm baseline update reports/first-1-to-20 --reason "the first one"',
  ];
  return [folder === '.' ? `${first}` : `cd ${shellWord(folder)} && ${first}`, ...others];
}

function terminalLines(plan: readonly PlannedFile[], next: readonly string[], { dryRun }: InitArguments): string {
  const width = Math.max(...plan.map(({ action }) => action.length));
  const lines = plan.map(({ path, action, why }) => `  ${action.padEnd(width)}  ${path}${why === '' ? '' : `  (${why})`}`);
  const head = dryRun ? ['Nothing was written. This is what init would do:'] : [];
  return `${[...head, ...lines, '', 'Next:', ...next.map((command) => `  ${command}`)].map(terminalText).join('\n')}\n`;
}
