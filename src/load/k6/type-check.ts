import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type TypeScript from 'typescript';
import { LoadError } from '../driver.js';

/** Mistakes that are shown. */
const MOST = 10;

/**
 * Checks the types of a k6 script with the nearest tsconfig.json. Neither k6 nor esbuild looks at types. The compiler is no
 * dependency of ours: where it is not installed, nothing is checked.
 * @returns whether it was checked
 * @throws LoadError with exit code 107: file, line and column of each mistake
 */
export async function checkTypes(file: string): Promise<boolean> {
  const ts = await compiler();
  if (ts === undefined) return false;
  const { options, mistakes } = optionsFor(ts, file);
  const program = ts.createProgram({ rootNames: rootNames(file), options: { ...options, noEmit: true, skipLibCheck: true, allowJs: true, checkJs: false } });
  const found = [...mistakes, ...ts.getPreEmitDiagnostics(program)].filter(({ category }) => category === ts.DiagnosticCategory.Error);
  if (found.length === 0) return true;
  const lines = found.slice(0, MOST).map((diagnostic) => lineOf(ts, diagnostic));
  if (found.length > MOST) lines.push(`… and ${found.length - MOST} more`);
  throw new LoadError(`expected a k6 script without type errors:\n${lines.join('\n')}`, 107);
}

async function compiler(): Promise<typeof TypeScript | undefined> {
  try {
    return (await import('typescript')).default;
  } catch {
    return undefined;
  }
}

function optionsFor(ts: typeof TypeScript, file: string): { options: TypeScript.CompilerOptions; mistakes: readonly TypeScript.Diagnostic[] } {
  const config = ts.findConfigFile(dirname(resolve(file)), ts.sys.fileExists);
  if (config === undefined) return { options: withoutConfig(ts), mistakes: [] };
  const { config: data, error } = ts.readConfigFile(config, ts.sys.readFile);
  const parsed = ts.parseJsonConfigFileContent(data ?? {}, { ...ts.sys, readDirectory: () => [] }, dirname(config));
  return { options: parsed.options, mistakes: error === undefined ? [] : [error] };
}

function withoutConfig(ts: typeof TypeScript): TypeScript.CompilerOptions {
  return {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    types: ['k6'],
  };
}

/** Declarations beside our own scripts count as well: they say what `slotstorm:plan` is. */
function rootNames(file: string): string[] {
  const declarations = join(dirname(file), 'lib/embedded-plan.d.ts');
  return existsSync(declarations) ? [file, declarations] : [file];
}

function lineOf(ts: typeof TypeScript, { file, start, messageText, code }: TypeScript.Diagnostic): string {
  const text = `${ts.flattenDiagnosticMessageText(messageText, ' ')} (TS${code})`;
  if (file === undefined || start === undefined) return text;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${relative('.', file.fileName)}:${line + 1}:${character + 1}: ${text}`;
}
