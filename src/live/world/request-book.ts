import { US_PER_HOUR, US_PER_MINUTE } from '../../core/time.js';
import type { Ledger } from '../store/ledger.js';
import type { RequestRecord } from './request-record.js';

/** "Result retention: 1 hour after completion; 6 minutes when the result is ≥ 10 KB" unless payloads are stored (D:inf-result). */
const KEPT_US = US_PER_HOUR;
const LARGE_KEPT_US = 6 * US_PER_MINUTE;
const LARGE_BYTES = 10 * 1024;
/** A bound of our own, so that an hour of heavy load does not fill the memory: the oldest go first. */
const MOST_ENDED = 100_000;

/** All requests that anybody may still ask for. */
export class RequestBook {
  private readonly byId = new Map<string, RequestRecord>();
  private readonly byOrdinal = new Map<number, RequestRecord>();
  /** Ended ones in the order of their ends. */
  private readonly kept = new Fifo<RequestRecord>();
  private readonly large = new Fifo<RequestRecord>();
  /** Newest last. */
  private readonly byAccount = new Map<string, Set<RequestRecord>>();

  constructor(private readonly ledger: Ledger) {}

  add(record: RequestRecord): void {
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
    const isLarge = (record.answer?.body.length ?? 0) >= LARGE_BYTES;
    const kept = isLarge ? this.large : this.kept;
    kept.push(record);
    while (kept.length > MOST_ENDED) this.forget(kept.shift() as RequestRecord);
  }

  /** Forgets whatever has been kept for long enough. */
  sweep(nowUs: number): void {
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
