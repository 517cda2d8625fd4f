import type { Database } from './database.js';

/** What must be known of a request to write about it. */
export interface BookEntry {
  readonly ordinal: number;
  hasEnded: boolean;
  /** Its payload was deleted, or is to be at its end. */
  losesPayload: boolean;
}

/** Where the rows of requests lie, by id: an index on disk over random ids would cost a page more for every write. */
export class RequestBook {
  private readonly entries = new Map<string, BookEntry>();

  constructor(
    database: Database,
    private last: number,
  ) {
    const rows = database.rows('SELECT id, ordinal, payloadDeleted, ends.ordinal IS NOT NULL AS hasEnded FROM requests LEFT JOIN ends USING (ordinal)');
    for (const { id, ordinal, payloadDeleted, hasEnded } of rows) {
      this.entries.set(id as string, { ordinal: ordinal as number, hasEnded: hasEnded === 1, losesPayload: payloadDeleted === 1 });
    }
  }

  get lastOrdinal(): number {
    return this.last;
  }

  /** @throws Error for what was there before: its rows could never be written, and no others with them */
  add(id: string, ordinal: number): void {
    if (ordinal <= this.last) throw new Error(`request ${id}: expected an ordinal above ${this.last}, got ${ordinal}`);
    if (this.entries.has(id)) throw new Error(`request ${id}: expected an id that was not used before`);
    this.last = ordinal;
    this.entries.set(id, { ordinal, hasEnded: false, losesPayload: false });
  }

  find(id: string): BookEntry | undefined {
    return this.entries.get(id);
  }

  /** @throws Error for a request that was not accepted, or is forgotten */
  known(id: string): BookEntry {
    const entry = this.entries.get(id);
    if (entry === undefined) throw new Error(`request ${id}: expected one that was accepted and is not forgotten`);
    return entry;
  }

  remove(id: string): BookEntry | undefined {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    return entry;
  }
}
