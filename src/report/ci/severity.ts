import type { ResultFile } from '../../measure/result.js';
import { shortLine } from './short-line.js';
import { standingChecks, standingsText } from './standing.js';

const ORDER = { fail: 0, undecided: 1, pass: 2 } as const;

/** What failed first. */
export function worstFirst(results: readonly ResultFile[]): ResultFile[] {
  return results.toSorted((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
}

/** `✗ 2 of 14 scenarios failed, 1 undecided` */
export function headline(results: readonly ResultFile[]): string {
  const count = (verdict: ResultFile['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  const [failed, undecided] = [count('fail'), count('undecided')];
  const icon = failed > 0 ? '✗' : undecided > 0 ? '?' : '✓';
  const of = results.length === 1 ? '1 scenario' : `${results.length} scenarios`;
  if (failed + undecided === 0) return `${icon} ${of} passed`;
  return `${icon} ${[...(failed > 0 ? [`${failed} failed`] : []), ...(undecided > 0 ? [`${undecided} undecided`] : [])].join(', ')} of ${of}`;
}

/** A scenario in a few cells: name, checks, exit code. */
export function overviewRow(result: ResultFile): string[] {
  const icon = { pass: '✓ pass', fail: '✗ fail', undecided: '? undecided' }[result.verdict];
  return [icon, shortLine(result.scenario.name, 120), standingsText(standingChecks(result)), String(result.exitCode), shortLine(result.scenario.rerun, 400)];
}
