import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { bundlePage } from '../scripts/bundle-page.mjs';
import { bundleWorker } from '../scripts/bundle-worker.mjs';

/** What worker threads run in tests of the sources. What is built keeps its own. */
export const WORKER_SCRIPT = resolve('.cache/test/replication-worker.bundle.js');

/** The report's page script and the script of worker threads are bundled afresh, so that tests never see stale ones. */
export async function setup(): Promise<void> {
  await mkdir('dist/report', { recursive: true });
  await writeFile('dist/report/page.bundle.js', await bundlePage());
  await bundleWorker(WORKER_SCRIPT);
}
