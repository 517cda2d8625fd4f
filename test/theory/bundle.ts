import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

type Theory = typeof import('./document/document.js');

// Below the project, so that packages are found from there.
const CACHE = resolve('.cache');

/**
 * The sections of docs/validation.md, with all of `src` in one module. Vitest reads every import through an accessor, at
 * every use: with files of their own the hot path of the simulation takes more than twice as long.
 */
export async function bundledSections(): Promise<ReturnType<Theory['documentSections']>> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'theory-'));
  const outfile = join(folder, 'document.mjs');
  try {
    await build({ entryPoints: ['test/theory/document/document.ts'], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
    const theory = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Theory;
    return theory.documentSections();
  } finally {
    await rm(folder, { recursive: true });
  }
}
