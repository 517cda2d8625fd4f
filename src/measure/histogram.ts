/** Buckets per power of two. Values below this many µs (or counts) have a bucket of their own and are exact. */
const PER_OCTAVE = 128;
const OCTAVE_SHIFT = 7;
/** 24 octaves: up to a quarter of an hour in µs. */
const GROWTH = 24 * PER_OCTAVE;
/** A quantile is never below the true one, and above it by at most this share: the width of a bucket. */
export const HISTOGRAM_RELATIVE_ERROR = 1 / PER_OCTAVE;

/**
 * A log-linear histogram of non-negative integers. Its memory does not grow with the number of samples, and
 * histograms of several runs merge by adding. Count, sum, minimum and maximum are exact.
 */
export class Histogram {
  n = 0;
  /** Grows to the bucket of the highest value: most histograms need few. */
  private counts = new Uint32Array(PER_OCTAVE);
  /** Sum, minimum, maximum: doubles that change with almost every sample, so they live in one typed array. */
  private readonly stats = new Float64Array([0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);

  get sum(): number {
    return this.stats[0] as number;
  }

  get min(): number {
    return this.stats[1] as number;
  }

  get max(): number {
    return this.stats[2] as number;
  }

  /** @param value a non-negative integer */
  record(value: number): void {
    const { stats } = this;
    this.n++;
    stats[0] = (stats[0] as number) + value;
    if (value < (stats[1] as number)) stats[1] = value;
    if (value > (stats[2] as number)) stats[2] = value;
    const bucket = bucketOf(value);
    if (bucket >= this.counts.length) this.growTo(bucket);
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
  }

  /** The same value many times over. */
  recordMany(value: number, times: number): void {
    if (times === 0) return;
    this.record(value);
    this.n += times - 1;
    this.stats[0] = this.sum + value * (times - 1);
    const bucket = bucketOf(value);
    this.counts[bucket] = (this.counts[bucket] as number) + times - 1;
  }

  merge(other: Histogram): void {
    this.n += other.n;
    this.stats[0] = this.sum + other.sum;
    this.stats[1] = Math.min(this.min, other.min);
    this.stats[2] = Math.max(this.max, other.max);
    if (other.counts.length > this.counts.length) this.growTo(other.counts.length - 1);
    for (const [bucket, count] of other.counts.entries()) this.counts[bucket] = (this.counts[bucket] as number) + count;
  }

  /** Forgets all samples. */
  clear(): void {
    this.n = 0;
    this.counts.fill(0);
    this.stats.set([0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  }

  /**
   * The value that at least the share `p` (0 to 1) of the samples does not exceed; NaN without samples. Rounded up to the
   * end of its bucket and never above the maximum, so that no limit passes by rounding.
   */
  quantile(p: number): number {
    return this.quantiles([p])[0] as number;
  }

  /** The same for several shares, in rising order, in one pass. */
  quantiles(shares: readonly number[]): number[] {
    if (this.n === 0) return shares.map(() => Number.NaN);
    const { counts, n, min, max } = this;
    const last = bucketOf(max);
    const found: number[] = [];
    let bucket = bucketOf(min);
    let seen = counts[bucket] as number;
    for (const share of shares) {
      // 0.55 · 100 is a little more than 55 in doubles; that must not make it the 56th.
      const rank = Math.max(1, Math.ceil(share * n - 1e-9));
      while (seen < rank && bucket < last) seen += counts[++bucket] as number;
      found.push(Math.min(max, Math.max(min, highestOf(bucket))));
    }
    return found;
  }

  mean(): number {
    return this.n === 0 ? Number.NaN : this.sum / this.n;
  }

  /** The buckets that hold samples, as [highest value, samples], in order. */
  filled(): [number, number][] {
    const filled: [number, number][] = [];
    for (const [bucket, count] of this.counts.entries()) if (count > 0) filled.push([Math.min(this.max, highestOf(bucket)), count]);
    return filled;
  }

  /** In steps of a range that most times fit in, so that it happens once or twice in a histogram's life. */
  private growTo(bucket: number): void {
    const bigger = new Uint32Array(Math.ceil((bucket + 1) / GROWTH) * GROWTH);
    bigger.set(this.counts);
    this.counts = bigger;
  }
}

function bucketOf(value: number): number {
  if (value < PER_OCTAVE) return value;
  if (value < 0x8000_0000) {
    const shift = 31 - Math.clz32(value) - OCTAVE_SHIFT;
    return (shift << OCTAVE_SHIFT) + (value >>> shift);
  }
  // Beyond 32 bits: the top eight bits, which name the bucket, survive the loss of the lowest 24.
  const high = Math.floor(value / 0x100_0000);
  const shift = 31 - Math.clz32(high) - OCTAVE_SHIFT;
  return ((shift + 24) << OCTAVE_SHIFT) + (high >>> shift);
}

/** The highest integer that falls into the bucket. */
function highestOf(bucket: number): number {
  if (bucket < 2 * PER_OCTAVE) return bucket;
  const shift = (bucket >>> OCTAVE_SHIFT) - 1;
  const low = ((bucket & (PER_OCTAVE - 1)) + PER_OCTAVE) * 2 ** shift;
  return low + 2 ** shift - 1;
}
