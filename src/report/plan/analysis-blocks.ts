import type { GhostCost, PieceAnswer, PlanResult, SensitivityRow } from '../../measure/capacity/plan-result.js';
import { formatMs, formatNumber, plural } from '../format.js';
import type { TerminalBlock, TerminalLine } from '../live/terminal-blocks.js';
import { iconOf } from './answer-blocks.js';
import { figureText, overloadText, reasonsOf, sentence } from './page/words.js';

const MOST_DAYS = 8;

/** What would be otherwise, in a few lines each: the page and the Markdown hold all of it. */
export function analysisBlocks(plan: PlanResult): TerminalBlock[] {
  return [
    { title: 'SENSITIVITY', lines: sensitivityLines(plan) },
    { title: 'DAYS', lines: pieceLines(plan.days ?? [], 'day', plan.answer.limit) },
    { title: 'TENANTS', lines: pieceLines(plan.tenants ?? [], 'tenant', plan.answer.limit) },
    { title: 'GHOST SLOTS', lines: ghostLines(plan.ghosts ?? []) },
    { title: 'QUESTIONS', lines: inverseLines(plan) },
    { title: 'NOTES', lines: plan.notes.map((note) => ({ text: `- ${sentence(note)}` })) },
  ];
}

/** Of each thing that was changed, the change that moves the answer most. */
function sensitivityLines({ sensitivity = [], answer }: PlanResult): TerminalLine[] {
  const rows = sensitivity.toSorted((one, other) => effectOf(other, answer.limit) - effectOf(one, answer.limit));
  const shown = rows.filter((row, at) => rows.findIndex(({ factor }) => factor === row.factor) === at);
  const widest = Math.max(...shown.map(({ what }) => what.length), 0);
  const left = rows.length - shown.length;
  return [
    ...shown.map((row) => ({ text: `${iconOf(row.atAnswer.verdict)} ${row.what.padEnd(widest)}  ${sensitivityText(row, answer.limit)}`, fixed: true })),
    ...reasonsOf(rows).map(({ what, text }) => ({ text: `${what}: ${text}.` })),
    ...(left > 0 ? [{ text: `… and ${plural(left, 'smaller change')} of the same in the report` }] : []),
  ];
}

/** By how many slots the answer moves; no limit at all counts most. */
function effectOf({ limit }: SensitivityRow, answer: number | undefined): number {
  return limit === undefined ? Number.MAX_SAFE_INTEGER : Math.abs(limit - (answer ?? 0));
}

/** `needs 82; p95 wait at 69: 4.02 times as long` */
export function sensitivityText({ limit, atAnswer, p95Ratio }: Omit<SensitivityRow, 'note'>, answer: number | undefined): string {
  const needs = limit === undefined ? 'no limit was found' : limit === answer ? `still needs ${formatNumber(limit)}` : `needs ${formatNumber(limit)}`;
  const at = formatNumber(atAnswer.limit);
  if (atAnswer.unstable !== undefined) return `${needs}; at ${at} the queue grows without end`;
  if (atAnswer.queueLatency === undefined) return needs;
  const ratio = p95Ratio === undefined ? '' : `, ${formatNumber(p95Ratio)} times as long`;
  return `${needs}; p95 wait at ${at}: ${formatMs(atAnswer.queueLatency.p95.mean)}${ratio}`;
}

/** How many pieces the answer is enough for, and the worst of them. */
function pieceLines(pieces: readonly PieceAnswer[], name: string, answer: number | undefined): TerminalLine[] {
  if (pieces.length === 0) return [];
  const worst = pieces.toSorted((one, other) => limitOf(other) - limitOf(one));
  const shown = worst.slice(0, MOST_DAYS);
  const left = worst.length - shown.length;
  return [
    ...(answer === undefined ? [] : [{ text: enoughText(pieces, name, answer) }]),
    ...shown.map((piece) => ({ text: pieceText(piece) })),
    ...(left > 0 ? [{ text: `… and ${plural(left, name)} that ${left === 1 ? 'needs' : 'need'} no more, in the report` }] : []),
  ];
}

/** `limit 38 is enough on 22 of 24 days` */
export function enoughText(pieces: readonly PieceAnswer[], name: string, limit: number): string {
  const enough = pieces.filter((piece) => limitOf(piece) <= limit).length;
  return `limit ${formatNumber(limit)} is enough ${name === 'day' ? 'on' : 'for'} ${formatNumber(enough)} of ${plural(pieces.length, name)}, each by itself`;
}

function limitOf({ limit }: PieceAnswer): number {
  return limit ?? Number.POSITIVE_INFINITY;
}

function pieceText({ name, limit, requests, offeredSlots, peakInFlight }: PieceAnswer): string {
  const needs = limit === undefined ? 'no limit was found' : `limit ${formatNumber(limit)}`;
  return `${name}: ${needs}; ${plural(requests, 'request')}, ${formatNumber(offeredSlots)} in use on average, ${formatNumber(peakInFlight)} at the peak without a limit`;
}

/** The most ghosts that were asked about stand for all. */
function ghostLines(costs: readonly GhostCost[]): TerminalLine[] {
  const most = costs.toSorted((one, other) => other.ghosts - one.ghosts)[0];
  if (most === undefined) return [];
  const { atLimit } = most;
  const wait =
    atLimit.unstable === undefined
      ? atLimit.queueLatency === undefined
        ? ''
        : `p95 wait ${formatMs(atLimit.queueLatency.p95.mean)}`
      : overloadText(atLimit.unstable);
  return [
    {
      text: `${iconOf(atLimit.verdict)} with ${plural(most.ghosts, 'ghost')} at limit ${formatNumber(most.limit)}: ${wait === '' ? 'no samples' : wait}`,
      tone: atLimit.verdict,
    },
    ...most.text.map((text) => ({ text: sentence(text) })),
  ];
}

/** The answers name their numbers; what is formula is marked. */
function inverseLines({ inverse = [] }: PlanResult): TerminalLine[] {
  return inverse.map(({ title, answer, value, formula }) => {
    const guess = formula === undefined || value === undefined ? '' : ` (formula: ${figureText(formula, value.unit)})`;
    return { text: `${title}${title.endsWith('?') ? '' : ':'} ${sentence(answer)}${guess}` };
  });
}
