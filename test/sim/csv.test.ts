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
    [
      'semicolons, where the header has no comma',
      'a;"b;c"\r\n"1;5";2,5\r\n',
      [
        ['a', 'b;c'],
        ['1;5', '2,5'],
      ],
    ],
    [
      'tabs, where the header has no comma',
      '\uFEFFa\tb; c\n"1\t2"\t"say ""hi"""\n',
      [
        ['a', 'b; c'],
        ['1\t2', 'say "hi"'],
      ],
    ],
    [
      'commas, where the header has one outside quotes',
      'a;b,c\n1;2,3\n',
      [
        ['a;b', 'c'],
        ['1;2', '3'],
      ],
    ],
    [
      'semicolons, where commas and breaks of the header are all in quotes',
      '\n"a, ""b""\nc";d\n1;2\n',
      [
        ['a, "b"\nc', 'd'],
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
  const write = (rows: readonly (readonly string[])[], eol: string, between = ','): string =>
    rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(between)).join(eol) + eol;

  it('gives back every table that was written with quotes', () => {
    holds(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.constantFrom(',', ';', '\t'), (rows, eol, between) => {
        expect(fieldsOf(write(rows, eol, between))).toEqual(rows);
      }),
      300,
    );
  });

  it('gives the same rows wherever the text is cut into chunks', () => {
    const text = fc.oneof(
      table.map((rows) => write(rows, '\r\n')),
      table.map((rows) => write(rows, '\n', ';')),
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r'), maxLength: 25 }),
      fc.string({ unit: fc.constantFrom('a', ';', '\t', '"', '\n', '\r', '\uFEFF'), maxLength: 25 }),
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

  it('holds no more of what has no line break than a field may be long', () => {
    let read = 0;
    const endless = function* (): Generator<string> {
      for (; read < 100; read++) yield 'x'.repeat(100_000);
    };
    expect(() => [...csvRows(endless())]).toThrow('line 1: a field of more than 1000000 characters');
    expect(read).toBeLessThan(20);
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
