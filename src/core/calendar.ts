import { EventHeap } from './event-heap.js';
import { OccupancyBitmap } from './occupancy-bitmap.js';

/** One event's record: 32 bytes, read through two views of one buffer. */
const F64_PER_NODE = 4;
const I32_PER_NODE = 8;
const TIME = 0; // in f64 words
const SEQ = 2; // in i32 words, after the 8 bytes of TIME
const KEY = 3;
const NEXT = 4;
const PREV = 5;
const PLACE = 6;

const NONE = -1;
/** `PLACE` of a node that lies in no bucket. */
const IN_HEAP = -1;
const FREE = -2;
/** `KEY` of an event that was cancelled while it lay in the heap; it is dropped when it surfaces. */
const DEAD = -1;

export interface CalendarOptions {
  /** A bucket of the fine ring is 2^bucketShift µs wide. */
  readonly bucketShift?: number;
  /** Each ring has 2^bucketBits buckets. */
  readonly bucketBits?: number;
  /** First sequence number. Only tests set it, to cross the 32-bit wrap. */
  readonly firstSeq?: number;
}

/**
 * The future event list: everything that will happen, in the exact order (time, sequence number).
 *
 * Time is an integer count of microseconds. Events of one microsecond fire in the order in which they were scheduled.
 *
 * ```
 *   heap (sorted, few)        fine ring                     coarse ring                  heap again
 *   ┌──────────────┐   ┌───┬───┬───┬───┬───┐   ┌───────┬───────┬───────┬───────┐
 *   │ the opened   │◀──│ ● │   │●● │   │ ● │◀──│ ●●●●  │       │  ●●   │ ●●●●● │   what lies beyond
 *   │ bucket       │   └───┴───┴───┴───┴───┘   └───────┴───────┴───────┴───────┘   the coarse ring
 *   └──────────────┘     half a millisecond      a second each
 * ```
 *
 * Buckets are unsorted lists: an event goes in and out in O(1). A coarse bucket is spread over the fine ring when its
 * time comes, a fine bucket is sorted by the heap when it is opened. The heap's top is taken only if its bucket is not
 * after `cur`, and everything in a ring is after `cur`: so the order inside a bucket does not matter.
 */
export class EventCalendar {
  /** The time of the last event taken, µs. */
  nowUs = 0;

  private f64: Float64Array;
  private i32: Int32Array;
  private capacity: number;
  private freeHead = 0;
  private live = 0;
  private seq: number;

  private readonly heap = new EventHeap();
  /** First node of each bucket: those of the fine ring, then those of the coarse one. */
  private readonly heads: Int32Array;
  private readonly fine: OccupancyBitmap;
  private readonly coarse: OccupancyBitmap;
  private readonly buckets: number;
  private readonly mask: number;
  private readonly inverseWidth: number;
  /** A coarse bucket spans half of the fine ring, so that it always fits in. */
  private readonly finePerCoarse: number;
  private inFine = 0;
  private inCoarse = 0;
  /** Number of the newest opened fine bucket. */
  private cur = 0;
  /** The first fine bucket of the next coarse one that may hold events. */
  private coarseFrom = Number.POSITIVE_INFINITY;

  constructor(options: CalendarOptions = {}) {
    const bits = options.bucketBits ?? 12;
    this.buckets = 2 ** bits;
    this.mask = this.buckets - 1;
    this.finePerCoarse = this.buckets / 2;
    // A power of two, so that time / width is exact and one expression decides every bucket.
    this.inverseWidth = 2 ** -(options.bucketShift ?? 9);
    this.heads = new Int32Array(2 * this.buckets).fill(NONE);
    this.fine = new OccupancyBitmap(this.buckets);
    this.coarse = new OccupancyBitmap(this.buckets);
    this.seq = options.firstSeq ?? 0;
    this.capacity = 64;
    this.f64 = new Float64Array(this.capacity * F64_PER_NODE);
    this.i32 = new Int32Array(this.f64.buffer);
    this.threadFreeList(0);
  }

