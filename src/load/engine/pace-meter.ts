import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { PacingTally } from '../pacing-tally.js';

/** 0.1 % of every value, from a microsecond to a day. */
const DIGITS = 3;
const LONGEST_US = 86_400_000_000;
/** How often the loop is asked how late it is, ms. */
const LAG_EVERY_MS = 10;

/** Measures what a load process itself does: how late it sends, how late its event loop is, how long HTTP takes. Memory does not grow. */
export class PaceMeter {
  planned = 0;
  sent = 0;
  /** Calls that were to be sent in time and found no connection. */
  unconnected = 0;
  dropped = 0;
  httpRequests = 0;
  readonly #sendErrorUs = newHistogram();
  readonly #loopLagUs = newHistogram();
  readonly #httpUs = newHistogram();
  #startMs = performance.now();
  #cpu = process.cpuUsage();
  #lagTimer: NodeJS.Timeout | undefined;

  start(): void {
    this.#startMs = performance.now();
    this.#cpu = process.cpuUsage();
    // Not `monitorEventLoopDelay`: the counts of its histogram cannot be taken out, so several processes could not be merged.
    let beforeMs = this.#startMs;
    this.#lagTimer = setInterval(() => {
      const nowMs = performance.now();
      recordUs(this.#loopLagUs, (nowMs - beforeMs - LAG_EVERY_MS) * 1e3);
      beforeMs = nowMs;
    }, LAG_EVERY_MS).unref();
  }

  /** @param lateUs wall µs between the planned time and the first byte */
  callSent(lateUs: number): void {
    this.sent++;
    recordUs(this.#sendErrorUs, lateUs);
  }

  /** A call that had found no connection has one: that it comes late is not this process's doing. */
  connectedAtLast(): void {
    this.unconnected--;
    this.sent++;
  }

  /** @param tookUs wall µs from the first byte to the last of the answer */
  answered(tookUs: number): void {
    recordUs(this.#httpUs, tookUs);
  }

  stop(): PacingTally {
    clearInterval(this.#lagTimer);
    const { user, system } = process.cpuUsage(this.#cpu);
    const { planned, sent, unconnected, dropped, httpRequests } = this;
    return {
      planned,
      sent,
      unconnected,
      dropped,
      httpRequests,
      sendErrorUs: encoded(this.#sendErrorUs),
      loopLagUs: encoded(this.#loopLagUs),
      httpUs: encoded(this.#httpUs),
      cpuUs: user + system,
      wallMs: performance.now() - this.#startMs,
    };
  }
}

function newHistogram(): Histogram {
  return build({ numberOfSignificantValueDigits: DIGITS });
}

function recordUs(histogram: Histogram, us: number): void {
  histogram.recordValue(Math.min(LONGEST_US, Math.max(0, Math.round(us))));
}

function encoded(histogram: Histogram): string {
  return histogram.totalCount === 0 ? '' : encodeIntoCompressedBase64(histogram);
}
