import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import type TypeScript from 'typescript';
import { LoadError } from '../driver.js';

/** Mistakes that are shown. */
const MOST = 10;

/**
 * Checks the types of a k6 script. Neither k6 nor esbuild looks at types. Neither the compiler nor k6's types are dependencies
 * of ours: where one of them is not installed, nothing is checked.
 * @param packageFolder where this package lies
 * @returns why it was not checked; undefined: it was
 * @throws LoadError with exit code 107: file, line and column of each mistake
 */
export async function checkTypes(file: string, packageFolder: string): Promise<string | undefined> {
  const path = resolve(file);
  // As we check our own before we ship them, with a compiler and settings that fit.
  if (isInstalled(path)) return 'what lies in node_modules has been checked by whoever made it';
  const ts = compilerOf(path);
  if (ts === undefined) return 'the package typescript, version 5 or newer, is not installed';
  const { options, mistakes } = optionsFor(ts, path);
  const k6 = k6Types(ts, path, options);
  if (k6 === undefined) return 'the types of k6 are not installed: npm install --save-dev @types/k6';
  const program = ts.createProgram({ rootNames: [path, k6, ...declarationsBeside(path)], options });
  const found = [...mistakes, ...ts.getPreEmitDiagnostics(program)].filter(
    // What lies in no file is about the project's settings, which are for something else: what esbuild makes, it makes without them.
    ({ category, file: where }) => category === ts.DiagnosticCategory.Error && where !== undefined && !isOfOthers(where.fileName, path, packageFolder),
  );
  if (found.length === 0) return undefined;
  const lines = found.slice(0, MOST).map((diagnostic) => lineOf(ts, diagnostic));
  if (found.length > MOST) lines.push(`… and ${found.length - MOST} more`);
  throw new LoadError(`expected a k6 script without type errors:\n${lines.join('\n')}`, 107);
}

function isInstalled(path: string): boolean {
  return path.split(/[\\/]/).includes('node_modules');
}

/** Whether a mistake in a file is none of whoever wrote the script. @param path of the script */
function isOfOthers(file: string, path: string, packageFolder: string): boolean {
  const isOurs = (one: string): boolean => !relative(packageFolder, one).startsWith('..');
  // Scripts can share files with a clone as well.
  return isInstalled(file) || (isOurs(file) && !isOurs(path));
}

/** The one that the script's project has, else one beside us. */
function compilerOf(path: string): typeof TypeScript | undefined {
  for (const from of [path, import.meta.url]) {
    try {
      const ts = createRequire(from)('typescript') as Partial<typeof TypeScript>;
      if (typeof ts.createProgram === 'function' && ts.ModuleResolutionKind?.Bundler !== undefined) return ts as typeof TypeScript;
    } catch {
      // None here.
    }
  }
  return undefined;
}

function optionsFor(ts: typeof TypeScript, path: string): { options: TypeScript.CompilerOptions; mistakes: readonly TypeScript.Diagnostic[] } {
  const config = ts.findConfigFile(dirname(path), ts.sys.fileExists);
  if (config === undefined) return { options: { strict: true, types: [], ...asBundled(ts, []) }, mistakes: [] };
  const { config: data, error } = ts.readConfigFile(config, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(data ?? {}, { ...ts.sys, readDirectory: () => [] }, dirname(config), undefined, config);
  const { rootDir: _folder, types, lib = [], ...kept } = options;
  // k6's own are looked for from the script on; named here they would be looked for from the configuration on.
  const others = types === undefined ? {} : { types: types.filter((name) => name !== 'k6') };
  return { options: { ...kept, ...others, ...asBundled(ts, lib) }, mistakes: error === undefined ? [] : [error] };
}

/** With what pages have: k6 knows `console`, but its types do not. */
const LIB = 'lib.es2023.full.d.ts';

/**
 * Whatever the nearest tsconfig.json builds, and how: a k6 script is bundled by esbuild, for k6. How strict types are is the
 * project's own. Only what would be complained of within files needs to be put right here.
 */
function asBundled(ts: typeof TypeScript, lib: readonly string[]): TypeScript.CompilerOptions {
  return {
    lib: [...lib, LIB],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    allowJs: true,
    checkJs: false,
    noEmit: true,
    noLib: false,
    noResolve: false,
    importHelpers: false,
    composite: false,
    declaration: false,
  };
}

/** The package's first file, wherever the script's project has it. It declares `__ENV` as well. */
function k6Types(ts: typeof TypeScript, path: string, options: TypeScript.CompilerOptions): string | undefined {
  // Where nobody says where types lie, the compiler begins in the current folder.
  const { typeRoots = [] } = options;
  return ts.resolveTypeReferenceDirective('k6', path, { ...options, typeRoots }, ts.sys).resolvedTypeReferenceDirective?.resolvedFileName;
}

/** Declarations beside our own scripts count as well: they say what `slotstorm:plan` is. */
function declarationsBeside(path: string): string[] {
  const declarations = join(dirname(path), 'lib/embedded-plan.d.ts');
  return existsSync(declarations) ? [declarations] : [];
}

function lineOf(ts: typeof TypeScript, { file, start, messageText, code }: TypeScript.Diagnostic): string {
  const text = `${ts.flattenDiagnosticMessageText(messageText, ' ')} (TS${code})`;
  if (file === undefined || start === undefined) return text;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${relative('.', file.fileName)}:${line + 1}:${character + 1}: ${text}`;
}
