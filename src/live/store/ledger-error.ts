/** What is kept could not be read, or what must be kept could not be written. The message names the file and what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

const NOT_A_DATABASE = 'a file that is damaged, or that something else has written';

/** What SQLite's primary result codes mean for whoever runs the emulator: what was expected, what came, what to do. */
const BY_CODE: ReadonlyMap<number, readonly [expected: string, got: string, advice: string]> = new Map([
  [5, ['a folder that no other emulator has open', 'one that is in use', 'Stop the other emulator, or name another folder.']],
  [6, ['a folder that no other emulator has open', 'one that is in use', 'Stop the other emulator, or name another folder.']],
  [8, ['a file that can be written', 'a read-only one', 'Give this user the right to write, or name another folder.']],
  [10, ['a disk that can be read and written', 'a failure of the disk or of the file system', 'Nothing is answered until it can be written again.']],
  [11, ['the store of an emulator', NOT_A_DATABASE, 'Move it away to start anew; what can still be read of it, sqlite3 ".recover" can read.']],
  [13, ['space for what must be kept', 'a full disk, or a store as large as it may become', 'Make space: nothing is lost, and nothing is answered meanwhile.']],
  [14, ['a file that can be opened', 'one that cannot', 'Look at the rights of the folder, or name another one.']],
  [26, ['the store of an emulator', NOT_A_DATABASE, 'Move it away to start anew, or name another folder.']],
]);

/** @param where the file or folder @param cause as the file system or the database says it */
export function ledgerError(where: string, cause: unknown): LedgerError {
  if (cause instanceof LedgerError) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  const known = BY_CODE.get(resultCode(cause));
  if (known === undefined) return new LedgerError(`${where}: expected a store that can be read and written, got: ${said}`, { cause });
  const [expected, got, advice] = known;
  return new LedgerError(`${where}: expected ${expected}, got ${got} (${said}). ${advice}`, { cause });
}

/** SQLite's primary code; the extended ones carry it in their lowest byte. The one of opening stands in the text only. */
function resultCode(cause: unknown): number {
  const { rawCode, message } = cause as { readonly rawCode?: number; readonly message?: string };
  if (typeof rawCode === 'number') return rawCode & 0xff;
  return Number(/^ConnectionFailed\(.*: (\d+)"\)$/s.exec(message ?? '')?.[1] ?? Number.NaN);
}
