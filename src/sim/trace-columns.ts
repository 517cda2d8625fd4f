import type { TraceReading } from './trace-census.js';
import type { TraceRow } from './trace-rows.js';

/** The usable rows of a trace in order of arrival, column by column, on the recording's own clock. */
export interface TraceColumns {
  readonly reading: TraceReading;
  readonly count: number;
  readonly lines: Int32Array;
  /** µs */
  readonly atUs: Float64Array;
  /** µs, without `serviceFactor`; NaN where the trace has no service column. */
  readonly serviceUs: Float64Array;
  /** By row: a place in the names. */
  readonly accounts: Int32Array;
  readonly endpoints: Int32Array;
  readonly accountNames: readonly string[];
  readonly endpointNames: readonly string[];
}

/** Takes rows as they come and gives them back as columns. */
export class TraceColumnsMaker {
  private readonly lines: number[] = [];
  private readonly atUs: number[] = [];
  private readonly serviceUs: number[] = [];
  private readonly accounts = new Names();
  private readonly endpoints = new Names();

  get count(): number {
    return this.lines.length;
  }

  add(row: TraceRow): void {
    this.lines.push(row.line);
    this.atUs.push(row.atUs);
    this.serviceUs.push(row.serviceUs);
    this.accounts.add(row.account);
    this.endpoints.add(row.endpoint);
  }

  columns(reading: TraceReading): TraceColumns {
    const { accounts, endpoints } = this;
    return {
      reading,
      count: this.count,
      lines: Int32Array.from(this.lines),
      atUs: Float64Array.from(this.atUs),
      serviceUs: Float64Array.from(this.serviceUs),
      accounts: Int32Array.from(accounts.places),
      endpoints: Int32Array.from(endpoints.places),
      accountNames: accounts.names,
      endpointNames: endpoints.names,
    };
  }
}

class Names {
  readonly names: string[] = [];
  /** By row. */
  readonly places: number[] = [];
  private readonly known = new Map<string, number>();

  add(name: string): void {
    let place = this.known.get(name);
    if (place === undefined) {
      place = this.names.push(name) - 1;
      this.known.set(name, place);
    }
    this.places.push(place);
  }
}

/** The first place whose time is not before `us`; the times never fall. */
export function firstFrom(timesUs: Float64Array, us: number): number {
  let low = 0;
  let high = timesUs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesUs[middle] as number) < us) low = middle + 1;
    else high = middle;
  }
  return low;
}
