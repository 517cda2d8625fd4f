/** One point of a timeline: averages over its stretch of time, so that nothing between two points is lost. */
export interface TimelinePoint {
  /** Where the stretch begins, µs. */
  readonly atUs: number;
  /** Slots held by live work. */
  readonly live: number;
  /** Slots held by no live work. */
  readonly ghost: number;
  /** Requests waiting in the queue. */
  readonly queued: number;
  readonly limit: number;
}

export interface Timeline {
  readonly binUs: number;
  readonly points: readonly TimelinePoint[];
}

const LEVELS = 4;

/** Levels over a known span of time, in a fixed number of bins: memory does not grow with the run. */
export class TimelineRecorder {
  private readonly binUs: number;
  private readonly sums: Float64Array;
  /** The bin that time has reached, and where it ends. */
  private bin = 0;
  private binEndUs: number;
  private sinceUs = 0;

  constructor(
    private readonly endUs: number,
    private readonly bins: number,
    private readonly clock: { readonly nowUs: number },
  ) {
    this.binUs = Math.max(1, Math.ceil(endUs / bins));
    this.binEndUs = this.binUs;
    this.sums = new Float64Array(bins * LEVELS);
  }

  /** The levels that held since the last call. */
  add(live: number, ghost: number, queued: number, limit: number): void {
    const { nowUs } = this.clock;
    while (nowUs > this.binEndUs && this.bin < this.bins - 1) {
      this.addToBin(this.binEndUs - this.sinceUs, live, ghost, queued, limit);
      this.sinceUs = this.binEndUs;
      this.bin++;
      this.binEndUs += this.binUs;
    }
    this.addToBin(nowUs - this.sinceUs, live, ghost, queued, limit);
    this.sinceUs = nowUs;
  }

  private addToBin(spanUs: number, live: number, ghost: number, queued: number, limit: number): void {
    const { sums } = this;
    const at = this.bin * LEVELS;
    sums[at] = (sums[at] as number) + live * spanUs;
    sums[at + 1] = (sums[at + 1] as number) + ghost * spanUs;
    sums[at + 2] = (sums[at + 2] as number) + queued * spanUs;
    sums[at + 3] = (sums[at + 3] as number) + limit * spanUs;
  }

  finish(): Timeline {
    const points: TimelinePoint[] = [];
    for (let bin = 0; bin < this.bins && bin * this.binUs < Math.max(1, this.endUs); bin++) {
      const atUs = bin * this.binUs;
      const spanUs = Math.min(this.binUs, this.endUs - atUs);
      const at = (n: number): number => (spanUs > 0 ? Number(((this.sums[bin * LEVELS + n] as number) / spanUs).toFixed(4)) : 0);
      points.push({ atUs, live: at(0), ghost: at(1), queued: at(2), limit: at(3) });
    }
    return { binUs: this.binUs, points };
  }
}
