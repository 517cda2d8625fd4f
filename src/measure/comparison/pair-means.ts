/**
 * The means of all pairs of some values, each value with itself too, in order: the centre of differences by seed and its bounds
 * are among them. There are n (n + 1) / 2, so they are counted and never written down.
 */
export class PairMeans {
  private readonly sorted: Float64Array;

  /** @param values at least one, all finite */
  constructor(values: readonly number[]) {
    this.sorted = Float64Array.from(values).sort();
  }

  get count(): number {
    return (this.sorted.length * (this.sorted.length + 1)) / 2;
  }

  get median(): number {
    const [low, high] = [Math.ceil(this.count / 2), Math.floor(this.count / 2) + 1];
    return low === high ? this.at(low) : (this.at(low) + this.at(high)) / 2;
  }

  /** @param rank from 1 */
  at(rank: number): number {
    // The sum in question is one of those from `low` to `high`, and both are sums of two.
    let low = (this.sorted[0] as number) * 2;
    let high = (this.sorted.at(-1) as number) * 2;
    while (low < high) {
      const { count, greatest, next } = this.upTo(low + (high - low) / 2);
      if (count < rank) low = next;
      else high = greatest;
    }
    return low / 2;
  }

  /** How many sums of two are at most so large, the greatest of them, and the next one. */
  private upTo(sum: number): { readonly count: number; readonly greatest: number; readonly next: number } {
    const { sorted } = this;
    let [count, greatest, next] = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    let end = sorted.length;
    for (let one = 0; one < sorted.length; one++) {
      const value = sorted[one] as number;
      while (end > one && value + (sorted[end - 1] as number) > sum) end--;
      const beyond = Math.max(end, one);
      if (end > one) {
        count += end - one;
        greatest = Math.max(greatest, value + (sorted[end - 1] as number));
      }
      if (beyond < sorted.length) next = Math.min(next, value + (sorted[beyond] as number));
      if (end <= one) break;
    }
    return { count, greatest, next };
  }
}
