/** A file that is no recording we read: how its text begins, what it is, and how it becomes one. */
interface ForeignKind {
  readonly begins: RegExp;
  readonly is: string;
  readonly turn: string;
}

// Where such a name could begin a header as well, the character behind it tells: no text has one below a tab there.
// biome-ignore-start lint/suspicious/noControlCharactersInRegex: those of the formats. Bytes that are no UTF-8 have become U+FFFD.
const BINARY: readonly ForeignKind[] = [
  { begins: /^\u001F\uFFFD\u0008/, is: 'a file compressed with gzip', turn: 'gunzip -c FILE > requests.csv' },
  { begins: /^\(\uFFFD\/\uFFFD/, is: 'a file compressed with zstd', turn: 'zstd -dc FILE > requests.csv' },
  { begins: /^BZh[1-9]1AY&SY/, is: 'a file compressed with bzip2', turn: 'bunzip2 -c FILE > requests.csv' },
  { begins: /^\uFFFD7zXZ\0/, is: 'a file compressed with xz', turn: 'xz -dc FILE > requests.csv' },
  {
    begins: /^PAR1[\0-\u0008\u000E-\u001F\uFFFD]/,
    is: 'a Parquet file',
    turn: `duckdb -c "COPY (FROM 'FILE.parquet') TO 'requests.csv'", or export it as CSV`,
  },
  { begins: /^(?:ORC[\0-\u0008\u000E-\u001F\uFFFD]|Obj\u0001|ARROW1\0)/, is: 'a file of columns (ORC, Avro or Arrow)', turn: 'export it as CSV' },
  {
    begins: /^PK[\u0003\u0005]/,
    is: 'a ZIP file, as spreadsheets (.xlsx, .ods) are too',
    turn: 'save the sheet as CSV (UTF-8), or unpack an archive with unzip -p FILE > requests.csv',
  },
  { begins: /^\uFFFD\uFFFD\u0011\u0871\u001A/, is: 'a spreadsheet of an old Excel (.xls)', turn: 'save the sheet as CSV (UTF-8)' },
  { begins: /^SQLite format 3\0/, is: 'an SQLite database', turn: `sqlite3 -csv -header FILE 'SELECT * FROM requests' > requests.csv` },
  { begins: /^(?:\uFFFDPNG\r\n|GIF8[79]a)/, is: 'a picture', turn: 'name the recording itself' },
  { begins: /^%PDF-/, is: 'a PDF', turn: 'ask for the table itself, as CSV' },
  { begins: /^(?:\uFFFD\uFFFD)?(?:[^\0]\0){4}/, is: 'UTF-16', turn: 'iconv -f UTF-16LE -t UTF-8 FILE > requests.csv' },
  { begins: /^(?:\uFFFD\uFFFD)?(?:\0[^\0]){4}/, is: 'UTF-16 (big-endian)', turn: 'iconv -f UTF-16BE -t UTF-8 FILE > requests.csv' },
];
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above

const MARKUP: readonly ForeignKind[] = [
  {
    begins: /^\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b/i,
    is: 'a web page (HTML)',
    turn: 'it may be the error page of a download, see head -c 300 FILE; fetch the recording again',
  },
  { begins: /^\s*<\?xml\b/i, is: 'XML', turn: 'export the recording as CSV' },
];

/** In files that are read as CSV: their ending is not that of NDJSON. */
const JSON_IN_CSV: readonly ForeignKind[] = [
  { begins: /^\s*\[\s*[{[]/, is: 'a JSON array', turn: "one object a line is read from .ndjson: jq -c '.[]' FILE > requests.ndjson" },
  {
    begins: /^\s*\{\s*"/,
    is: 'JSON',
    turn: "one object a line is read from files whose name ends in .ndjson or .jsonl: name it so, or if it is one document, jq -c '.[]' FILE > requests.ndjson",
  },
];

const DOCUMENT_IN_NDJSON: readonly ForeignKind[] = [
  { begins: /^\s*\[/, is: 'a JSON array', turn: "jq -c '.[]' FILE > requests.ndjson" },
  {
    begins: /^\s*\{[ \t\r]*\n/,
    is: 'an object over several lines',
    turn: "jq -c . FILE > requests.ndjson, or where the requests are a list inside it, jq -c '.requests[]' FILE > requests.ndjson",
  },
];

/** What a text seems to be that is no recording, by its beginning. @returns what was expected, what came and what to do; undefined: it may be one */
export function foreignKind(beginning: string, isNdjson: boolean): string | undefined {
  const expected = isNdjson ? 'one JSON object a line (NDJSON)' : 'a table as text (CSV with a header line)';
  const written = isNdjson ? DOCUMENT_IN_NDJSON : JSON_IN_CSV;
  const kind = [...BINARY, ...MARKUP, ...written].find(({ begins }) => begins.test(beginning));
  return kind === undefined ? undefined : `expected ${expected}, got ${kind.is}: ${kind.turn}`;
}
