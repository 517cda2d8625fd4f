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
    if (this.size === this.capacity) this.grow();
    const { f64, i32 } = this;
    const timeUs = times[timeAt] as number;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      if (!this.isBefore(timeUs, seq, parent)) break;
      f64[at * F64_PER_ENTRY] = f64[parent * F64_PER_ENTRY] as number;
      f64[at * F64_PER_ENTRY + 1] = f64[parent * F64_PER_ENTRY + 1] as number;
      at = parent;
    }
    f64[at * F64_PER_ENTRY] = timeUs;
    i32[at * I32_PER_ENTRY + 2] = seq;
    i32[at * I32_PER_ENTRY + 3] = node;
  }

  /** Removes the top. */
  drop(): void {
    const { f64, i32 } = this;
    const last = --this.size;
    const timeUs = f64[last * F64_PER_ENTRY] as number;
    const seq = i32[last * I32_PER_ENTRY + 2] as number;
    // Seq and node travel as one double: their bits never look like a NaN, because node numbers stay below 0x7ff00000.
    const seqAndNode = f64[last * F64_PER_ENTRY + 1] as number;
    let at = 0;
    for (;;) {
      const from = at * 4 + 1;
      if (from >= last) break;
      const end = Math.min(from + 4, last);
      let best = from;
      let bestUs = f64[from * F64_PER_ENTRY] as number;
      for (let child = from + 1; child < end; child++) {
        const childUs = f64[child * F64_PER_ENTRY] as number;
        if (childUs > bestUs || (childUs === bestUs && this.isOlder(best, child))) continue;
        best = child;
        bestUs = childUs;
      }
      if (this.isBefore(timeUs, seq, best)) break;
      f64[at * F64_PER_ENTRY] = bestUs;
      f64[at * F64_PER_ENTRY + 1] = f64[best * F64_PER_ENTRY + 1] as number;
      at = best;
    }
    f64[at * F64_PER_ENTRY] = timeUs;
    f64[at * F64_PER_ENTRY + 1] = seqAndNode;
  }

  private isBefore(timeUs: number, seq: number, entry: number): boolean {
    const other = this.f64[entry * F64_PER_ENTRY] as number;
    if (timeUs !== other) return timeUs < other;
    // Right across the 32-bit wrap, as long as no event stays pending while 2^31 others are scheduled.
    return ((seq - (this.i32[entry * I32_PER_ENTRY + 2] as number)) | 0) < 0;
  }

  /** Of two entries of one instant: whether `a` was scheduled before `b`. */
  private isOlder(a: number, b: number): boolean {
    return (((this.i32[a * I32_PER_ENTRY + 2] as number) - (this.i32[b * I32_PER_ENTRY + 2] as number)) | 0) < 0;
  }

  private grow(): void {
    this.capacity *= 2;
    const bigger = new Float64Array(this.capacity * F64_PER_ENTRY);
    bigger.set(this.f64);
    this.f64 = bigger;
    this.i32 = new Int32Array(bigger.buffer);
  }
}
