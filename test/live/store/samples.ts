import type { StoredAccount, StoredEnd, StoredFile, StoredKey, StoredRequest } from '../../../src/live/store/ledger.js';

export function request(ordinal: number, changes: Partial<StoredRequest> = {}): StoredRequest {
  return {
    id: `request-${ordinal}`,
    ordinal,
    mode: 'queue',
    account: 'acme',
    keyId: 'key-1',
    endpoint: 'fal-ai/flux/dev',
    input: '{"prompt":"a cat"}',
    submittedUs: ordinal * 1_000_000,
    deadlineUs: null,
    low: false,
    hint: null,
    retryTerms: null,
    webhook: null,
    storesPayload: true,
    tags: '{}',
    ...changes,
  };
}

export function end(changes: Partial<StoredEnd> = {}): StoredEnd {
  return {
    atUs: 9_000_000,
    outcome: 'ok',
    answer: { status: 200, headers: { 'x-fal-billable-units': '1' }, body: '{"images":[]}' },
    failure: null,
    inferenceUs: 2_000_000,
    ...changes,
  };
}

export function key(id: string, changes: Partial<StoredKey> = {}): StoredKey {
  return { id, account: 'acme', name: 'laptop', scope: 'API', secretHash: 'ab'.repeat(32), createdUs: 5, revokedUs: null, isScripted: false, ...changes };
}

export function account(name: string, changes: Partial<StoredAccount> = {}): StoredAccount {
  return { name, limit: 10, locked: null, invoices: '[]', peak: 0, endpointLimits: '{}', spentUsd: 0, ...changes };
}

export function file(id: string, bytes: Uint8Array, createdUs = 0): StoredFile {
  return { id, account: 'acme', name: 'cat.png', contentType: 'image/png', bytes, createdUs };
}
