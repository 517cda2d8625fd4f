import { US_PER_SECOND } from '../core/time.js';
import type { TraceSpec } from '../scenario/types.js';
import { CsvError, csvRows } from './csv.js';

/** Rows that may be out of order by at most this many places are put in order; memory is bounded by it. */
export const REORDER_WINDOW = 10_000;

/** Opens a recorded trace from its beginning, as text in chunks. Called twice a run: to look it over, and to replay it. */
export type TraceSource = (file: string) => Iterable<string>;

export interface TraceRow {
  readonly line: number;
  /** µs since the first arrival, at the recorded speed. */
  readonly atUs: number;
  /** NaN when the trace has no service column. */
  readonly serviceUs: number;
  readonly account: string;
  readonly endpoint: string;
}

/** A trace that cannot be replayed at all. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}

export interface TraceOverview {
  readonly rows: number;
  readonly used: number;
  readonly lastUs: number;
  /** Rows that could not be used, by reason, with the first line of each. */
  readonly skipped: readonly { readonly reason: string; readonly rows: number; readonly firstLine: number }[];
  readonly accounts: number;
  readonly endpoints: number;
}

interface Columns {
  readonly arrival: number;
  readonly service: number;
  readonly account: number;
  readonly endpoint: number;
}

/** Reads a trace once without keeping it: how much of it can be used, from when to when. */
export function overlookTrace(spec: TraceSpec, source: TraceSource): TraceOverview & { readonly firstEpochUs: number } {
  const skipped = new Map<string, { reason: string; rows: number; firstLine: number }>();
  const accounts = new Set<string>();
  const endpoints = new Set<string>();
  let rows = 0;
  let used = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const row of parsedRows(spec, source)) {
    rows++;
    if ('reason' in row) {
      const seen = skipped.get(row.reason);
      if (seen === undefined) skipped.set(row.reason, { reason: row.reason, rows: 1, firstLine: row.line });
      else seen.rows++;
      continue;
    }
    used++;
    first = Math.min(first, row.atUs);
    last = Math.max(last, row.atUs);
    accounts.add(row.account);
    endpoints.add(row.endpoint);
  }
  if (used === 0) {
    const why = [...skipped.values()].map((s) => `${s.rows} rows: ${s.reason}`).join('; ');
    throw new TraceError(`trace ${spec.file}: no row can be used${why === '' ? ' (it has no data rows)' : ` (${why})`}`);
  }
  return {
    rows,
    used,
    firstEpochUs: first,
    lastUs: Math.round((last - first) / spec.speed),
    skipped: [...skipped.values()],
    accounts: accounts.size,
    endpoints: endpoints.size,
  };
}

/** The usable rows in order of arrival, from 0 µs on. @throws TraceError when they are out of order beyond the window */
export function* replayTrace(spec: TraceSpec, source: TraceSource, firstEpochUs: number, window = REORDER_WINDOW): Generator<TraceRow> {
  const waiting: TraceRow[] = [];
  let emittedUs = Number.NEGATIVE_INFINITY;
  for (const row of parsedRows(spec, source)) {
    if ('reason' in row) continue;
    const placed: TraceRow = { ...row, atUs: Math.round((row.atUs - firstEpochUs) / spec.speed) };
    if (placed.atUs < emittedUs) {
      throw new TraceError(
        `trace ${spec.file}, line ${row.line}: this arrival is out of order by more than ${window} rows, so it cannot be put in its place with bounded memory. Sort the file by column "${spec.arrivalColumn}" first.`,
      );
    }
    insertInOrder(waiting, placed);
    if (waiting.length > window) {
      const next = waiting.shift() as TraceRow;
      emittedUs = next.atUs;
      yield next;
    }
  }
  yield* waiting;
}

/** Most rows come in order, so the search from the end is short. Equal times keep the order of the file. */
function insertInOrder(waiting: TraceRow[], row: TraceRow): void {
  let at = waiting.length;
  while (at > 0 && (waiting[at - 1] as TraceRow).atUs > row.atUs) at--;
  waiting.splice(at, 0, row);
}

type ParsedRow = TraceRow | { readonly line: number; readonly reason: string };

function* parsedRows(spec: TraceSpec, source: TraceSource): Generator<ParsedRow> {
  let columns: Columns | undefined;
  for (const { line, fields } of checkedRows(spec, source)) {
    if (columns === undefined) {
      columns = findColumns(spec, fields);
      continue;
    }
    yield parseRow(spec, columns, line, fields);
  }
  if (columns === undefined) throw new TraceError(`trace ${spec.file}: expected a header line with column names, but the file is empty`);
}

function* checkedRows(spec: TraceSpec, source: TraceSource): ReturnType<typeof csvRows> {
  try {
    yield* csvRows(source(spec.file));
  } catch (error) {
    if (error instanceof CsvError) throw new TraceError(`trace ${spec.file}, ${error.message}`);
    throw error;
  }
}

function findColumns(spec: TraceSpec, header: readonly string[]): Columns {
  const find = (name: string | undefined): number => {
    if (name === undefined) return -1;
    const at = header.indexOf(name);
    if (at < 0) throw new TraceError(`trace ${spec.file}: expected a column "${name}", but the header has: ${header.slice(0, 20).join(', ')}`);
    return at;
  };
  return { arrival: find(spec.arrivalColumn), service: find(spec.serviceColumn), account: find(spec.accountColumn), endpoint: find(spec.endpointColumn) };
}

function parseRow(spec: TraceSpec, columns: Columns, line: number, fields: readonly string[]): ParsedRow {
  const atUs = parseTimestampUs(fields[columns.arrival] ?? '');
  if (atUs === undefined) return { line, reason: `"${spec.arrivalColumn}" is no timestamp` };
  let serviceUs = Number.NaN;
  if (columns.service >= 0) {
    const text = (fields[columns.service] ?? '').trim();
    serviceUs = text === '' ? Number.NaN : Math.round(Number(text) * spec.serviceUnitUs);
    if (!(serviceUs > 0 && Number.isSafeInteger(serviceUs)))
      return { line, reason: `"${spec.serviceColumn ?? ''}" is no positive number (the work never ended?)` };
  }
  const account = columns.account >= 0 ? (fields[columns.account] ?? '').trim() : '';
  if (columns.account >= 0 && account === '') return { line, reason: `"${spec.accountColumn ?? ''}" is empty` };
  const endpoint = columns.endpoint >= 0 ? (fields[columns.endpoint] ?? '').trim() : '';
  if (columns.endpoint >= 0 && endpoint === '') return { line, reason: `"${spec.endpointColumn ?? ''}" is empty` };
  return { line, atUs, serviceUs, account, endpoint };
}

/** `2024-11-15 16:57:50[.fraction]` (taken as UTC, `T` and `Z` allowed) or a plain number of seconds, in µs. */
export function parseTimestampUs(text: string): number | undefined {
  const trimmed = text.trim();
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d+)?Z?$/.exec(trimmed);
  if (match !== null) {
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
    if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 60) return undefined;
    const seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    return seconds * US_PER_SECOND + Math.round(Number(match[7] ?? 0) * US_PER_SECOND);
  }
  if (!/^\d+(\.\d+)?$/.test(trimmed)) return undefined;
  const us = Math.round(Number(trimmed) * US_PER_SECOND);
  return Number.isSafeInteger(us) ? us : undefined;
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return leap ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the Gregorian calendar, counted from March so that the leap day comes last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}
