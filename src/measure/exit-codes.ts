import type { RunResult, Verdict } from './result.js';

/** One code for each kind of outcome; k6's numbers where the meaning is k6's. The help text is printed from this table. */
export const EXIT_CODES = {
  passed: { code: 0, doc: 'all expectations met' },
  undecided: { code: 96, doc: 'undecided: no samples, the run ended too early to say, or a live load could not be sent as planned' },
  regression: { code: 97, doc: 'regression against the baseline' },
  invariant: { code: 98, doc: 'an invariant broken' },
  threshold: { code: 99, doc: 'a threshold crossed, or something not exercised' },
  invalid: { code: 104, doc: 'invalid scenario, option or config; a target or a program that a live run needs is not there' },
  interrupted: { code: 105, doc: 'interrupted' },
  script: { code: 107, doc: 'a scenario script, a load script or a limiter (--limiter) threw, or a limiter answered wrongly or never' },
  internal: { code: 1, doc: 'internal error, or --check-determinism found that the same seed gave another history' },
} as const;

/** Of several, the first in this list wins. */
const PRECEDENCE = [1, 107, 105, 104, 98, 99, 97, 96, 0];

export function worstExitCode(codes: readonly number[]): number {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? 0;
}

export function verdictOfCode(code: number): Verdict {
  if (code === EXIT_CODES.passed.code) return 'pass';
  return code === EXIT_CODES.undecided.code ? 'undecided' : 'fail';
}

export function exitCodeOfRun(run: Pick<RunResult, 'thresholds' | 'invariants' | 'exercised'>): number {
  const codes: number[] = [EXIT_CODES.passed.code];
  for (const invariant of run.invariants) codes.push(codeFor(invariant.verdict, EXIT_CODES.invariant.code));
  for (const threshold of run.thresholds) codes.push(codeFor(threshold.verdict, EXIT_CODES.threshold.code));
  for (const exercised of run.exercised) codes.push(codeFor(exercised.verdict, EXIT_CODES.threshold.code));
  return worstExitCode(codes);
}

function codeFor(verdict: Verdict, failed: number): number {
  if (verdict === 'pass') return EXIT_CODES.passed.code;
  return verdict === 'fail' ? failed : EXIT_CODES.undecided.code;
}
