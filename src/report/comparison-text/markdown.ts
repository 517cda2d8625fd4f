import { type ComparedNumber, type Comparison, isAskedFor } from '../../measure/comparison/comparison-result.js';
import { markdownText as text } from '../escape.js';
import { formatValue } from '../format.js';
import { markdownTable } from '../markdown-table.js';
import { methodWords } from './terminal.js';
import { behaviourWords, comparisonSentence, nameOfNumber, numberCells, originWords, verdictOfComparison, verdictWords } from './words.js';

const HEADINGS = ['number', '>baseline', '>result', '>change', '>%', '>bounds', '>seeds worse', 'verdict'];
const MOST_INFORMATION = 30;

/** A comparison as Markdown, for a file, a summary or a comment. @param heading such as `###` */
export function renderComparisonMarkdown(scenario: string, comparison: Comparison, heading = '###'): string {
  const verdict = verdictOfComparison(comparison);
  const parts = [
    `${heading} ${text(scenario)}: ${verdictWords(verdict)}`,
    `${text(comparisonSentence(comparison))}\n\nBaseline: ${text(originWords(comparison))}`,
  ];
  if (comparison.allowed.length > 0) parts.push(comparison.allowed.map((remark) => `- allowed: ${text(remark)}`).join('\n'));
  const gated = comparison.numbers.filter(isAskedFor);
  const information = comparison.numbers.filter((compared) => !isAskedFor(compared));
  if (gated.length > 0) parts.push(tableOf(gated), text(methodWords(comparison)));
  if (information.length > 0) {
    const shown = information.slice(0, MOST_INFORMATION);
    const left = information.length > shown.length ? ` (${shown.length} of ${information.length})` : '';
    parts.push(`<details><summary>For information${left}</summary>\n\n${tableOf(shown)}\n\n</details>`);
  }
  if (comparison.behaviour.length > 0) parts.push(comparison.behaviour.map((change) => `- ${text(behaviourWords(change))}`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function tableOf(numbers: readonly ComparedNumber[]): string {
  return markdownTable(
    HEADINGS,
    numbers.map((number) => {
      const { change, share, bounds, seeds } = numberCells(number);
      const note = number.note === '' ? '' : `: ${number.note}`;
      const values = [formatValue(number.baseline, number.unit), formatValue(number.candidate, number.unit)];
      return [nameOfNumber(number), ...values, change, share, bounds, seeds, verdictWords(number.verdict) + note];
    }),
  );
}
