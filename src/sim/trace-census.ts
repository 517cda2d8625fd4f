import type { TraceSpec } from '../scenario/arrival-types.js';
import { showValue } from '../scenario/problems.js';
import { LONGEST_US } from './duration-laws.js';
import { type BadRow, describeBadRow, TraceError } from './table.js';
import type { RowReport, TraceRow, UnwantedRow } from './trace-rows.js';

/** Rows that are not replayed, for one reason. */
interface SkippedRows {
  readonly reason: string;
  readonly rows: number;
  readonly firstLine: number;
  /** They were asked for and mean nothing; others were left out by `where`. */
  readonly unusable: boolean;
}

/** What a trace holds, found before anything of it is replayed. */
export interface TraceOverview {
  /** Data rows of the file. */
  readonly rows: number;
  /** Rows that are replayed, once or as often as `loop` says. */
  readonly used: number;
  /** Usable rows outside the slice. */
  readonly outside: number;
  /** Rows that stood after a later one and were put in their place. */
  readonly reordered: number;
  /** When the last one comes, µs since the replay begins, all repetitions included. */
  readonly lastUs: number;
  /** Rows that are not replayed, by reason, with the first line of each: left out by `where`, or unusable with `badRows: skip`. */
  readonly skipped: readonly SkippedRows[];
  readonly accounts: number;
  readonly endpoints: number;
  /** The first arrival, µs on the recording's own clock. */
  readonly firstUs: number;
  /** From one repetition to the next, µs at the recorded speed. */
  readonly periodUs: number;
}

/** What was read of a file, whichever part of it is replayed. */
export interface TraceReading {
  readonly rows: number;
  readonly reordered: number;
  readonly skipped: readonly SkippedRows[];
}

/** What is counted of a trace's usable rows, and of those in its slice. */
export interface TraceCounts {
  readonly reading: TraceReading;
  readonly usable: number;
  readonly firstUs: number;
  readonly latestUs: number;
  readonly used: number;
  readonly lastUsedUs: number;
  readonly accounts: number;
  readonly endpoints: number;
  /** The first row that cannot be used, with what to do about it. */
  readonly firstBad?: string | undefined;
  /** By column of `where`: values of rows that it left out. */
  readonly others?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}

/** So many values of a column are named. */
const MOST_VALUES = 6;

/** Counts what a trace holds, row by row, and refuses what may not be in it. */
export class TraceCensus implements RowReport {
  private readonly skipped = new Map<string, { reason: string; rows: number; firstLine: number; unusable: boolean }>();
  /** What columns of `where` hold instead of what is wanted: a few values, for a message. */
  private readonly others = new Map<string, Set<string>>();
  private readonly accounts = new Set<string>();
  private readonly endpoints = new Set<string>();
  private firstBad: BadRow | undefined;
  private rows = 0;
  private usable = 0;
  private used = 0;
  private outOfPlace = 0;
  private firstUs = 0;
  /** Of all usable rows, and of those in the slice. */
  private latestUs = 0;
  private lastUsedUs = 0;

  constructor(private readonly spec: TraceSpec) {}

  get reading(): TraceReading {
    return { rows: this.rows, reordered: this.outOfPlace, skipped: [...this.skipped.values()] };
  }

  read(): void {
    this.rows++;
  }

  reordered(): void {
    this.outOfPlace++;
  }

  /** @throws TraceError unless such rows may be left out */
  bad(row: BadRow): void {
    const { spec } = this;
    if (spec.badRows === 'error' || row.bends === true) throw new TraceError(`trace ${spec.file}, ${describeBadRow(row)}. ${adviceOn(row, spec)}`);
    this.firstBad ??= row;
    this.skip(row.reason, row.line, true);
  }

  leftOut({ unwanted, line, column, came }: UnwantedRow): void {
    this.skip(unwanted, line, false);
    // Only where no row fits they are told of.
    if (this.usable > 0) return;
    const values = this.others.get(column) ?? new Set();
    if (values.size <= MOST_VALUES) this.others.set(column, values.add(came));
  }

  /** Rows come in order of time, so the first is the earliest. */
  count(row: TraceRow): void {
    if (this.usable === 0) this.firstUs = row.atUs;
    this.usable++;
    this.latestUs = row.atUs;
    if (!isInSlice(this.spec, row.atUs - this.firstUs)) return;
    this.used++;
    this.lastUsedUs = row.atUs;
    this.accounts.add(row.account);
    this.endpoints.add(row.endpoint);
  }

