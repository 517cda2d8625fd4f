import type { PlanComparison, PlanMove } from '../../measure/capacity/plan-comparison.js';
import { prose } from '../ci/prose.js';
import { cleanDeep, terminalText } from '../escape.js';
import { markdownTable } from '../markdown-table.js';
import { iconOf } from './answer-blocks.js';
import { figureText, NONE, sentence } from './page/words.js';

const MOVE_ICONS: Readonly<Record<PlanMove['verdict'], string>> = { better: '▲', same: '=', worse: '✗', undecided: '?' };

/** For a terminal: the verdict, then every number of both. */
export function planComparisonText(comparison: PlanComparison): string {
  const { verdict, text, moves } = cleanDeep(comparison, terminalText);
  const widest = Math.max(0, ...moves.map(({ what }) => what.length));
  const lines = moves.map(
    (move) => `  ${MOVE_ICONS[move.verdict]} ${move.what.padEnd(widest)}  ${figureOf(move.before, move.unit)} → ${figureOf(move.after, move.unit)}`,
  );
  return `${[`${iconOf(verdict)} ${sentence(text)}`, ...lines].join('\n')}\n`;
}

/** The numbers as a table; undefined: there are none. */
export function movesTable(moves: readonly PlanMove[]): string | undefined {
  if (moves.length === 0) return undefined;
  return markdownTable(
    ['What', '>Before', '>Now', 'Verdict'],
    moves.map(({ what, before, after, unit, verdict }) => [what, figureOf(before, unit), figureOf(after, unit), `${MOVE_ICONS[verdict]} ${verdict}`]),
  );
}

export function planComparisonMarkdown(comparison: PlanComparison): string {
  const table = movesTable(comparison.moves);
  return `${[`## ${iconOf(comparison.verdict)} ${prose(sentence(comparison.text))}`, ...(table === undefined ? [] : [table])].join('\n\n')}\n`;
}

function figureOf(value: number | undefined, unit: string): string {
  return value === undefined ? NONE : figureText(value, unit);
}
