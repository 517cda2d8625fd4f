import { spawn } from 'node:child_process';
import { LoadError } from '../../driver.js';
import { isExecutable, OLDEST_GO, placeOf, whyNot } from '../find-k6.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How a program that was run to its end has ended. */
export interface Finished {
  /** null: a signal ended it. */
  readonly code: number | null;
  /** Both of its streams, the last 20,000 characters. */
  readonly said: string;
}

const KEPT = 20_000;

/** Runs a program to its end. */
export function runProgram(path: string, argv: readonly string[], { env, folder }: { readonly env: Environment; readonly folder?: string }): Promise<Finished> {
  return new Promise((resolve) => {
    let said = '';
    const child = spawn(path, argv, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-KEPT);
      });
    child.once('error', (error) => resolve({ code: null, said: error.message }));
    child.once('close', (code) => resolve({ code, said }));
  });
}

/** @returns its path @throws LoadError without a Go that is new enough */
export async function findGo(env: Environment): Promise<string> {
  const path = placeOf('go', undefined, '', '', env)?.path;
  const advice = `Install it from https://go.dev/dl, or take a k6 that is built already (https://grafana.com/docs/k6) if you need no extension`;
  if (path === undefined) throw new LoadError(`expected Go ${OLDEST_GO} or newer to build k6 with, but found no "go" in PATH. ${advice}`);
  const { said } = await runProgram(path, ['env', 'GOVERSION'], { env });
  const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(said) ?? [];
  const [oldMajor, oldMinor] = OLDEST_GO.split('.').map(Number) as [number, number];
  const isNew = Number(major) > oldMajor || (Number(major) === oldMajor && Number(minor) >= oldMinor);
  if (!isNew)
    throw new LoadError(
      `expected Go ${OLDEST_GO} or newer to build k6 with, but ${JSON.stringify(path)} says ${JSON.stringify(said.trim().slice(0, 100))}. ${advice}`,
    );
  return path;
}

/** @param given `--xk6-bin` @returns undefined where there is none and nobody says that there is @throws LoadError for one that is none */
export async function findXk6(given: string | undefined, env: Environment): Promise<string | undefined> {
  const place = placeOf('xk6', given, '--xk6-bin', 'XK6_BIN', env);
  if (place === undefined) return undefined;
  const { path, source } = place;
  if (!isExecutable(path)) throw new LoadError(`${source}: expected the program xk6, but ${JSON.stringify(path)} ${whyNot(path)}`);
  const { said } = await runProgram(path, ['version'], { env });
  if (!/xk6/i.test(said))
    throw new LoadError(`${source}: expected ${JSON.stringify(path)} to be xk6, but to "version" it said ${JSON.stringify(said.trim().slice(0, 100))}`);
  return path;
}
