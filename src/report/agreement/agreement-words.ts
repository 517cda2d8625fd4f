import type { AgreementLine } from '../../measure/live-result.js';
import { METRICS, type MetricUnit } from '../../measure/metrics.js';
import type { ResultFile, Verdict } from '../../measure/result.js';
import { formatDifference, formatNumber, formatValue, isNumber, NO_SAMPLES, plural } from '../format.js';

/** A line of the comparison with the simulation, as text. */
export interface AgreementWords {
  readonly line: AgreementLine;
  /** `fal-939`; undefined for a scenario without variants. */
  readonly variant: string | undefined;
  /** `queue_latency p95` */
  readonly metric: string;
  readonly simulated: string;
  readonly live: string;
  /** `+40ms` */
  readonly difference: string;
  /** `[−10ms, +90ms]`, or why there is none. */
  readonly interval: string;
  /** `±210ms` */
  readonly tolerance: string;
  /** Seeds that both worlds have a sample for. */
  readonly pairs: string;
  /** `agrees`, `differs`, `undecided`; the look of a verdict goes with it. */
  readonly word: AgreementLine['verdict'];
  readonly look: Verdict;
}

const LOOKS: Readonly<Record<AgreementLine['verdict'], Verdict>> = { agrees: 'pass', differs: 'fail', undecided: 'undecided' };
const ORDER: readonly AgreementLine['verdict'][] = ['differs', 'undecided', 'agrees'];

/** In the order of the result. */
export function agreementWords(lines: readonly AgreementLine[]): AgreementWords[] {
  return lines.map(wordsOf);
}

/** Those that agree last. */
export function worstFirst(words: readonly AgreementWords[]): AgreementWords[] {
  return words.toSorted((a, b) => ORDER.indexOf(a.word) - ORDER.indexOf(b.word));
}

/** `18 of 20 numbers agree, 1 differs, 1 undecided` */
export function agreementSentence(lines: readonly AgreementLine[]): string {
  const count = (verdict: AgreementLine['verdict']): number => lines.filter((line) => line.verdict === verdict).length;
  const [differ, open] = [count('differs'), count('undecided')];
  const agree = count('agrees');
  const parts = [`${formatNumber(agree)} of ${plural(lines.length, 'number')} ${agree === 1 ? 'agrees' : 'agree'}`];
  if (differ > 0) parts.push(`${formatNumber(differ)} ${differ === 1 ? 'differs' : 'differ'}`);
  if (open > 0) parts.push(`${formatNumber(open)} undecided`);
  return parts.join(', ');
}

/** Empty where the run was not compared. */
export function agreementOf(result: ResultFile): readonly AgreementLine[] {
  return result.agreement ?? [];
}

/** Whether the interval has two ends: fewer than two pairs have none. */
export function hasInterval({ lower, upper }: AgreementLine): boolean {
  return isNumber(lower) && isNumber(upper);
}

function wordsOf(line: AgreementLine): AgreementWords {
  const value = (number: number): string => valueText(number, line.unit);
  return {
    line,
    variant: line.variant ?? undefined,
    metric: `${line.metric} ${line.statistic}`,
    simulated: value(line.simulated),
    live: value(line.live),
    difference: differenceText(line.difference, line.unit),
    interval: intervalText(line),
    tolerance: `±${value(line.tolerance)}`,
    pairs: formatNumber(line.pairs),
    word: line.verdict,
    look: LOOKS[line.verdict],
  };
}

function intervalText({ lower, upper, unit, pairs }: AgreementLine): string {
  if (!isNumber(lower) || !isNumber(upper)) return pairs === 0 ? 'no pairs' : 'needs 2 pairs';
  return `[${differenceText(lower, unit)}, ${differenceText(upper, unit)}]`;
}

/** Where one world has no samples there is no number. */
function valueText(value: number, unit: string): string {
  if (!isNumber(value)) return NO_SAMPLES;
  return isMetricUnit(unit) ? formatValue(value, unit) : `${formatNumber(value)} ${unit}`;
}

function differenceText(difference: number, unit: string): string {
  if (!isNumber(difference)) return '–';
  if (isMetricUnit(unit)) return formatDifference(difference, unit);
  return `${difference > 0 ? '+' : difference < 0 ? '−' : '±'}${valueText(Math.abs(difference), unit)}`;
}

function isMetricUnit(unit: string): unit is MetricUnit {
  return Object.values(METRICS).some((metric) => metric.unit === unit);
}
