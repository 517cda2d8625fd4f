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

const NONE = -1;
/** `PREV` of a node that lies in the heap, and of a node on the free list. Both are below every `-1 - slot`. */
const IN_HEAP = -0x7fff_fffe;
const FREE = -0x7fff_ffff;
/** `KEY` of an event that was cancelled while it lay in the heap; it is dropped when it surfaces. */
const DEAD = -1;

export interface CalendarOptions {
  /** A bucket is 2^bucketShift µs wide. */
  readonly bucketShift?: number;
  /** The ring has 2^bucketBits buckets. Events beyond it wait in the heap: still in order, only slower. */
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
 *  ring of buckets (unsorted lists, O(1) in and out)        heap (few events, sorted)
 *  ┌────┬────┬────┬────┬────┐                               opened buckets and what
 *  │ cur│    │ ●● │    │ ●  │ ──── a bucket is opened ────▶ lies beyond the ring
 *  └────┴────┴────┴────┴────┘                               top = the first event of all
 * ```
 *
 * Everything in the ring belongs to a bucket after `cur`; the heap's top is taken only if its bucket is not after `cur`.
 * So the order inside a bucket's list does not matter, and cancelling there is unlinking.
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
  private readonly heads: Int32Array;
  private readonly bitmap: OccupancyBitmap;
  private readonly buckets: number;
  private readonly mask: number;
  private readonly inverseWidth: number;
  private inRing = 0;
  /** Number of the newest opened bucket. */
  private cur = 0;

  constructor(options: CalendarOptions = {}) {
    const bits = options.bucketBits ?? 17;
    this.buckets = 2 ** bits;
    this.mask = this.buckets - 1;
    // A power of two, so that time / width is exact and one expression decides every bucket.
    this.inverseWidth = 2 ** -(options.bucketShift ?? 13);
    this.heads = new Int32Array(this.buckets).fill(NONE);
    this.bitmap = new OccupancyBitmap(this.buckets);
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
    const ahead = Math.floor((this.f64[id * F64_PER_NODE + TIME] as number) * this.inverseWidth) - this.cur;
    if (ahead <= 0 || ahead >= this.buckets) {
      this.i32[base + PREV] = IN_HEAP;
      this.heap.push(this.f64, id * F64_PER_NODE + TIME, seq, id);
    } else {
      this.linkFirst((this.cur + ahead) & this.mask, id);
    }
  }

  /** Takes a pending event back. O(1): unlinked from its bucket, or marked where it lies in the heap. */
  cancel(handle: number): void {
    const base = handle * I32_PER_NODE;
    this.live--;
    if (this.i32[base + PREV] === IN_HEAP) {
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
      if (this.inRing === 0) {
        if (top === Number.POSITIVE_INFINITY) return false;
        this.cur = top;
        return true;
      }
      const next = this.cur + this.bitmap.distanceToNext(this.cur & this.mask);
      if (top < next) {
        this.cur = top;
        return true;
      }
      this.cur = next;
      this.openBucket(next & this.mask);
    }
  }

  private openBucket(slot: number): void {
    let id = this.heads[slot] as number;
    while (id !== NONE) {
      const base = id * I32_PER_NODE;
      const next = this.i32[base + NEXT] as number;
      this.i32[base + PREV] = IN_HEAP;
      this.heap.push(this.f64, id * F64_PER_NODE + TIME, this.i32[base + SEQ] as number, id);
      this.inRing--;
      id = next;
    }
    this.heads[slot] = NONE;
    this.bitmap.clear(slot);
  }

  private linkFirst(slot: number, id: number): void {
    const first = this.heads[slot] as number;
    const base = id * I32_PER_NODE;
    this.i32[base + NEXT] = first;
    this.i32[base + PREV] = -1 - slot;
    if (first === NONE) this.bitmap.set(slot);
    else this.i32[first * I32_PER_NODE + PREV] = id;
    this.heads[slot] = id;
    this.inRing++;
  }

  private unlink(id: number): void {
    const base = id * I32_PER_NODE;
    const next = this.i32[base + NEXT] as number;
    const prev = this.i32[base + PREV] as number;
    if (next !== NONE) this.i32[next * I32_PER_NODE + PREV] = prev;
    if (prev >= 0) {
      this.i32[prev * I32_PER_NODE + NEXT] = next;
    } else {
      const slot = -1 - prev;
      this.heads[slot] = next;
      if (next === NONE) this.bitmap.clear(slot);
    }
    this.inRing--;
  }

  private takeNode(): number {
    if (this.freeHead === NONE) this.grow();
    const id = this.freeHead;
    this.freeHead = this.i32[id * I32_PER_NODE + NEXT] as number;
    return id;
  }

  private releaseNode(id: number): void {
    const base = id * I32_PER_NODE;
    this.i32[base + PREV] = FREE;
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
      this.i32[base + PREV] = FREE;
      this.i32[base + NEXT] = id + 1 < this.capacity ? id + 1 : NONE;
    }
    this.freeHead = from;
  }
}
