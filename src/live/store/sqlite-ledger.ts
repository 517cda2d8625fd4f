import { join } from 'node:path';
import { Database } from './database.js';
import { type FileBounds, STORED_FILE_BOUNDS } from './file-bounds.js';
import type { Ledger, StoredAccount, StoredDelivery, StoredEnd, StoredFile, StoredKey, StoredRequest, StoredState, StoredUsageDay } from './ledger.js';
import { LedgerError, ledgerError } from './ledger-error.js';
import { RequestBook } from './request-book.js';
import { RowReader } from './row-reader.js';
import { RowWriter } from './row-writer.js';
import { StoredFiles } from './stored-files.js';
import type { Write } from './writes.js';

/** Name of the file in the folder. Two more stand beside it while it is open. */
export const LEDGER_FILE = 'ledger.sqlite';

export interface LedgerOptions {
  /** How large the file may become. Beyond it `commit` throws as for a full disk. */
  readonly maxBytes?: number;
  readonly fileBounds?: FileBounds;
}

const MAX_BYTES = 16 * 2 ** 30;

/**
 * Opens what a folder holds, or begins anew where it is empty. The folder then belongs to this process alone until `close`, or
 * until the process dies.
 * @throws LedgerError for a folder that is in use, cannot be written to, or holds something else, something damaged or something of a newer version
 */
export function openLedger(folder: string, options: LedgerOptions = {}): Ledger {
  const database = new Database(join(folder, LEDGER_FILE), folder, options.maxBytes ?? MAX_BYTES);
  try {
    return new SqliteLedger(database, options.fileBounds ?? STORED_FILE_BOUNDS);
  } catch (error) {
    database.close();
    throw ledgerError(database.path, error);
  }
}

/** A ledger in one SQLite file. */
class SqliteLedger implements Ledger {
  readonly isDurable = true;
  private readonly reader: RowReader;
  private readonly writer: RowWriter;
  private readonly book: RequestBook;
  private readonly files: StoredFiles;
  private pending: Write[] = [];
  private isOpen = true;

  constructor(
    private readonly database: Database,
    fileBounds: FileBounds,
  ) {
    this.reader = new RowReader(database);
    this.writer = new RowWriter(database);
    this.book = new RequestBook(database, this.reader.lastOrdinal());
    this.files = new StoredFiles(database, fileBounds);
    // Nobody can make a delivery of what is not kept any more.
    database.rows('DELETE FROM deliveries WHERE requestId NOT IN (SELECT id FROM requests)');
  }

  get isDirty(): boolean {
    return this.pending.length > 0;
  }

  load(): StoredState {
    this.requireOpen();
    try {
      return this.reader.state();
    } catch (error) {
      throw ledgerError(this.database.path, error);
    }
  }

  accepted(request: StoredRequest): void {
    this.book.add(request.id, request.ordinal);
    this.pending.push({ kind: 'accepted', request });
  }

  started(id: string, attempt: number, atUs: number): void {
    this.pending.push({ kind: 'started', ordinal: this.book.known(id).ordinal, attempt, atUs });
  }

  cancelRequested(id: string): void {
    this.pending.push({ kind: 'cancelRequested', ordinal: this.book.known(id).ordinal });
  }

  ended(id: string, end: StoredEnd): void {
    const entry = this.book.known(id);
    this.pending.push({ kind: 'ended', ordinal: entry.ordinal, end });
    entry.hasEnded = true;
    if (entry.losesPayload) this.pending.push({ kind: 'payloadDeleted', ordinal: entry.ordinal });
  }

  forgotten(id: string): void {
    const entry = this.book.remove(id);
    if (entry !== undefined) this.pending.push({ kind: 'forgotten', ordinal: entry.ordinal });
  }

  payloadDeleted(id: string): void {
    const entry = this.book.find(id);
    if (entry === undefined) return;
    entry.losesPayload = true;
    this.pending.push({ kind: entry.hasEnded ? 'payloadDeleted' : 'payloadMarked', ordinal: entry.ordinal });
  }

  account(account: StoredAccount): void {
    this.pending.push({ kind: 'account', account });
  }

  key(key: StoredKey): void {
    this.pending.push({ kind: 'key', key });
  }

  usage(day: StoredUsageDay): void {
    this.pending.push({ kind: 'usage', day });
  }

  file(file: StoredFile): void {
    this.files.add(file);
    this.pending.push({ kind: 'file', file });
  }

  delivery(delivery: StoredDelivery): void {
    this.pending.push({ kind: 'delivery', delivery });
  }

  delivered(requestId: string): void {
    this.pending.push({ kind: 'delivered', requestId });
  }

  signingKey(pem: string): void {
    this.pending.push({ kind: 'signingKey', pem });
  }

  commit(us: number, wallMs: number, originMs: number): void {
    this.requireOpen();
    try {
      this.database.beginTransaction();
      for (const write of this.pending) this.writer.write(write);
      this.files.makePlace(us);
      this.writer.clock(us, wallMs, originMs, this.book.lastOrdinal);
      this.database.commitTransaction();
    } catch (error) {
      this.database.rollBack();
      throw ledgerError(this.database.path, error);
    }
    this.pending = [];
    this.files.committed();
  }

  readFile(id: string): StoredFile | undefined {
    this.requireOpen();
    return this.files.read(id);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.database.close();
  }

  /** libsql goes on writing to a closed database without a word. */
  private requireOpen(): void {
    if (!this.isOpen) throw new LedgerError(`${this.database.path}: expected an open store, got one that was closed`);
  }
}
