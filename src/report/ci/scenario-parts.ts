import type { ResultFile } from '../../measure/result.js';
import { markdownCode } from '../escape.js';
import { exitCodeDoc, verdictSentences } from '../verdict.js';
import { checkTable } from './check-table.js';
import { comparisonParts } from './comparison-parts.js';
import { prose } from './prose.js';
import { shortLine } from './short-line.js';
import { standingChecks, standingsText } from './standing.js';

const MOST_CHECKS = 20;

/** A scenario in short: verdict, what did not pass, how it moved against the baseline, how to see it again. */
export function scenarioParts(result: ResultFile): string[] {
  const { scenario, exitCode, verdict } = result;
  const checks = standingChecks(result);
  const open = checks.filter(({ standing }) => standing !== 'passed' && standing !== 'skipped');
  const { lead } = verdictSentences(
    result,
    checks.map(({ gate }) => gate),
  );
  return [
    `**${prose(scenario.name, 200)}**: ${verdict}, exit code ${exitCode} (${exitCodeDoc(exitCode)}); ${standingsText(checks)}. ${prose(lead)}`,
    ...(open.length === 0 ? [] : [checkTable(open, scenario.file, MOST_CHECKS)]),
    ...comparisonParts(result.comparison).map((part) => part.replace(/^### /, '#### ')),
    ...(verdict === 'pass' ? [] : [markdownCode(shortLine(scenario.rerun, 2_000))]),
  ];
}
