import type { ResultFile } from '../../measure/result.js';
import { markdownText as text, visible } from '../escape.js';
import { plural } from '../format.js';
import { overview } from './overview.js';
import { scenarioParts } from './scenario-parts.js';
import { headline, worstFirst } from './severity.js';
import { shortLine } from './short-line.js';
import { standingChecks } from './standing.js';
import { TextBudget } from './text-budget.js';

/** By it a workflow finds the comment that it wrote before, and none of another job. Nobody sees it. @param name of the comment, the same from run to run */
export function commentMarker(name: string): string {
  return `<!-- slotstorm:report ${encodeURIComponent(visible(name)).replaceAll('-', '%2D')} -->`;
}

/** GitHub takes 65,536 characters. */
export const MOST_COMMENT_BYTES = 64_000;
const MOST_ROWS = 50;

/** Where a reader of the comment finds the rest. */
export interface CommentPlaces {
  /** Name of the artifact that holds the reports. */
  readonly artifact: string;
  /** Which comment it is, where several jobs write one; undefined: that of the artifact. */
  readonly name?: string | undefined;
  /** Page of the workflow's run, if it is known. */
  readonly runUrl: string | undefined;
}

/** The text of a comment on a pull request: verdict, what failed, how it moved against the baseline, how to see it again. It says when it had to leave something out. */
export function renderComment(results: readonly ResultFile[], { artifact, name = artifact, runUrl }: CommentPlaces, mostBytes = MOST_COMMENT_BYTES): string {
  const sorted = worstFirst(results);
  const where = `Reports: artifact ${text(shortLine(artifact, 100))}${runUrl === undefined ? '' : ` of [this run](${runUrl})`}.`;
  const comment = new TextBudget(mostBytes);
  const cutNote = (left: number): string => `⚠ ${plural(left, 'part')} of this comment did not fit and ${left === 1 ? 'was' : 'were'} cut: see the reports.`;
  comment.reserve(where);
  comment.reserve(cutNote(1_000_000));
  comment.add(`${commentMarker(name)}\n## ${text(headline(results))}`);
  let left = 0;
  for (const part of partsOf(sorted)) if (!comment.add(part)) left++;
  return `${[comment.toString(), ...(left > 0 ? [cutNote(left)] : []), where].join('\n\n')}\n`;
}

/** The most important first: a part that does not fit is left out. */
function* partsOf(sorted: readonly ResultFile[]): Generator<string> {
  if (sorted.length > 1) yield overview(sorted, MOST_ROWS);
  for (const result of sorted) {
    if (sorted.length === 1 || hasNews(result)) yield scenarioParts(result).join('\n\n');
  }
}

/** Of scenarios that passed and have no baseline there is nothing to add to the overview. */
function hasNews(result: ResultFile): boolean {
  return result.comparison != null || standingChecks(result).some(({ standing }) => standing !== 'passed' && standing !== 'skipped');
}
