import type { ComparedNumber, Comparison, ComparisonVerdict } from '../../measure/comparison/comparison-result.js';
import { formatNumber, formatValue, isNumber } from '../format.js';

/** The colours that repeat a verdict of a comparison. */
export const COMPARED_LOOKS: Readonly<Record<ComparisonVerdict, string>> = {
  worse: 'fail',
  'not-comparable': 'undecided',
  undecided: 'undecided',
  better: 'pass',
  same: 'pass',
};

const RANK: Readonly<Record<ComparisonVerdict, number>> = { worse: 0, 'not-comparable': 1, undecided: 2, better: 3, same: 4 };

/** What decides first, then what came out worst, then what moved most. */
export function sortedNumbers({ numbers }: Comparison): ComparedNumber[] {
  const moved = (one: ComparedNumber): number => Math.abs(one.shiftShare ?? 0);
  return numbers.toSorted((a, b) => Number(b.gates) - Number(a.gates) || RANK[a.verdict] - RANK[b.verdict] || moved(b) - moved(a));
}

export function numberTitle({ metric, number }: ComparedNumber): string {
  return `${metric} ${number}`;
}

/** A value of the number in its unit. What counts by time is not in the metric's own. */
export function comparedValue(value: number | undefined, { number, unit }: ComparedNumber): string {
  return number === 'rate' && unit !== 'ratio' && isNumber(value) ? `${formatNumber(value)} a second` : formatValue(value, unit);
}

export function marginText({ margin, unit }: ComparedNumber): string {
  return isNumber(margin) ? `±${formatValue(margin, unit)}` : '–';
}