  /** Events that will fire; cancelled ones do not count. */
  get size(): number {
    return this.live;
  }

  /**
   * Schedules `key` at `atUs` (an integer, not before `nowUs`) and returns a handle for `cancel`.
   * The handle is dead once the event has fired or was cancelled: its owner forgets it then.
   */
  schedule(atUs: number, key: number): number {
    const id = this.takeNode();
    this.f64[id * F64_PER_NODE + TIME] = atUs;
    this.place(id, key);
    return id;
  }

  /** The same, `delayUs` from now. Cheaper: a small integer crosses the call for free. */
  scheduleIn(delayUs: number, key: number): number {
    const id = this.takeNode();
    this.f64[id * F64_PER_NODE + TIME] = this.nowUs + delayUs;
    this.place(id, key);
    return id;
  }

  private place(id: number, key: number): void {
    const { seq } = this;
    this.seq = (seq + 1) | 0;
    const base = id * I32_PER_NODE;
    this.i32[base + SEQ] = seq;
    this.i32[base + KEY] = key;
    this.live++;
    this.file(id);
  }

  /** Puts a node where its time belongs: the heap, the fine ring or the coarse ring. */
  private file(id: number): void {
    const bucket = Math.floor((this.f64[id * F64_PER_NODE + TIME] as number) * this.inverseWidth);
    const ahead = bucket - this.cur;
    if (ahead > 0) {
      if (ahead < this.buckets) {
        this.fine.set(bucket & this.mask);
        this.linkFirst(bucket & this.mask, id);
        this.inFine++;
        return;
      }
      const coarse = Math.floor(bucket / this.finePerCoarse);
      if (coarse - Math.floor(this.cur / this.finePerCoarse) < this.buckets) {
        this.coarse.set(coarse & this.mask);
        this.linkFirst(this.buckets + (coarse & this.mask), id);
        this.inCoarse++;
        this.coarseFrom = Math.min(this.coarseFrom, coarse * this.finePerCoarse);
        return;
      }
    }
    this.i32[id * I32_PER_NODE + PLACE] = IN_HEAP;
    this.heap.push(this.f64, id * F64_PER_NODE + TIME, this.i32[id * I32_PER_NODE + SEQ] as number, id);
  }

  /** Takes a pending event back. O(1): unlinked from its bucket, or marked where it lies in the heap. */
  cancel(handle: number): void {
    const base = handle * I32_PER_NODE;
    this.live--;
    if (this.i32[base + PLACE] === IN_HEAP) {
      this.i32[base + KEY] = DEAD;
      return;
    }
    this.unlink(handle);
    this.releaseNode(handle);
  }

  /** Takes the first event: moves `nowUs` to its time and returns its key; -1 when nothing is left. */
  pop(): number {
    for (;;) {
      if (!this.surface()) return -1;
      const id = this.heap.topNode();
      const key = this.i32[id * I32_PER_NODE + KEY] as number;
      const atUs = this.heap.topTimeUs();
      this.heap.drop();
      this.releaseNode(id);
      if (key === DEAD) continue;
      this.live--;
      this.nowUs = atUs;
      return key;
    }
  }

  /** The time of the first event, or Infinity. */
  peekTimeUs(): number {
    for (;;) {
      if (!this.surface()) return Number.POSITIVE_INFINITY;
      const id = this.heap.topNode();
      if (this.i32[id * I32_PER_NODE + KEY] !== DEAD) return this.heap.topTimeUs();
      this.heap.drop();
      this.releaseNode(id);
    }
  }

  /** Moves time on without an event. Never backwards, never past a pending event. */
  advanceTo(atUs: number): void {
    if (atUs > this.nowUs) this.nowUs = atUs;
  }

