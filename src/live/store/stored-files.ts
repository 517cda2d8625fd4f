import type { Database, Statement } from './database.js';
import type { FileBounds } from './file-bounds.js';
import type { StoredFile } from './ledger.js';
import { storedFile } from './row-reader.js';

/** Uploaded files in the database: readable before they are committed, the oldest dropped when there are too many. */
export class StoredFiles {
  private readonly pending = new Map<string, StoredFile>();
  private readonly one: Statement;
  private readonly tooOld: Statement;
  private readonly size: Statement;
  private readonly dropOldest: Statement;
  /** Something was added since there was last made place. */
  private hasGrown = true;

  constructor(
    database: Database,
    private readonly bounds: FileBounds,
  ) {
    this.one = database.prepare('SELECT * FROM files WHERE id = ?');
    this.tooOld = database.prepare('DELETE FROM files WHERE createdUs < ?');
    this.size = database.prepare('SELECT coalesce(sum(length(bytes)), 0) AS bytes FROM files');
    this.dropOldest = database.prepare('DELETE FROM files WHERE id = (SELECT id FROM files ORDER BY createdUs, rowid LIMIT 1)');
  }

  add(file: StoredFile): void {
    this.pending.set(file.id, file);
    this.hasGrown = true;
  }

  read(id: string): StoredFile | undefined {
    const waiting = this.pending.get(id);
    if (waiting !== undefined) return waiting;
    const rows = this.one.all([id]) as Record<string, unknown>[];
    return rows[0] === undefined ? undefined : storedFile(rows[0]);
  }

  /** Inside the transaction that adds the new ones. */
  makePlace(nowUs: number): void {
    if (!this.hasGrown) return;
    this.tooOld.run([nowUs - this.bounds.ageUs]);
    while (this.bytes() > this.bounds.bytes) this.dropOldest.run([]);
  }

  committed(): void {
    this.pending.clear();
    this.hasGrown = false;
  }

  /** `length` of a blob reads its header only. */
  private bytes(): number {
    return ((this.size.all([]) as Record<string, unknown>[])[0] as Record<string, number>)['bytes'] as number;
  }
}
