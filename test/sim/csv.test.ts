import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows } from '../../src/sim/csv.js';
import { holds } from '../helpers/properties.js';

const fieldsOf = (...chunks: string[]): string[][] => [...csvRows(chunks)].map(({ fields }) => [...fields]);

describe('CSV', () => {
  it.each([
    [
      'plain rows',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no line break at the end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'line breaks of Windows',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty fields',
      ',\n,,x\n',
      [
        ['', ''],
        ['', '', 'x'],
      ],
    ],
    ['empty lines, which are no rows', 'a\n\n\r\nb\n', [['a'], ['b']]],
    ['commas and breaks inside quotes', '"a,b","c\nd","e\r\nf"\n', [['a,b', 'c\nd', 'e\r\nf']]],
    ['doubled quotes', '"say ""hi""",""""\n', [['say "hi"', '"']]],
    ['an empty quoted field', '""\n"",x\n', [[''], ['', 'x']]],
    ['a quote in the middle of a plain field', 'a"b,c\n', [['a"b', 'c']]],
    [
      'a byte order mark',
      '\uFEFFa,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['nothing', '', []],
  ])('reads %s', (_, text, expected) => expect(fieldsOf(text)).toEqual(expected));

  it('numbers each row by the line it begins on', () => {
    expect([...csvRows(['a\n"x\ny"\n\nb\n'])].map(({ line, fields }) => [line, fields[0]])).toEqual([
      [1, 'a'],
      [2, 'x\ny'],
      [5, 'b'],
    ]);
  });

  const field = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ' ', 'é', '😀'), maxLength: 6 });
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  const write = (rows: readonly (readonly string[])[], eol: string): string =>
    rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join(eol) + eol;

  it('gives back every table that was written with quotes', () => {
    holds(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, eol) => {
        expect(fieldsOf(write(rows, eol))).toEqual(rows);
      }),
      300,
    );
  });

  it('gives the same rows wherever the text is cut into chunks', () => {
    const text = fc.oneof(
      table.map((rows) => write(rows, '\r\n')),
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r'), maxLength: 25 }),
    );
    holds(
      fc.property(text, (whole) => {
        const expected = rowsOrComplaint([whole]);
        expect(rowsOrComplaint(whole)).toEqual(expected);
        for (let cut = 0; cut <= whole.length; cut++) expect(rowsOrComplaint([whole.slice(0, cut), '', whole.slice(cut)])).toEqual(expected);
      }),
      200,
    );
  });

  it('reads any text as a reader does that looks at one character at a time', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ',', ',', '"', '\n', '\n', '\r', '\uFEFF', ' '), maxLength: 40 });
    holds(
      fc.property(text, (whole) => {
        // One character a chunk: no row lies whole in one, so none is cut in one go.
        expect(rowsOrComplaint([whole])).toEqual(rowsOrComplaint([...whole]));
      }),
      2_000,
    );
  });

  it('refuses a quote that is never closed, instead of swallowing the rest, and names the line where it opens', () => {
    expect(() => [...csvRows(['a,b\n1,2\n3,"4\n5,6\n'])]).toThrow('line 3: a quote is opened and not closed');
  });
});

function rowsOrComplaint(chunks: Iterable<string>): unknown {
  try {
    return [...csvRows(chunks)];
  } catch (error) {
    return (error as Error).message;
  }
}
