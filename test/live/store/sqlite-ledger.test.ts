import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../src/live/store/ledger.js';
import { afterDeath, newFolder, openIn } from './folders.js';
import { account, end, file, key, request } from './samples.js';

/** Commits, lets the process die, and opens what is left. */
function survived(folder: string, ledger: Ledger): Ledger {
  ledger.commit(20_000_000, 1_790_000_000_000, 1_789_999_980_000);
  return openIn(afterDeath(folder));
}

function fresh(): { readonly folder: string; readonly ledger: Ledger } {
  const folder = newFolder();
  return { folder, ledger: openIn(folder) };
}

describe('a ledger on disk', () => {
  it('begins empty', () => {
    expect(fresh().ledger.load()).toEqual({
      clock: null,
      accounts: [],
      keys: [],
      lastOrdinal: 0,
      requests: [],
      usage: [],
      deliveries: [],
      signingKey: null,
    });
  });

  it('brings back all that was committed, as it was written', () => {
    const { folder, ledger } = fresh();
    const asked = request(7, {
      mode: 'direct',
      deadlineUs: 30_000_000_000_001,
      low: true,
      hint: 'warm',
      retryTerms: '{"never":true}',
      webhook: 'http://127.0.0.1:9/hook',
      storesPayload: false,
      tags: '{"team":"a"}',
    });
    ledger.accepted(asked);
    ledger.started(asked.id, 1, 3);
    ledger.started(asked.id, 2, 8_000_000);
    ledger.account(account('acme', { limit: null, locked: '"TOP_UP"', invoices: '[{"atUs":1,"usd":20}]', peak: 6 }));
    ledger.key(key('key-1'));
    ledger.key(key('key-2', { scope: 'ADMIN' }));
    ledger.key(key('key-1', { revokedUs: 4 }));
    ledger.usage({ account: 'acme', day: 3, peak: 5 });
    ledger.usage({ account: 'acme', day: 3, peak: 6 });
    ledger.delivery({ requestId: asked.id, tries: 2, nextUs: 99 });
    ledger.signingKey('-----BEGIN PRIVATE KEY-----');
    const state = survived(folder, ledger).load();
    expect(state).toEqual({
      clock: { us: 20_000_000, wallMs: 1_790_000_000_000, originMs: 1_789_999_980_000 },
      accounts: [account('acme', { limit: null, locked: '"TOP_UP"', invoices: '[{"atUs":1,"usd":20}]', peak: 6 })],
      keys: [key('key-1', { revokedUs: 4 }), key('key-2', { scope: 'ADMIN' })],
      lastOrdinal: 7,
      requests: [{ ...asked, attempts: 2, startedUs: 8_000_000, end: null, cancelRequested: false, payloadDeleted: false }],
      usage: [{ account: 'acme', day: 3, peak: 6 }],
      deliveries: [{ requestId: asked.id, tries: 2, nextUs: 99 }],
      signingKey: '-----BEGIN PRIVATE KEY-----',
    });
  });

  it('gives those first that have not ended, by ordinal', () => {
    const { folder, ledger } = fresh();
    for (const ordinal of [1, 2, 3, 4]) ledger.accepted(request(ordinal));
    ledger.ended('request-1', end());
    ledger.ended('request-3', end());
    const { requests } = survived(folder, ledger).load();
    expect(requests.map((one) => one.ordinal)).toEqual([2, 4, 1, 3]);
  });

  it('knows nothing of what was not committed', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1));
    ledger.commit(1, 1, 0);
    ledger.accepted(request(2));
    ledger.ended('request-1', end());
    expect(ledger.isDirty).toBe(true);
    const { requests, lastOrdinal } = openIn(afterDeath(folder)).load();
    expect(requests.map((one) => [one.id, one.end])).toEqual([['request-1', null]]);
    expect(lastOrdinal).toBe(1);
  });

  it('loses what was not committed when it is closed, and keeps the rest', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1));
    ledger.commit(1, 1, 0);
    ledger.accepted(request(2));
    ledger.close();
    expect(
      openIn(folder)
        .load()
        .requests.map((one) => one.id),
    ).toEqual(['request-1']);
  });

  it('is dirty from a write to its commit', () => {
    const { ledger } = fresh();
    expect(ledger.isDirty).toBe(false);
    ledger.usage({ account: 'acme', day: 1, peak: 1 });
    expect(ledger.isDirty).toBe(true);
    ledger.commit(1, 1, 0);
    expect(ledger.isDirty).toBe(false);
  });

  it('keeps times between milliseconds', () => {
    const { folder, ledger } = fresh();
    ledger.commit(5, 1_790_000_000_000.25, 0.5);
    expect(openIn(afterDeath(folder)).load().clock).toEqual({ us: 5, wallMs: 1_790_000_000_000.25, originMs: 0.5 });
  });
});

