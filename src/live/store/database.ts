import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Libsql from 'libsql';
import { LedgerError, ledgerError } from './ledger-error.js';
import { APPLICATION_ID, MIGRATIONS } from './schema.js';

/** What a row holds, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** A prepared statement. Booleans must not be bound: libsql aborts the process. */
export type Statement = Libsql.Statement<unknown[]>;

const PAGE_BYTES = 4096;

/** After a transaction larger than this the write-ahead log is cut down again, bytes. */
const LOG_BYTES = 64 * 1024 * 1024;

/** One SQLite file that belongs to this process alone, private to its user, brought to the newest version of the schema. */
export class Database {
  private readonly connection: Libsql.Database;
  private readonly begin: Statement;
  private readonly commit: Statement;

  /**
   * @param path of the file; made if it is not there, with its folder
   * @param maxBytes how large it may become
   * @throws LedgerError
   */
  constructor(
    readonly path: string,
    folder: string,
    maxBytes: number,
  ) {
    makePrivate(folder, path);
    this.connection = connect(path);
    try {
      this.takeAlone();
      this.requireOurs();
      this.logAhead();
      this.requireSound();
      this.migrate();
      this.ask(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / PAGE_BYTES))}`);
      this.begin = this.prepare('BEGIN IMMEDIATE');
      this.commit = this.prepare('COMMIT');
    } catch (error) {
      this.close();
      throw ledgerError(path, error);
    }
  }

  prepare(sql: string): Statement {
    return this.connection.prepare(sql);
  }

  rows(sql: string): Row[] {
    return this.prepare(sql).all() as Row[];
  }

  beginTransaction(): void {
    this.begin.run();
  }

  commitTransaction(): void {
    this.commit.run();
  }

  /** SQLite has done so itself after some failures. */
  rollBack(): void {
    if (this.connection.inTransaction) this.connection.exec('ROLLBACK');
  }

  /**
   * Leaves a single file behind and gives its lock back. libsql keeps a closed connection, and its lock with it, until all its
   * statements are garbage; so the lock is given back by hand.
   */
  close(): void {
    try {
      this.rollBack();
      this.ask('PRAGMA journal_mode = DELETE');
      this.ask('PRAGMA locking_mode = NORMAL');
      this.ask('SELECT count(*) FROM sqlite_master');
    } catch {
      // Whatever could not be tidied up, the next one to open the file does.
    } finally {
      this.connection.close();
    }
  }

  /** The lock stays until `close`; the operating system takes it from a process that dies. */
  private takeAlone(): void {
    this.ask('PRAGMA locking_mode = EXCLUSIVE');
    this.connection.exec('BEGIN EXCLUSIVE');
    this.connection.exec('COMMIT');
  }

  private requireOurs(): void {
    const isNew = this.number('SELECT count(*) FROM sqlite_master') === 0;
    if (isNew || this.number('PRAGMA application_id') === APPLICATION_ID) return;
    throw new LedgerError(`${this.path}: expected the store of an emulator, got a database of something else. Name another folder.`);
  }

  /** With a write-ahead log and `synchronous = NORMAL` a commit is a write that does not wait for the disk. */
  private logAhead(): void {
    this.ask('PRAGMA journal_mode = WAL');
    this.ask('PRAGMA synchronous = NORMAL');
    this.ask(`PRAGMA journal_size_limit = ${LOG_BYTES}`);
  }

  private requireSound(): void {
    const [verdict] = this.ask('PRAGMA quick_check(1)');
    if (verdict === 'ok') return;
    throw new LedgerError(`${this.path}: expected a sound store, got a damaged one (${verdict}). Move it away to start anew, or bring back a copy.`);
  }

  private migrate(): void {
    this.connection.exec('BEGIN IMMEDIATE');
    this.connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    this.connection.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY)');
    const version = this.number('SELECT coalesce(max(version), 0) FROM migrations');
    if (version > MIGRATIONS.length) {
      throw new LedgerError(
        `${this.path}: expected a store of version ${MIGRATIONS.length} or older, got version ${version}: a newer slotstorm has written it. Use that one, or name another folder.`,
      );
    }
    for (let next = version; next < MIGRATIONS.length; next++) {
      this.connection.exec(MIGRATIONS[next] as string);
      this.connection.exec(`INSERT INTO migrations VALUES (${next + 1})`);
    }
    this.connection.exec('COMMIT');
  }

  /** The first column of every row. */
  private ask(sql: string): unknown[] {
    return this.rows(sql).map((row) => Object.values(row)[0]);
  }

  private number(sql: string): number {
    return this.ask(sql)[0] as number;
  }
}

/** Waits for no lock: whoever has it keeps it. */
function connect(path: string): Libsql.Database {
  try {
    return new Libsql(path, { timeout: 0 });
  } catch (error) {
    throw ledgerError(path, error);
  }
}

/** Files beside a database take its rights over. A folder that was there already keeps its own. */
function makePrivate(folder: string, path: string): void {
  try {
    makeFolder(resolve(folder));
    createEmpty(path);
    chmodSync(path, 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LedgerError(`${folder}: expected a folder that can be written to, got ${code ?? message}. Look at its rights, or name another folder.`, {
      cause: error,
    });
  }
}

/** One level at a time: `recursive` never returns where a virtual file system answers ENOENT for what exists. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  mkdirSync(path, { mode: 0o700 });
}

/** Never opens what is there: closing it again would take the locks away that this process may already have on it. */
function createEmpty(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
