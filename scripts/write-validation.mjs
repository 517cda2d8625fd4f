// Runs every point of test/theory (about a minute) and prints docs/validation.md with its figure. Tests hold both against the same runs.
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const bundle = new URL('../.cache/validation/document.mjs', import.meta.url);
await build({
  entryPoints: [new URL('../test/theory/document/document.ts', import.meta.url).pathname],
  outfile: bundle.pathname,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const { validationFiles } = await import(bundle.href);
for (const [name, text] of Object.entries(validationFiles())) await writeFile(new URL(`../${name}`, import.meta.url), text);