describe('the end of a request', () => {
  it('is kept word for word', () => {
    const { folder, ledger } = fresh();
    const said = end({
      outcome: 'failed',
      answer: { status: 422, headers: {}, body: '{"detail":[{"msg":"né \\u0000 \\ud800 \u{1f408}"}]}' },
      failure: { error: 'Unprocessable “Entity”\n', errorType: undefined },
    });
    ledger.accepted(request(1));
    ledger.ended('request-1', said);
    expect(survived(folder, ledger).load().requests[0]?.end).toEqual(said);
  });

  it('shows a NUL, which would end the text, as something else', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1, { endpoint: 'fal-ai/\0x' }));
    ledger.ended('request-1', end({ failure: { error: 'a\0b', errorType: undefined } }));
    ledger.key(key('key-1', { name: '\0' }));
    const { requests, keys } = survived(folder, ledger).load();
    expect([requests[0]?.endpoint, requests[0]?.end?.failure?.error, keys[0]?.name]).toEqual(['fal-ai/\uFFFDx', 'a\uFFFDb', '\uFFFD']);
  });

  it('names its error type where fal has a word for it', () => {
    const { folder, ledger } = fresh();
    const failure = { error: 'too late', errorType: 'request_timeout' };
    ledger.accepted(request(1));
    ledger.ended('request-1', end({ failure }));
    expect(survived(folder, ledger).load().requests[0]?.end?.failure).toEqual(failure);
  });

  it('stands against a second one', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1));
    ledger.ended('request-1', end());
    ledger.commit(1, 1, 0);
    ledger.ended('request-1', end({ outcome: 'cancelled' }));
    expect(survived(folder, ledger).load().requests[0]?.end?.outcome).toBe('ok');
  });

  it('takes a cancel with it that was under way', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1));
    ledger.accepted(request(2));
    ledger.cancelRequested('request-1');
    ledger.cancelRequested('request-2');
    ledger.ended('request-1', end({ outcome: 'cancelled' }));
    const { requests } = survived(folder, ledger).load();
    expect(requests.map((one) => [one.id, one.cancelRequested])).toEqual([
      ['request-2', true],
      ['request-1', false],
    ]);
  });

  it('keeps the attempts of a request that was cancelled before', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1));
    ledger.started('request-1', 1, 5);
    ledger.cancelRequested('request-1');
    ledger.started('request-1', 2, 6);
    expect(survived(folder, ledger).load().requests[0]).toMatchObject({ attempts: 2, startedUs: 6, cancelRequested: true });
  });
});

describe('what is not to be kept', () => {
  it('is nowhere once it is forgotten, but for its ordinal, which nobody gets again', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1));
    ledger.accepted(request(2));
    ledger.started('request-2', 1, 4);
    ledger.ended('request-2', end());
    ledger.forgotten('request-2');
    const after = survived(folder, ledger);
    expect(after.load().requests.map((one) => one.id)).toEqual(['request-1']);
    expect(after.load().lastOrdinal).toBe(2);
    expect(() => after.accepted(request(2))).toThrow('expected an ordinal above 2, got 2');
  });

  it('deletes input and answer of a request that has ended', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1));
    ledger.ended('request-1', end({ answer: { status: 200, headers: { a: 'b' }, body: '{"secret":1}' } }));
    ledger.payloadDeleted('request-1');
    const [restored] = survived(folder, ledger).load().requests;
    expect(restored).toMatchObject({ payloadDeleted: true, input: 'null', end: { answer: { status: 200, headers: {}, body: 'null' } } });
  });

  it('keeps the input until the work is done, and deletes it then, even after a restart', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1));
    ledger.payloadDeleted('request-1');
    ledger.commit(1, 1, 0);
    const copy = afterDeath(folder);
    const after = openIn(copy);
    expect(after.load().requests[0]).toMatchObject({ payloadDeleted: true, input: '{"prompt":"a cat"}', end: null });
    after.ended('request-1', end());
    expect(survived(copy, after).load().requests[0]).toMatchObject({ payloadDeleted: true, input: 'null', end: { answer: { body: 'null' } } });
  });

  it('takes no offence at forgetting what is unknown', () => {
    const { ledger } = fresh();
    ledger.forgotten('nobody');
    ledger.payloadDeleted('nobody');
    expect(ledger.isDirty).toBe(false);
  });

  it('drops deliveries of what is forgotten when it is opened again', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(1));
    ledger.ended('request-1', end());
    ledger.delivery({ requestId: 'request-1', tries: 0, nextUs: 1 });
    ledger.forgotten('request-1');
    expect(survived(folder, ledger).load().deliveries).toEqual([]);
  });

  it('needs no more space for ten thousand requests than for the first thousand, if they are forgotten', () => {
    const { ledger } = fresh();
    const pages = (): number =>
      (ledger as unknown as { database: { rows(sql: string): { page_count: number }[] } }).database.rows('PRAGMA page_count')[0]?.page_count ?? 0;
    let afterFirst = 0;
    for (let ordinal = 1; ordinal <= 10_000; ordinal++) {
      ledger.accepted(request(ordinal));
      ledger.started(`request-${ordinal}`, 1, ordinal);
      ledger.ended(`request-${ordinal}`, end());
      if (ordinal > 200) ledger.forgotten(`request-${ordinal - 200}`);
      if (ordinal % 10 === 0) ledger.commit(ordinal, ordinal, 0);
      if (ordinal === 1_000) afterFirst = pages();
    }
    expect(pages()).toBeLessThanOrEqual(afterFirst + 4);
  });
});

