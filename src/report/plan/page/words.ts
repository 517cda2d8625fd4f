import { isTooShortBelow } from '../../../measure/capacity/answer-doubt.js';
import type {
  Estimate,
  InverseAnswer,
  LimitAnswer,
  LoadFacts,
  Overload,
  PlanResult,
  PointEvidence,
  SensitivityRow,
  SloCheck,
  TierPrice,
} from '../../../measure/capacity/plan-result.js';
import { EXIT_CODES } from '../../../measure/exit-codes.js';
import type { Verdict } from '../../../measure/result.js';
import { formatMs, formatNumber, formatShare, formatUsd, listOf, plural } from '../../format.js';
import { exitCodeDoc } from '../../verdict.js';

/** What stands where a plan says nothing. */
export const NONE = '–';

/** Units that are part of a figure's spelling; others are words behind it, said once. */
const SPELLED: ReadonlySet<string> = new Set(['ms', 's', 'seconds', '/s', 'requests/s', 'ratio', 'share', 'usd']);
/** `share of calls`: `0.0262 % of calls` */
const SHARE = 'share ';

/** A figure of a plan in its unit: `1.73s`, `5.07/s`, `0.1 %`, `69 slots`. */
export function figureText(value: number, unit: string): string {
  if (!Number.isFinite(value)) return 'without end';
  switch (unit) {
    case 'ms':
      return formatMs(value);
    case 's':
    case 'seconds':
      return formatMs(value * 1000);
    case '/s':
    case 'requests/s':
      return rateText(value);
    case 'ratio':
    case 'share':
      return formatShare(value);
    case 'usd':
      return formatUsd(value);
    case 'slots':
      return plural(value, 'slot');
    default:
      if (unit.startsWith(SHARE)) return `${formatShare(value)} ${unit.slice(SHARE.length)}`;
      return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
  }
}

/** `[1.68s, 1.78s]`, `[500, 700]`; empty where nothing is left to chance: one recorded history, one seed. */
export function intervalText({ low, high, mean }: Estimate, unit: string): string {
  if (low === mean && high === mean) return '';
  const bare = SPELLED.has(unit) ? unit : unit.startsWith(SHARE) ? 'ratio' : '';
  return `[${figureText(low, bare)}, ${figureText(high, bare)}]`;
}

export function estimateText(estimate: Estimate | undefined, unit: string): string {
  if (estimate === undefined) return NONE;
  return [figureText(estimate.mean, unit), intervalText(estimate, unit)].filter((part) => part !== '').join(' ');
}

/** The number of an answer: of a search both ends, else with its interval. */
export function valueText({ question, value }: Pick<InverseAnswer, 'question' | 'value'>): string {
  if (value === undefined) return '';
  const { estimate, unit } = value;
  if (question === 'highest-rate' || question === 'largest-burst') return searchedText(estimate, unit);
  if (question !== 'start-timeout' || estimate.low === estimate.high) return estimateText(estimate, unit);
  return `between ${figureText(estimate.low, unit)} and ${figureText(estimate.high, unit)}`;
}

/** What a search for the largest found: `2.7/s, no longer 2.77/s`. The middle between the two was never tried. */
export function searchedText({ low, high }: Estimate, unit: string): string {
  const bare = SPELLED.has(unit) ? unit : '';
  return low === high ? figureText(low, unit) : `${figureText(low, unit)}, no longer ${figureText(high, bare)}`;
}

/** Below this many requests a second people count by the hour. */
const HOURLY_BELOW = 0.1;
const SECONDS_AN_HOUR = 3600;

/** `5/s`, `48.5/h` */
export function rateText(ratePerSecond: number, isHourly = byTheHour(ratePerSecond)): string {
  return isHourly ? `${formatNumber(ratePerSecond * SECONDS_AN_HOUR)}/h` : `${formatNumber(ratePerSecond)}/s`;
}

/** Whether a rate is better counted by the hour. */
export function byTheHour(ratePerSecond: number): boolean {
  return ratePerSecond > 0 && ratePerSecond < HOURLY_BELOW;
}

/** `60 slots of work for a limit of 40: at most 3.33/s` */
export function overloadText({ offeredSlots, limit, mostPerSecond }: Overload): string {
  return `${formatNumber(offeredSlots)} slots of work for a limit of ${formatNumber(limit)}, which carries at most ${rateText(mostPerSecond)}`;
}

