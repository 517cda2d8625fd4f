import { US_PER_HOUR, US_PER_MINUTE } from '../../core/time.js';
import type { Ledger } from '../store/ledger.js';
import type { RequestRecord } from './request-record.js';
import type { Holder } from './slot-list.js';

/** "Result retention: 1 hour after completion; 6 minutes when the result is ≥ 10 KB" unless payloads are stored (D:inf-result). */
const KEPT_US = US_PER_HOUR;
const LARGE_KEPT_US = 6 * US_PER_MINUTE;
const LARGE_BYTES = 10 * 1024;
/** A bound of our own, so that an hour of heavy load does not fill the memory: the oldest go first. */
const MOST_ENDED = 100_000;
const MIB = 2 ** 20;
const MOST_ENDED_BYTES = 256 * MIB;
/** What waits and works is never dropped, so whoever brings more is turned away. */
const MOST_OPEN = 1_000_000;
const MOST_OPEN_BYTES = 512 * MIB;

/** All requests that anybody may still ask for. */
export class RequestBook {
  private readonly byId = new Map<string, RequestRecord>();
  private readonly byOrdinal = new Map<number, RequestRecord>();
  /** Ended ones in the order of their ends. */
  private readonly kept = new Fifo<RequestRecord>();
  private readonly large = new Fifo<RequestRecord>();
  private openBytes = 0;
  private endedBytes = 0;
  /** Of requests that still hold a slot although they are forgotten: ghosts keep their names. */
  private readonly holders = new Map<number, Holder>();
  private heldOrdinals: ReadonlySet<number> = new Set();
  /** Newest last. */
  private readonly byAccount = new Map<string, Set<RequestRecord>>();

  constructor(private readonly ledger: Ledger) {}

  /** @param inputBytes what its input weighs */
  add(record: RequestRecord, inputBytes: number): void {
    record.bytes = inputBytes;
    this.openBytes += inputBytes;
    this.byId.set(record.id, record);
    this.byOrdinal.set(record.ordinal, record);
    const ofAccount = this.byAccount.get(record.account);
    if (ofAccount === undefined) this.byAccount.set(record.account, new Set([record]));
    else ofAccount.add(record);
  }

  find(id: string): RequestRecord | undefined {
    return this.byId.get(id);
  }

  /** @param ordinal its handle on the platform */
  at(ordinal: number): RequestRecord | undefined {
    return this.byOrdinal.get(ordinal);
  }

  /** It has ended: from now on it is kept only for a while. */
  ended(record: RequestRecord): void {
    this.openBytes -= record.bytes;
    if (!record.storesPayload) {
      record.input = undefined;
      record.bytes = 0;
    }
    record.bytes += record.answer?.body.length ?? 0;
    this.endedBytes += record.bytes;
    const kept = record.bytes >= LARGE_BYTES ? this.large : this.kept;
    kept.push(record);
    while (kept.length > MOST_ENDED || (this.endedBytes > MOST_ENDED_BYTES && kept.length > 1)) this.forget(kept.shift() as RequestRecord);
  }

  /** Whether one more input of that weight fits in, beside those of all open requests. */
  hasRoomFor(inputBytes: number): boolean {
    return this.openCount < MOST_OPEN && this.openBytes + inputBytes <= MOST_OPEN_BYTES;
  }

  /** Its owner has deleted what it was made from and what came of it. */
  payloadDeleted(record: RequestRecord): void {
    this.endedBytes -= record.bytes;
    record.bytes = 0;
  }

  /** Who holds a slot, although its request may be forgotten. */
  holderAt(ordinal: number): Holder | undefined {
    return this.byOrdinal.get(ordinal) ?? this.holders.get(ordinal);
  }

  /** Forgets whatever has been kept for long enough. @param heldOrdinals requests that hold a slot */
  sweep(nowUs: number, heldOrdinals: ReadonlySet<number>): void {
    this.heldOrdinals = heldOrdinals;
    for (const ordinal of this.holders.keys()) if (!heldOrdinals.has(ordinal)) this.holders.delete(ordinal);
    this.sweepOf(this.kept, nowUs - KEPT_US);
    this.sweepOf(this.large, nowUs - LARGE_KEPT_US);
  }

  /** Newest first. */
  *newestOf(account: string): Iterable<RequestRecord> {
    const all = [...(this.byAccount.get(account) ?? [])];
    for (let n = all.length - 1; n >= 0; n--) yield all[n] as RequestRecord;
  }

  get size(): number {
    return this.byId.size;
  }

  get openCount(): number {
    return this.byId.size - this.kept.length - this.large.length;
  }

  all(): Iterable<RequestRecord> {
    return this.byId.values();
  }

  private sweepOf(records: Fifo<RequestRecord>, untilUs: number): void {
    for (let first = records.first; first !== undefined && (first.endedUs as number) <= untilUs; first = records.first) {
      records.shift();
      this.forget(first);
    }
  }

  private forget(record: RequestRecord): void {
    this.endedBytes -= record.bytes;
    if (this.heldOrdinals.has(record.ordinal)) this.holders.set(record.ordinal, { id: record.id, endpoint: record.endpoint, keyId: record.keyId });
    this.byId.delete(record.id);
    this.byOrdinal.delete(record.ordinal);
    this.byAccount.get(record.account)?.delete(record);
    this.ledger.forgotten(record.id);
  }
}

/** First in, first out, in O(1): a Set walks over whatever has left it to find its first. */
class Fifo<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  get first(): T | undefined {
    return this.items[this.head];
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    const item = this.items[this.head];
    if (this.head < this.items.length) this.items[this.head++] = undefined;
    if (this.head >= 1024 && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
