import { codeFor, EXIT_CODES, exitCodeOfRun, type JudgedCheck, type RunCheck, worstExitCode } from '../exit-codes.js';
import type { ResultFile, RunResult } from '../result.js';
import { isSameVariant } from '../variant-name.js';
import { FAILED_SEEDS } from './budgets.js';
import type { QuarantineOutcome } from './gate-result.js';
import { asVerdict, checkText, isAbout, type QuarantineEntry } from './quarantine.js';

const THRESHOLD = EXIT_CODES.threshold.code;

/** What everything together comes to: the seeds, what they say together, the quarantine and the comparison. Only errors count. */
export function exitCodeOf(result: ResultFile): number {
  const inForce = (result.gate?.quarantine ?? []).filter(({ state }) => state === 'used' || state === 'removable');
  const excuses = excusesOf(inForce);
  const codes = result.runs.map((run) => codeOfSeed(result, run, excuses));
  for (const { kind, variant, scope, expression, level, verdict } of result.gate?.acrossSeeds ?? []) {
    if (level === 'error' && !excuses(variant)({ kind, scope, expression })) codes.push(codeFor(verdict, THRESHOLD));
  }
  if (result.incomplete != null) codes.push(EXIT_CODES.undecided.code);
  // Where nothing ran, nothing was shown.
  if (result.variants.some(({ name }) => !result.runs.some((run) => isSameVariant(name, run.variant)))) codes.push(EXIT_CODES.undecided.code);
  codes.push(...(result.gate?.quarantine ?? []).map(codeOfQuarantine), codeOfComparison(result, excuses));
  return worstExitCode(codes);
}

type AnyCheck = Omit<RunCheck, 'kind'> & { readonly kind: RunCheck['kind'] | 'budget' | 'regression' };
type Excuses = (variant: string | null | undefined) => (check: AnyCheck) => boolean;

/** @param entries that are in force @returns by variant: whether a check is known to fail */
export function excusesOf(entries: readonly Pick<QuarantineEntry, 'variant' | 'check'>[]): Excuses {
  if (entries.length === 0) return () => () => false;
  return (variant) =>
    ({ kind, scope, expression }) =>
      entries.some((entry) => isAbout(entry, variant, checkText(kind, scope, expression)));
}

/** A load that broke, or could not be sent as planned, says nothing good about the server. */
export function loadCodesOf({ live }: RunResult): number[] {
  if (live == null) return [];
  return [...(live.broken.length > 0 ? [EXIT_CODES.script.code] : []), ...(live.undecided.length > 0 ? [EXIT_CODES.undecided.code] : [])];
}

function codeOfSeed(result: ResultFile, run: RunResult, excuses: Excuses): number {
  const isQuarantined = excuses(run.variant);
  const mayFail = hasBudgetOfSeeds(result, run, excuses);
  const isExcused = (check: JudgedCheck): boolean => isQuarantined(check) || (mayFail && isMatterOfBudget(check));
  return exitCodeOfRun(run, { isExcused, others: loadCodesOf(run) });
}

/** What seeds may fail in: the errors among thresholds and counters. What is undecided, or a broken invariant, is no matter of budgets. */
function isMatterOfBudget({ kind, verdict }: JudgedCheck): boolean {
  return kind !== 'invariant' && verdict === 'fail';
}

/** A budget of failed seeds decides about those, unless it does not count itself. */
function hasBudgetOfSeeds({ variants }: ResultFile, { variant }: RunResult, excuses: Excuses): boolean {
  const budgets = variants.find(({ name }) => isSameVariant(name, variant))?.gate?.budgets ?? [];
  return budgets.some(
    ({ name, expression, level, excusesNoSeed }) =>
      name === FAILED_SEEDS && level === 'error' && excusesNoSeed !== true && !excuses(variant)({ kind: 'budget', scope: name, expression }),
  );
}

function codeOfQuarantine({ state }: QuarantineOutcome): number {
  return state === 'expired' || state === 'unknown' ? THRESHOLD : EXIT_CODES.passed.code;
}

function codeOfComparison(result: ResultFile, excuses: Excuses): number {
  const { comparison } = result;
  // Whoever asks for a baseline and has none was not told that nothing got worse.
  if (comparison == null) return asksForBaseline(result) ? EXIT_CODES.undecided.code : EXIT_CODES.passed.code;
  const codes: number[] = [comparison.obstacles.length > 0 ? EXIT_CODES.undecided.code : EXIT_CODES.passed.code];
  for (const compared of comparison.numbers) {
    const { variant, metric, number, verdict } = compared;
    if (!compared.gates) continue;
    if (!excuses(variant)({ kind: 'regression', scope: metric, expression: number })) codes.push(codeFor(asVerdict(verdict), EXIT_CODES.regression.code));
  }
  return worstExitCode(codes);
}

export function asksForBaseline({ variants }: Pick<ResultFile, 'variants'>): boolean {
  return variants.some(({ gate }) => gate?.regression != null);
}
