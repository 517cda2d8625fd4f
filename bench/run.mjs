// Translates src/ and bench/ file by file and starts the benchmark: npm run bench -- [suites] [options].
// Not a bundle: a bundler turns the `const` of a module into `var`, and V8 then no longer takes its arrays for constants: the plain loop loses a third.
import { build } from 'esbuild';

await build({
  entryPoints: ['src/**/*.ts', 'src/**/*.tsx', 'bench/**/*.ts'],
  outbase: '.',
  outdir: '.cache/bench',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});
await import('../.cache/bench/bench/main.js');
