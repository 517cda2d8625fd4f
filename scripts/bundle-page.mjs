// Bundles the script of the HTML report into one file that the report carries inside.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @returns {Promise<string>} the text of the bundle */
export async function bundlePage() {
  const result = await build({
    entryPoints: [join(root, 'src/report/page/main.ts')],
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    sourcemap: false,
    legalComments: 'none',
    charset: 'ascii',
    outfile: join(root, 'dist/report/page.bundle.js'),
    logLevel: 'warning',
  });
  return result.outputFiles[0].text;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { mkdir, writeFile } = await import('node:fs/promises');
  const text = await bundlePage();
  await mkdir(join(root, 'dist/report'), { recursive: true });
  await writeFile(join(root, 'dist/report/page.bundle.js'), text);
}
