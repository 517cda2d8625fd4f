import type { ResultFile, RunResult } from '../measure/result.js';
import { resultJson } from '../result-file.js';

/** Pieces are about this long, characters. */
const PIECE = 1_000_000;
const NO_RUNS = '\n "runs": []';

/**
 * The text of `result.json` in pieces: with many thousands of seeds it is longer than a string can be. Together they are
 * what `resultJson` gives.
 */
export function* resultPieces(result: ResultFile): Generator<string> {
  const frame = resultJson({ ...result, runs: [] });
  // Only a field of the result itself stands behind a single space.
  const at = frame.indexOf(NO_RUNS);
  if (result.runs.length === 0 || at < 0) {
    yield resultJson(result);
    return;
  }
  let piece = `${frame.slice(0, at)}\n "runs": [\n`;
  for (const [n, run] of result.runs.entries()) {
    piece += n === 0 ? indented(run) : `,\n${indented(run)}`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n ]${frame.slice(at + NO_RUNS.length)}`;
}

/** A run as it stands in the list: two steps further in than alone. */
function indented(run: RunResult): string {
  const [first] = resultJson({ runs: [run] } as unknown as ResultFile).split('\n ]\n}\n');
  return (first as string).slice('{\n "runs": [\n'.length);
}
