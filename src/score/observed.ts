import type { ExperimentFigure } from '../measure/score/score-result.js';

/** What an experiment came to. */
export interface Observed {
  readonly name: string;
  readonly done: string;
  readonly expected: string;
  readonly seen: string;
  /** A few words for the table. */
  readonly short: string;
  /** undefined: it could not be tried, or says nothing either way. */
  readonly passed: boolean | undefined;
  readonly figures: readonly ExperimentFigure[];
}
