import { fileURLToPath } from 'node:url';
import { LoadError } from '../driver.js';
import type { PlayBook, PlayHead } from './play.js';

/** The script that plays any scenario. As far from the compiled code as from the sources. */
export const RUNNER = fileURLToPath(new URL('../../../scenarios/k6/runner.ts', import.meta.url));

export interface Embedded {
  readonly head: PlayHead;
  readonly book: PlayBook;
}

/**
 * A k6 script with everything that it imports, except k6's own modules, as one ES module.
 * @param file its path @param embedded what the runner plays; undefined: it reads files that its environment names
 * @throws LoadError with exit code 107 for what is no script: file, line and column of each mistake
 */
export async function bundleK6Script(file: string, embedded?: Embedded): Promise<string> {
  const { build } = await import('esbuild');
  try {
    const result = await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      charset: 'utf8',
      // For people it is printed without: a map is longer than the script.
      sourcemap: embedded === undefined ? 'inline' : false,
      external: ['k6', 'k6/*', 'https://*'],
      logLevel: 'silent',
      plugins: [
        {
          name: 'slotstorm',
          setup: (hooks) => {
            hooks.onResolve({ filter: /^slotstorm:plan$/ }, () => ({ path: 'plan', namespace: 'slotstorm' }));
            hooks.onLoad({ filter: /.*/, namespace: 'slotstorm' }, () => ({ contents: planModule(embedded), loader: 'js' }));
          },
        },
      ],
    });
    return result.outputFiles[0]?.text ?? '';
  } catch (error) {
    throw asLoadError(file, error);
  }
}

function planModule(embedded: Embedded | undefined): string {
  return `export const embedded = ${embedded === undefined ? 'undefined' : JSON.stringify(embedded)};`;
}

interface Mistake {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

function asLoadError(file: string, error: unknown): unknown {
  const mistakes = (error as { errors?: readonly Mistake[] }).errors ?? [];
  if (mistakes.length === 0) return error;
  const lines = mistakes.map(({ text, location }) => `${location === null ? file : `${location.file}:${location.line}:${location.column + 1}`}: ${text}`);
  return new LoadError(`expected a k6 script:\n${lines.join('\n')}`, 107);
}
