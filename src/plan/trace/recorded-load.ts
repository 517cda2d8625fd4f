import type { TraceSpec } from '../../scenario/arrival-types.js';
import type { TraceColumns } from '../../sim/trace.js';
import { firstFrom } from '../../sim/trace-columns.js';

/** One name of a trace, and how much work it brings. */
export interface TraceShare {
  readonly name: string;
  readonly requests: number;
  readonly workMs: number;
}

/** The rows of a trace that are planned with: those of its slice, in order of arrival. */
export class RecordedLoad {
  private readonly from: number;
  private readonly to: number;
  /** First arrival to last, ms at the recorded speed; of a single instant 0. */
  readonly spanMs: number;
  readonly meanServiceMs: number;
  readonly longestMs: number;

  /** @param standInMs service time of rows without one */
  constructor(
    readonly columns: TraceColumns,
    readonly slice: TraceSpec['slice'],
    private readonly standInMs: number | undefined,
  ) {
    const { atUs } = columns;
    this.from = slice === undefined ? 0 : firstFrom(atUs, this.firstUs + slice.fromUs);
    this.to = slice === undefined ? columns.count : firstFrom(atUs, this.firstUs + slice.toUs);
    this.spanMs = this.used === 0 ? 0 : ((atUs[this.to - 1] as number) - (atUs[this.from] as number)) / 1000;
    let workMs = 0;
    let longestMs = 0;
    for (let n = this.from; n < this.to; n++) {
      const ms = this.serviceMs(n);
      workMs += ms;
      longestMs = Math.max(longestMs, ms);
    }
    this.meanServiceMs = this.used === 0 ? 0 : workMs / this.used;
    this.longestMs = longestMs;
  }

  /** Rows that are used. */
  get used(): number {
    return this.to - this.from;
  }

  /** Of all usable rows, µs on the recording's own clock. */
  get firstUs(): number {
    return this.columns.atUs[0] ?? 0;
  }

  /** Instants of arrival, µs on the recording's own clock. */
  get arrivalsUs(): Float64Array {
    return this.columns.atUs.subarray(this.from, this.to);
  }

  /** Mean rate over the span, requests a second. A single instant has none: as if it had taken a mean service time. */
  get ratePerSecond(): number {
    const spanMs = this.spanMs > 0 ? this.spanMs : this.meanServiceMs;
    return this.used <= 1 ? 1000 / spanMs : ((this.used - (this.spanMs > 0 ? 1 : 0)) * 1000) / spanMs;
  }

  /** Most slots that would be busy at once without any limit. @param speed of the replay */
  peakInFlight(speed: number): number {
    const count = this.used;
    const endsUs = new Float64Array(count);
    const arrivalsUs = this.arrivalsUs;
    for (let n = 0; n < count; n++) endsUs[n] = (arrivalsUs[n] as number) + this.serviceMs(this.from + n) * 1000 * speed;
    endsUs.sort();
    let ended = 0;
    let peak = 0;
    for (let n = 0; n < count; n++) {
      while ((endsUs[ended] as number) <= (arrivalsUs[n] as number)) ended++;
      peak = Math.max(peak, n + 1 - ended);
    }
    return peak;
  }

  /** Squared coefficient of variation of the gaps between arrivals; undefined: there are none. */
  get arrivalScv(): number | undefined {
    const arrivalsUs = this.arrivalsUs;
    return scv(arrivalsUs.length - 1, (n) => (arrivalsUs[n + 1] as number) - (arrivalsUs[n] as number));
  }

  get serviceScv(): number | undefined {
    return scv(this.used, (n) => this.serviceMs(this.from + n));
  }

  /** By account or endpoint of the used rows, the most work first; equal ones by name. */
  sharesBy(what: 'accounts' | 'endpoints'): TraceShare[] {
    const places = this.columns[what];
    const names = what === 'accounts' ? this.columns.accountNames : this.columns.endpointNames;
    const shares = names.map((name) => ({ name, requests: 0, workMs: 0 }));
    for (let n = this.from; n < this.to; n++) {
      const share = shares[places[n] as number] as { requests: number; workMs: number };
      share.requests++;
      share.workMs += this.serviceMs(n);
    }
    return shares
      .filter(({ requests }) => requests > 0)
      .sort((one, other) => other.workMs - one.workMs || other.requests - one.requests || (one.name < other.name ? -1 : 1));
  }

  /**
   * How long it takes at most from the last arrival until all accounts have worked off what is there, ms: work flows in as it
   * arrived and out at one second a second and slot, as if it could be divided.
   */
  drainMs(slots: number, rateFactor: number, serviceFactor: number): number {
    const { atUs, accounts, accountNames } = this.columns;
    const backlogMs = new Float64Array(Math.max(1, accountNames.length));
    const lastUs = new Float64Array(backlogMs.length).fill(atUs[this.from] ?? 0);
    for (let n = this.from; n < this.to; n++) {
      const who = accounts[n] as number;
      const sinceMs = ((atUs[n] as number) - (lastUs[who] as number)) / 1000 / rateFactor;
      backlogMs[who] = Math.max(0, (backlogMs[who] as number) - sinceMs * slots) + this.serviceMs(n) * serviceFactor;
      lastUs[who] = atUs[n] as number;
    }
    return backlogMs.reduce((most, ms) => Math.max(most, ms / slots), 0);
  }

  /** @param n a place in the columns */
  private serviceMs(n: number): number {
    const us = this.columns.serviceUs[n] as number;
    return Number.isNaN(us) ? (this.standInMs ?? 0) : us / 1000;
  }
}

/** undefined: fewer than two values, or all of them 0. */
function scv(count: number, value: (n: number) => number): number | undefined {
  if (count < 2) return undefined;
  let sum = 0;
  for (let n = 0; n < count; n++) sum += value(n);
  const mean = sum / count;
  if (mean === 0) return undefined;
  let squares = 0;
  for (let n = 0; n < count; n++) squares += (value(n) - mean) * (value(n) - mean);
  return squares / (count - 1) / (mean * mean);
}
