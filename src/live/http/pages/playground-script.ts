import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scriptText } from '../../../report/escape.js';

let bundle: string | undefined;

/** The bundled script of the page `/playground`, as it stands in the page; undefined: it has not been built. Read when it is asked for. */
export function playgroundScript(): string | undefined {
  bundle ??= readBundle();
  return bundle;
}

function readBundle(): string | undefined {
  try {
    return scriptText(readFileSync(fileURLToPath(new URL('../../../../dist/report/live-playground.bundle.js', import.meta.url)), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
