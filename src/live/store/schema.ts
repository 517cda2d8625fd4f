/** Marks the file as ours: "slot" in ASCII. */
export const APPLICATION_ID = 0x736c6f74;

/**
 * What brings a store from one version to the next, in order; a store's version is how many of them it has seen. Never change
 * one that was released: add another.
 *
 * What a request goes through lies in tables of its own, by the request's ordinal: rows are only ever added at the end of a
 * table, where the page of the last one is at hand, and none grows where it lies.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE clock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    us INTEGER NOT NULL, wallMs REAL NOT NULL, originMs REAL NOT NULL, lastOrdinal INTEGER NOT NULL
  );
  CREATE TABLE requests (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL, mode TEXT NOT NULL, account TEXT NOT NULL, keyId TEXT NOT NULL, endpoint TEXT NOT NULL, input TEXT NOT NULL,
    submittedUs INTEGER NOT NULL, deadlineUs INTEGER, low INTEGER NOT NULL, hint TEXT, retryTerms TEXT, webhook TEXT,
    storesPayload INTEGER NOT NULL, tags TEXT NOT NULL, payloadDeleted INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE progress (
    ordinal INTEGER PRIMARY KEY,
    attempts INTEGER NOT NULL DEFAULT 0, startedUs INTEGER, cancelRequested INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE ends (
    ordinal INTEGER PRIMARY KEY,
    atUs INTEGER NOT NULL, outcome TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
    error TEXT, errorType TEXT, inferenceUs INTEGER NOT NULL
  );
  CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    "limit" INTEGER, locked TEXT, invoices TEXT NOT NULL, peak INTEGER NOT NULL, endpointLimits TEXT NOT NULL, spentUsd REAL NOT NULL
  );
  CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL, name TEXT NOT NULL, scope TEXT NOT NULL, secretHash TEXT NOT NULL, createdUs INTEGER NOT NULL, revokedUs INTEGER,
    isScripted INTEGER NOT NULL
  );
  CREATE TABLE usage (
    account TEXT NOT NULL, day INTEGER NOT NULL, peak INTEGER NOT NULL,
    PRIMARY KEY (account, day)
  ) WITHOUT ROWID;
  CREATE TABLE files (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL, name TEXT NOT NULL, contentType TEXT NOT NULL, bytes BLOB NOT NULL, createdUs INTEGER NOT NULL
  );
  CREATE INDEX filesByAge ON files (createdUs);
  CREATE TABLE deliveries (requestId TEXT PRIMARY KEY, tries INTEGER NOT NULL, nextUs INTEGER NOT NULL);
  CREATE TABLE signing (one INTEGER PRIMARY KEY CHECK (one = 1), pem TEXT NOT NULL);
  `,
];
