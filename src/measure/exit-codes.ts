import type { Level } from './gate/gate-result.js';
import type { RunResult, Verdict } from './result.js';

/** One code for each kind of outcome; k6's numbers where the meaning is k6's. The help text is printed from this table. */
export const EXIT_CODES = {
  passed: { code: 0, doc: 'all expectations met' },
  undecided: {
    code: 96,
    doc: 'undecided: no samples, too few seeds, no baseline to compare with, the run ended too early to say, a live load could not be sent as planned, or an answer that `score --require` asked for is not shown',
  },
  regression: { code: 97, doc: 'regression against the baseline, of results or of plans' },
  invariant: { code: 98, doc: 'an invariant broken' },
  threshold: {
    code: 99,
    doc: 'a threshold or a budget crossed, something not exercised, a quarantine entry that expired or is about nothing, a limit that does not meet the SLOs of a plan, or a required answer refuted',
  },
  invalid: { code: 104, doc: 'invalid scenario, option, result or baseline file; a target or a program that a live run needs is not there' },
  interrupted: { code: 105, doc: 'interrupted' },
  script: { code: 107, doc: 'a scenario script, a load script or a limiter (--limiter) threw, or a limiter answered wrongly or never' },
  internal: { code: 1, doc: 'internal error, or --check-determinism found that the same seed gave another history' },
} as const;

/** Of several, the first in this list wins. None at all is a pass, a code that nobody knows is an internal error. */
const PRECEDENCE = [1, 107, 105, 104, 98, 99, 97, 96, 0];

export function worstExitCode(codes: readonly number[]): number {
  if (!codes.every((code) => PRECEDENCE.includes(code))) return EXIT_CODES.internal.code;
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT_CODES.passed.code;
}

export function verdictOfCode(code: number): Verdict {
  if (code === EXIT_CODES.passed.code) return 'pass';
  return code === EXIT_CODES.undecided.code ? 'undecided' : 'fail';
}

/** One check of a run, as far as its exit code is concerned. */
export interface RunCheck {
  readonly kind: 'threshold' | 'invariant' | 'exercised';
  /** Metric with its tags, invariant, or counter. */
  readonly scope: string;
  /** As written; empty for an invariant. */
  readonly expression: string;
}

/** A check, and what became of it. */
export interface JudgedCheck extends RunCheck {
  readonly verdict: Verdict;
}

export interface RunTerms {
  /** Whether a check that does not pass is known to, or decided about elsewhere. */
  readonly isExcused?: (check: JudgedCheck) => boolean;
  /** What else the run is to be blamed for. */
  readonly others?: readonly number[];
}

/** What the checks of one seed say, as far as they are errors. What only the seeds together can decide does not count. */
export function exitCodeOfRun(
  run: Pick<RunResult, 'thresholds' | 'invariants' | 'exercised'>,
  { isExcused = () => false, others = [] }: RunTerms = {},
): number {
  const codes: number[] = [EXIT_CODES.passed.code, ...others];
  const count = (verdict: Verdict, level: Level | undefined, failed: number, check: () => RunCheck): void => {
    if (verdict !== 'pass' && (level ?? 'error') === 'error' && !isExcused({ ...check(), verdict })) codes.push(codeFor(verdict, failed));
  };
  for (const { verdict, level, id } of run.invariants)
    count(verdict, level, EXIT_CODES.invariant.code, () => ({ kind: 'invariant', scope: id, expression: '' }));
  for (const { verdict, level, over, metric, expression } of run.thresholds) {
    if ((over ?? 'every') === 'every') count(verdict, level, EXIT_CODES.threshold.code, () => ({ kind: 'threshold', scope: metric, expression }));
  }
  for (const { verdict, level, name, expression } of run.exercised)
    count(verdict, level, EXIT_CODES.threshold.code, () => ({ kind: 'exercised', scope: name, expression }));
  return worstExitCode(codes);
}

/** @param failed the code of its kind */
export function codeFor(verdict: Verdict, failed: number): number {
  if (verdict === 'pass') return EXIT_CODES.passed.code;
  return verdict === 'fail' ? failed : EXIT_CODES.undecided.code;
}

const VERDICT_CODES: readonly number[] = [EXIT_CODES.undecided.code, EXIT_CODES.regression.code, EXIT_CODES.invariant.code, EXIT_CODES.threshold.code];

/** `--exit-zero`: whatever the verdict is, the process has done its work. Mistakes and crashes keep their codes. */
export function reportOnlyExitCode(code: number): number {
  return VERDICT_CODES.includes(code) ? EXIT_CODES.passed.code : code;
}
