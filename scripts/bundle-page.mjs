// Bundles the scripts of the HTML pages, each into one file that its page carries inside.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Where each page's script begins, and where its bundle goes. */
const PAGES = {
  report: { entry: 'src/report/page/main.ts', outfile: 'dist/report/page.bundle.js' },
  replay: { entry: 'src/report/page/replay/main.ts', outfile: 'dist/report/replay.bundle.js' },
  plan: { entry: 'src/report/plan/page/main.ts', outfile: 'dist/report/plan.bundle.js' },
  playground: { entry: 'src/playground/page/main.tsx', outfile: 'dist/report/playground.bundle.js' },
  'live-playground': { entry: 'src/playground/page/live-main.ts', outfile: 'dist/report/live-playground.bundle.js' },
};

/**
 * @param {keyof typeof PAGES} page
 * @returns {Promise<string>} the text of the bundle
 */
export async function bundlePage(page = 'report') {
  const { entry, outfile } = PAGES[page];
  const result = await build({
    entryPoints: [join(root, entry)],
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
    outfile: join(root, outfile),
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  return result.outputFiles[0].text;
}

/** Bundles the scripts of all pages to where the command line finds them. */
export async function bundlePages() {
  const { mkdir, writeFile } = await import('node:fs/promises');
  await mkdir(join(root, 'dist/report'), { recursive: true });
  for (const [page, { outfile }] of Object.entries(PAGES)) await writeFile(join(root, outfile), await bundlePage(page));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await bundlePages();
