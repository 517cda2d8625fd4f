import { describe, expect, it } from 'vitest';
import { sampledValuesUs } from '../../src/sim/samples.js';
import { overlookTrace, replayTrace, type TraceSource } from '../../src/sim/trace.js';
import { columnsIn } from '../../src/sim/trace-header.js';
import { traceSpec } from '../helpers/scenario.js';
import { S } from '../helpers/world.js';

const text =
  (...lines: string[]): TraceSource =>
  () => [`${lines.join('\r\n')}\r\n`];

const SPEC = traceSpec({ serviceColumn: 'seconds', accountColumn: 'who' });
const SKIPPING = traceSpec({ ...SPEC, badRows: 'skip' });

describe('a table of another country', () => {
  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('with %s between its columns is read as one with commas, quotes included', (_, between) => {
    const rows = [
      ['\uFEFF"who"', 'at', 'seconds'],
      [`"Ann${between} Bob"`, '2024-11-15 16:57:50', '"2.5"'],
      ['Bob', '2024-11-15T16:57:52+00:00', '1'],
    ];
    const source = text(...rows.map((row) => row.join(between)));
    expect([...replayTrace(SPEC, source, overlookTrace(SPEC, source))]).toMatchObject([
      { atUs: 0, serviceUs: 2.5 * S, account: `Ann${between} Bob` },
      { atUs: 2 * S, serviceUs: S, account: 'Bob' },
    ]);
    expect(columnsIn('x.csv', source).map(({ name }) => name)).toEqual(['who', 'at', 'seconds']);
    expect(() => overlookTrace(traceSpec({ arrivalColumn: 'when' }), source)).toThrow('expected a column "when", but the header has: "who", "at", "seconds"');
  });

  it.each(['2,5', '-2,5', '1.234,5', '1,234.5', '1,234,567'])('that writes the number %j is refused, even where bad rows are left out', (number) => {
    const source = text('at;seconds;who', '0;1;ann', `1;${number};ann`);
    for (const spec of [SPEC, SKIPPING]) {
      expect(() => overlookTrace(spec, source)).toThrow(
        `trace requests.csv, line 3: "seconds" has a comma in its number, got "${number}". Expected a point before the decimals and nothing between thousands`,
      );
      expect(() => overlookTrace(spec, source)).not.toThrow('badRows: skip');
    }
    const samples = { kind: 'samples', file: 'requests.csv', column: 'seconds', unitUs: S } as const;
    expect(() => sampledValuesUs(samples, source)).toThrow(
      /line 3: expected a number above 0 in column "seconds", got ".*"\. Expected a point before the decimals/,
    );
  });

  it('that writes instants as 12,5 is refused in the same way', () => {
    expect(() => overlookTrace(traceSpec({ badRows: 'skip' }), text('at;who', '12,5;ann'))).toThrow('line 2: "at" has a comma in its number, got "12,5"');
  });

  it('that separates decimals and columns by commas is no table: nobody reads 2 where 2,5 stands', () => {
    const source = text('at,seconds', '0,1', '1,2,5', '2,3,', '3,1, ');
    const spec = traceSpec({ serviceColumn: 'seconds' });
    expect(() => overlookTrace(spec, source)).toThrow(
      'trace requests.csv, line 3: the row has more fields than the header. Put fields in quotes that hold what separates columns, and write decimals with a point; or leave such rows out',
    );
    expect(overlookTrace({ ...spec, badRows: 'skip' }, source)).toMatchObject({
      used: 3,
      skipped: [{ reason: 'the row has more fields than the header', rows: 1, firstLine: 3 }],
    });
  });

  it.each(['11/16/2023 18:17:03', '3/4/2024', '16.11.2023 18:17:03', '16-11-2023', '3/4/24 5:06 PM', '2024/11/16 18:17:03'])(
    'that writes the day as %j is refused, for months and days cannot be told apart',
    (date) => {
      const advice =
        /Expected ISO 8601 such as 2024-11-15 16:57:50 \(UTC\) .* or seconds, milli-, micro- or nanoseconds since 1970: which number is the month here depends on the country/;
      const refusal = `line 2: "at" is no timestamp, got "${date}". Expected ISO 8601`;
      expect(() => overlookTrace(traceSpec(), text('at', date))).toThrow(`trace requests.csv, ${refusal}`);
      // Where bad rows are left out and nothing is left, the first of them says why.
      const nothingLeft = (): unknown => overlookTrace(traceSpec({ badRows: 'skip' }), text('at', date, date));
      expect(nothingLeft).toThrow(`trace requests.csv: no row can be used (2 rows: "at" is no timestamp); ${refusal}`);
      expect(nothingLeft).toThrow(advice);
      expect(nothingLeft).not.toThrow('badRows: skip');
    },
  );

  it.each([
    ['1.73169E+12', 'A spreadsheet has shortened the number'],
    ['2024-11-15', 'Expected the time of day too'],
    ['soon', 'Expected a timestamp such as 2024-11-15 16:57:50, or seconds such as 12.5'],
  ])('that has %j for an instant says what is missing', (came, advice) => {
    expect(() => overlookTrace(traceSpec(), text('at', came))).toThrow(`line 2: "at" is no timestamp, got "${came}". ${advice}`);
  });
});

describe('a header without the column', () => {
  it.each([
    ['that looks like a row', ['2024-11-15 16:57:50,5', '2024-11-15 16:57:52,6'], 'that looks like a row: put a line with the names of the columns on top'],
    ['behind a note to a spreadsheet', ['sep=;', 'at;seconds', '1;2'], 'the first line is a note to a spreadsheet: tail -n +2 FILE'],
    ['in an old encoding', ['pr\uFFFDnom,quand', 'x,1'], 'the file is no UTF-8: iconv -f WINDOWS-1252 -t UTF-8 FILE'],
    ['separated by bars', ['at|seconds', '1|2'], "expected commas, tabs or semicolons between columns: tr '|' ',' < FILE > requests.csv"],
    ['separated by blanks', ['at seconds', '1 2'], 'expected commas, tabs or semicolons between columns'],
  ])('%s says so', (_, lines, advice) => {
    expect(() => overlookTrace(SPEC, text(...lines))).toThrow(/trace requests\.csv: expected a column "at", but the header has: /);
    expect(() => overlookTrace(SPEC, text(...lines))).toThrow(`; ${advice}`);
  });
});
