import { RefusalReason } from '../core/history.js';
import { US_PER_MS } from '../core/time.js';
import type { FlowPoint, FlowTimeline } from './flow-timeline.js';
import { Histogram } from './histogram.js';
import type { SlotTruth } from './slot-truth.js';

const SHARES = [0.5, 0.95, 0.99];

/** What passes through the platform, in a fixed number of bins. Only the bin that time is in has a histogram: memory does not grow with the run. */
export class FlowRecorder {
  private readonly binUs: number;
  private readonly bins: number;
  private readonly points: FlowPoint[] = [];
  private readonly waits = new Histogram();
  private binEndUs: number;
  private expiredCount = 0;
  private byAccount = 0;
  private byEndpoint = 0;
  private retries = 0;
  private requeues = 0;

  /** @param bins at most */
  constructor(
    private readonly endUs: number,
    bins: number,
    private readonly clock: { readonly nowUs: number },
    private readonly truth: SlotTruth,
  ) {
    this.binUs = Math.max(1, Math.ceil(endUs / bins));
    this.bins = Math.max(1, Math.ceil(endUs / this.binUs));
    this.binEndUs = this.bins === 1 ? Number.POSITIVE_INFINITY : this.binUs;
  }

  /** Before anything of this instant is counted. */
  timePassed(): void {
    if (this.clock.nowUs >= this.binEndUs) this.closeBins();
  }

  /** The first start of a call's work. */
  started(waitedUs: number): void {
    this.waits.record(waitedUs);
  }

  expired(): void {
    this.expiredCount++;
  }

  refused(reason: number): void {
    if (reason === RefusalReason.accountLimit) this.byAccount++;
    else if (reason === RefusalReason.endpointLimit) this.byEndpoint++;
  }

  clientRetried(): void {
    this.retries++;
  }

  requeued(): void {
    this.requeues++;
  }

  finish(): FlowTimeline {
    this.timePassed();
    this.closeBin(this.endUs, this.oldestCallUs());
    return { binUs: this.binUs, points: this.points };
  }

  /** Nothing has happened since the last event: whoever waits now has waited at the end of each of these bins. */
  private closeBins(): void {
    const oldestUs = this.oldestCallUs();
    while (this.clock.nowUs >= this.binEndUs) {
      this.closeBin(this.binEndUs, oldestUs);
      // What happens at the very end of the run belongs to the last bin.
      this.binEndUs = this.points.length === this.bins - 1 ? Number.POSITIVE_INFINITY : this.binEndUs + this.binUs;
    }
  }

  private closeBin(untilUs: number, oldestUs: number): void {
    const { waits } = this;
    const [p50, p95, p99] = waits.n === 0 ? [] : waits.quantiles(SHARES).map(toMs);
    this.points.push({
      atUs: this.points.length * this.binUs,
      started: waits.n,
      p50,
      p95,
      p99,
      max: waits.n === 0 ? undefined : toMs(waits.max),
      expired: this.expiredCount,
      oldestWaitMs: toMs(Math.max(0, untilUs - oldestUs)),
      refusedByAccount: this.byAccount,
      refusedByEndpoint: this.byEndpoint,
      clientRetries: this.retries,
      requeues: this.requeues,
    });
    waits.clear();
    this.expiredCount = 0;
    this.byAccount = 0;
    this.byEndpoint = 0;
    this.retries = 0;
    this.requeues = 0;
  }

  /**
   * When the one was called that has waited longest and never started; Infinity: nobody waits. Looked up a hundred times a
   * run instead of kept in a line: a line would hold everybody who came after one that never starts.
   */
  private oldestCallUs(): number {
    let oldestUs = Number.POSITIVE_INFINITY;
    for (const { isOpen, started, request } of this.truth.requests) {
      if (isOpen && !started && !request.isRepeat && request.calledUs < oldestUs) oldestUs = request.calledUs;
    }
    return oldestUs;
  }
}

function toMs(us: number): number {
  return us / US_PER_MS;
}
