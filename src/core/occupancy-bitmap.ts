/**
 * Which slots of a ring are occupied, in three levels of 32-bit words, so that the next occupied slot is found
 * in a handful of steps however empty the ring is.
 */
export class OccupancyBitmap {
  private readonly levels: Int32Array[] = [];

  /** @param slots a power of two */
  constructor(private readonly slots: number) {
    let words = slots;
    do {
      words = Math.max(1, words >>> 5);
      this.levels.push(new Int32Array(words));
    } while (words > 1);
  }

  set(slot: number): void {
    let at = slot;
    for (const level of this.levels) {
      const word = at >>> 5;
      const before = level[word] as number;
      level[word] = before | (1 << (at & 31));
      if (before !== 0) return;
      at = word;
    }
  }

  clear(slot: number): void {
    let at = slot;
    for (const level of this.levels) {
      const word = at >>> 5;
      const after = (level[word] as number) & ~(1 << (at & 31));
      level[word] = after;
      if (after !== 0) return;
      at = word;
    }
  }

  /** Steps from `slot` to the next occupied slot after it, going round: 1 .. slots. At least one slot must be occupied. */
  distanceToNext(slot: number): number {
    const after = this.firstAfter(slot);
    if (after >= 0) return after - slot;
    return this.firstAfter(-1) + this.slots - slot;
  }

  /** The first occupied slot with a number above `slot`, or -1. */
  private firstAfter(slot: number): number {
    let at = slot + 1;
    for (let depth = 0; depth < this.levels.length; depth++) {
      const level = this.levels[depth] as Int32Array;
      const word = at >>> 5;
      if (word >= level.length) return -1;
      const bits = (level[word] as number) & (-1 << (at & 31));
      if (bits !== 0) return this.descend(depth, (word << 5) | lowestBit(bits));
      at = word + 1;
    }
    return -1;
  }

  private descend(depth: number, index: number): number {
    let at = index;
    for (let level = depth - 1; level >= 0; level--) at = (at << 5) | lowestBit((this.levels[level] as Int32Array)[at] as number);
    return at;
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
