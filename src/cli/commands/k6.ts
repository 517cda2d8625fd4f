import { dirname } from 'node:path';
import type { Follow } from '../../load/driver.js';
import { buildK6 } from '../../load/k6/build/build-k6.js';
import { bundleK6Script } from '../../load/k6/bundle.js';
import { printedScript } from '../../load/k6/printed-script.js';
import { checkTypes } from '../../load/k6/type-check.js';
import { type PreparedVariant, prepareScenario } from '../../prepare.js';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import type { Setting } from '../../scenario/set-path.js';
import { shellWord } from '../../shell-commands.js';
import { UsageError } from '../failures.js';
import type { K6_ACTIONS } from '../k6/options.js';
import { loadScenario } from '../load-scenario.js';
import { noFile } from '../no-file.js';
import type { Files, Outside } from '../outside.js';
import { shipped, shippedInstead } from '../shipped.js';
import { tracesBeside } from '../trace-files.js';
import { variantNamed } from '../variant-named.js';
import { writeAside } from '../write-aside.js';

export interface K6Arguments {
  readonly action: (typeof K6_ACTIONS)[number];
  readonly scenario: string | undefined;
  readonly with: readonly string[];
  readonly output: string | undefined;
  readonly xk6Bin: string | undefined;
  readonly variant: string | undefined;
  readonly seed: number | undefined;
  readonly speed: number;
  readonly follow: Follow;
  readonly set: readonly Setting[];
}

/** Makes a k6, or prints a scenario as a script for one. @returns the exit code */
export async function k6Command(options: K6Arguments, outside: Outside): Promise<number> {
  return options.action === 'build' ? build(options, outside) : script(options, outside);
}

async function build({ scenario, with: extensions, output = './k6', xk6Bin, variant }: K6Arguments, outside: Outside): Promise<number> {
  if (scenario !== undefined || variant !== undefined) throw new UsageError('k6 build: expected no scenario; an extension goes with --with');
  guardOutput(output, () => outside.files.makeDirectory(dirname(output)));
  outside.err.write('slotstorm: building k6; the first time takes minutes\n');
  const { path, version, builder } = await buildK6({ extensions, output, xk6Bin, env: outside.env, manual: shipped('docs/k6.md', outside.files) });
  outside.err.write(`slotstorm: ${terminalText(path)} is k6 ${terminalText(version)}, made by ${builder}; use it with --k6-bin, or as K6_BIN\n`);
  return 0;
}

async function script(options: K6Arguments, outside: Outside): Promise<number> {
  const { scenario: file, output } = options;
  if (file === undefined) {
    const example = shellWord(shipped('scenarios/burst-submission.yaml', outside.files));
    throw new UsageError(`k6 script: expected a scenario file, for example: slotstorm k6 script ${example}`);
  }
  if (options.with.length > 0) throw new UsageError('--with goes with k6 build');
  if (/\.[jt]s$/.test(file) && !outside.files.isFile(file)) throw noScript(file, outside.files);
  const text = isK6Script(file, outside.files) ? await ownScript(options, file, outside) : await scenarioScript(options, file, outside);
  if (output === undefined) {
    outside.out.write(text);
    return 0;
  }
  writeScript(output, text, outside.files);
  return 0;
}

/** Of a script nobody knows yet whether it is a scenario or one for k6. */
function noScript(file: string, files: Files): UsageError {
  return new UsageError(`k6 script: expected a scenario or a script for k6, but ${noFile(file, files)}${shippedInstead(file, files)}`);
}

function writeScript(output: string, text: string, files: Files): void {
  guardOutput(output, () => {
    files.makeDirectory(dirname(output));
    writeAside(files, output, text);
  });
}

function guardOutput(output: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new UsageError(`--output: expected a file that can be written, got ${JSON.stringify(output)}: ${reasonOf(error)}; name another`);
  }
}

async function scenarioScript(options: K6Arguments, file: string, outside: Outside): Promise<string> {
  const { seed, speed, follow } = options;
  const { scenario } = await variantOf(options, file, outside);
  return printedScript({ scenario, seed: seed ?? scenario.seed, speed, follow, traceSource: tracesBeside(file, outside.files) });
}

/** Scenarios can be TypeScript too, as data or a function that makes them. */
function isK6Script(file: string, files: Files): boolean {
  if (!/\.[jt]s$/.test(file) || !files.isFile(file)) return false;
  const text = files.readText(file);
  return SIGNS_OF_K6.some((sign) => sign.test(text)) || (DEFAULT_FUNCTION.test(text) && !SIGNS_OF_SCENARIO.test(text));
}

const SIGNS_OF_K6 = [/(?:\bfrom|\bimport)\s*['"]k6(?:\/[\w/-]+)?['"]/, /^\s*export\s+(?:const|let|var)\s+options\b/m];
const DEFAULT_FUNCTION = /^\s*export\s+default\s+(?:async\s+)?function\b/m;
/** A function can make a scenario as well as be what k6 runs. */
const SIGNS_OF_SCENARIO = /\b(?:defineScenario|platform|workload)\b/;

/** What somebody has written by hand, in one file. */
async function ownScript({ scenario, seed, variant, speed, set }: K6Arguments, file: string, outside: Outside): Promise<string> {
  if (seed !== undefined || variant !== undefined || speed !== 1 || set.length > 0)
    throw new UsageError(`--seed, --variant, --speed and --set go with a scenario, but ${JSON.stringify(scenario)} is a k6 script`);
  const unchecked = await checkTypes(file, outside.files.packageFolder);
  if (unchecked !== undefined) outside.err.write(`slotstorm: types are not checked: ${unchecked}\n`);
  return bundleK6Script(file);
}

async function variantOf({ variant, set }: K6Arguments, file: string, outside: Outside): Promise<PreparedVariant> {
  const prepared = prepareScenario(await loadScenario(file, outside.files), set);
  return variant === undefined ? (prepared.variants[0] as PreparedVariant) : variantNamed(prepared, variant);
}
