import { dirname } from 'node:path';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import { shellWord } from '../../shell-commands.js';
import { UsageError } from '../failures.js';
import { TARBALL } from '../init/install-step.js';
import type { InitArguments } from '../init/options.js';
import { type Plan, type PlannedFile, planOf } from '../init/plan.js';
import { FIRST_SCENARIO, SCRIPT_NAME } from '../init/scaffold.js';
import type { Outside } from '../outside.js';
import { writeAside } from '../write-aside.js';

const GATE_COMMAND = `npm run ${SCRIPT_NAME}`;

/** Puts a first scenario, a workflow and an npm script into a project. Nothing of somebody else is ever overwritten. @returns the exit code */
export async function initCommand(options: InitArguments, outside: Outside): Promise<number> {
  const plan = planOf(options, outside.files);
  if (!options.dryRun) for (const planned of plan.files) write(planned, options.folder, outside);
  const next = nextCommands(options.folder, plan);
  const { warning } = plan.install;
  if (options.json) {
    const files = plan.files.map(({ path, action, why }) => ({ path, action, why }));
    outside.out.write(`${JSON.stringify({ folder: options.folder, dryRun: options.dryRun, files, next, warnings: warning === undefined ? [] : [warning] })}\n`);
  } else outside.out.write(terminalLines(plan, next, options));
  if (warning !== undefined) outside.err.write(`slotstorm: ${terminalText(warning)}\n`);
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

function nextCommands(folder: string, { install, hasScript }: Plan): string[] {
  const [first, ...others] = [
    ...(install.command === undefined ? [] : [install.command]),
    // Once more, for the npm script: now there is a package.json to put it into.
    ...(hasScript ? [] : ['npx slotstorm init']),
    `npx slotstorm run ${FIRST_SCENARIO} --seeds 20`,
    'npx slotstorm baseline update reports/first-1-to-20 --reason "the first one"',
    GATE_COMMAND,
  ];
  return [folder === '.' ? `${first}` : `cd ${shellWord(folder)} && ${first}`, ...others];
}

function terminalLines({ files, install }: Plan, next: readonly string[], { dryRun }: InitArguments): string {
  const width = Math.max(...files.map(({ action }) => action.length));
  const lines = files.map(({ path, action, why }) => `  ${action.padEnd(width)}  ${path}${why === '' ? '' : `  (${why})`}`);
  const head = dryRun ? ['Nothing was written. This is what init would do:'] : [];
  const notes = [
    ...(install.command === undefined ? [] : [`${TARBALL} is what npm pack makes in a clone of slotstorm: copy it into this folder, and commit it.`]),
    `From the baseline on ${GATE_COMMAND} and the workflow hold the scenario against it: what got worse ends with exit code 97. Commit reports/baselines.`,
  ];
  return `${[...head, ...lines, '', 'Next:', ...next.map((command) => `  ${command}`), '', ...notes].map(terminalText).join('\n')}\n`;
}
