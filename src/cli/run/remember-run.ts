import type { ResultFile } from '../../measure/result.js';
import { historyEntryOf } from '../../results/history.js';
import type { Outside } from '../outside.js';
import { HISTORY_FILE, writeIndexPage } from '../report/index-page.js';

/** Adds the run to the history of its folder, and renews the index page over it. */
export async function rememberRun(result: ResultFile, folder: string, out: string, outside: Outside): Promise<void> {
  // One short line in one write: of two programs at once, neither overwrites the other's.
  outside.files.append(`${out}/${HISTORY_FILE}`, `${JSON.stringify(historyEntryOf(result, folder))}\n`);
  await writeIndexPage(out, outside);
}
