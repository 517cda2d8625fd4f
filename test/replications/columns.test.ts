import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packColumns, unpackColumns } from '../../src/replications/columns.js';
import { holds } from '../helpers/properties.js';

/** What results are made of: numbers of every kind, words, nothing, objects, lists. */
const leaf = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY),
  fc.string(),
  fc.boolean(),
  fc.constant(undefined),
  fc.constant(null),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '1'), tie('any'), { noNullPrototype: true }),
  ),
})).any;

/** Rows of one shape that differ in some places, as results of a variant do, or of any shape. */
const alike = value.chain((first) => fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: value }), { maxLength: 5 }));
const results = fc.array(
  fc.record({
    seed: fc.integer(),
    hash: fc.string(),
    metrics: fc.record({ n: fc.nat(), avg: fc.double() }),
    verdict: fc.constant('pass'),
    reason: fc.constant(undefined),
  }),
  { maxLength: 8 },
);

describe('results that cross to another thread in columns', () => {
  it('come out as they went in, whatever they hold', () => {
    holds(
      fc.property(fc.oneof(alike, results), (rows) => {
        expect(unpackColumns(structuredClone(packColumns(rows)), rows.length)).toEqual(rows);
      }),
      500,
    );
  });

  it('keep the order of their fields, and with it the bytes of the file they end in', () => {
    const rows = [
      { b: 1, a: { y: 1, x: 2 } },
      { b: 2, a: { x: 2, y: 1 } },
      { a: { y: 1, x: 2 }, b: 3 },
    ];
    holds(
      fc.property(fc.shuffledSubarray(rows, { minLength: 1 }), (some) => {
        expect(JSON.stringify(unpackColumns(packColumns(some), some.length))).toBe(JSON.stringify(some));
      }),
      50,
    );
  });

  it('tell 0 from -0, and a field that is undefined from one that is missing', () => {
    const rows = [{ n: 0, gone: undefined }, { n: -0, gone: undefined }, { n: 0 }];
    const back = unpackColumns(packColumns(rows), 3) as typeof rows;
    expect(Object.is(back[1]?.n, -0)).toBe(true);
    expect(back.map((row) => Object.hasOwn(row, 'gone'))).toEqual([true, true, false]);
  });

  it('keep once what all of them share', () => {
    const rows = Array.from({ length: 3 }, (_, n) => ({ seed: n, law: { id: 'S-CAP', state: 'held', examples: [] } }));
    const [first, second] = unpackColumns(packColumns(rows), 3) as typeof rows;
    expect(second?.law).toBe(first?.law);
  });
});
