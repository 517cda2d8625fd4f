import type { ResultFile } from '../../measure/result.js';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import { historyEntryOf } from '../../results/history.js';
import type { Outside } from '../outside.js';
import { HISTORY_FILE, writeIndexPage } from './index-page.js';

// The reports are in their place by the time these are called, so what goes wrong here is said and fails nothing.

/** Adds a run to the history of its folder. The index page over it stays as it is until `renewIndexPage`. */
export function appendToHistory(result: ResultFile, folder: string, out: string, { files, err }: Outside): void {
  try {
    // One short line in one write: of two programs at once, neither overwrites the other's.
    files.append(`${out}/${HISTORY_FILE}`, `${JSON.stringify(historyEntryOf(result, folder))}\n`);
  } catch (error) {
    err.write(`slotstorm: the history of ${terminalText(out)} could not be continued: ${terminalText(reasonOf(error))}\n`);
  }
}

/** Writes the index page anew. It takes longer the longer the history is: once a command, not once a scenario. */
export async function renewIndexPage(out: string, outside: Outside): Promise<void> {
  try {
    await writeIndexPage(out, outside);
  } catch (error) {
    outside.err.write(`slotstorm: the index page of ${terminalText(out)} could not be renewed: ${terminalText(reasonOf(error))}\n`);
  }
}
