import type { ResultFile } from '../../measure/result.js';
import { markdownText as text } from '../escape.js';
import { plural } from '../format.js';
import { renderMarkdown } from '../markdown.js';
import { markdownTable } from '../markdown-table.js';
import { headline, overviewRow, worstFirst } from './severity.js';
import { shortLine } from './short-line.js';
import { TextBudget } from './text-budget.js';

const MOST_OVERVIEW_ROWS = 200;
const LEFT_OUT = 'left out here for want of room: they are in the reports';

/** The summary of a job: an overview, then every scenario, the worst first, those that passed folded. @param mostBytes it stops before */
export function renderStepSummary(results: readonly ResultFile[], mostBytes: number): string {
  const sorted = worstFirst(results);
  const summary = new TextBudget(mostBytes);
  summary.reserve(`${plural(results.length, 'more scenario')} ${LEFT_OUT}.`);
  if (results.length > 1) {
    summary.add(`# ${headline(results)}`);
    summary.add(overview(sorted));
  }
  let left = 0;
  for (const result of sorted) if (!summary.add(results.length > 1 ? folded(result) : renderMarkdown(result).trim())) left++;
  return `${[summary.toString(), ...(left > 0 ? [`${plural(left, 'scenario')} ${LEFT_OUT}.`] : [])].join('\n\n')}\n`;
}

/** Rows of all scenarios, or of the worst. */
export function overview(sorted: readonly ResultFile[], most = MOST_OVERVIEW_ROWS): string {
  const left = sorted.length > most ? `\n\n${plural(sorted.length - most, 'more scenario')} in the reports.` : '';
  return `${markdownTable(['Verdict', 'Scenario', 'Checks', '>Exit code', 'Run again'], sorted.slice(0, most).map(overviewRow))}${left}`;
}

function folded(result: ResultFile): string {
  const { verdict, scenario } = result;
  const open = verdict === 'pass' ? '' : ' open';
  return `<details${open}><summary>${text(shortLine(`${verdict}: ${scenario.name}`, 200))}</summary>\n\n${renderMarkdown(result).trim()}\n\n</details>`;
}
