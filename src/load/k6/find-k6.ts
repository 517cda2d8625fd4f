import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LoadError } from '../driver.js';

/** The k6 that this version of slotstorm is tried with. */
export const K6_VERSION = 'v2.2.0';
export const OLDEST_GO = '1.25';
const OLDEST_MAJOR = 2;
const ANSWER_WITHIN_MS = 20_000;

type Environment = Readonly<Record<string, string | undefined>>;

export interface K6 {
  readonly path: string;
  /** `v2.2.0` */
  readonly version: string;
}

/** Where somebody says that a program is, and what said so: `--k6-bin`. */
interface Place {
  readonly path: string;
  readonly source: string;
}

/**
 * Finds k6 and asks it for its version.
 * @param given value of `--k6-bin`; undefined: `K6_BIN`, then PATH
 * @param manual where docs/k6.md lies for the user
 * @throws LoadError for none, one that cannot be run, something else, and k6 v1
 */
export async function findK6(given: string | undefined, env: Environment, manual = 'docs/k6.md'): Promise<K6> {
  const advice = howToGetIt(manual);
  const place = placeOf('k6', given, '--k6-bin', 'K6_BIN', env);
  if (place === undefined)
    throw new LoadError(`expected k6 ${OLDEST_MAJOR} or newer: looked at --k6-bin, at K6_BIN (both not set) and for "k6" in PATH, and found none. ${advice}`);
  if (!isExecutable(place.path)) throw new LoadError(`${place.source}: expected the program k6, but ${quoted(place.path)} ${whyNot(place.path)}. ${advice}`);
  const version = await versionOf(place, advice);
  const major = Number(/^v?(\d+)\./.exec(version)?.[1]);
  if (!(major >= OLDEST_MAJOR))
    throw new LoadError(`${place.source}: expected k6 ${OLDEST_MAJOR} or newer, but ${quoted(place.path)} is ${version}. ${advice}`);
  return { path: place.path, version: version.startsWith('v') ? version : `v${version}` };
}

function howToGetIt(manual: string): string {
  return `With Go ${OLDEST_GO} or newer: "slotstorm k6 build --output ./k6", then --k6-bin ./k6; or "go install go.k6.io/k6/v2@${K6_VERSION}". ${manual} says more`;
}

/** Where a program is said or found to be; undefined: nowhere. @param option as the user writes it @param variable of the environment */
export function placeOf(program: string, given: string | undefined, option: string, variable: string, env: Environment): Place | undefined {
  if (given !== undefined) return { path: given, source: option };
  const named = env[variable];
  if (named !== undefined && named !== '') return { path: named, source: variable };
  const path = inPath(program, env);
  return path === undefined ? undefined : { path, source: 'PATH' };
}

function inPath(program: string, env: Environment): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Why a path is no program. */
export function whyNot(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'does not exist';
  return found.isFile() ? 'cannot be executed' : 'is no file';
}

async function versionOf({ path, source }: Place, advice: string): Promise<string> {
  const said = await answerOf(path);
  try {
    const { version } = JSON.parse(said) as { version?: unknown };
    if (typeof version === 'string') return version;
  } catch {
    // k6 before 0.58 knows no --json: what it said is shown.
  }
  const old = /k6(?:\.exe)? v(\d+\.\d+\.\d+)/.exec(said);
  if (old !== null) return `v${old[1]}`;
  throw new LoadError(`${source}: expected ${quoted(path)} to be k6, but to "version --json" it said ${quoted(said.trim().slice(0, 120))}. ${advice}`);
}

/** What it says, well or not. */
function answerOf(path: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(path, ['version', '--json'], { timeout: ANSWER_WITHIN_MS, encoding: 'utf8' }, (error, out, err) => {
      resolve(out.trim() === '' ? `${err}${error === null || err !== '' ? '' : error.message}` : out);
    });
  });
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
