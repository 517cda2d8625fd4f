import { showValue } from '../scenario/problems.js';
import { csvRows, TableError } from './csv.js';
import { isNdjson, recordedText } from './recorded-text.js';
import { TraceError, type TraceSource } from './table.js';
import { parseTimestampUs } from './timestamps.js';

/** What a column of a file is called, and what its first row holds. */
export interface ColumnSample {
  readonly name: string;
  readonly value: string;
}

/** The columns of a file, with the values of its first row. @throws TraceError for a file that is no table */
export function columnsIn(file: string, source: TraceSource): ColumnSample[] {
  try {
    return isNdjson(file) ? keysOfFirstLine(file, source) : headerAndFirstRow(file, source);
  } catch (error) {
    if (error instanceof TableError) throw new TraceError(`trace ${file}, ${error.message}`);
    throw error;
  }
}

function headerAndFirstRow(file: string, source: TraceSource): ColumnSample[] {
  const rows = csvRows(recordedText(file, source));
  const header = rows.next();
  if (header.done === true) throw new TraceError(`trace ${file}: expected a header line with column names, but the file is empty; export the recording again`);
  const first = rows.next();
  rows.return(undefined);
  const values = first.done === true ? [] : first.value.fields;
  return header.value.fields.map((name, place) => ({ name: name.trim(), value: (values[place] ?? '').trim() }));
}

function keysOfFirstLine(file: string, source: TraceSource): ColumnSample[] {
  let text = '';
  for (const chunk of recordedText(file, source)) {
    text += chunk;
    if (text.trimStart().includes('\n')) break;
  }
  // A byte order mark is a blank too.
  const line = text.trimStart().split('\n')[0] ?? '';
  if (line === '') throw new TraceError(`trace ${file}: expected one JSON object a line, but the file is empty; export the recording again`);
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.entries(value).map(([name, cell]) => ({ name, value: typeof cell === 'object' ? '' : String(cell) }));
  } catch {
    // Said below, as of any other line that is no object.
  }
  throw new TraceError(`trace ${file}, line 1: expected a JSON object, got ${showValue(line.slice(0, 80))}`);
}

const ARRIVAL_NAMES = /time|date|created?|arriv|start|submit|^at$|^ts$/i;
const SERVICE_NAMES = /exec|service|duration|latency|elapsed|seconds|_ms$|_s$|runtime|took/i;

/** Columns that look like arrivals: those with a fitting name first. */
export function arrivalColumnsAmong(columns: readonly ColumnSample[]): string[] {
  const instants = columns.filter(({ value }) => parseTimestampUs(value) !== undefined);
  const written = instants.filter(({ value }) => /\D/.test(value.replace('.', '')));
  return named(ARRIVAL_NAMES, written.length > 0 ? written : instants);
}

/** Columns that look like service times: numbers, those with a fitting name first. */
export function serviceColumnsAmong(columns: readonly ColumnSample[]): string[] {
  return named(
    SERVICE_NAMES,
    columns.filter(({ value }) => value !== '' && Number.isFinite(Number(value))),
  );
}

function named(pattern: RegExp, columns: readonly ColumnSample[]): string[] {
  const fits = columns.filter(({ name }) => pattern.test(name));
  return (fits.length > 0 ? fits : columns).slice(0, 5).map(({ name }) => name);
}
