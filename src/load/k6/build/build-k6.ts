import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LoadError } from '../../driver.js';
import { findK6, type K6, K6_VERSION } from '../find-k6.js';
import { type Extension, readExtension, writeExtension } from './extension.js';
import { type Finished, findGo, findXk6, runProgram } from './programs.js';

export interface BuildOrder {
  /** `--with`, as given. */
  readonly extensions: readonly string[];
  readonly output: string;
  /** `--xk6-bin` */
  readonly xk6Bin: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where docs/k6.md lies for the user; undefined: as in a clone. */
  readonly manual?: string | undefined;
}

export interface Built extends K6 {
  /** What has built it. */
  readonly builder: 'xk6' | 'go build';
}

/**
 * Makes a k6, with extensions if wanted: by xk6 where there is one, else by Go alone, which comes to the same binary.
 * @throws LoadError without Go, for a wrong module, and when the build fails, with the last that was said
 */
export async function buildK6(order: BuildOrder): Promise<Built> {
  const extensions = order.extensions.map(readExtension);
  const go = await findGo(order.env);
  const xk6 = await findXk6(order.xk6Bin, order.env);
  const output = resolve(order.output);
  makeFolder(dirname(output));
  const finished = xk6 === undefined ? await byGo(go, extensions, output, order.env) : await byXk6(xk6, extensions, output, order.env);
  if (finished.code !== 0) throw new LoadError(failureOf(finished, extensions));
  return { ...(await findK6(output, order.env, order.manual)), builder: xk6 === undefined ? 'go build' : 'xk6' };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new LoadError(
      `--output: expected a folder that can be made, got ${JSON.stringify(folder)}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** A clean tag: with it xk6 knows k6's module path, and asks nobody. */
function byXk6(xk6: string, extensions: readonly Extension[], output: string, env: BuildOrder['env']): Promise<Finished> {
  const withs = extensions.flatMap((extension) => ['--with', writeExtension(extension)]);
  return runProgram(xk6, ['build', K6_VERSION, ...withs, '--output', output], { env });
}

/** What xk6 does, in a module of its own: k6's `main` with the extensions imported. */
async function byGo(go: string, extensions: readonly Extension[], output: string, env: BuildOrder['env']): Promise<Finished> {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-k6-build-'));
  try {
    writeFileSync(join(folder, 'go.mod'), goMod(extensions));
    writeFileSync(join(folder, 'main.go'), mainGo(extensions));
    return await runProgram(go, ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', '-o', output, '.'], { env, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function goMod(extensions: readonly Extension[]): string {
  const known = extensions.filter(({ version, folder }) => version !== undefined || folder !== undefined);
  const requires = known.map(({ module, version }) => `require ${module} ${version ?? 'v0.0.0'}`);
  const replaces = extensions.filter(({ folder }) => folder !== undefined).map(({ module, folder }) => `replace ${module} => ${JSON.stringify(folder)}`);
  return `${['module k6-of-our-own', 'go 1.25.0', `require go.k6.io/k6/v2 ${K6_VERSION}`, ...requires, ...replaces].join('\n\n')}\n`;
}

function mainGo(extensions: readonly Extension[]): string {
  const imports = ['"go.k6.io/k6/v2/cmd"', ...extensions.map(({ module }) => `_ "${module}"`)];
  return `package main\n\nimport (\n\t${imports.join('\n\t')}\n)\n\nfunc main() { cmd.Execute() }\n`;
}

const LAST_LINES = 6;

function failureOf({ code, said }: Finished, extensions: readonly Extension[]): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const names = extensions.map(({ module }) => module).join(', ');
  const wrong =
    extensions.length === 0 ? '' : ` Are there such modules (${names}), do they import go.k6.io/k6/v2, and does each need a version (module@v1.2.3)?`;
  return `the build of k6 ${K6_VERSION} ended with ${code ?? 'a signal'}.${wrong} Its last words:\n${lines.slice(-LAST_LINES).join('\n')}`;
}
