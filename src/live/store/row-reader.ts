import type { KeyScope } from '../world/keys.js';
import type { Database, Row } from './database.js';
import type { RestoredRequest, StoredAccount, StoredDelivery, StoredEnd, StoredFile, StoredKey, StoredState, StoredUsageDay } from './ledger.js';
import { LedgerError } from './ledger-error.js';

/** Those that have not ended first, as `StoredState` says. */
const REQUESTS = `
  SELECT requests.*, attempts, startedUs, cancelRequested, ends.ordinal AS endOrdinal, atUs, outcome, status, headers, body, error, errorType, inferenceUs
  FROM requests LEFT JOIN progress USING (ordinal) LEFT JOIN ends USING (ordinal)
  ORDER BY ends.ordinal IS NOT NULL, requests.ordinal`;

/** Turns rows back into what was written. */
export class RowReader {
  constructor(private readonly database: Database) {}

  state(): StoredState {
    return {
      clock: this.clock(),
      accounts: this.database.rows('SELECT * FROM accounts ORDER BY rowid').map(account),
      keys: this.database.rows('SELECT * FROM keys ORDER BY rowid').map(key),
      lastOrdinal: this.lastOrdinal(),
      requests: this.database.rows(REQUESTS).map((row) => this.request(row)),
      usage: this.database.rows('SELECT * FROM usage ORDER BY account, day').map(usageDay),
      deliveries: this.database.rows('SELECT * FROM deliveries ORDER BY rowid').map(delivery),
      signingKey: (this.database.rows('SELECT pem FROM signing')[0]?.['pem'] as string | undefined) ?? null,
    };
  }

  lastOrdinal(): number {
    return (this.database.rows('SELECT lastOrdinal FROM clock')[0]?.['lastOrdinal'] as number | undefined) ?? 0;
  }

  private clock(): StoredState['clock'] {
    const [row] = this.database.rows('SELECT us, wallMs, originMs FROM clock');
    return row === undefined ? null : { us: row['us'] as number, wallMs: row['wallMs'] as number, originMs: row['originMs'] as number };
  }

  private request(row: Row): RestoredRequest {
    return {
      id: row['id'] as string,
      ordinal: row['ordinal'] as number,
      mode: row['mode'] as 'queue' | 'direct',
      account: row['account'] as string,
      keyId: row['keyId'] as string,
      endpoint: row['endpoint'] as string,
      input: row['input'] as string,
      submittedUs: row['submittedUs'] as number,
      deadlineUs: row['deadlineUs'] as number | null,
      low: row['low'] === 1,
      hint: row['hint'] as string | null,
      retryTerms: row['retryTerms'] as string | null,
      webhook: row['webhook'] as string | null,
      storesPayload: row['storesPayload'] === 1,
      tags: row['tags'] as string,
      payloadDeleted: row['payloadDeleted'] === 1,
      attempts: (row['attempts'] as number | null) ?? 0,
      startedUs: row['startedUs'] as number | null,
      end: row['endOrdinal'] === null ? null : this.end(row),
      cancelRequested: row['cancelRequested'] === 1 && row['endOrdinal'] === null,
    };
  }

  private end(row: Row): StoredEnd {
    const errorType = (row['errorType'] as string | null) ?? undefined;
    return {
      atUs: row['atUs'] as number,
      outcome: row['outcome'] as string,
      answer: { status: row['status'] as number, headers: this.headers(row), body: row['body'] as string },
      failure: row['error'] === null ? null : { error: row['error'] as string, errorType },
      inferenceUs: row['inferenceUs'] as number,
    };
  }

  private headers(row: Row): Readonly<Record<string, string>> {
    try {
      return JSON.parse(row['headers'] as string) as Readonly<Record<string, string>>;
    } catch (error) {
      throw new LedgerError(
        `${this.database.path}: request ${row['id']}: expected headers as JSON text, got something else. The store was changed from outside; bring back a copy.`,
        { cause: error },
      );
    }
  }
}

/** `bytes` of nothing come as an empty ArrayBuffer, others as a Buffer of their own. */
export function storedFile(row: Row): StoredFile {
  const bytes = row['bytes'] as Uint8Array | ArrayBuffer;
  return {
    id: row['id'] as string,
    account: row['account'] as string,
    name: row['name'] as string,
    contentType: row['contentType'] as string,
    bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes),
    createdUs: row['createdUs'] as number,
  };
}

function account(row: Row): StoredAccount {
  return {
    name: row['name'] as string,
    limit: row['limit'] as number | null,
    locked: row['locked'] as string | null,
    invoices: row['invoices'] as string,
    peak: row['peak'] as number,
    endpointLimits: row['endpointLimits'] as string,
    spentUsd: row['spentUsd'] as number,
  };
}

function key(row: Row): StoredKey {
  return {
    id: row['id'] as string,
    account: row['account'] as string,
    name: row['name'] as string,
    scope: row['scope'] as KeyScope,
    secretHash: row['secretHash'] as string,
    createdUs: row['createdUs'] as number,
    revokedUs: row['revokedUs'] as number | null,
    isScripted: row['isScripted'] === 1,
  };
}

function usageDay(row: Row): StoredUsageDay {
  return { account: row['account'] as string, day: row['day'] as number, peak: row['peak'] as number };
}

function delivery(row: Row): StoredDelivery {
  return { requestId: row['requestId'] as string, tries: row['tries'] as number, nextUs: row['nextUs'] as number };
}
