import type { PlanResult } from '../../measure/capacity/plan-result.js';
import type { Verdict } from '../../measure/result.js';
import type { ScoreOutline } from '../../results/score-file.js';
import { listOf, plural } from '../format.js';
import { headline } from '../plan/headline.js';
import { loadText } from '../plan/page/words.js';
import { standingCounts } from '../score/words.js';

/** A plan or a scorecard: what was asked, and what came out. */
export interface Answer {
  readonly kind: 'plan' | 'scorecard';
  /** Of its reports, relative to the folder of the page. */
  readonly folder: string;
  /** The page in it; undefined: it has none. */
  readonly page: string | undefined;
  readonly question: string;
  readonly answer: string;
  /** undefined: it judges nothing. */
  readonly ended: { readonly verdict: Verdict; readonly exitCode: number } | undefined;
  /** ISO 8601 */
  readonly date: string;
}

export function answerOfPlan(plan: PlanResult, place: Pick<Answer, 'folder' | 'page'>): Answer {
  const { load, question, verdict, exitCode, meta } = plan;
  return {
    kind: 'plan',
    ...place,
    question: `${loadText(load)}; ${question.slos.join('; ')}`,
    answer: headline(plan).text,
    ended: { verdict, exitCode },
    date: meta.date,
  };
}

/** A scorecard tells; only `--require` judges, and that stands in no file. */
export function answerOfScore({ questions, providers, meta }: ScoreOutline, place: Pick<Answer, 'folder' | 'page'>): Answer {
  return {
    kind: 'scorecard',
    ...place,
    question: `${plural(questions.length, 'question')} to ${listOf(providers.map(({ name }) => name))}`,
    answer: standingCounts(providers),
    ended: undefined,
    date: meta.date,
  };
}
