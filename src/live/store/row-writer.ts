import type { Database, Statement } from './database.js';
import type { StoredAccount, StoredEnd, StoredFile, StoredKey, StoredRequest } from './ledger.js';
import type { Write } from './writes.js';

/**
 * Turns writes into rows, inside the transaction that is open. Booleans become 0 and 1: libsql aborts the process otherwise.
 * JSON text goes in as it is; it holds no control characters.
 */
export class RowWriter {
  private readonly clockRow: Statement;
  private readonly request: Statement;
  private readonly progress: Statement;
  private readonly cancel: Statement;
  private readonly end: Statement;
  private readonly payloadMark: Statement;
  private readonly payloadOut: Statement;
  private readonly answerOut: Statement;
  private readonly forgetting: readonly Statement[];
  private readonly account: Statement;
  private readonly key: Statement;
  private readonly usage: Statement;
  private readonly file: Statement;
  private readonly delivery: Statement;
  private readonly delivered: Statement;
  private readonly signing: Statement;

  constructor(database: Database) {
    this.clockRow = database.prepare(upsert('clock', 'one', ['us', 'wallMs', 'originMs', 'lastOrdinal']));
    this.request = database.prepare(`INSERT INTO requests
      (ordinal, id, mode, account, keyId, endpoint, input, submittedUs, deadlineUs, low, hint, retryTerms, webhook, storesPayload, tags)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.progress = database.prepare(upsert('progress', 'ordinal', ['attempts', 'startedUs']));
    this.cancel = database.prepare(upsert('progress', 'ordinal', ['cancelRequested']));
    this.end = database.prepare('INSERT OR IGNORE INTO ends VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.payloadMark = database.prepare('UPDATE requests SET payloadDeleted = 1 WHERE ordinal = ?');
    this.payloadOut = database.prepare(`UPDATE requests SET payloadDeleted = 1, input = 'null' WHERE ordinal = ?`);
    this.answerOut = database.prepare(`UPDATE ends SET headers = '{}', body = 'null' WHERE ordinal = ?`);
    this.forgetting = ['requests', 'progress', 'ends'].map((table) => database.prepare(`DELETE FROM ${table} WHERE ordinal = ?`));
    this.account = database.prepare(upsert('accounts', 'name', ['limit', 'locked', 'invoices', 'peak', 'endpointLimits', 'spentUsd']));
    this.key = database.prepare(upsert('keys', 'id', ['account', 'name', 'scope', 'secretHash', 'createdUs', 'revokedUs', 'isScripted']));
    this.usage = database.prepare('INSERT OR REPLACE INTO usage VALUES (?, ?, ?)');
    this.file = database.prepare('INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)');
    this.delivery = database.prepare(upsert('deliveries', 'requestId', ['tries', 'nextUs']));
    this.delivered = database.prepare('DELETE FROM deliveries WHERE requestId = ?');
    this.signing = database.prepare(upsert('signing', 'one', ['pem']));
  }

  clock(us: number, wallMs: number, originMs: number, lastOrdinal: number): void {
    this.clockRow.run([1, us, wallMs, originMs, lastOrdinal]);
  }

  write(write: Write): void {
    switch (write.kind) {
      case 'accepted':
        this.writeRequest(write.request);
        break;
      case 'started':
        this.progress.run([write.ordinal, write.attempt, write.atUs]);
        break;
      case 'cancelRequested':
        this.cancel.run([write.ordinal, 1]);
        break;
      case 'ended':
        this.writeEnd(write.ordinal, write.end);
        break;
      case 'payloadMarked':
        this.payloadMark.run([write.ordinal]);
        break;
      case 'payloadDeleted':
        this.payloadOut.run([write.ordinal]);
        this.answerOut.run([write.ordinal]);
        break;
      case 'forgotten':
        for (const statement of this.forgetting) statement.run([write.ordinal]);
        break;
      case 'account':
        this.writeAccount(write.account);
        break;
      case 'key':
        this.writeKey(write.key);
        break;
      case 'usage':
        this.usage.run([write.day.account, write.day.day, write.day.peak]);
        break;
      case 'file':
        this.writeFile(write.file);
        break;
      case 'delivery':
        this.delivery.run([write.delivery.requestId, write.delivery.tries, write.delivery.nextUs]);
        break;
      case 'delivered':
        this.delivered.run([write.requestId]);
        break;
      case 'signingKey':
        this.signing.run([1, write.pem]);
    }
  }

  private writeRequest(request: StoredRequest): void {
    this.request.run([
      request.ordinal,
      request.id,
      request.mode,
      request.account,
      request.keyId,
      plain(request.endpoint),
      request.input,
      request.submittedUs,
      request.deadlineUs,
      request.low ? 1 : 0,
      request.hint === null ? null : plain(request.hint),
      request.retryTerms,
      request.webhook,
      request.storesPayload ? 1 : 0,
      request.tags,
    ]);
  }

  private writeEnd(ordinal: number, { atUs, outcome, answer, failure, inferenceUs }: StoredEnd): void {
    this.end.run([
      ordinal,
      atUs,
      outcome,
      answer.status,
      JSON.stringify(answer.headers),
      answer.body,
      failure === null ? null : plain(failure.error),
      failure?.errorType ?? null,
      inferenceUs,
    ]);
  }

  private writeAccount({ name, limit, locked, invoices, peak, endpointLimits, spentUsd }: StoredAccount): void {
    this.account.run([name, limit, locked, invoices, peak, endpointLimits, spentUsd]);
  }

  private writeKey({ id, account, name, scope, secretHash, createdUs, revokedUs, isScripted }: StoredKey): void {
    this.key.run([id, account, plain(name), scope, secretHash, createdUs, revokedUs, isScripted ? 1 : 0]);
  }

  private writeFile({ id, account, name, contentType, bytes, createdUs }: StoredFile): void {
    this.file.run([id, account, plain(name), plain(contentType), bytes, createdUs]);
  }
}

/** libsql reads text up to its first NUL only. Nobody is owed one. */
function plain(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}

/** Writes the columns named, and leaves others of a row that is there already as they are. */
function upsert(table: string, key: string, columns: readonly string[]): string {
  const quoted = columns.map((column) => `"${column}"`);
  const places = ['?', ...columns.map(() => '?')].join(', ');
  const updates = quoted.map((column) => `${column} = excluded.${column}`).join(', ');
  return `INSERT INTO ${table} (${key}, ${quoted.join(', ')}) VALUES (${places}) ON CONFLICT (${key}) DO UPDATE SET ${updates}`;
}
