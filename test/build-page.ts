import { dirname, resolve } from 'node:path';
import { bundlePages } from '../scripts/bundle-page.mjs';
import { bundleLoadProcess, bundleWorker } from '../scripts/bundle-worker.mjs';

/** What worker threads run in tests of the sources. What is built keeps its own. */
export const WORKER_SCRIPT = resolve('.cache/test/replication-worker.bundle.js');

/** What threads of `fuzz` run in tests of the sources. */
export const FUZZ_SCRIPT = resolve('.cache/test/fuzz-worker.bundle.js');

/** What threads of a worker run in tests of the sources, beside where tests put the program. */
export const POINT_SCRIPT = resolve('.cache/test/workers/worker/point-thread.js');

/** What load processes run in tests of the sources; the script of their threads lies beside it. */
export const LOAD_SCRIPT = resolve('.cache/test/load/load-process.js');

/** The scripts of the pages and the script of worker threads are bundled afresh, so that tests never see stale ones. */
export async function setup(): Promise<void> {
  await bundlePages();
  await bundleWorker(WORKER_SCRIPT);
  await bundleWorker(FUZZ_SCRIPT, 'fuzz-worker.ts');
  await bundleWorker(POINT_SCRIPT, 'worker/point-thread.ts');
  await bundleLoadProcess(dirname(LOAD_SCRIPT));
}
