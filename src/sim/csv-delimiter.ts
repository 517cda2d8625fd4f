/** No header is longer: what has no line break until then is no table, and is not held any further. */
const LONGEST_HEADER = 1_000_000;

/**
 * What stands between the columns of a CSV, by its header. A comma wins wherever there is one outside quotes. Without any,
 * it is a tab, or the semicolon of spreadsheets of countries that write decimals with a comma.
 * @returns undefined where the text ends before its header does
 */
export function delimiterOf(text: string): string | undefined {
  let quoted = false;
  /** A quote that stands here opens a field, or doubles the one before. */
  let opens = true;
  let isBlank = true;
  let other: string | undefined;
  for (const char of text) {
    if (char === '\r' || char === '\uFEFF') continue;
    if (char === '\n' && !quoted) {
      if (!isBlank) return other ?? ',';
      continue;
    }
    isBlank = false;
    if (char === '"' && (quoted || opens)) {
      quoted = !quoted;
      opens = true;
    } else if (!quoted) {
      if (char === ',') return ',';
      opens = char === '\t' || char === ';';
      if (char === '\t' || (char === ';' && other === undefined)) other = char;
    }
  }
  return undefined;
}

/** The same text, whose first chunk holds the whole header and so shows what stands between its columns. */
export function* headerFirst(chunks: Iterable<string>): Generator<{ readonly chunk: string; readonly delimiter: string }> {
  let delimiter: string | undefined;
  let held = '';
  for (const next of chunks) {
    let chunk = next;
    if (delimiter === undefined) {
      held += next;
      delimiter = delimiterOf(held) ?? (held.length > LONGEST_HEADER ? ',' : undefined);
      if (delimiter === undefined) continue;
      chunk = held;
      held = '';
    }
    yield { chunk, delimiter };
  }
  if (held !== '') yield { chunk: held, delimiter: delimiterOf(`${held}\n`) ?? ',' };
}
