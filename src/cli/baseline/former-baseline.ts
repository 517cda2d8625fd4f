import { EXIT_CODES } from '../../measure/exit-codes.js';
import { exitCodeOf } from '../../measure/gate/gate-exit-code.js';
import type { ResultFile } from '../../measure/result.js';

const MENTIONS_BASELINE = /\bbaseline\b/;

interface Check {
  readonly expression: string;
}

/**
 * Whether nothing failed but thresholds such as `p(95) <= baseline*1.05`: whoever sets a new baseline means to leave the
 * former one behind.
 * @param well exit codes of results that a baseline may come from
 */
export function failedOnlyAgainstBaseline(result: ResultFile, well: readonly number[]): boolean {
  const checks: readonly Check[] = [...result.runs.flatMap((run) => run.thresholds), ...(result.gate?.acrossSeeds ?? [])];
  if (result.exitCode !== EXIT_CODES.threshold.code || !checks.some(isAgainstBaseline)) return false;
  return well.includes(exitCodeWithoutBaseline(result));
}

/** What the result would have come to, had none of its thresholds named the baseline. */
function exitCodeWithoutBaseline({ gate, ...result }: ResultFile): number {
  const isOther = (check: Check): boolean => !isAgainstBaseline(check);
  const runs = result.runs.map((run) => ({ ...run, thresholds: run.thresholds.filter(isOther) }));
  return exitCodeOf({ ...result, runs, gate: gate == null ? gate : { ...gate, acrossSeeds: gate.acrossSeeds.filter(isOther) } });
}

function isAgainstBaseline({ expression }: Check): boolean {
  return MENTIONS_BASELINE.test(expression);
}
