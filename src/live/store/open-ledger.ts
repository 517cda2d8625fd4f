import type { Ledger } from './ledger.js';
import { MemoryLedger } from './memory-ledger.js';
import { openLedger } from './sqlite-ledger.js';

/**
 * What an emulator keeps its state in.
 * @param folder undefined: memory, and nothing outlives the process
 * @throws LedgerError for a folder that cannot be used
 */
export function openEmulatorLedger(folder: string | undefined): Ledger {
  return folder === undefined ? new MemoryLedger() : openLedger(folder);
}
