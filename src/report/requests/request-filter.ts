/** What a row says, by the letter that a filter asks for it with. */
export interface FilteredRow {
  /** State: why it is listed, and how it ended. */
  readonly s: string;
  readonly k: string;
  readonly e: string;
  readonly a: string;
  readonly m: string;
  readonly v: string;
  /** Everything that can be read in the row. */
  readonly text: string;
}

/** Letters of the filter, and what they stand for. */
export const FILTER_FIELDS = { s: 'state', k: 'key', e: 'endpoint', a: 'account', m: 'mode', v: 'variant' } as const;
type Field = keyof typeof FILTER_FIELDS;

interface Term {
  readonly field: Field | 'text';
  /** One of these must be in it. */
  readonly words: readonly string[];
  readonly negated: boolean;
}

/**
 * Reads `s:failed k:k1 e:flux !text`: every term must hold, `!` turns one round, `,` stands for "or", quotes keep blanks
 * together. Case does not matter. A letter that is none of ours is plain text.
 */
export function requestFilter(text: string): (row: FilteredRow) => boolean {
  const terms = termsOf(text);
  return (row) => terms.every(({ field, words, negated }) => words.some((word) => row[field].toLowerCase().includes(word)) !== negated);
}

function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  for (const [, not, letter, quoted, plain] of text.matchAll(/(!?)(?:([a-z]):)?(?:"([^"]*)"?|([^\s"]*))/gi)) {
    const field = fieldOf(letter);
    const value = quoted ?? plain ?? '';
    const words = quoted === undefined && field !== 'text' ? value.split(',') : [field === 'text' && letter !== undefined ? `${letter}:${value}` : value];
    const wanted = words.map((word) => word.trim().toLowerCase()).filter((word) => word !== '');
    if (wanted.length > 0) terms.push({ field, words: wanted, negated: not === '!' });
  }
  return terms;
}

function fieldOf(letter: string | undefined): Term['field'] {
  const field = letter?.toLowerCase();
  return field !== undefined && Object.hasOwn(FILTER_FIELDS, field) ? (field as Field) : 'text';
}
