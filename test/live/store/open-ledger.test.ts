import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Libsql from 'libsql';
import { describe, expect, it } from 'vitest';
import { LedgerError, ledgerError } from '../../../src/live/store/ledger-error.js';
import { LEDGER_FILE, openLedger } from '../../../src/live/store/sqlite-ledger.js';
import { newFolder, openIn } from './folders.js';
import { request } from './samples.js';

const LIBSQL = createRequire(import.meta.url).resolve('libsql');

/** Takes the file as an emulator does, and says so. */
const TAKE = `
  const Libsql = require(${JSON.stringify(LIBSQL)});
  try {
    const one = new Libsql(process.argv[1], { timeout: 0 });
    one.prepare('PRAGMA locking_mode = EXCLUSIVE').all();
    one.exec('BEGIN EXCLUSIVE; COMMIT');
    console.log('taken');
    setInterval(() => {}, 1000);
  } catch (error) {
    console.log(error.code);
  }`;

function databaseIn(folder: string): Libsql.Database {
  mkdirSync(folder, { recursive: true });
  return new Libsql(join(folder, LEDGER_FILE));
}

describe('the folder of a ledger', () => {
  it('is made, and can be read by its user alone, and so can its files', () => {
    const folder = newFolder();
    const ledger = openIn(folder);
    ledger.accepted(request(1));
    ledger.commit(1, 1, 0);
    const modes = [folder, ...readdirSync(folder).map((name) => join(folder, name))].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).toEqual(['700', '600', '600']);
  });

  it('holds one file only once it is closed', () => {
    const folder = newFolder();
    openIn(folder).close();
    expect(readdirSync(folder)).toEqual([LEDGER_FILE]);
  });

  it('belongs to one ledger at a time', () => {
    const folder = newFolder();
    const first = openIn(folder);
    expect(() => openLedger(folder)).toThrow(/ledger\.sqlite: expected a folder that no other emulator has open, got one that is in use.*name another folder/);
    first.accepted(request(1));
    first.commit(1, 1, 0);
    first.close();
    expect(openIn(folder).load().lastOrdinal).toBe(1);
  });

  it('belongs to one process at a time', () => {
    const folder = newFolder();
    const ledger = openIn(folder);
    expect(() => openLedger(folder)).toThrow('in use');
    const other = spawnSync(process.execPath, ['-e', TAKE, join(folder, LEDGER_FILE)], { encoding: 'utf8' });
    expect(other.stdout.trim()).toBe('SQLITE_BUSY');
    ledger.close();
  });

  it('is free again when the process that had it was killed', async () => {
    const folder = newFolder();
    openIn(folder).close();
    const other = spawn(process.execPath, ['-e', TAKE, join(folder, LEDGER_FILE)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(other.stdout, 'data')) as [Buffer];
    expect(said.toString().trim()).toBe('taken');
    expect(() => openLedger(folder)).toThrow('in use');
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(openIn(folder).load().clock).toBeNull();
  });
});

describe('what cannot be opened is named, with what to do', () => {
  it('a folder below a file', () => {
    const folder = newFolder();
    writeFileSync(join(dirname(folder), 'file'), '');
    expect(() => openLedger(join(dirname(folder), 'file', 'data'))).toThrow(
      /file\/data: expected a folder that can be written to, got (?:ENOTDIR|EEXIST)\. Look at its rights, or name another folder\./,
    );
  });

  it('a folder of a file system that takes no files', () => {
    expect(() => openLedger('/proc/slotstorm')).toThrow('/proc/slotstorm: expected a folder that can be written to, got ENOENT');
  });

  it('a file that is no database', () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, LEDGER_FILE), 'Dear diary, '.repeat(1_000));
    expect(() => openLedger(folder)).toThrow(/expected the store of an emulator, got a file that is damaged, or that something else has written.*Move it away/);
  });

  it('a database of something else', () => {
    const folder = newFolder();
    const other = databaseIn(folder);
    other.exec('CREATE TABLE recipes (name TEXT)');
    other.close();
    expect(() => openLedger(folder)).toThrow('expected the store of an emulator, got a database of something else. Name another folder.');
  });

  it('a store whose pages were overwritten', () => {
    const folder = newFolder();
    const ledger = openIn(folder);
    for (let ordinal = 1; ordinal <= 200; ordinal++) ledger.accepted(request(ordinal, { input: JSON.stringify('x'.repeat(500)) }));
    ledger.commit(1, 1, 0);
    ledger.close();
    const path = join(folder, LEDGER_FILE);
    const { size } = statSync(path);
    const damaged = Buffer.alloc(size - 8 * 4096, 0xa5);
    writeFileSync(path, damaged, { flag: 'r+' });
    expect(() => openLedger(folder)).toThrow(LedgerError);
    expect(() => openLedger(folder)).toThrow(/damaged/);
  });

  it('a store of a newer version, which is left as it is', () => {
    const folder = newFolder();
    openIn(folder).close();
    const newer = databaseIn(folder);
    newer.exec('INSERT INTO migrations VALUES (99)');
    newer.close();
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => openLedger(folder)).toThrow(
        /expected a store of version 1 or older, got version 99: a newer slotstorm has written it\. Use that one, or name another folder\./,
      );
    }
  });

  it.each([
    [5, 'in use'],
    [8, 'a read-only one'],
    [8 | (6 << 8), 'a read-only one'],
    [10 | (3 << 8), 'a failure of the disk'],
    [11, 'damaged'],
    [13, 'a full disk'],
    [14, 'one that cannot'],
    [26, 'damaged'],
    [1, 'expected a store that can be read and written, got: it said so'],
  ])('result code %i of SQLite', (rawCode, words) => {
    const cause = Object.assign(new Error('it said so'), { rawCode });
    expect(ledgerError('/data', cause)).toMatchObject({ name: 'LedgerError', message: expect.stringContaining(words), cause });
    expect(ledgerError('/data', cause).message).toMatch(/^\/data: expected /);
  });

  it('a result code that stands in the text only', () => {
    expect(ledgerError('/data', new Error('ConnectionFailed("Unable to open connection to local database /data: 14")')).message).toContain('one that cannot');
  });
});
