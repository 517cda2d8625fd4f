// Bundles the script of the worker threads from the sources, for tests: a thread cannot load TypeScript. What is published is not
// bundled: in a bundle the constants of modules are variables, and threads run a tenth slower.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @param {string} outfile where the bundle goes @param {string} entry the script, under src/cli */
export async function bundleWorker(outfile, entry = 'replication-worker.ts') {
  const result = await build({
    entryPoints: [join(root, 'src/cli', entry)],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    outfile,
    logLevel: 'warning',
  });
  await mkdir(dirname(outfile), { recursive: true });
  await writeFile(outfile, result.outputFiles[0].text);
}

/** The scripts of a load process and of its threads, beside each other as the one looks for the other. @param {string} folder @returns the load process's */
export async function bundleLoadProcess(folder) {
  const script = join(folder, 'load-process.js');
  await bundleWorker(script, 'load-process.ts');
  await bundleWorker(join(folder, 'sdk-thread.js'), 'sdk-thread.ts');
  return script;
}
