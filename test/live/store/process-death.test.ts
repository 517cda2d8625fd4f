import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ledger, RestoredRequest } from '../../../src/live/store/ledger.js';
import { holds } from '../../helpers/properties.js';
import { afterDeath, newFolder, openIn } from './folders.js';
import { Notebook } from './notebook.js';
import { account, end, key, request } from './samples.js';

/** Something that is written, about a request (`one`) or about nobody's. */
type Telling = (book: Ledger | Notebook, pick: number, text: string) => void;
type TellingOfOne = (book: Ledger | Notebook, one: RestoredRequest, pick: number, text: string) => void;

const TELLINGS: Readonly<Record<string, Telling>> = {
  account: (book, pick, text) => book.account(account(`account-${pick % 3}`, { limit: pick % 5, invoices: JSON.stringify([text]), peak: pick })),
  key: (book, pick, text) => book.key(key(`key-${pick % 4}`, { name: text, revokedUs: pick % 2 === 0 ? pick : null })),
  usage: (book, pick) => book.usage({ account: `account-${pick % 3}`, day: pick % 4, peak: pick }),
  file: (book, pick, text) => book.file({ id: `file-${pick % 4}`, account: 'acme', name: text, contentType: 'a/b', bytes: Uint8Array.of(pick), createdUs: 0 }),
  signingKey: (book, _, text) => book.signingKey(text),
};

const TELLINGS_OF_ONE: Readonly<Record<string, TellingOfOne>> = {
  start: (book, one, pick) => book.started(one.id, one.attempts + 1, pick),
  cancel: (book, one) => book.cancelRequested(one.id),
  end: (book, one, pick, text) => book.ended(one.id, end({ outcome: text, failure: pick % 2 === 0 ? null : { error: text, errorType: undefined } })),
  forget: (book, one) => book.forgotten(one.id),
  deletePayload: (book, one) => book.payloadDeleted(one.id),
  delivery: (book, one, pick) => book.delivery({ requestId: one.id, tries: pick % 9, nextUs: pick }),
  delivered: (book, one) => book.delivered(one.id),
};

interface Step {
  readonly kind: string;
  /** Chooses whom it happens to. */
  readonly pick: number;
  readonly text: string;
}

/** Some come more often than the rest, so that requests live through several deaths. */
const OFTEN = ['accept', 'accept', 'accept', 'start', 'end', 'commit', 'commit', 'commit'];

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...Object.keys(TELLINGS), ...Object.keys(TELLINGS_OF_ONE), ...OFTEN, 'die', 'restart'),
    pick: fc.nat(1_000),
    text: fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
  }),
  { maxLength: 80, size: 'max' },
);

/** A ledger on disk and a notebook, which are told the same. */
class Pair {
  private folder = newFolder();
  private ledger: Ledger = openIn(this.folder);
  private readonly notebook = new Notebook();
  private time = 0;

  take({ kind, pick, text }: Step): void {
    if (kind === 'die') this.die();
    else if (kind === 'restart') this.restart();
    else if (kind === 'commit') this.commit(pick);
    else if (kind === 'accept') this.accept(pick, text);
    else this.tell(kind, pick, text);
  }

  die(): void {
    this.open(afterDeath(this.folder));
  }

  private restart(): void {
    this.ledger.close();
    this.open(this.folder);
  }

  private commit(pick: number): void {
    this.time += pick;
    for (const book of this.books()) book.commit(this.time, this.time + 0.5, 1);
  }

  private accept(pick: number, text: string): void {
    const next = request(this.notebook.lastOrdinal + 1 + (pick % 3), { input: JSON.stringify(text), low: pick % 2 === 0 });
    for (const book of this.books()) book.accepted(next);
  }

  private tell(kind: string, pick: number, text: string): void {
    const one = structuredClone(this.notebook.pick(pick));
    for (const book of this.books()) {
      TELLINGS[kind]?.(book, pick, text);
      if (one !== undefined) TELLINGS_OF_ONE[kind]?.(book, one, pick, text);
    }
  }

  private books(): readonly (Ledger | Notebook)[] {
    return [this.ledger, this.notebook];
  }

  private open(folder: string): void {
    this.folder = folder;
    this.ledger = openIn(folder);
    this.notebook.reopen();
    expect(this.ledger.load()).toEqual(this.notebook.load());
    for (const [id, bytes] of this.notebook.files()) expect([...(this.ledger.readFile(id)?.bytes ?? [])]).toEqual([...bytes]);
  }
}

describe('whatever is written and committed, and whenever the process dies', () => {
  it('what is loaded is exactly what was committed last', () => {
    holds(
      fc.property(steps, (taken) => {
        const pair = new Pair();
        for (const step of taken) pair.take(step);
        pair.die();
      }),
      80,
    );
  });
});
