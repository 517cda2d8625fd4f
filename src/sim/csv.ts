import { headerFirst } from './csv-delimiter.js';

/** Text that is no CSV or no NDJSON. */
export class TableError extends Error {
  override readonly name = 'TableError';
}

const LONGEST_FIELD = 1_000_000;

/**
 * Rows of a CSV text (RFC 4180: quoted fields, doubled quotes, line breaks inside quotes) that arrives in chunks. Tabs or
 * semicolons stand for the commas where the header has no comma. Memory: one row.
 */
export function* csvRows(chunks: Iterable<string>): Generator<{ readonly line: number; readonly fields: readonly string[] }> {
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  /** The last character inside quotes was a quote: it ends the field, or is the first half of a doubled one. */
  let closing = false;
  let line = 1;
  let startLine = 1;
  let started = false;
  let quotedSince = 1;
  for (const { chunk, delimiter } of headerFirst(chunks)) {
    if (field.length > LONGEST_FIELD)
      throw new TableError(`line ${quoted ? quotedSince : line}: a field of more than ${LONGEST_FIELD} characters; is a quote not closed?`);
    /** Where the chunk's next quote is, and what of the chunk has been searched for one. */
    let quoteAt = -1;
    for (let i = 0; i < chunk.length; i++) {
      if (!started && field === '') {
        // Most rows have no quotes: those are cut in one go, as long as the whole row lies in the chunk.
        if (quoteAt < i) quoteAt = placeOf('"', chunk, i);
        const end = chunk.indexOf('\n', i);
        if (end >= 0 && end < quoteAt) {
          const row = withoutMarks(chunk.slice(i, end));
          if (row !== '') yield { line, fields: row.split(delimiter) };
          startLine = ++line;
          i = end;
          continue;
        }
      }
      const char = chunk[i] as string;
      if (quoted) {
        if (closing && char === '"') {
          field += '"';
          closing = false;
          continue;
        }
        if (!closing) {
          if (char === '"') closing = true;
          else field += char;
          if (char === '\n') line++;
          continue;
        }
        quoted = false;
        closing = false;
      }
      if (char === '"' && field === '') {
        quoted = true;
        quotedSince = line;
        started = true;
      } else if (char === delimiter) {
        fields.push(field);
        field = '';
        started = true;
      } else if (char === '\n') {
        line++;
        if (started || field !== '') yield { line: startLine, fields: [...fields, field] };
        fields = [];
        field = '';
        started = false;
        startLine = line;
      } else if (char !== '\r' && char !== '\uFEFF') {
        field += char;
      }
    }
  }
  if (quoted && !closing) throw new TableError(`line ${quotedSince}: a quote is opened and not closed before the end of the file`);
  if (started || field !== '') yield { line: startLine, fields: [...fields, field] };
}

/** Beyond the end: nowhere. */
function placeOf(char: string, text: string, from: number): number {
  const at = text.indexOf(char, from);
  return at < 0 ? text.length : at;
}

/** What stands outside quotes and means nothing: half of a line break of Windows, a byte order mark. */
function withoutMarks(row: string): string {
  return row.includes('\r') || row.includes('\uFEFF') ? row.replace(/[\r\uFEFF]/g, '') : row;
}
