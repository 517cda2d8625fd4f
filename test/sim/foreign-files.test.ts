import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlookTrace, TraceError, type TraceSource } from '../../src/sim/trace.js';
import { columnsIn } from '../../src/sim/trace-header.js';
import { holds } from '../helpers/properties.js';
import { traceSpec } from '../helpers/scenario.js';

const TABLE = 'at,seconds\n2024-11-15 16:57:50,5\n2024-11-15 16:57:52,6\n';
const ARRAY = JSON.stringify([{ at: 1 }, { at: 2 }], null, 1);

/** As files are read: bytes that are no UTF-8 become U+FFFD, a byte order mark of UTF-8 goes. */
const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What whoever brings the file is told, however it is asked for and whatever becomes of bad rows. */
function refusal(file: string, text: string): string {
  const source: TraceSource = () => [text];
  const said = new Set<string>();
  const ways = [
    () => overlookTrace(traceSpec({ file }), source),
    () => overlookTrace(traceSpec({ file, badRows: 'skip' }), source),
    () => columnsIn(file, source),
  ];
  for (const way of ways) {
    try {
      way();
      said.add('it was taken');
    } catch (error) {
      expect(error).toBeInstanceOf(TraceError);
      said.add((error as Error).message);
    }
  }
  return [...said].join('\n');
}

const bytes = (...parts: (string | readonly number[])[]): string => decoded(Buffer.concat(parts.map((part) => Buffer.from(part as string))));