/** What one SLO was, or why it was nothing. */
export function actualText(check: SloCheck, { unstable }: PointEvidence): string {
  const { actual, dropped } = check;
  const lost = dropped === undefined ? '' : `, ${formatShare(dropped.mean)} dropped`;
  if (actual !== undefined) return `${estimateText(actual, check.unit)}${lost}`;
  return unstable === undefined ? `no samples${lost}` : 'unstable';
}

/** The wait that charts draw, in words. */
export function p95Text({ queueLatency, unstable }: PointEvidence): string {
  if (unstable !== undefined) return 'unstable';
  return queueLatency === undefined ? NONE : estimateText(queueLatency.p95, 'ms');
}

export function tierText({ limit, usdPerMonth }: TierPrice): string {
  return `tier ${formatNumber(limit)}${usdPerMonth === undefined ? ', price unknown' : ` at ${formatUsd(usdPerMonth)} a month`}`;
}

export function pointAt({ evidence }: LimitAnswer, limit: number | undefined): PointEvidence | undefined {
  return limit === undefined ? undefined : evidence.find((point) => point.limit === limit);
}

/** Whether it all rests on one recorded history, in which chance has no part. */
export function isRecorded({ answer }: PlanResult): boolean {
  return answer.evidence.some(({ seeds }) => seeds === 1) && answer.evidence.every(({ seeds }) => seeds <= 1);
}

/** The first sentence of a plan. */
export function answerText({ answer, verdict }: PlanResult): string {
  const { limit, mostTried } = answer;
  if (limit === undefined) return verdict === 'undecided' ? 'No limit is decided' : `No limit up to ${formatNumber(mostTried)} is enough`;
  if (isTooShortBelow(answer)) return `Limit ${formatNumber(limit)} is enough; runs are too short to tell whether fewer are`;
  return standingOf(answer) === 'pass' ? `You need limit ${formatNumber(limit)}` : `Limit ${formatNumber(limit)} is not shown yet`;
}

/** How sure the answer itself is, whatever the gate says of another limit. */
export function standingOf(answer: LimitAnswer): Verdict {
  return pointAt(answer, answer.limit)?.verdict ?? (answer.limit === undefined ? 'fail' : 'pass');
}

/** `5/s Poisson, 12s exponential: 60 slots in use on average`. What comes all at once has no average. */
export function loadText({ text, offeredSlots, atOnce }: LoadFacts): string {
  return atOnce !== undefined ? text : `${text}: ${plural(offeredSlots, 'slot')} in use on average`;
}

/** What a reader asks of rows: why no limit was found, said once of all that it is true of, and what is noted of each. */
export function reasonsOf(rows: readonly SensitivityRow[]): { readonly what: string; readonly text: string }[] {
  const whys = new Set(rows.flatMap(({ why }) => why ?? []));
  return [
    ...[...whys].map((text) => ({ what: listOf(rows.filter(({ why }) => why === text).map(({ what }) => what)), text })),
    ...rows.flatMap(({ what, note }) => (note === undefined ? [] : [{ what, text: note }])),
  ];
}

/** Names keep their letters where a sentence begins with one: `queue_latency`, `start_timeout`, fal. */
const KEPT = /^(?:\w*_\w*|fal)\b/;

/** What an exit code means of a plan. */
export function exitText({ exitCode, gate, comparison }: PlanResult): string {
  switch (exitCode) {
    case EXIT_CODES.passed.code:
      return [gate === undefined ? 'answered' : 'the gate passed', ...(comparison === undefined ? [] : ['no worse than the baseline'])].join(', ');
    case EXIT_CODES.threshold.code:
      return gate === undefined ? 'no limit meets every SLO' : `limit ${formatNumber(gate.limit)} does not meet every SLO`;
    case EXIT_CODES.undecided.code:
      return 'undecided: more seeds, or a baseline that can be compared, are needed';
    case EXIT_CODES.regression.code:
      return 'worse than the baseline plan';
    case EXIT_CODES.invariant.code:
      return 'an invariant broke in the evidence of the answer';
    default:
      return exitCodeDoc(exitCode);
  }
}

/** As a sentence: a capital letter first, a full stop last. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const ended = /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
  if (trimmed === '') return '';
  return KEPT.test(trimmed) ? ended : ended.slice(0, 1).toUpperCase() + ended.slice(1);
}
