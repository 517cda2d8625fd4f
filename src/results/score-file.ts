import type { Standing } from '../measure/score/score-result.js';
import { parseJson } from './parse-json.js';
import { ResultError } from './result-error.js';
import { listOf, Mismatch, objectOf, oneOf, text } from './shapes/shape.js';

/** What of a `score.json` an overview tells. */
export interface ScoreOutline {
  readonly schemaVersion: 1;
  readonly questions: readonly { readonly id: string }[];
  readonly providers: readonly { readonly name: string; readonly cells: readonly { readonly standing: Standing }[] }[];
  readonly meta: { readonly date: string };
}

const outline = objectOf<ScoreOutline>({
  schemaVersion: oneOf(1),
  questions: listOf(objectOf({ id: text })),
  providers: listOf(objectOf({ name: text, cells: listOf(objectOf({ standing: oneOf<Standing>('shown', 'refuted', 'claimed, not shown', 'unknown') })) })),
  meta: objectOf({ date: text }),
});

/** @param file where it comes from, for messages @throws ResultError for what is no scorecard of this version */
export function readScoreOutline(content: string, file: string): ScoreOutline {
  try {
    return outline(parseJson(content, file));
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new ResultError(
      `${file}: expected score.json of slotstorm score: ${error.where === '' ? 'the file' : error.where} should be ${error.expected}; make it again`,
    );
  }
}
