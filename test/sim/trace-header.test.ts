import { describe, expect, it } from 'vitest';
import { arrivalColumnsAmong, type ColumnSample, columnsIn, serviceColumnsAmong } from '../../src/sim/trace-header.js';

const sample = (name: string, value: string): ColumnSample => ({ name, value });

/** A file whose second part must not be needed. */
function* longFile(beginning: string): Generator<string> {
  yield beginning;
  throw new Error('expected nobody to read on');
}

describe('the columns of a file', () => {
  it('are those of its header with the values of its first row, without blanks around them', () => {
    expect(columnsIn('x.csv', () => ['at , seconds\n 5, 2 \n9,9\n'])).toEqual([sample('at', '5'), sample('seconds', '2')]);
    expect(columnsIn('x.csv', () => ['at,seconds\n'])).toEqual([sample('at', ''), sample('seconds', '')]);
    expect(columnsIn('x.csv', () => ['at,seconds\n5\n'])).toEqual([sample('at', '5'), sample('seconds', '')]);
  });

  it('are the keys of its first line of JSON, behind blank lines and a byte order mark', () => {
    const columns = [sample('at', '5'), sample('who', 'ann'), sample('more', '')];
    for (const before of ['', '\uFEFF', '\n \n']) expect(columnsIn('x.ndjson', () => [`${before}{"at":5,"who":"ann","more":{}}\n{"at":6}\n`])).toEqual(columns);
    expect(columnsIn('x.jsonl', () => ['{"at"', ':5}'])).toEqual([sample('at', '5')]);
  });

  it('are known from its beginning: nothing more is read', () => {
    expect(columnsIn('x.ndjson', () => longFile('{"at":5}\n'))).toEqual([sample('at', '5')]);
    expect(columnsIn('x.csv', () => longFile('at\n5\n6\n'))).toEqual([sample('at', '5')]);
  });

  it.each([
    ['x.csv', '', 'trace x.csv: expected a header line with column names, but the file is empty'],
    ['x.ndjson', '', 'trace x.ndjson: expected one JSON object a line, but the file is empty'],
    ['x.ndjson', ' \n\n', 'trace x.ndjson: expected one JSON object a line, but the file is empty'],
    ['x.ndjson', '[1]\n', 'trace x.ndjson, line 1: expected one JSON object a line (NDJSON), got a JSON array'],
    ['x.ndjson', 'null\n', 'trace x.ndjson, line 1: expected a JSON object, got "null"'],
    ['x.csv', 'at\n"5\n', 'trace x.csv, line 2: '],
  ])('are none of a file that is no table: %s %j', (file, text, message) => {
    expect(() => columnsIn(file, () => [text])).toThrow(message);
  });
});

describe('columns that are proposed', () => {
  it('for arrivals hold instants; those that are named so come alone', () => {
    const columns = [sample('who', 'ann'), sample('first', '2024-01-01 00:00:00'), sample('created_at_time', '2024-01-01 00:00:01')];
    expect(arrivalColumnsAmong(columns)).toEqual(['created_at_time']);
    expect(arrivalColumnsAmong(columns.slice(0, 2))).toEqual(['first']);
    expect(arrivalColumnsAmong(columns.slice(0, 1))).toEqual([]);
  });

  it('for arrivals are rather dates than numbers, which may be anything', () => {
    const [number, date] = [sample('start', '12.5'), sample('first', '2024-01-01 00:00:00')];
    expect(arrivalColumnsAmong([number, date])).toEqual(['first']);
    expect(arrivalColumnsAmong([number])).toEqual(['start']);
  });

  it('for service times hold numbers; those that are named so come alone, five at most', () => {
    const columns = [sample('who', 'ann'), sample('tokens', '7'), sample('exec_seconds', '1.5'), sample('latency', '')];
    expect(serviceColumnsAmong(columns)).toEqual(['exec_seconds']);
    expect(serviceColumnsAmong(columns.slice(0, 2))).toEqual(['tokens']);
    expect(serviceColumnsAmong([...'abcdefg'].map((name) => sample(name, '1')))).toEqual([...'abcde']);
  });
});
