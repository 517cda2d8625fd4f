import type { Answer, Failure } from '../answer.js';
import type { KeyScope } from '../world/keys.js';

/** An accepted request. All times in virtual µs, whole. */
export interface StoredRequest {
  readonly id: string;
  /** In order of acceptance, from 1; never used twice. */
  readonly ordinal: number;
  readonly mode: 'queue' | 'direct';
  readonly account: string;
  readonly keyId: string;
  /** The whole endpoint id as it was called. */
  readonly endpoint: string;
  /** JSON text of the input. */
  readonly input: string;
  readonly submittedUs: number;
  /** µs on the same clock; null: none. */
  readonly deadlineUs: number | null;
  readonly low: boolean;
  readonly hint: string | null;
  /** JSON text of `RetryTerms`, or null. */
  readonly retryTerms: string | null;
  readonly webhook: string | null;
  readonly storesPayload: boolean;
  /** JSON text of the tags. */
  readonly tags: string;
}

export interface StoredEnd {
  readonly atUs: number;
  /** `ok`, `failed`, `startTimeout`, `cancelled`, `revoked`. */
  readonly outcome: string;
  readonly answer: Answer;
  readonly failure: Failure | null;
  /** µs of the last attempt's work. */
  readonly inferenceUs: number;
}

/** A request as it is found after a restart. */
export interface RestoredRequest extends StoredRequest {
  /** Attempts that had begun on a runner. */
  readonly attempts: number;
  /** When the last of them began, µs; null: none has. */
  readonly startedUs: number | null;
  readonly end: StoredEnd | null;
  /** A cancel was accepted, and its end not yet written. */
  readonly cancelRequested: boolean;
  /**
   * Its input and its answer are not to be shown any more: they are `null`, JSON text, from its end on. Until then the input
   * stays, for its work may have to begin anew.
   */
  readonly payloadDeleted: boolean;
}

export interface StoredKey {
  readonly id: string;
  readonly account: string;
  /** The alias its owner gave it; for a scenario's key its name there. */
  readonly name: string;
  readonly scope: KeyScope;
  /** Hex of SHA-256 of the secret. The secret itself is nowhere. */
  readonly secretHash: string;
  readonly createdUs: number;
  readonly revokedUs: number | null;
  /** It stands in the scenario; else it was made over the API. */
  readonly isScripted: boolean;
}

export interface StoredAccount {
  readonly name: string;
  readonly limit: number | null;
  /** JSON text of the reason, null: not locked. */
  readonly locked: string | null;
  /** JSON text: `[{atUs, usd}]`. */
  readonly invoices: string;
  /** Ever. */
  readonly peak: number;
  /** JSON text: limits by endpoint. */
  readonly endpointLimits: string;
  readonly spentUsd: number;
}

export interface StoredUsageDay {
  readonly account: string;
  /** Days since the folder's first day, UTC. */
  readonly day: number;
  readonly peak: number;
}

export interface StoredFile {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly createdUs: number;
}

/** A delivery that is still to be made. */
export interface StoredDelivery {
  readonly requestId: string;
  /** Tries made so far. */
  readonly tries: number;
  readonly nextUs: number;
}

/** What a folder holds when it is opened. */
export interface StoredState {
  /** The clock when it was last written: virtual µs, and ms since 1970 at the same instant. null: the folder is new. */
  readonly clock: { readonly us: number; readonly wallMs: number; readonly originMs: number } | null;
  readonly accounts: readonly StoredAccount[];
  readonly keys: readonly StoredKey[];
  /** The last ordinal ever given out. */
  readonly lastOrdinal: number;
  /** All that have not ended, by ordinal; then the ended ones whose result is still kept. */
  readonly requests: readonly RestoredRequest[];
  readonly usage: readonly StoredUsageDay[];
  readonly deliveries: readonly StoredDelivery[];
  /** PEM of the key that signs webhooks; null: none yet. */
  readonly signingKey: string | null;
}

/**
 * What must outlive the process. Writes are collected; `commit` puts all of them on disk in one transaction, in order.
 * Nobody may hear of what is not committed: whoever answers a caller commits first.
 *
 * A request is accepted once, with a larger ordinal than all before it; whatever else is written about it comes after that
 * and before it is forgotten. Of two ends the first stands.
 */
export interface Ledger {
  /** Whether anything outlives the process at all: if not, requests need not be put into words for it. */
  readonly isDurable: boolean;
  /** Whether anything was written since the last commit. */
  readonly isDirty: boolean;
  /** What is on disk. @throws LedgerError */
  load(): StoredState;
  /** @throws Error for an ordinal, or an id, that was there before */
  accepted(request: StoredRequest): void;
  /** An attempt has begun on a runner. */
  started(id: string, attempt: number, atUs: number): void;
  cancelRequested(id: string): void;
  ended(id: string, end: StoredEnd): void;
  /** Nothing is kept of it any more. */
  forgotten(id: string): void;
  payloadDeleted(id: string): void;
  account(account: StoredAccount): void;
  key(key: StoredKey): void;
  usage(day: StoredUsageDay): void;
  file(file: StoredFile): void;
  delivery(delivery: StoredDelivery): void;
  delivered(requestId: string): void;
  signingKey(pem: string): void;
  /**
   * @param us virtual now @param wallMs ms since 1970 @param originMs what virtual 0 was, ms since 1970
   * @throws LedgerError when it cannot be written, for a full disk say. All writes stay collected then; a later commit takes them along
   */
  commit(us: number, wallMs: number, originMs: number): void;
  /** @returns undefined for an unknown one, and for one that is too old or had to make place for newer ones */
  readFile(id: string): StoredFile | undefined;
  /** What was not committed is lost. */
  close(): void;
}