describe('a file that is no recording is told by what it is, with the way out', () => {
  const expected = 'trace requests.csv, line 1: expected a table as text (CSV with a header line), got';

  it.each([
    ['gzip', decoded(gzipSync(TABLE)), 'a file compressed with gzip: gunzip -c FILE > requests.csv'],
    ['zstd', bytes([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58]), 'a file compressed with zstd: zstd -dc'],
    ['bzip2', bytes('BZh91AY&SY', [0xd8, 0x72]), 'a file compressed with bzip2: bunzip2 -c'],
    ['xz', bytes([0xfd], '7zXZ', [0, 0, 4]), 'a file compressed with xz: xz -dc'],
    ['Parquet', bytes('PAR1', [0x15, 0x04, 0x15, 0x80]), 'a Parquet file: duckdb -c'],
    ['Avro', bytes('Obj', [1, 4, 0x16]), 'a file of columns (ORC, Avro or Arrow): export it as CSV'],
    [
      'xlsx',
      bytes('PK', [3, 4, 0x14, 0], deflateRawSync(TABLE).toString('latin1')),
      'a ZIP file, as spreadsheets (.xlsx, .ods) are too: save the sheet as CSV',
    ],
    ['xls', bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]), 'a spreadsheet of an old Excel (.xls): save the sheet as CSV'],
    ['SQLite', bytes('SQLite format 3', [0, 0x10, 0]), 'an SQLite database: sqlite3 -csv -header'],
    ['PNG', bytes([0x89], 'PNG\r\n', [0x1a], '\n', [0, 0, 0, 13]), 'a picture: name the recording itself'],
    ['PDF', '%PDF-1.7\n', 'a PDF: '],
    ['UTF-16', decoded(Buffer.from(`\uFEFF${TABLE}`, 'utf16le')), 'UTF-16: iconv -f UTF-16LE -t UTF-8 FILE > requests.csv'],
    ['UTF-16 without a mark', decoded(Buffer.from(TABLE, 'utf16le')), 'UTF-16: iconv -f UTF-16LE'],
    ['UTF-16, big-endian', decoded(Buffer.from(`\uFEFF${TABLE}`, 'utf16le').swap16()), 'UTF-16 (big-endian): iconv -f UTF-16BE'],
    ['an error page', '\n<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>\n', 'a web page (HTML): it may be the error page of a download'],
    ['XML', '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>\n', 'XML: '],
    ['a JSON array', ARRAY, "a JSON array: one object a line is read from .ndjson: jq -c '.[]' FILE > requests.ndjson"],
    ['an error in JSON', '{"error": "not found"}', 'JSON: one object a line is read from files whose name ends in .ndjson'],
  ])('%s', (_, text, is) => {
    const message = refusal('requests.csv', text);
    expect(message.startsWith(`${expected} ${is}`), message).toBe(true);
    expect(message).not.toMatch(/[\n\0]/);
  });

  it.each([
    ['an array on one line', JSON.stringify([{ at: 1 }, { at: 2 }]), "a JSON array: jq -c '.[]' FILE > requests.ndjson"],
    ['an array over several lines', `\uFEFF\n${ARRAY}`, "a JSON array: jq -c '.[]' FILE > requests.ndjson"],
    ['one object over several lines', JSON.stringify({ requests: [{ at: 1 }] }, null, 2), 'an object over several lines: jq -c . FILE'],
    ['gzip', decoded(gzipSync('{"at":1}\n')), 'a file compressed with gzip'],
  ])('%s, where one object a line is expected', (_, text, is) => {
    const message = refusal('requests.ndjson', text);
    expect(message.startsWith(`trace requests.ndjson, line 1: expected one JSON object a line (NDJSON), got ${is}`), message).toBe(true);
  });

  it.each(['requests.csv', 'requests.ndjson'])('bytes that no text has, with their line, and the hole of a crash in a table with its own: %s', (file) => {
    expect(refusal(file, 'a,b\n1\0,2\n')).toBe(
      `trace ${file}, line 2: expected text, got a NUL byte: a binary file is to be exported as CSV, and text in UTF-16 becomes readable with iconv -f UTF-16 -t UTF-8 FILE > requests.csv`,
    );
    const row = file.endsWith('csv') ? '5\n' : '{"at":5}\n';
    const chunks = [file.endsWith('csv') ? 'at\n' : row, ...Array.from({ length: 400 }, () => row), `${row}${row}\0\0\0${row}`, row];
    expect(() => overlookTrace(traceSpec({ file, badRows: 'skip' }), () => chunks)).toThrow(
      `trace ${file}, line 404: expected text, got a NUL byte: a crash leaves such holes in a log; take them out: tr -d '\\000' < FILE > requests.csv`,
    );
  });

  it('whatever its bytes are: always in one line that a terminal can show', () => {
    const word = fc.constantFrom(
      'PK\u0003\u0004',
      'PAR1',
      '[',
      '{',
      '"',
      '<html>',
      '\0',
      '\u001B[31m',
      '\u202E',
      '\n',
      '\r',
      ';',
      '\t',
      'at',
      ',',
      '5',
      'x'.repeat(300),
    );
    const text = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map(decoded),
      fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
    );
    holds(
      fc.property(fc.constantFrom('x.csv', 'x.ndjson'), text, fc.constantFrom('skip', 'error'), (file, whole, badRows) => {
        let message = '';
        try {
          overlookTrace(traceSpec({ file, badRows }), () => [whole]);
        } catch (error) {
          expect(error).toBeInstanceOf(TraceError);
          message = (error as Error).message;
        }
        expect(message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(message.length).toBeLessThan(2_000);
      }),
      1_000,
    );
  });
});

describe('a table stays one', () => {
  it.each([
    ['a column that is called as a format is', 'PAR1,at\n1,5\n'],
    ['a column that is called as an archive is', 'PK,at\n1,5\n'],
    ['columns in angle brackets', '<TICKER>,at\n1,5\n'],
    ['columns in square brackets', '[x],at\n1,5\n'],
    ['text of which some is no UTF-8', `${decoded(Uint8Array.of(0xe9, 0xe8, 0xe0))},at\n1,5\n`],
  ])('%s', (_, text) => expect(overlookTrace(traceSpec(), () => [text]).used).toBe(1));

  it('is read as it comes, without waiting for more of it', () => {
    const source: TraceSource = function* () {
      yield 'at\n5\n6\n';
      throw new Error('expected nobody to read on');
    };
    expect(columnsIn('x.csv', source)).toEqual([{ name: 'at', value: '5' }]);
  });
});