  /** Makes the heap's top the first event of all. False when nothing is pending. */
  private surface(): boolean {
    for (;;) {
      const top = this.heap.size > 0 ? Math.floor(this.heap.topTimeUs() * this.inverseWidth) : Number.POSITIVE_INFINITY;
      if (top <= this.cur) return true;
      const next = this.inFine > 0 ? this.cur + this.fine.distanceToNext(this.cur & this.mask) : Number.POSITIVE_INFINITY;
      if (this.coarseFrom <= next && this.coarseFrom <= top) {
        if (this.coarseFrom === Number.POSITIVE_INFINITY) return false;
        this.spread();
      } else if (top < next) {
        this.cur = top;
        return true;
      } else {
        this.cur = next;
        this.open(next & this.mask);
      }
    }
  }

  /** Moves a fine bucket into the heap. */
  private open(slot: number): void {
    let id = this.heads[slot] as number;
    while (id !== NONE) {
      const base = id * I32_PER_NODE;
      const next = this.i32[base + NEXT] as number;
      this.i32[base + PLACE] = IN_HEAP;
      this.heap.push(this.f64, id * F64_PER_NODE + TIME, this.i32[base + SEQ] as number, id);
      this.inFine--;
      id = next;
    }
    this.heads[slot] = NONE;
    this.fine.clear(slot);
  }

  /** Moves the next coarse bucket into the fine ring; nothing lies before it. */
  private spread(): void {
    const coarse = this.coarseFrom / this.finePerCoarse;
    const slot = this.buckets + (coarse & this.mask);
    this.cur = Math.max(this.cur, this.coarseFrom - 1);
    let id = this.heads[slot] as number;
    this.heads[slot] = NONE;
    this.coarse.clear(coarse & this.mask);
    while (id !== NONE) {
      const next = this.i32[id * I32_PER_NODE + NEXT] as number;
      this.inCoarse--;
      this.file(id);
      id = next;
    }
    this.coarseFrom = this.inCoarse > 0 ? (coarse + this.coarse.distanceToNext(coarse & this.mask)) * this.finePerCoarse : Number.POSITIVE_INFINITY;
  }

  private linkFirst(place: number, id: number): void {
    const first = this.heads[place] as number;
    const base = id * I32_PER_NODE;
    this.i32[base + NEXT] = first;
    this.i32[base + PREV] = NONE;
    this.i32[base + PLACE] = place;
    if (first !== NONE) this.i32[first * I32_PER_NODE + PREV] = id;
    this.heads[place] = id;
  }

  private unlink(id: number): void {
    const base = id * I32_PER_NODE;
    const next = this.i32[base + NEXT] as number;
    const prev = this.i32[base + PREV] as number;
    const place = this.i32[base + PLACE] as number;
    if (next !== NONE) this.i32[next * I32_PER_NODE + PREV] = prev;
    if (prev !== NONE) this.i32[prev * I32_PER_NODE + NEXT] = next;
    else this.heads[place] = next;
    const isEmpty = this.heads[place] === NONE;
    if (place < this.buckets) {
      this.inFine--;
      if (isEmpty) this.fine.clear(place);
    } else {
      // `coarseFrom` may now name an empty bucket: spreading nothing does no harm.
      this.inCoarse--;
      if (isEmpty) this.coarse.clear(place - this.buckets);
    }
  }

  private takeNode(): number {
    if (this.freeHead === NONE) this.grow();
    const id = this.freeHead;
    this.freeHead = this.i32[id * I32_PER_NODE + NEXT] as number;
    return id;
  }

  private releaseNode(id: number): void {
    const base = id * I32_PER_NODE;
    this.i32[base + PLACE] = FREE;
    this.i32[base + NEXT] = this.freeHead;
    this.freeHead = id;
  }

  private grow(): void {
    const from = this.capacity;
    this.capacity = from * 2;
    const bigger = new Float64Array(this.capacity * F64_PER_NODE);
    bigger.set(this.f64);
    this.f64 = bigger;
    this.i32 = new Int32Array(bigger.buffer);
    this.threadFreeList(from);
  }

  private threadFreeList(from: number): void {
    for (let id = from; id < this.capacity; id++) {
      const base = id * I32_PER_NODE;
      this.i32[base + PLACE] = FREE;
      this.i32[base + NEXT] = id + 1 < this.capacity ? id + 1 : NONE;
    }
    this.freeHead = from;
  }
}
