import { TableError } from './csv.js';
import { foreignKind } from './foreign-kinds.js';
import type { TraceSource } from './table.js';

/** What a file is shows within so many characters. */
const LOOKED_AT = 512;

/** Everything else is read as CSV. */
export function isNdjson(file: string): boolean {
  return /\.(ndjson|jsonl)$/i.test(file);
}

/**
 * The text of a recording as it comes. What is no text is refused before anybody reads rows in it, and so is what is written
 * in no way that we read: else all its rows would be bad ones, and where those are left out a few of them might pass.
 * @throws TableError
 */
export function* recordedText(file: string, source: TraceSource): Generator<string> {
  let beginning = '';
  let passed = 0;
  for (const chunk of source(file)) {
    if (beginning.length < LOOKED_AT) {
      beginning += chunk.slice(0, LOOKED_AT);
      const found = foreignKind(beginning, isNdjson(file));
      if (found !== undefined) throw new TableError(`line 1: ${found}`);
    }
    const nul = chunk.indexOf('\0');
    if (nul >= 0) throw new TableError(`line ${lineAt(source(file), passed + nul)}: expected text, got a NUL byte: ${nulAdvice(passed + nul)}`);
    passed += chunk.length;
    yield chunk;
  }
}

/** @param place characters before it */
function nulAdvice(place: number): string {
  if (place < LOOKED_AT) return 'a binary file is to be exported as CSV, and text in UTF-16 becomes readable with iconv -f UTF-16 -t UTF-8 FILE > requests.csv';
  return "a crash leaves such holes in a log; take them out: tr -d '\\000' < FILE > requests.csv";
}

/** @param place characters before it */
function lineAt(chunks: Iterable<string>, place: number): number {
  let line = 1;
  let left = place;
  for (const chunk of chunks) {
    for (let at = chunk.indexOf('\n'); at >= 0 && at < left; at = chunk.indexOf('\n', at + 1)) line++;
    left -= chunk.length;
    if (left <= 0) break;
  }
  return line;
}
