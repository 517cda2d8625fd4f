// Bundles the script of the worker threads into one file: it starts faster than from its parts, and tests of the sources can use it.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @param {string} outfile where the bundle goes */
export async function bundleWorker(outfile) {
  const result = await build({
    entryPoints: [join(root, 'src/cli/replication-worker.ts')],
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

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await bundleWorker(join(root, 'dist/cli/replication-worker.bundle.js'));
}
