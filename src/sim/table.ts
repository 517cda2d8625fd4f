import { showValue } from '../scenario/problems.js';
import { csvRows, TableError } from './csv.js';
import { adviceOnHeader } from './header-advice.js';
import type { KeptTraces } from './kept-traces.js';
import { ndjsonRows } from './ndjson.js';
import { isNdjson, recordedText } from './recorded-text.js';

/** Opens a file of recorded data from its beginning, as text in chunks. Called several times a run, unless it keeps rows. */
export interface TraceSource {
  (file: string): Iterable<string>;
  /** Where rows that were read once are kept for all later runs; undefined: every run reads its traces anew. */
  readonly kept?: KeptTraces | undefined;
}

/** A file of recorded data that cannot be used at all. The message names the file and the line. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}

/** One row: the cells of the wanted columns in their order, '' where the row has none. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A row, or a part of it, that means nothing. */
export interface BadRow {
  readonly line: number;
  /** Without values, so that rows can be counted by it. */
  readonly reason: string;
  /** What came; undefined: nothing. */
  readonly came: string | undefined;
  /** What to do, where the cell shows more than that it is wrong. */
  readonly advice?: string | undefined;
  /** What is left without such rows would say something else: they may not be left out. */
  readonly bends?: boolean | undefined;
}

/**
 * Some columns of a file, row by row: CSV with a header line, or NDJSON (by the endings .ndjson and .jsonl), whose keys
 * are the columns. Memory: one row.
 * @throws TraceError for a file that is no table, or lacks a column
 */
export function* tableRows(file: string, columns: readonly string[], source: TraceSource): Generator<Row | BadRow> {
  try {
    const text = recordedText(file, source);
    yield* isNdjson(file) ? ndjsonRows(text, columns) : csvCells(file, columns, text);
  } catch (error) {
    if (error instanceof TableError) throw new TraceError(`trace ${file}, ${error.message}`);
    throw error;
  }
}

/** `line 7: "at" is no timestamp, got "soon"` */
export function describeBadRow({ line, reason, came }: BadRow): string {
  return `line ${line}: ${reason}${came === undefined ? '' : `, got ${showValue(came)}`}`;
}

function* csvCells(file: string, columns: readonly string[], text: Iterable<string>): Generator<Row | BadRow> {
  let places: readonly number[] | undefined;
  let width = 0;
  for (const { line, fields } of csvRows(text)) {
    if (places === undefined) {
      places = findColumns(file, fields, columns);
      width = fields.length;
    } else if (fields.length > width && fields.some((field, place) => place >= width && field.trim() !== '')) {
      yield { line, reason: 'the row has more fields than the header', came: undefined, advice: WIDE_ADVICE };
    } else {
      yield { line, cells: places.map((place) => (fields[place] ?? '').trim()) };
    }
  }
  if (places === undefined) throw new TraceError(`trace ${file}: expected a header line with column names, but the file is empty; export the recording again`);
}

/** A comma too many moves all that stands behind it: 2,5 would be read as 2. */
const WIDE_ADVICE = 'Put fields in quotes that hold what separates columns, and write decimals with a point';

function findColumns(file: string, header: readonly string[], columns: readonly string[]): number[] {
  const names = header.map((name) => name.trim());
  return columns.map((column) => {
    const at = names.indexOf(column);
    if (at < 0)
      throw new TraceError(
        `trace ${file}: expected a column "${column}", but the header has: ${names.slice(0, 20).map(showValue).join(', ')}${adviceOnHeader(names)}`,
      );
    if (names.indexOf(column, at + 1) >= 0) throw new TraceError(`trace ${file}: expected one column "${column}", but the header has several of that name`);
    return at;
  });
}
