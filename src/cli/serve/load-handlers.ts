import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Handlers, loadHandlers } from '../../live/models/handlers.js';
import { MODEL_ERROR_SYMBOL } from '../../live/models/model-error.js';
import { reasonOf, thrownText } from '../../reasons.js';
import { ScriptError, UsageError } from '../failures.js';
import { bundleScript } from '../load-scenario.js';
import { noFile } from '../no-file.js';
import type { Files } from '../outside.js';
import { shippedInstead } from '../shipped.js';

/** What a module of handlers may take from this package, wherever it is installed: the very class that is looked for. */
const SLOTSTORM = `export const defineHandlers = (handlers) => handlers;\nexport const ModelError = globalThis[Symbol.for(${JSON.stringify(Symbol.keyFor(MODEL_ERROR_SYMBOL))})];`;

/** Reads the module of `--handlers`. @throws UsageError, ScenarioError or ScriptError */
export async function readHandlers(file: string, files: Files): Promise<Handlers> {
  if (!files.isFile(file))
    throw new UsageError(`--handlers: expected a TypeScript or JavaScript module, but ${noFile(file, files)}${shippedInstead(file, files)}`);
  const text = await bundleScript(file, SLOTSTORM);
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-handlers-'));
  try {
    const bundle = join(folder, 'handlers.mjs');
    writeFileSync(bundle, text);
    process.setSourceMapsEnabled(true);
    return loadHandlers(await exportedBy(bundle, file), file);
  } catch (error) {
    if (error instanceof TypeError) throw new ScriptError(reasonOf(error));
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function exportedBy(bundle: string, file: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(bundle).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new ScriptError(`${file}: the module threw when it was read: ${thrownText(error)}`);
  }
}
