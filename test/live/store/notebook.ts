import type {
  RestoredRequest,
  StoredAccount,
  StoredDelivery,
  StoredEnd,
  StoredFile,
  StoredKey,
  StoredRequest,
  StoredState,
  StoredUsageDay,
} from '../../../src/live/store/ledger.js';

type Page = { -readonly [K in keyof RestoredRequest]: RestoredRequest[K] };

interface Pages {
  clock: StoredState['clock'];
  lastOrdinal: number;
  signingKey: string | null;
  readonly requests: Map<string, Page>;
  readonly accounts: Map<string, StoredAccount>;
  readonly keys: Map<string, StoredKey>;
  readonly usage: Map<string, StoredUsageDay>;
  readonly files: Map<string, StoredFile>;
  readonly deliveries: Map<string, StoredDelivery>;
}

/** What a ledger must know, kept in the plainest way: the state as it was committed, and a copy that is written to. */
export class Notebook {
  private committed: Pages = emptyPages();
  private now: Pages = emptyPages();

  get lastOrdinal(): number {
    return this.now.lastOrdinal;
  }

  /** Any request that is known; undefined where there is none. */
  pick(number: number): RestoredRequest | undefined {
    return [...this.now.requests.values()][number % Math.max(1, this.now.requests.size)];
  }

  accepted(request: StoredRequest): void {
    const page = { ...request, attempts: 0, startedUs: null, end: null, cancelRequested: false, payloadDeleted: false };
    this.now.requests.set(request.id, page);
    this.now.lastOrdinal = request.ordinal;
  }

  started(id: string, attempts: number, startedUs: number): void {
    Object.assign(this.page(id), { attempts, startedUs });
  }

  cancelRequested(id: string): void {
    const page = this.page(id);
    page.cancelRequested = page.end === null;
  }

  ended(id: string, end: StoredEnd): void {
    const page = this.page(id);
    page.end ??= end;
    page.cancelRequested = false;
    if (page.payloadDeleted) this.payloadDeleted(id);
  }

  forgotten(id: string): void {
    this.now.requests.delete(id);
  }

  payloadDeleted(id: string): void {
    const page = this.page(id);
    page.payloadDeleted = true;
    if (page.end === null) return;
    page.input = 'null';
    page.end = { ...page.end, answer: { status: page.end.answer.status, headers: {}, body: 'null' } };
  }

  account(account: StoredAccount): void {
    this.now.accounts.set(account.name, account);
  }

  key(key: StoredKey): void {
    this.now.keys.set(key.id, key);
  }

  usage(day: StoredUsageDay): void {
    this.now.usage.set(`${day.account} ${day.day}`, day);
  }

  file(file: StoredFile): void {
    this.now.files.set(file.id, file);
  }

  delivery(delivery: StoredDelivery): void {
    this.now.deliveries.set(delivery.requestId, delivery);
  }

  delivered(requestId: string): void {
    this.now.deliveries.delete(requestId);
  }

  signingKey(pem: string): void {
    this.now.signingKey = pem;
  }

  commit(us: number, wallMs: number, originMs: number): void {
    this.now.clock = { us, wallMs, originMs };
    this.committed = structuredClone(this.now);
  }

  /** What was not committed is lost, and deliveries of what is forgotten with it. */
  reopen(): void {
    this.now = structuredClone(this.committed);
    for (const id of this.now.deliveries.keys()) if (!this.now.requests.has(id)) this.now.deliveries.delete(id);
  }

  load(): StoredState {
    const { clock, lastOrdinal, signingKey, requests, accounts, keys, usage, deliveries } = this.now;
    const byOrdinal = [...requests.values()].sort((one, other) => one.ordinal - other.ordinal);
    return {
      clock,
      accounts: [...accounts.values()],
      keys: [...keys.values()],
      lastOrdinal,
      requests: [...byOrdinal.filter((page) => page.end === null), ...byOrdinal.filter((page) => page.end !== null)],
      usage: [...usage.values()].sort((one, other) => (one.account === other.account ? one.day - other.day : one.account < other.account ? -1 : 1)),
      deliveries: [...deliveries.values()],
      signingKey,
    };
  }

  files(): [string, Uint8Array][] {
    return [...this.now.files.values()].map(({ id, bytes }) => [id, bytes]);
  }

  private page(id: string): Page {
    return this.now.requests.get(id) as Page;
  }
}

function emptyPages(): Pages {
  const maps = { requests: new Map(), accounts: new Map(), keys: new Map(), usage: new Map(), files: new Map(), deliveries: new Map() };
  return { clock: null, lastOrdinal: 0, signingKey: null, ...maps };
}
