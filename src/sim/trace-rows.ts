import type { TraceSpec, WantedValues } from '../scenario/arrival-types.js';
import { adviceOnInstant, hasDecimalComma, POINT_ADVICE } from './cell-advice.js';
import { type BadRow, type Row, type TraceSource, tableRows } from './table.js';
import { parseTimestampUs } from './timestamps.js';

export interface TraceRow {
  readonly line: number;
  /** µs: on the recording's own clock, or since the replay began at its speed. */
  readonly atUs: number;
  /** NaN when the trace has no service column. */
  readonly serviceUs: number;
  readonly account: string;
  readonly endpoint: string;
}

/** A row that the trace's `where` leaves out. */
export interface UnwantedRow {
  readonly line: number;
  /** Without values, so that rows can be counted by it. */
  readonly unwanted: string;
  /** The column that holds something else, and what. */
  readonly column: string;
  readonly came: string;
}

/** Hears of rows that are not passed on as they stand. */
export interface RowReport {
  /** A row was read, whatever becomes of it. */
  read(): void;
  bad(row: BadRow): void;
  /** A row is none of those that are asked for. */
  leftOut(row: UnwantedRow): void;
  /** A row stood after a later one and was put in its place. */
  reordered(): void;
}

/** The usable rows of a trace in order of arrival. Memory: `window` rows, which may be out of order by so many places. */
export function* rowsInOrder(spec: TraceSpec, source: TraceSource, window: number, report: RowReport): Generator<TraceRow> {
  const waiting = new WaitingRows();
  let passedUs = Number.NEGATIVE_INFINITY;
  for (const row of parsedRows(spec, source)) {
    report.read();
    if ('reason' in row) {
      report.bad(row);
    } else if ('unwanted' in row) {
      report.leftOut(row);
    } else if (row.atUs < passedUs) {
      report.bad({ line: row.line, reason: `the arrival is out of order by more than ${window} rows`, came: undefined });
    } else {
      if (waiting.insert(row)) report.reordered();
      if (waiting.count <= window) continue;
      const next = waiting.take();
      passedUs = next.atUs;
      yield next;
    }
  }
  while (waiting.count > 0) yield waiting.take();
}

/** Rows sorted by time; rows of one instant keep the order of the file. Most come in order, so the search from the end is short. */
class WaitingRows {
  private readonly rows: TraceRow[] = [];
  /** Rows before this place were taken. */
  private head = 0;

  get count(): number {
    return this.rows.length - this.head;
  }

  /** @returns whether the row was out of order */
  insert(row: TraceRow): boolean {
    const { rows, head } = this;
    let at = rows.length;
    while (at > head && (rows[at - 1] as TraceRow).atUs > row.atUs) at--;
    if (at === rows.length) {
      rows.push(row);
      return false;
    }
    rows.splice(at, 0, row);
    return true;
  }

  take(): TraceRow {
    const row = this.rows[this.head++] as TraceRow;
    if (this.head > this.count + 1_000) {
      this.rows.splice(0, this.head);
      this.head = 0;
    }
    return row;
  }
}

function* parsedRows(spec: TraceSpec, source: TraceSource): Generator<TraceRow | BadRow | UnwantedRow> {
  const { arrivalColumn, serviceColumn, accountColumn, endpointColumn, where = [] } = spec;
  const read = [arrivalColumn, serviceColumn, accountColumn, endpointColumn].filter((column) => column !== undefined);
  const columns = [...where.map(({ column }) => column), ...read];
  for (const row of tableRows(spec.file, columns, source)) yield 'reason' in row ? row : parseRow(spec, where, row);
}

/** Whether a row is wanted is asked first: one that is not may hold anything. */
function parseRow(spec: TraceSpec, where: readonly WantedValues[], { line, cells }: Row): TraceRow | BadRow | UnwantedRow {
  let next = 0;
  for (const { column, values } of where) {
    const came = cells[next++] as string;
    if (!values.includes(came)) return { line, unwanted: `"${column}" is not ${values.join(' or ')}`, column, came };
  }
  const arrival = cells[next++] as string;
  const service = spec.serviceColumn === undefined ? undefined : (cells[next++] as string);
  const account = spec.accountColumn === undefined ? undefined : (cells[next++] as string);
  const endpoint = spec.endpointColumn === undefined ? undefined : (cells[next++] as string);

  const atUs = parseTimestampUs(arrival);
  if (atUs === undefined) return badInstant(line, spec.arrivalColumn, arrival);
  let serviceUs = Number.NaN;
  if (service !== undefined) {
    const written = service === '' ? Number.NaN : Number(service);
    serviceUs = Math.round(written * spec.serviceUnitUs + spec.serviceOffsetUs);
    if (Number.isNaN(written))
      return hasDecimalComma(service) ? decimalComma(line, spec.serviceColumn, service) : badCell(line, spec.serviceColumn, service, 'is no number');
    if (!(written >= 0 && serviceUs > 0 && Number.isSafeInteger(serviceUs))) return badCell(line, spec.serviceColumn, service, 'is no duration above 0');
  }
  if (account === '') return badCell(line, spec.accountColumn, account, '');
  if (endpoint === '') return badCell(line, spec.endpointColumn, endpoint, '');
  return { line, atUs, serviceUs, account: account ?? '', endpoint: endpoint ?? '' };
}

function badInstant(line: number, column: string, came: string): BadRow {
  if (hasDecimalComma(came)) return decimalComma(line, column, came);
  return { ...badCell(line, column, came, came.startsWith('-') ? 'is negative' : 'is no timestamp'), advice: adviceOnInstant(came) };
}

function decimalComma(line: number, column: string | undefined, came: string): BadRow {
  return { ...badCell(line, column, came, 'has a comma in its number'), advice: POINT_ADVICE, bends: true };
}

function badCell(line: number, column: string | undefined, came: string, what: string): BadRow {
  return came === '' ? { line, reason: `"${column ?? ''}" is missing or empty`, came: undefined } : { line, reason: `"${column ?? ''}" ${what}`, came };
}
