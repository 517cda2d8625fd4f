import { formatDurationUs } from '../../core/units.js';
import type { BehaviourChange, ComparedNumber, Comparison, ComparisonVerdict } from '../../measure/comparison/comparison-result.js';
import { formatDifference, formatShare, formatValue, isNumber, listOf, NO_SAMPLES, plural } from '../format.js';

/** What a comparison says as a whole: of the numbers that gate, the worst. */
export function verdictOfComparison({ obstacles, numbers }: Comparison): ComparisonVerdict {
  if (obstacles.length > 0) return 'not-comparable';
  const verdicts = numbers.filter(({ gates }) => gates).map(({ verdict }) => verdict);
  return (['worse', 'not-comparable', 'undecided', 'better'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'same';
}

const ICONS: Readonly<Record<ComparisonVerdict, string>> = { worse: '✗', better: '✓', same: '=', undecided: '?', 'not-comparable': '?' };

/** `✗ worse`, `= same` */
export function verdictWords(verdict: ComparisonVerdict): string {
  return `${ICONS[verdict]} ${verdict.replace('-', ' ')}`;
}

/** One sentence for a banner, a terminal, a message. */
export function comparisonSentence(comparison: Comparison): string {
  const verdict = verdictOfComparison(comparison);
  if (verdict === 'not-comparable') return `not comparable: ${comparison.obstacles.join('; ')}`;
  const gated = comparison.numbers.filter(({ gates }) => gates);
  const worst = gated.filter((number) => number.verdict === verdict);
  const [first] = worst;
  if (verdict === 'same' && isIdentical(comparison)) return `same: ${identicalWords(comparison)}`;
  if (verdict === 'same') return `same: ${plural(gated.length, 'number')} within the margin`;
  if (first === undefined) return verdict;
  const others = worst.length === 1 ? '' : `, and ${plural(worst.length - 1, 'more number', 'more numbers')}`;
  const seeds = isNumber(first.seedsWorse) && first.pairs.length > 0 ? `; ${first.seedsWorse} of ${plural(first.seeds, 'seed')} worse` : '';
  const why = verdict === 'undecided' && first.note !== '' ? ` (${first.note})` : '';
  return `${verdict}: ${nameOfNumber(first)} ${changeWords(first)}${seeds}${others}${why}`;
}

/** Whether nothing at all happened otherwise. */
export function isIdentical({ behaviour }: Comparison): boolean {
  return behaviour.length > 0 && behaviour.every(({ seedsCompared, seedsChanged }) => seedsCompared > 0 && seedsChanged.length === 0);
}

function identicalWords({ behaviour }: Comparison): string {
  const seeds = Math.max(...behaviour.map(({ seedsCompared }) => seedsCompared));
  return `identical histories in ${seeds === 1 ? 'the seed' : `all ${plural(seeds, 'seed')}`} compared`;
}

/** `queue_latency{key:new} p95 of fifo` */
export function nameOfNumber({ variant, metric, number }: ComparedNumber): string {
  return variant == null ? `${metric} ${number}` : `${metric} ${number} of ${variant}`;
}

/** `rose by 1.2s (+12 %, from 10.2s to 11.4s)`: what a sentence says of a number. */
export function changeWords(number: ComparedNumber): string {
  const { shift, shiftShare, unit } = number;
  if (!isNumber(shift)) return number.note === '' ? NO_SAMPLES : number.note;
  const size = formatValue(Math.abs(shift), unit);
  const share = isNumber(shiftShare) ? `${shareWords(shiftShare)}, ` : '';
  const way = shift === 0 ? 'did not move' : `${shift > 0 ? 'rose' : 'fell'} by ${size}`;
  return `${way} (${share}from ${formatValue(number.baseline, unit)} to ${formatValue(number.candidate, unit)})`;
}

/** `+12 %`; many times as much is said so. */
export function shareWords(share: number): string {
  if (share === 0) return '±0 %';
  if (share >= MANY_TIMES) return `×${(share + 1).toPrecision(3)}`;
  return `${share > 0 ? '+' : '−'}${formatShare(Math.abs(share))}`;
}

const MANY_TIMES = 9;

/** The cells of a row, without escaping: `Δ`, `Δ %`, bounds, seeds. */
export function numberCells(number: ComparedNumber): { change: string; share: string; bounds: string; seeds: string } {
  const { shift, shiftShare, low, high, unit } = number;
  return {
    change: isNumber(shift) ? formatDifference(shift, unit) : '–',
    share: isNumber(shiftShare) ? shareWords(shiftShare) : '–',
    bounds: isNumber(low) && isNumber(high) ? `[${formatDifference(low, unit)}, ${formatDifference(high, unit)}]` : '–',
    seeds: number.pairs.length > 0 ? `${number.seedsWorse}/${number.seeds}` : '–',
  };
}

const MOST_SEEDS_NAMED = 10;

/** What happened otherwise, one sentence a variant. */
export function behaviourWords(change: BehaviourChange): string {
  const { variant, seedsCompared, seedsChanged } = change;
  const whose = variant == null ? '' : `${variant}: `;
  if (seedsChanged.length === 0) return `${whose}the histories of ${plural(seedsCompared, 'seed')} are identical`;
  const seeds = listOf(seedsChanged.map(String), MOST_SEEDS_NAMED);
  return `${whose}other histories in ${seedsChanged.length} of ${plural(seedsCompared, 'seed')} (${seeds})${firstWords(change)}`;
}

function firstWords({ first }: BehaviourChange): string {
  if (first?.event == null) return '';
  const at = first.atUs == null ? '' : ` at ${formatDurationUs(first.atUs)}`;
  const side = (words: string | undefined): string => words ?? 'it had ended';
  return `; with seed ${first.seed} event ${first.event}${at} is the first that differs: before "${side(first.baseline ?? undefined)}", now "${side(first.candidate ?? undefined)}"`;
}

/** Where the baseline comes from: `reports/baselines/x.json, set 2027-01-15: reason`. */
export function originWords({ baseline }: Comparison): string {
  const set = baseline.updated == null ? '' : `, set ${baseline.updated}`;
  const reason = baseline.reason == null ? '' : `${set === '' ? ', set' : ''}: ${baseline.reason}`;
  return `${baseline.source}${set}${reason}`;
}
