import type { ResultFile } from '../../measure/result.js';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import { historyEntryOf } from '../../results/history.js';
import type { Outside } from '../outside.js';
import { HISTORY_FILE, writeIndexPage } from '../report/index-page.js';

/**
 * Adds the run to the history of its folder, and renews the index page over it. The reports are in their place by then, so
 * what goes wrong here is said and fails nothing.
 */
export async function rememberRun(result: ResultFile, folder: string, out: string, outside: Outside): Promise<void> {
  try {
    // One short line in one write: of two programs at once, neither overwrites the other's.
    outside.files.append(`${out}/${HISTORY_FILE}`, `${JSON.stringify(historyEntryOf(result, folder))}\n`);
    await writeIndexPage(out, outside);
  } catch (error) {
    outside.err.write(`slotstorm: the history and the index page of ${terminalText(out)} could not be renewed: ${terminalText(reasonOf(error))}\n`);
  }
}
