import { EXIT_CODES, worstExitCode } from '../measure/exit-codes.js';
import type { ScoreResult, Standing } from '../measure/score/score-result.js';
import type { QuestionId } from './questions.js';

/** An answer that was required and is not there. */
export interface Missing {
  readonly provider: string;
  readonly question: QuestionId;
  readonly standing: Standing;
}

/** Required answers that are not shown. Of no provider that it is about may one be missing. */
export function missingAnswers({ providers, questions }: ScoreResult, required: readonly QuestionId[]): Missing[] {
  return required.flatMap((question) => {
    const at = questions.findIndex(({ id }) => id === question);
    return providers.flatMap(({ name, cells }) => {
      const standing = cells[at]?.standing ?? 'unknown';
      return standing === 'shown' ? [] : [{ provider: name, question, standing }];
    });
  });
}

/** 99 where an experiment has contradicted; 96 where none could tell. */
export function scoreExitCode(missing: readonly Missing[]): number {
  return worstExitCode(missing.map(({ standing }) => (standing === 'refuted' ? EXIT_CODES.threshold.code : EXIT_CODES.undecided.code)));
}
