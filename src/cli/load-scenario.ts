import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXIT_CODES } from '../measure/exit-codes.js';
import { reasonOf, thrownText } from '../reasons.js';
import { type LocatedProblem, ScenarioError } from '../scenario/problems.js';
import { parseSource, type ScenarioSource, sourceOfData } from '../scenario/source.js';
import { ScriptError, UsageError } from './failures.js';
import type { Files } from './outside.js';
import { shippedInstead } from './shipped.js';

/** Reads a scenario file: YAML, JSON, or a TypeScript module whose default export is a scenario. */
export async function loadScenario(file: string, files: Files): Promise<ScenarioSource> {
  if (!file.endsWith('.ts')) return parseSource(file, readText(file, files));
  // The bundler would say that it "could not resolve" it.
  if (!files.isFile(file)) throw unreadable(file, files.isDirectory(file) ? 'it is a folder, not a file' : 'no such file or folder', files);
  return sourceOfData(file, await evaluateScript(file));
}

function readText(file: string, files: Files): string {
  try {
    return files.readText(file);
  } catch (error) {
    throw unreadable(file, reasonOf(error), files);
  }
}

function unreadable(file: string, why: string, files: Files): UsageError {
  return new UsageError(`expected to read the scenario ${JSON.stringify(file)}: ${why}${shippedInstead(file, files)}`);
}

/** Bundles the script with what it imports, so that it runs as written, and evaluates it. */
async function evaluateScript(file: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-'));
  // A script that ends the process, or waits for something that never comes, must not look like a pass.
  const endedBy = (): void => {
    process.exitCode = EXIT_CODES.script.code;
    process.stderr.write(`slotstorm: ${file}: the scenario script ended the process, or waits for something that never comes\n`);
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', endedBy);
  try {
    const bundle = join(folder, 'scenario.mjs');
    writeFileSync(bundle, await bundleScript(file));
    process.setSourceMapsEnabled(true);
    const module = (await import(pathToFileURL(bundle).href)) as { default?: unknown };
    const exported = typeof module.default === 'function' ? await (module.default as () => unknown)() : module.default;
    return plainData(file, exported);
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof ScriptError) throw error;
    throw new ScriptError(`${file}: the scenario script threw: ${thrownText(error)}`);
  } finally {
    process.off('exit', endedBy);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The only thing a scenario needs of this package, wherever it is installed. */
const FOR_SCENARIOS = 'export const defineScenario = (scenario) => scenario;';

/**
 * @param slotstorm what the script gets when it imports this package
 * @returns a module with everything that it imports
 * @throws ScenarioError for what is no module
 */
export async function bundleScript(file: string, slotstorm = FOR_SCENARIOS): Promise<string> {
  const { build } = await import('esbuild');
  try {
    const result = await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins: [
        {
          name: 'slotstorm',
          setup: (hooks) => {
            hooks.onResolve({ filter: /^slotstorm$/ }, () => ({ path: 'slotstorm', namespace: 'slotstorm' }));
            hooks.onLoad({ filter: /.*/, namespace: 'slotstorm' }, () => ({ contents: slotstorm }));
          },
        },
      ],
    });
    return result.outputFiles[0]?.text ?? '';
  } catch (error) {
    const errors = (error as { errors?: { text: string; location: { line: number; column: number } | null }[] }).errors ?? [];
    const problems = errors.map(
      ({ text, location }): LocatedProblem => ({
        file,
        line: location?.line,
        column: location === null ? undefined : location.column + 1,
        path: [],
        aboutName: false,
        message: `expected a TypeScript module: ${text}`,
      }),
    );
    if (problems.length === 0) throw error;
    throw new ScenarioError(problems);
  }
}

/** What a script exports must be data: it is cloned, so that a run cannot be changed from behind. */
function plainData(file: string, exported: unknown): unknown {
  if (typeof exported !== 'object' || exported === null) {
    throw new ScenarioError([
      {
        file,
        line: undefined,
        column: undefined,
        path: [],
        aboutName: false,
        message: 'expected the default export to be a scenario: export default defineScenario({ … })',
      },
    ]);
  }
  try {
    return JSON.parse(JSON.stringify(exported));
  } catch (error) {
    throw new ScriptError(`${file}: the scenario is no plain data: ${reasonOf(error)}`);
  }
}