  /** @throws TraceError when there is nothing to replay */
  overview(): TraceOverview {
    const { spec, reading, usable, firstUs, latestUs, used, lastUsedUs, accounts, endpoints } = this;
    const bad = this.firstBad === undefined ? undefined : `${describeBadRow(this.firstBad)}. ${whatToDo(this.firstBad, spec)}`;
    return overviewOf(spec, {
      reading,
      usable,
      firstUs,
      latestUs,
      used,
      lastUsedUs,
      accounts: accounts.size,
      endpoints: endpoints.size,
      firstBad: bad,
      others: this.others,
    });
  }

  private skip(reason: string, line: number, unusable: boolean): void {
    const seen = this.skipped.get(reason);
    if (seen === undefined) this.skipped.set(reason, { reason, rows: 1, firstLine: line, unusable });
    else seen.rows++;
  }
}

/** @throws TraceError when there is nothing to replay, or no end to it */
export function overviewOf(spec: TraceSpec, counts: TraceCounts): TraceOverview {
  const { reading, usable, used, firstUs, lastUsedUs, accounts, endpoints } = counts;
  if (used === 0) throw new TraceError(`trace ${spec.file}: ${whyNothing(spec, counts)}`);
  const periodUs = spec.loop === 1 ? 0 : periodUsOf(spec, counts);
  const originUs = firstUs + (spec.slice?.fromUs ?? 0);
  const lastUs = (spec.fromUs ?? 0) + Math.round((lastUsedUs - originUs + (spec.loop - 1) * periodUs) / spec.speed);
  if (lastUs > LONGEST_US)
    throw new TraceError(
      `trace ${spec.file}: expected its replay to take at most 35 years; with loop ${spec.loop} and speed ${spec.speed} it would take longer`,
    );
  return { ...reading, used, outside: usable - used, lastUs, accounts, endpoints, firstUs, periodUs };
}

/** A slice has a length. Without one the seam is as long as the mean gap between arrivals, so that the mean rate stays. */
function periodUsOf(spec: TraceSpec, { firstUs, latestUs, used }: TraceCounts): number {
  if (spec.slice !== undefined) return spec.slice.toUs - spec.slice.fromUs;
  const lengthUs = latestUs - firstUs;
  if (lengthUs > 0) return lengthUs + Math.max(1, Math.round(lengthUs / (used - 1)));
  throw new TraceError(
    `trace ${spec.file}: expected arrivals at more than one instant, because it is to be repeated (loop: ${spec.loop}); a recording of one instant has no length, but a slice gives it one`,
  );
}

function whyNothing({ slice }: TraceSpec, { reading, usable, firstUs, latestUs, firstBad, others }: TraceCounts): string {
  if (usable > 0 && slice !== undefined && slice.fromUs <= latestUs - firstUs) return 'expected arrivals in the slice, but there are none';
  if (usable > 0) return `expected arrivals in the slice, but the recording ends ${(latestUs - firstUs) / 1e6}s after its first arrival`;
  const why = reading.skipped.map((one) => `${one.rows} rows: ${one.reason}`).join('; ');
  const holds = [...(others ?? [])].map(([column, values]) => `; "${column}" holds ${someOf(values)}`).join('');
  return `no row can be used${why === '' ? ' (it has no data rows); export the recording again' : ` (${why})`}${holds}${firstBad === undefined ? '' : `; ${firstBad}`}`;
}

/** `"FAILED", "SUCCEED" and others` */
function someOf(values: ReadonlySet<string>): string {
  const shown = [...values].slice(0, MOST_VALUES).map((value) => (value === '' ? 'nothing' : showValue(value)));
  return `${shown.join(', ')}${values.size > MOST_VALUES ? ' and others' : ''}`;
}

/** @param sinceFirstUs since the first arrival, at the recorded speed */
export function isInSlice({ slice }: TraceSpec, sinceFirstUs: number): boolean {
  return slice === undefined || (sinceFirstUs >= slice.fromUs && sinceFirstUs < slice.toUs);
}

function adviceOn(row: BadRow, spec: TraceSpec): string {
  const leaveOut = row.bends === true ? '' : '; or leave such rows out, counted and shown, with badRows: skip in a scenario, --bad-rows skip on a command line';
  return `${whatToDo(row, spec)}${leaveOut}`;
}

function whatToDo({ reason, advice }: BadRow, spec: TraceSpec): string {
  if (advice !== undefined) return advice;
  if (reason.includes('out of order')) return `Memory is bounded, so it cannot be put in its place: sort the file by column "${spec.arrivalColumn}" first`;
  if (reason.startsWith(`"${spec.arrivalColumn}"`)) return 'Expected a timestamp such as 2024-11-15 16:57:50, or seconds such as 12.5';
  return 'Correct it';
}
