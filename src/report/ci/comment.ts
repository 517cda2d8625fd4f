import type { ResultFile } from '../../measure/result.js';
import { markdownCode, markdownText as text } from '../escape.js';
import { plural } from '../format.js';
import { exitCodeDoc, slotsSentence } from '../verdict.js';
import { checkTable } from './check-table.js';
import { comparisonParts } from './comparison-parts.js';
import { headline, worstFirst } from './severity.js';
import { shortLine } from './short-line.js';
import { standingChecks, standingsText } from './standing.js';
import { overview } from './step-summary.js';
import { TextBudget } from './text-budget.js';

/** By it a workflow finds the comment that it wrote before. Nobody sees it. */
export const COMMENT_MARKER = '<!-- slotstorm:report -->';
/** GitHub takes 65,536 characters. */
export const MOST_COMMENT_BYTES = 64_000;
const MOST_CHECKS = 20;
const MOST_ROWS = 50;

/** Where a reader of the comment finds the rest. */
export interface CommentPlaces {
  /** Name of the artifact that holds the reports. */
  readonly artifact: string;
  /** Page of the workflow's run, if it is known. */
  readonly runUrl: string | undefined;
}

/** The text of a comment on a pull request: verdict, what failed, how it moved against the baseline, how to see it again. It says when it had to leave something out. */
export function renderComment(results: readonly ResultFile[], { artifact, runUrl }: CommentPlaces, mostBytes = MOST_COMMENT_BYTES): string {
  const sorted = worstFirst(results);
  const where = `Reports: artifact ${text(shortLine(artifact, 100))}${runUrl === undefined ? '' : ` of [this run](${runUrl})`}.`;
  const comment = new TextBudget(mostBytes);
  const cutNote = (left: number): string => `⚠ ${plural(left, 'part')} of this comment did not fit and ${left === 1 ? 'was' : 'were'} cut: see the reports.`;
  comment.reserve(where);
  comment.reserve(cutNote(1_000_000));
  comment.add(`${COMMENT_MARKER}\n## ${text(headline(results))}`);
  let left = 0;
  for (const part of partsOf(sorted)) if (!comment.add(part)) left++;
  return `${[comment.toString(), ...(left > 0 ? [cutNote(left)] : []), where].join('\n\n')}\n`;
}

/** The most important first: a part that does not fit is left out. */
function* partsOf(sorted: readonly ResultFile[]): Generator<string> {
  if (sorted.length > 1) yield overview(sorted, MOST_ROWS);
  for (const result of sorted) {
    const parts = scenarioParts(result, sorted.length > 1);
    if (parts.length > 0) yield parts.join('\n\n');
  }
}

/** Of scenarios that passed and have no baseline there is nothing to add to the overview. */
function scenarioParts(result: ResultFile, several: boolean): string[] {
  const open = standingChecks(result).filter(({ standing }) => standing !== 'passed' && standing !== 'skipped');
  const compared = comparisonParts(result.comparison);
  if (several && open.length === 0 && compared.length === 0) return [];
  const { scenario, exitCode } = result;
  const facts = `**${text(shortLine(scenario.name, 200))}**: ${result.verdict}, exit code ${exitCode} (${exitCodeDoc(exitCode)}); ${standingsText(standingChecks(result))}. ${text(shortLine(slotsSentence(result), 600))}`;
  return [
    facts,
    ...(open.length === 0 ? [] : [checkTable(open, scenario.file, MOST_CHECKS)]),
    ...compared.map((part) => part.replace(/^### /, '#### ')),
    ...(result.verdict === 'pass' ? [] : [markdownCode(shortLine(scenario.rerun, 2_000))]),
  ];
}
