import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { resultJson } from '../../src/result-file.js';
import { ResultError, readResult } from '../../src/results/read-result.js';
import { bareFixture, seededFixture } from '../report/fixture.js';
import { liveFixture } from '../report/live-fixture.js';
import { richFixture } from '../report/rich-fixture.js';
import { RENDERERS } from './renderers.js';

/** More are worth a try after a change to what draws results: SLOTSTORM_MUTANTS=5000. */
const MUTANTS = Number(process.env['SLOTSTORM_MUTANTS'] ?? 150);

const FILES: Readonly<Record<string, string>> = {
  'with everything': resultJson(richFixture()),
  'with many seeds': resultJson(seededFixture(7)),
  live: resultJson(liveFixture()),
  'with next to nothing': resultJson(bareFixture()),
  'of schema version 1': readFileSync('test/results/fixtures/result-v1.json', 'utf8'),
};

const STRANGE = [
  null,
  undefined,
  -1,
  0,
  0.5,
  1e300,
  -1e300,
  2 ** 53,
  Number.MIN_VALUE,
  '',
  'text',
  'Infinity',
  'NaN',
  '__proto__',
  'constructor',
  true,
  [],
  {},
  [null],
  '\u0000\uD800',
];

/** A place in the data, and what is put there instead. */
const mutation = fc.record({ at: fc.nat(), strange: fc.constantFrom(...STRANGE), kind: fc.constantFrom('replace', 'replace', 'remove', 'double', 'rename') });

type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

describe('a damaged result', () => {
  test.each(Object.entries(FILES))('%s is refused by name, or every report can be drawn of it', { timeout: 600_000 }, (_name, file) => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const data: unknown = JSON.parse(file);
        for (const one of mutations) mutate(data, one);
        drawOrRefuse(JSON.stringify(data));
      }),
      { numRuns: MUTANTS, seed: 7 },
    );
  });

  test.each(Object.entries(FILES))('%s is refused by name wherever it breaks off', (_name, file) => {
    fc.assert(
      fc.property(fc.nat(file.trimEnd().length - 1), (length) => {
        expect(() => readResult(file.slice(0, length), 'r.json')).toThrow(/^r\.json: expected .*(breaks off|is empty)/);
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  it('is refused by name whatever character stands in a wrong place', { timeout: 600_000 }, () => {
    const file = FILES['with next to nothing'] as string;
    fc.assert(
      fc.property(fc.nat(file.length), fc.string({ maxLength: 3 }), (at, text) => drawOrRefuse(file.slice(0, at) + text + file.slice(at + 1))),
      { numRuns: MUTANTS, seed: 7 },
    );
  });
});

function drawOrRefuse(text: string): void {
  let result: ReturnType<typeof readResult>;
  try {
    result = readResult(text, 'r.json');
  } catch (error) {
    expect(error).toBeInstanceOf(ResultError);
    return;
  }
  for (const [name, render] of Object.entries(RENDERERS)) {
    try {
      render(result);
    } catch (error) {
      throw new Error(`${name} cannot be drawn of it`, { cause: error });
    }
  }
}

/** Changes one place of the data, counted through all of them. */
function mutate(data: unknown, { at, strange, kind }: Mutation): void {
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    // Of long lists the ends do.
    const keys = Object.keys(value);
    for (const key of keys.length > 12 && Array.isArray(value) ? [...keys.slice(0, 2), ...keys.slice(-2)] : keys) {
      places.push({ holder: value as Record<string, unknown>, key });
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(data);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return;
  const { holder, key } = place;
  if (kind === 'replace') holder[key] = strange;
  else if (kind === 'remove' && Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (kind === 'remove') delete holder[key];
  else if (kind === 'double' && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
  else if (kind === 'rename' && !Array.isArray(holder)) {
    holder[String(strange)] = holder[key];
    delete holder[key];
  }
}
