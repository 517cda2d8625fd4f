import { EXIT_CODES } from '../../measure/exit-codes.js';
import { exitCodeDoc } from '../verdict.js';

/** What the codes of docs/planning.md mean of a plan. */
const OF_A_PLAN: Readonly<Record<number, string>> = {
  [EXIT_CODES.passed.code]: 'answered; the gate, where there is one, passed',
  [EXIT_CODES.threshold.code]: 'the limit does not meet the SLOs, or no limit does',
  [EXIT_CODES.undecided.code]: 'undecided: too few seeds to say, or no baseline that it can be held against',
  [EXIT_CODES.regression.code]: 'worse than the baseline',
  [EXIT_CODES.invariant.code]: 'an invariant broke in the evidence of the answer',
};

export function planExitDoc(code: number): string {
  return OF_A_PLAN[code] ?? exitCodeDoc(code);
}
