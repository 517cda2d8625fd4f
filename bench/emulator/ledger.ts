import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Ledger, StoredEnd, StoredRequest } from '../../src/live/store/ledger.js';
import { openLedger } from '../../src/live/store/sqlite-ledger.js';
import { countArgument, measureAndPrint } from '../sample.js';

// Requests that are accepted, started, ended and in the end forgotten, so many to a commit: ledger.js FOLDER BATCH REQUESTS
const folder = process.argv[2] as string;
const batch = countArgument(3, 'batch');
const requests = countArgument(4, 'requests');

/** Results of so many batches are kept. */
const KEPT_BATCHES = 20;

const END: StoredEnd = {
  atUs: 9_000_000,
  outcome: 'ok',
  answer: {
    status: 200,
    headers: { 'x-fal-billable-units': '1' },
    body: JSON.stringify({ images: [{ url: 'http://127.0.0.1:8080/cdn/pictures/17-1024x768.png', width: 1024, height: 768 }], seed: 17, prompt: 'a cat' }),
  },
  failure: null,
  inferenceUs: 2_000_000,
};

function request(ordinal: number): StoredRequest {
  return {
    id: randomUUID(),
    ordinal,
    mode: 'queue',
    account: 'acme',
    keyId: 'key-1',
    endpoint: 'fal-ai/flux/dev',
    input: '{"prompt":"a cat on a mat, oil on canvas","image_size":"landscape_4_3","num_images":1,"seed":17}',
    submittedUs: ordinal * 1_000,
    deadlineUs: ordinal * 1_000 + 60_000_000,
    low: false,
    hint: null,
    retryTerms: null,
    webhook: null,
    storesPayload: true,
    tags: '{}',
  };
}

/** Acceptance, start and end of a request are committed one by one, as they come at different moments. */
function live(ledger: Ledger): number {
  const kept: string[][] = [];
  for (let ordinal = 0; ordinal < requests; ordinal += batch) {
    const fresh = Array.from({ length: batch }, (_, index) => request(ordinal + index + 1));
    for (const one of fresh) ledger.accepted(one);
    ledger.commit(ordinal * 1_000, ordinal, 0);
    for (const one of fresh) ledger.started(one.id, 1, one.submittedUs + 1);
    ledger.commit(ordinal * 1_000 + 1, ordinal, 0);
    for (const one of fresh) ledger.ended(one.id, END);
    kept.push(fresh.map((one) => one.id));
    if (kept.length > KEPT_BATCHES) for (const id of kept.shift() ?? []) ledger.forgotten(id);
    ledger.commit(ordinal * 1_000 + 2, ordinal, 0);
  }
  return requests;
}

rmSync(folder, { recursive: true, force: true });
const ledger = openLedger(folder);
measureAndPrint(() => ({ work: live(ledger) }));
ledger.close();
rmSync(folder, { recursive: true, force: true });
