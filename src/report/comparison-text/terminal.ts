import { type ComparedNumber, type Comparison, isAskedFor } from '../../measure/comparison/comparison-result.js';
import { terminalText } from '../escape.js';
import { cutText, formatNumber, formatShare, formatValue, plural } from '../format.js';
import { behaviourWords, comparisonSentence, nameOfNumber, numberCells, originWords, verdictOfComparison, verdictWords } from './words.js';

export interface ComparisonTextOptions {
  readonly colour: boolean;
  readonly width: number;
}

const COLOURS = { worse: 31, better: 32, same: 32, undecided: 33, 'not-comparable': 33 } as const;
const MOST_INFORMATION = 12;
const WIDEST_NAME = 44;

/** A comparison for a terminal: one line of verdict, the numbers worst first, what happened otherwise. */
export function renderComparison(scenario: string, comparison: Comparison, { colour, width }: ComparisonTextOptions): string {
  const verdict = verdictOfComparison(comparison);
  const paint = (text: string): string => (colour ? `\u001B[${COLOURS[verdict]}m${text}\u001B[0m` : text);
  const icon = verdictWords(verdict).slice(0, 1);
  const lines = [
    `${terminalText(scenario)} against ${terminalText(originWords(comparison))}`,
    paint(terminalText(`${icon} ${comparisonSentence(comparison)}`)),
  ];
  for (const remark of comparison.allowed) lines.push(`  allowed: ${terminalText(remark)}`);
  const gated = comparison.numbers.filter(isAskedFor);
  const information = comparison.numbers.filter((compared) => !isAskedFor(compared));
  if (gated.length > 0) lines.push('', ...table(gated, width));
  if (information.length > 0) {
    const shown = information.slice(0, MOST_INFORMATION);
    const hidden = information.length - shown.length;
    lines.push(
      '',
      `  for information${hidden > 0 ? `, ${plural(hidden, 'more number', 'more numbers')} in result.json or --json` : ''}:`,
      ...table(shown, width),
    );
  }
  const notes = comparison.behaviour.map((change) => `  ${terminalText(behaviourWords(change))}`);
  if (notes.length > 0) lines.push('', ...notes);
  if (gated.length > 0) lines.push(`  ${methodWords(comparison)}`);
  return `${lines.map((line) => (line.includes('\u001B') ? line : cutText(line, Math.max(width, WIDEST_LINE)))).join('\n')}\n`;
}

/** Sentences may be longer than a terminal; only what is absurd is cut. */
const WIDEST_LINE = 2_000;

function table(numbers: readonly ComparedNumber[], width: number): string[] {
  const rows = numbers.map((number) => {
    const { change, share, bounds, seeds } = numberCells(number);
    const name = cutText(terminalText(nameOfNumber(number)), WIDEST_NAME);
    const cells = [name, formatValue(number.baseline, number.unit), formatValue(number.candidate, number.unit), change, share, bounds, seeds];
    return [...cells, verdictWords(number.verdict) + (number.note === '' ? '' : `: ${terminalText(number.note)}`)];
  });
  const all = [['number', 'baseline', 'result', 'change', '%', 'bounds', 'worse', 'verdict'], ...rows];
  const widths = all[0]?.map((_, at) => Math.max(...all.map((row) => (row[at] as string).length))) ?? [];
  const last = widths.length - 1;
  return all.map((row) => {
    const cells = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] as number) : at === last ? cell : cell.padStart(widths[at] as number)));
    return cutText(`  ${cells.join('  ')}`.trimEnd(), Math.max(width, MOST_ROW));
  });
}

/** A row is not cut below this: a verdict that cannot be read is none. */
const MOST_ROW = 240;

/** How it was decided, for whoever asks. */
export function methodWords({ rule, numbers }: Comparison): string {
  const [first] = numbers.filter(({ gates }) => gates);
  const how = rule === 'paired' ? 'paired by seed, signed-rank bounds' : 'run against run, rank-sum bounds';
  const level = first === undefined ? '' : `; bounds miss in at most ${formatShare(first.misrate)} of cases, after Holm's correction`;
  const seeds = first === undefined || first.seeds === 0 ? '' : `; ${formatNumber(first.seeds)} ${rule === 'paired' ? 'seeds' : 'runs'}`;
  return `Hodges–Lehmann centre, ${how}${level}${seeds}`;
}
