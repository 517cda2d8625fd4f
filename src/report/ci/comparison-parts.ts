import { type ComparedNumber, type Comparison, isAskedFor } from '../../measure/comparison/comparison-result.js';
import { behaviourWords, comparisonSentence, nameOfNumber, numberCells, originWords, verdictOfComparison, verdictWords } from '../comparison-text/words.js';
import { formatValue, isNumber, plural } from '../format.js';
import { markdownTable } from '../markdown-table.js';
import { prose as text } from './prose.js';
import { shortLine } from './short-line.js';

const ORDER = ['worse', 'not-comparable', 'undecided', 'better', 'same'];
const MOST_GATED = 20;
const MOST_MOVES = 5;
const MOST_LINES = 10;

/** What became of a result against its baseline, as parts of Markdown: numbers that decide, the biggest of the other moves, what happens otherwise. */
export function comparisonParts(comparison: Comparison | undefined): string[] {
  if (comparison == null) return [];
  const gated = comparison.numbers.filter(isAskedFor).toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const moves = biggestMoves(comparison.numbers.filter((compared) => !isAskedFor(compared)));
  const hidden = gated.length - MOST_GATED;
  return [
    `### Against the baseline: ${verdictWords(verdictOfComparison(comparison))}`,
    `${text(comparisonSentence(comparison))}\n\nBaseline: ${text(originWords(comparison))}`,
    ...list(comparison.allowed.map((difference) => `Differs on purpose: ${difference}`)),
    ...(gated.length === 0 ? [] : [numbersTable(gated.slice(0, MOST_GATED))]),
    ...(hidden > 0 ? [`${plural(hidden, 'more number')} in the report.`] : []),
    ...(moves.length === 0 ? [] : [`Biggest of the other moves, which decide nothing:\n\n${numbersTable(moves)}`]),
    ...list(comparison.behaviour.map(behaviourWords)),
  ];
}

function numbersTable(numbers: readonly ComparedNumber[]): string {
  return markdownTable(
    ['Verdict', 'Number', '>Baseline', '>Result', '>Change', '>%', '>Bounds', '>Margin', '>Seeds worse', 'Note'],
    numbers.map((number) => {
      const { change, share, bounds, seeds } = numberCells(number);
      const { baseline, candidate, margin, unit, worstSeed, note } = number;
      const worst = seeds === '–' || worstSeed == null ? '' : `, worst ${worstSeed}`;
      const values = [formatValue(baseline, unit), formatValue(candidate, unit), change, share, bounds, `±${formatValue(margin, unit)}`];
      return [verdictWords(number.verdict), shortLine(nameOfNumber(number)), ...values, `${seeds}${worst}`, shortLine(note)];
    }),
  );
}

function biggestMoves(numbers: readonly ComparedNumber[]): ComparedNumber[] {
  const size = ({ shiftShare }: ComparedNumber): number => (isNumber(shiftShare) ? Math.abs(shiftShare) : 0);
  return numbers
    .filter((number) => size(number) > 0)
    .toSorted((a, b) => size(b) - size(a))
    .slice(0, MOST_MOVES);
}

function list(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const left = lines.length > MOST_LINES ? [`- ${plural(lines.length - MOST_LINES, 'more line')} in the report.`] : [];
  return [[...lines.slice(0, MOST_LINES).map((line) => `- ${text(line)}`), ...left].join('\n')];
}
