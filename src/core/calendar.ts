import { EventHeap } from './event-heap.js';
import { OccupancyBitmap } from './occupancy-bitmap.js';

/** One event's record: 32 bytes, read through two views of one buffer. */
const F64_PER_NODE = 4;
const I32_PER_NODE = 8;
const TIME = 0; // in f64 words
const SEQ = 2; // in i32 words, after the 8 bytes of TIME
const KEY = 3;
const NEXT = 4;
/** The node before it in its bucket; `-1 - place` for the first one in the bucket at `place`; IN_HEAP. */
const PREV = 5;

/** No node: numbers begin with 1, so that fresh memory is an empty ring. */
const NONE = 0;
/** `PREV` of a node that lies in no bucket. */
const IN_HEAP = -0x4000_0000;
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
 *   └──────────────┘     4 milliseconds each      8 seconds each
 * ```
 *
 * Buckets are unsorted lists: an event goes in and out in O(1). A coarse bucket is spread over the fine ring when its
 * time comes, a fine bucket is sorted by the heap when it is opened. The heap's top is taken only if it lies before the
 * end of the newest opened bucket, and everything in a ring lies after that: so the order inside a bucket does not matter.
 */
export class EventCalendar {
  /** The time of the last event taken, µs. */
  nowUs = 0;

  private f64: Float64Array;
  private i32: Int32Array;
  private capacity: number;
  private freeHead = NONE;
  private live = 0;
  private seq: number;

  private readonly heap = new EventHeap();
  /** First node of each bucket: those of the fine ring, then those of the coarse one. */
  private readonly heads: Int32Array;
  private readonly fine: OccupancyBitmap;
  private readonly coarse: OccupancyBitmap;
  private readonly buckets: number;
  private readonly mask: number;
  /** Powers of two both, so that every product is exact and one expression decides each bucket. */
  private readonly widthUs: number;
  private readonly inverseWidth: number;
  /** A coarse bucket spans half of the fine ring, so that it always fits in. */
  private readonly finePerCoarse: number;
  private readonly coarsePerFine: number;
  /** Number of the newest opened fine bucket, and its end. */
  private cur = 0;
  private openUntilUs: number;
  /** The first fine bucket of the next coarse one that may hold events. */
  private coarseFrom = Number.POSITIVE_INFINITY;

  constructor(options: CalendarOptions = {}) {
    const bits = options.bucketBits ?? 12;
    this.buckets = 2 ** bits;
    this.mask = this.buckets - 1;
    this.finePerCoarse = this.buckets / 2;
    this.coarsePerFine = 1 / this.finePerCoarse;
    this.widthUs = 2 ** (options.bucketShift ?? 12);
    this.inverseWidth = 1 / this.widthUs;
    this.openUntilUs = this.widthUs;
    this.heads = new Int32Array(2 * this.buckets);
    this.fine = new OccupancyBitmap(this.buckets);
    this.coarse = new OccupancyBitmap(this.buckets);
    this.seq = options.firstSeq ?? 0;
    this.capacity = 64;
    this.f64 = new Float64Array(this.capacity * F64_PER_NODE);
    this.i32 = new Int32Array(this.f64.buffer);
    this.threadFreeList(NONE + 1);
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

  /** Takes a pending event back. O(1): unlinked from its bucket, or marked where it lies in the heap. */
  cancel(handle: number): void {
    const { i32 } = this;
    const base = handle * I32_PER_NODE;
    const prev = i32[base + PREV] as number;
    this.live--;
    if (prev === IN_HEAP) {
      i32[base + KEY] = DEAD;
      return;
    }
    const next = i32[base + NEXT] as number;
    if (next !== NONE) i32[next * I32_PER_NODE + PREV] = prev;
    if (prev > NONE) i32[prev * I32_PER_NODE + NEXT] = next;
    else this.setHead(-1 - prev, next);
    this.releaseNode(handle);
  }

  /** Takes the first event: moves `nowUs` to its time and returns its key; -1 when nothing is left. */
  pop(): number {
    const { heap } = this;
    for (;;) {
      if ((heap.size === 0 || heap.topTimeUs() >= this.openUntilUs) && !this.openNext()) return -1;
      const id = heap.topNode();
      const key = this.i32[id * I32_PER_NODE + KEY] as number;
      if (key !== DEAD) {
        this.nowUs = heap.topTimeUs();
        this.live--;
      }
      heap.drop();
      this.releaseNode(id);
      if (key !== DEAD) return key;
    }
  }

  /** The time of the first event, or Infinity. */
  peekTimeUs(): number {
    const { heap } = this;
    for (;;) {
      if ((heap.size === 0 || heap.topTimeUs() >= this.openUntilUs) && !this.openNext()) return Number.POSITIVE_INFINITY;
      const id = heap.topNode();
      if (this.i32[id * I32_PER_NODE + KEY] !== DEAD) return heap.topTimeUs();
      heap.drop();
      this.releaseNode(id);
    }
  }

  /** Moves time on without an event. Never backwards, never past a pending event. */
  advanceTo(atUs: number): void {
    if (atUs > this.nowUs) this.nowUs = atUs;
  }

  private place(id: number, key: number): void {
    const { seq, i32 } = this;
    const base = id * I32_PER_NODE;
    this.seq = (seq + 1) | 0;
    i32[base + SEQ] = seq;
    i32[base + KEY] = key;
    this.live++;
    this.file(id);
  }

  /** Puts a node where its time belongs: the heap, the fine ring or the coarse ring. */
  private file(id: number): void {
    const atUs = this.f64[id * F64_PER_NODE + TIME] as number;
    if (atUs >= this.openUntilUs) {
      const bucket = Math.floor(atUs * this.inverseWidth);
      if (bucket - this.cur < this.buckets) {
        this.linkFine(bucket & this.mask, id);
        return;
      }
      const coarse = Math.floor(bucket * this.coarsePerFine);
      if (coarse - Math.floor(this.cur * this.coarsePerFine) < this.buckets) {
        this.linkCoarse(coarse & this.mask, id);
        this.coarseFrom = Math.min(this.coarseFrom, coarse * this.finePerCoarse);
        return;
      }
    }
    this.i32[id * I32_PER_NODE + PREV] = IN_HEAP;
    this.heap.push(this.f64, id * F64_PER_NODE + TIME, this.i32[id * I32_PER_NODE + SEQ] as number, id);
  }

  /** Opens the next bucket, so that the heap's top is the first event of all. False when nothing is pending. */
  private openNext(): boolean {
    for (;;) {
      const ahead = this.fine.distanceToNext(this.cur & this.mask);
      const next = ahead > 0 ? this.cur + ahead : Number.POSITIVE_INFINITY;
      const top = this.heap.size > 0 ? Math.floor(this.heap.topTimeUs() * this.inverseWidth) : Number.POSITIVE_INFINITY;
      if (this.coarseFrom <= next && this.coarseFrom <= top) {
        if (this.coarseFrom === Number.POSITIVE_INFINITY) return false;
        this.spread();
      } else if (top < next) {
        this.moveTo(top);
        return true;
      } else {
        this.moveTo(next);
        this.open(next & this.mask);
        return true;
      }
    }
  }

  private moveTo(bucket: number): void {
    this.cur = bucket;
    this.openUntilUs = (bucket + 1) * this.widthUs;
  }

  /** Moves a fine bucket into the heap. */
  private open(slot: number): void {
    const { i32, f64, heap } = this;
    let id = this.heads[slot] as number;
    this.heads[slot] = NONE;
    this.fine.clear(slot);
    while (id !== NONE) {
      const base = id * I32_PER_NODE;
      i32[base + PREV] = IN_HEAP;
      heap.push(f64, id * F64_PER_NODE + TIME, i32[base + SEQ] as number, id);
      id = i32[base + NEXT] as number;
    }
  }

  /** Moves the next coarse bucket into the fine ring; nothing lies before it. */
  private spread(): void {
    const coarse = this.coarseFrom * this.coarsePerFine;
    const slot = coarse & this.mask;
    let id = this.heads[this.buckets + slot] as number;
    if (this.coarseFrom > this.cur) this.moveTo(this.coarseFrom - 1);
    this.heads[this.buckets + slot] = NONE;
    this.coarse.clear(slot);
    while (id !== NONE) {
      const next = this.i32[id * I32_PER_NODE + NEXT] as number;
      this.file(id);
      id = next;
    }
    const ahead = this.coarse.distanceToNext(slot);
    this.coarseFrom = ahead > 0 ? (coarse + ahead) * this.finePerCoarse : Number.POSITIVE_INFINITY;
  }

  private linkFine(slot: number, id: number): void {
    const first = this.heads[slot] as number;
    if (first === NONE) this.fine.set(slot);
    this.linkFirst(slot, first, id);
  }

  private linkCoarse(slot: number, id: number): void {
    const place = this.buckets + slot;
    const first = this.heads[place] as number;
    if (first === NONE) this.coarse.set(slot);
    this.linkFirst(place, first, id);
  }

  private linkFirst(place: number, first: number, id: number): void {
    const { i32 } = this;
    i32[id * I32_PER_NODE + NEXT] = first;
    i32[id * I32_PER_NODE + PREV] = -1 - place;
    if (first !== NONE) i32[first * I32_PER_NODE + PREV] = id;
    this.heads[place] = id;
  }

  /** The first node of a bucket has been taken out. An empty coarse bucket may stay `coarseFrom`: to spread nothing does no harm. */
  private setHead(place: number, next: number): void {
    this.heads[place] = next;
    if (next !== NONE) return;
    if (place < this.buckets) this.fine.clear(place);
    else this.coarse.clear(place - this.buckets);
  }

  private takeNode(): number {
    if (this.freeHead === NONE) this.grow();
    const id = this.freeHead;
    this.freeHead = this.i32[id * I32_PER_NODE + NEXT] as number;
    return id;
  }

  private releaseNode(id: number): void {
    this.i32[id * I32_PER_NODE + NEXT] = this.freeHead;
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
    for (let id = from; id < this.capacity; id++) this.i32[id * I32_PER_NODE + NEXT] = id + 1 < this.capacity ? id + 1 : NONE;
    this.freeHead = from;
  }
}
