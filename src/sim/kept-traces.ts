import type { TraceSpec } from '../scenario/arrival-types.js';
import type { TraceSource } from './table.js';
import { overviewOf, type TraceOverview } from './trace-census.js';
import { firstFrom, type TraceColumns } from './trace-columns.js';
import type { TraceRow } from './trace-rows.js';

/** About 40 bytes each: more are read anew for every run, a few rows at a time. */
const MOST_ROWS = 500_000;

/** A source that keeps the rows of what it has opened: they are parsed once, however many runs replay them. The files must not change meanwhile. */
export function keepingTraces(open: (file: string) => Iterable<string>, mostRows = MOST_ROWS): TraceSource {
  const source = (file: string): Iterable<string> => open(file);
  return Object.assign(source, { kept: new KeptTraces(mostRows) });
}

/** Rows of traces that were read once, by what was read of them. Memory: `mostRows` rows of all traces together; the oldest go first. */
export class KeptTraces {
  private readonly known = new Map<string, KeptTrace>();
  private readonly tooLong = new Set<string>();
  private rows = 0;

  constructor(private readonly mostRows: number) {}

  find(spec: TraceSpec, window: number): KeptTrace | undefined {
    return this.known.get(keyOf(spec, window));
  }

  /** @returns whether so many rows would be kept */
  takes(spec: TraceSpec, window: number, rows: number): boolean {
    return rows <= this.mostRows && !this.tooLong.has(keyOf(spec, window));
  }

  giveUp(spec: TraceSpec, window: number): void {
    this.tooLong.add(keyOf(spec, window));
  }

  keep(spec: TraceSpec, window: number, columns: TraceColumns): void {
    this.rows += columns.count;
    for (const [key, { columns: old }] of this.known) {
      if (this.rows <= this.mostRows) break;
      this.known.delete(key);
      this.rows -= old.count;
    }
    this.known.set(keyOf(spec, window), new KeptTrace(columns));
  }
}

/** All that decides which rows are read, and what they say. Not: which part of them is replayed, and how fast. */
function keyOf(spec: TraceSpec, window: number): string {
  const { file, arrivalColumn, serviceColumn, serviceUnitUs, serviceOffsetUs, accountColumn, endpointColumn, where, badRows } = spec;
  return JSON.stringify([file, arrivalColumn, serviceColumn, serviceUnitUs, serviceOffsetUs, accountColumn, endpointColumn, where, badRows, window]);
}

/** The rows of one trace, ready for any part of it and any speed. */
export class KeptTrace {
  constructor(readonly columns: TraceColumns) {}

  /** @throws TraceError when there is nothing to replay */
  overview(spec: TraceSpec): TraceOverview {
    const { reading, count, atUs, accounts, endpoints, accountNames, endpointNames } = this.columns;
    const { from, to } = this.part(spec);
    return overviewOf(spec, {
      reading,
      usable: count,
      firstUs: atUs[0] ?? 0,
      latestUs: atUs[count - 1] ?? 0,
      used: to - from,
      lastUsedUs: atUs[to - 1] ?? 0,
      accounts: distinct(accounts, from, to, accountNames.length),
      endpoints: distinct(endpoints, from, to, endpointNames.length),
    });
  }

  /** The rows of the spec's slice, on the recording's own clock. */
  *rows(spec: TraceSpec): Generator<TraceRow> {
    const { lines, atUs, serviceUs, accounts, endpoints, accountNames, endpointNames } = this.columns;
    const { from, to } = this.part(spec);
    for (let n = from; n < to; n++) {
      yield {
        line: lines[n] as number,
        atUs: atUs[n] as number,
        serviceUs: serviceUs[n] as number,
        account: accountNames[accounts[n] as number] as string,
        endpoint: endpointNames[endpoints[n] as number] as string,
      };
    }
  }

  private part({ slice }: TraceSpec): { readonly from: number; readonly to: number } {
    const { atUs, count } = this.columns;
    if (slice === undefined) return { from: 0, to: count };
    const firstUs = atUs[0] ?? 0;
    return { from: firstFrom(atUs, firstUs + slice.fromUs), to: firstFrom(atUs, firstUs + slice.toUs) };
  }
}

function distinct(places: Int32Array, from: number, to: number, names: number): number {
  if (names <= 1) return to > from ? 1 : 0;
  const seen = new Uint8Array(names);
  let count = 0;
  for (let n = from; n < to; n++) {
    const place = places[n] as number;
    if (seen[place] === 1) continue;
    seen[place] = 1;
    count++;
  }
  return count;
}
