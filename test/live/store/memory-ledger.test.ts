import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../src/live/store/ledger.js';
import { MemoryLedger } from '../../../src/live/store/memory-ledger.js';
import { end, file, request } from './samples.js';

describe('a ledger in memory', () => {
  it('is never dirty and keeps no requests', () => {
    const ledger: Ledger = new MemoryLedger();
    ledger.accepted(request(1));
    ledger.ended('request-1', end());
    ledger.commit(1, 1, 0);
    expect(ledger.isDirty).toBe(false);
    expect(ledger.load()).toMatchObject({ clock: null, requests: [], lastOrdinal: 0 });
  });

  it('gives files and the signing key back while it runs', () => {
    const ledger: Ledger = new MemoryLedger();
    ledger.file(file('a', new Uint8Array([1])));
    ledger.signingKey('pem');
    expect(ledger.readFile('a')?.bytes).toEqual(new Uint8Array([1]));
    expect(ledger.load().signingKey).toBe('pem');
  });

  it('drops files that are too old, and the oldest where there are too many bytes', () => {
    const ledger = new MemoryLedger({ ageUs: 100, bytes: 10 });
    const kept = (): string[] => ['a', 'b', 'c', 'd', 'e'].filter((id) => ledger.readFile(id) !== undefined);
    ledger.file(file('a', new Uint8Array(1), 0));
    ledger.file(file('b', new Uint8Array(4), 90));
    ledger.file(file('c', new Uint8Array(4), 120));
    expect(kept()).toEqual(['b', 'c']);
    ledger.file(file('d', new Uint8Array(4), 121));
    expect(kept()).toEqual(['c', 'd']);
    ledger.file(file('c', new Uint8Array(2), 122));
    ledger.file(file('e', new Uint8Array(4), 123));
    expect(kept()).toEqual(['c', 'd', 'e']);
  });
});
