import type { ResultFile } from '../../measure/result.js';
import { markdownText as text } from '../escape.js';
import { plural } from '../format.js';
import { renderMarkdown } from '../markdown.js';
import { overview } from './overview.js';
import { scenarioParts } from './scenario-parts.js';
import { headline, worstFirst } from './severity.js';
import { shortLine } from './short-line.js';
import { TextBudget } from './text-budget.js';

/** Rows of the overview: as many as there is room for. */
const OVERVIEW_ROWS = [200, 50, 10] as const;
const REST = 'for want of room: the reports hold all';

/**
 * The summary of a job: a headline whatever happens, an overview, then every scenario, the worst first, those that passed
 * folded; in short where the whole has no room. @param mostBytes it stops before
 */
export function renderStepSummary(results: readonly ResultFile[], mostBytes: number): string {
  const sorted = worstFirst(results);
  const several = results.length > 1;
  const summary = new TextBudget(mostBytes);
  summary.reserve(restText(results.length, results.length));
  const [only] = sorted;
  if (!several && only !== undefined && summary.add(wholeText(only))) return `${summary.toString()}\n`;
  summary.add(`# ${headline(results)}`);
  if (several) OVERVIEW_ROWS.find((rows) => summary.add(overview(sorted, rows)));
  let [shortened, left] = [0, 0];
  for (const result of sorted) {
    if (summary.add(several ? folded(result, wholeText(result)) : wholeText(result))) continue;
    const short = scenarioParts(result).join('\n\n');
    if (summary.add(several ? folded(result, short) : short)) shortened++;
    else left++;
  }
  return `${[summary.toString(), ...(shortened + left > 0 ? [restText(shortened, left)] : [])].join('\n\n')}\n`;
}

function restText(shortened: number, left: number): string {
  const parts = [...(shortened > 0 ? [`${plural(shortened, 'scenario')} in short`] : []), ...(left > 0 ? [`${plural(left, 'scenario')} left out`] : [])];
  return `${parts.join(', ')} ${REST}.`;
}

function wholeText(result: ResultFile): string {
  return renderMarkdown(result).trim();
}

function folded({ verdict, scenario }: ResultFile, inside: string): string {
  const open = verdict === 'pass' ? '' : ' open';
  return `<details${open}><summary>${text(shortLine(`${verdict}: ${scenario.name}`, 200))}</summary>\n\n${inside}\n\n</details>`;
}