describe('writes that cannot be right', () => {
  it('are refused at once, and spoil nothing else', () => {
    const { folder, ledger } = fresh();
    ledger.accepted(request(5));
    expect(() => ledger.accepted(request(5, { id: 'other' }))).toThrow('request other: expected an ordinal above 5, got 5');
    expect(() => ledger.accepted(request(6, { id: 'request-5' }))).toThrow('request request-5: expected an id that was not used before');
    expect(() => ledger.started('nobody', 1, 1)).toThrow('request nobody: expected one that was accepted and is not forgotten');
    expect(() => ledger.ended('nobody', end())).toThrow('request nobody');
    expect(() => ledger.cancelRequested('nobody')).toThrow('request nobody');
    expect(
      survived(folder, ledger)
        .load()
        .requests.map((one) => one.id),
    ).toEqual(['request-5']);
  });

  it('cannot be made to a closed ledger', () => {
    const { ledger } = fresh();
    ledger.close();
    ledger.close();
    expect(() => ledger.commit(1, 1, 0)).toThrow('expected an open store, got one that was closed');
    expect(() => ledger.load()).toThrow('closed');
    expect(() => ledger.readFile('a')).toThrow('closed');
  });
});

describe('files', () => {
  it('can be read before they are committed, and after a death', () => {
    const { folder, ledger } = fresh();
    const picture = file('a', new Uint8Array([0, 255, 1]), 3);
    ledger.file(picture);
    expect(ledger.readFile('a')).toEqual(picture);
    const found = survived(folder, ledger).readFile('a');
    expect({ ...found, bytes: [...(found?.bytes ?? [])] }).toEqual({ ...picture, bytes: [0, 255, 1] });
  });

  it('may be empty', () => {
    const { folder, ledger } = fresh();
    ledger.file(file('a', new Uint8Array(0)));
    expect(survived(folder, ledger).readFile('a')?.bytes).toEqual(new Uint8Array(0));
  });

  it('are unknown where they were never sent', () => {
    expect(fresh().ledger.readFile('a')).toBeUndefined();
  });

  it('go when they are too old', () => {
    const ledger = openIn(newFolder(), { fileBounds: { ageUs: 100, bytes: 1_000 } });
    ledger.file(file('old', new Uint8Array(1), 0));
    ledger.commit(50, 1, 0);
    ledger.file(file('new', new Uint8Array(1), 120));
    ledger.commit(120, 1, 0);
    expect([ledger.readFile('old'), ledger.readFile('new')?.id]).toEqual([undefined, 'new']);
  });

  it('make place for newer ones', () => {
    const ledger = openIn(newFolder(), { fileBounds: { ageUs: 100, bytes: 10 } });
    ['a', 'b', 'c'].forEach((id, index) => {
      ledger.file(file(id, new Uint8Array(4), index));
      ledger.commit(index, 1, 0);
    });
    expect(['a', 'b', 'c'].filter((id) => ledger.readFile(id) !== undefined)).toEqual(['b', 'c']);
  });
});

describe('a full disk', () => {
  const SMALL = { maxBytes: 64 * 4096 };

  it('lets no commit through, says so, and keeps the writes for later', () => {
    const folder = newFolder();
    const ledger = openIn(folder, SMALL);
    ledger.accepted(request(1));
    ledger.commit(1, 1, 0);
    ledger.accepted(request(2, { input: JSON.stringify('x'.repeat(1_000_000)) }));
    ledger.accepted(request(3));
    expect(() => ledger.commit(2, 2, 0)).toThrow(
      /expected space for what must be kept, got a full disk.*Make space: nothing is lost, and nothing is answered meanwhile/,
    );
    expect(ledger.isDirty).toBe(true);
    expect(() => ledger.commit(3, 3, 0)).toThrow('a full disk');
    const { requests, clock } = openIn(afterDeath(folder)).load();
    expect(requests.map((one) => one.id)).toEqual(['request-1']);
    expect(clock?.us).toBe(1);
  });

  it('takes all writes along once there is space again', () => {
    const folder = newFolder();
    const ledger = openIn(folder, SMALL);
    ledger.accepted(request(1, { input: JSON.stringify('x'.repeat(1_000_000)) }));
    expect(() => ledger.commit(1, 1, 0)).toThrow('a full disk');
    const { database } = ledger as unknown as { database: { rows(sql: string): unknown } };
    database.rows('PRAGMA max_page_count = 100000');
    ledger.accepted(request(2));
    expect(
      survived(folder, ledger)
        .load()
        .requests.map((one) => one.id),
    ).toEqual(['request-1', 'request-2']);
  });
});
