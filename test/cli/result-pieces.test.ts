import { describe, expect, it } from 'vitest';
import { resultPieces } from '../../src/cli/result-pieces.js';
import type { ResultFile } from '../../src/measure/result.js';
import { resultJson } from '../../src/result-file.js';
import { burst, runsOf } from '../helpers/seeds.js';

/** A result whose words look like the places where it is cut. */
function resultOf(seeds: number): ResultFile {
  const runs = runsOf(
    burst('fal-939'),
    Array.from({ length: seeds }, (_, n) => n),
  );
  const scenario = { description: '\n "runs": []\n ]\n}\n' };
  return { schemaVersion: 1, scenario, seeds: [], runs, meta: { durationMs: Number.POSITIVE_INFINITY } } as unknown as ResultFile;
}

describe('result.json in pieces', () => {
  it.each([0, 1, 2, 400])('is the same text, with %i runs', (runs) => {
    const result = resultOf(runs);
    const pieces = [...resultPieces(result)];
    expect(pieces.join('') === resultJson(result)).toBe(true);
    for (const piece of pieces) expect(piece.length).toBeLessThan(2_000_000);
  });
});
