import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Ledger } from '../../../src/live/store/ledger.js';
import { LEDGER_FILE, type LedgerOptions, openLedger } from '../../../src/live/store/sqlite-ledger.js';

const made: string[] = [];
const opened: Ledger[] = [];

afterEach(() => {
  for (const ledger of opened.splice(0)) ledger.close();
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A path where a ledger may be opened; gone after the test. */
export function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'slotstorm-ledger-'));
  made.push(parent);
  return join(parent, 'data');
}

/** Closed after the test. */
export function openIn(folder: string, options?: LedgerOptions): Ledger {
  const ledger = openLedger(folder, options);
  opened.push(ledger);
  return ledger;
}

/** What the disk holds at this moment, as if the process that has the folder open died now. */
export function afterDeath(folder: string): string {
  const copy = newFolder();
  mkdirSync(copy);
  for (const name of [LEDGER_FILE, `${LEDGER_FILE}-wal`]) {
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
  }
  return copy;
}
