/**
 * Which slots of a ring are occupied: one bit a slot, and one bit for each word of those, so that the next occupied slot
 * is found in a handful of steps however empty the ring is.
 */
export class OccupancyBitmap {
  private readonly words: Int32Array;
  private readonly summary: Int32Array;

  /** @param slots a power of two */
  constructor(private readonly slots: number) {
    this.words = new Int32Array(Math.max(1, slots >>> 5));
    this.summary = new Int32Array(Math.max(1, slots >>> 10));
  }

  set(slot: number): void {
    const word = slot >>> 5;
    const before = this.words[word] as number;
    this.words[word] = before | (1 << (slot & 31));
    if (before === 0) this.summary[word >>> 5] = (this.summary[word >>> 5] as number) | (1 << (word & 31));
  }

  clear(slot: number): void {
    const word = slot >>> 5;
    const after = (this.words[word] as number) & ~(1 << (slot & 31));
    this.words[word] = after;
    if (after === 0) this.summary[word >>> 5] = (this.summary[word >>> 5] as number) & ~(1 << (word & 31));
  }

  /** Steps from `slot`, which is not occupied, to the next occupied slot, going round; 0 when there is none. */
  distanceToNext(slot: number): number {
    const after = this.firstFrom(slot + 1);
    if (after >= 0) return after - slot;
    const first = this.firstFrom(0);
    return first < 0 ? 0 : first + this.slots - slot;
  }

  /** The first occupied slot from `slot` on, or -1. */
  private firstFrom(slot: number): number {
    if (slot >= this.slots) return -1;
    const word = slot >>> 5;
    const bits = (this.words[word] as number) & (-1 << (slot & 31));
    return bits !== 0 ? (word << 5) | lowestBit(bits) : this.firstInWordsFrom(word + 1);
  }

  private firstInWordsFrom(from: number): number {
    const { words, summary } = this;
    if (from >= words.length) return -1;
    let at = from >>> 5;
    let bits = (summary[at] as number) & (-1 << (from & 31));
    while (bits === 0) {
      at++;
      if (at >= summary.length) return -1;
      bits = summary[at] as number;
    }
    const word = (at << 5) | lowestBit(bits);
    return (word << 5) | lowestBit(words[word] as number);
  }
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
