const F64_PER_ENTRY = 2;
const I32_PER_ENTRY = 4;

/**
 * A 4-ary heap of (time, seq, node), the sorted part of the calendar.
 * Entries are 16 bytes in one buffer: an f64 time, an i32 sequence number, an i32 node.
 */
export class EventHeap {
  size = 0;
  private capacity = 64;
  private f64 = new Float64Array(this.capacity * F64_PER_ENTRY);
  private i32 = new Int32Array(this.f64.buffer);

  topTimeUs(): number {
    return this.f64[0] as number;
  }

  topNode(): number {
    return this.i32[3] as number;
  }

  /** @param times where the time stands, at index `timeAt`: a double that crosses a call would be put on the heap of V8 */
  push(times: Float64Array, timeAt: number, seq: number, node: number): void {
    const timeUs = times[timeAt] as number;
    if (this.size === this.capacity) this.grow();
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      if (!this.isBefore(timeUs, seq, parent)) break;
      this.move(parent, at);
      at = parent;
    }
    this.write(at, timeUs, seq, node);
  }

  /** Removes the top. */
  drop(): void {
    const last = --this.size;
    if (last === 0) return;
    const timeUs = this.f64[last * F64_PER_ENTRY] as number;
    const seq = this.i32[last * I32_PER_ENTRY + 2] as number;
    const node = this.i32[last * I32_PER_ENTRY + 3] as number;
    let at = 0;
    for (;;) {
      const child = this.firstChild(at, last);
      if (child < 0 || this.isBefore(timeUs, seq, child)) break;
      this.move(child, at);
      at = child;
    }
    this.write(at, timeUs, seq, node);
  }

  /** The earliest of the up to four children of `at`, or -1. */
  private firstChild(at: number, size: number): number {
    const from = at * 4 + 1;
    if (from >= size) return -1;
    const end = Math.min(from + 4, size);
    let best = from;
    for (let child = from + 1; child < end; child++) {
      if (this.isBefore(this.f64[child * F64_PER_ENTRY] as number, this.i32[child * I32_PER_ENTRY + 2] as number, best)) best = child;
    }
    return best;
  }

  private isBefore(timeUs: number, seq: number, entry: number): boolean {
    const other = this.f64[entry * F64_PER_ENTRY] as number;
    if (timeUs !== other) return timeUs < other;
    // Right across the 32-bit wrap, as long as no event stays pending while 2^31 others are scheduled.
    return ((seq - (this.i32[entry * I32_PER_ENTRY + 2] as number)) | 0) < 0;
  }

  /** Copies seq and node as one double: their bits never look like a NaN, because node numbers stay below 0x7ff00000. */
  private move(from: number, to: number): void {
    this.f64[to * F64_PER_ENTRY] = this.f64[from * F64_PER_ENTRY] as number;
    this.f64[to * F64_PER_ENTRY + 1] = this.f64[from * F64_PER_ENTRY + 1] as number;
  }

  private write(at: number, timeUs: number, seq: number, node: number): void {
    this.f64[at * F64_PER_ENTRY] = timeUs;
    this.i32[at * I32_PER_ENTRY + 2] = seq;
    this.i32[at * I32_PER_ENTRY + 3] = node;
  }

  private grow(): void {
    this.capacity *= 2;
    const bigger = new Float64Array(this.capacity * F64_PER_ENTRY);
    bigger.set(this.f64);
    this.f64 = bigger;
    this.i32 = new Int32Array(bigger.buffer);
  }
}
