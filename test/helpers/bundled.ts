import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

// Below the project, so that packages are found from there.
const CACHE = resolve('.cache');

/**
 * A module with all of ours that it imports in one file. Vitest reads every import through an accessor, at every use: with
 * files of their own the hot path of the simulation takes more than twice as long. What it shares with the rest of a test is
 * data alone: its classes are its own.
 * @param entry path of the module, from the project's folder
 */
export async function bundled<Module>(entry: string): Promise<Module> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'bundled-'));
  const outfile = join(folder, `${basename(entry, '.ts')}.mjs`);
  try {
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external' });
    return (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Module;
  } finally {
    await rm(folder, { recursive: true });
  }
}
