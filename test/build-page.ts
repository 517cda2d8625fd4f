import { mkdir, writeFile } from 'node:fs/promises';
import { bundlePage } from '../scripts/bundle-page.mjs';

/** The report's page script is bundled afresh, so that tests never see a stale one. */
export async function setup(): Promise<void> {
  await mkdir('dist/report', { recursive: true });
  await writeFile('dist/report/page.bundle.js', await bundlePage());
}
