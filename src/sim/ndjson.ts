import { TableError } from './csv.js';
import type { BadRow, Row } from './table.js';

const LONGEST_LINE = 1_000_000;

/** Rows of a text with one JSON object a line, which arrives in chunks. Blank lines are no rows. Memory: one line. @throws TableError */
export function* ndjsonRows(chunks: Iterable<string>, keys: readonly string[]): Generator<Row | BadRow> {
  let line = 0;
  for (const text of linesOf(chunks)) {
    line++;
    if (text.trim() !== '') yield parseLine(text, line, keys);
  }
}

function* linesOf(chunks: Iterable<string>): Generator<string> {
  let rest = '';
  for (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() as string;
    yield* lines;
    if (rest.length > LONGEST_LINE) throw new TableError(`a line of more than ${LONGEST_LINE} characters; is this NDJSON, one object a line?`);
  }
  yield rest;
}

function parseLine(text: string, line: number, keys: readonly string[]): Row | BadRow {
  const object = parseObject(line === 1 ? text.replace(/^\uFEFF/, '') : text);
  if (object === undefined) return { line, reason: 'the line is no JSON object', came: text };
  return { line, cells: keys.map((key) => (Object.hasOwn(object, key) ? cellOf(object[key]) : cellOf(undefined))) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers and texts as they would stand in a CSV; anything else as the JSON it is, which no column accepts. */
function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value).trim();
}
