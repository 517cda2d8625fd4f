import type { PieceAnswer, PlanResult } from '../../measure/capacity/plan-result.js';
import { prose } from '../ci/prose.js';
import { markdownText } from '../escape.js';
import { formatMs, formatNumber, formatShare, formatUsd } from '../format.js';
import { markdownTable } from '../markdown-table.js';
import { enoughText, sensitivityText } from './analysis-blocks.js';
import { iconOf } from './answer-blocks.js';
import { estimateText, figureText, NONE, overloadText, p95Text, sentence, valueText } from './page/words.js';

/** What would be otherwise, as tables. What the plan has nothing of is left out. */
export function analysisParts(plan: PlanResult): string[] {
  return [
    ...part('What moves the answer', sensitivityTable(plan)),
    ...part('What if', whatIfTable(plan)),
    ...part('Ghost slots', ghostPart(plan)),
    ...part('Questions', inverseParts(plan)),
    ...part('Days', piecesPart(plan.days, 'day', plan)),
    ...part('Tenants', piecesPart(plan.tenants, 'tenant', plan)),
    ...part('Limits', frontierTable(plan)),
  ];
}

function part(title: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`### ${title}`, text];
}

function sensitivityTable({ sensitivity = [], answer }: PlanResult): string | undefined {
  if (sensitivity.length === 0) return undefined;
  const rows = sensitivity.map((row) => [
    row.what,
    row.limit === undefined ? 'none found' : formatNumber(row.limit),
    `${iconOf(row.atAnswer.verdict)} ${p95Text(row.atAnswer)}`,
    row.p95Ratio === undefined ? NONE : formatNumber(row.p95Ratio),
    row.risk ?? NONE,
    [sensitivityText(row, answer.limit), ...[row.why, row.note].flatMap((text) => (text === undefined ? [] : sentence(text)))].join('. '),
  ]);
  return markdownTable(['Change', '>Smallest limit', '>p95 wait at the answer', '>Times as long', 'Risk', 'In words'], rows);
}

function whatIfTable({ whatIfs = [] }: PlanResult): string | undefined {
  if (whatIfs.length === 0) return undefined;
  return markdownTable(
    ['Question', 'Answer', '>Limit'],
    whatIfs.map(({ question, answer, limit }) => [question, sentence(answer), limit === undefined ? NONE : formatNumber(limit)]),
  );
}

function ghostPart({ ghosts = [] }: PlanResult): string | undefined {
  if (ghosts.length === 0) return undefined;
  const rows = ghosts.map((cost) => [
    formatNumber(cost.ghosts),
    formatNumber(Math.round(cost.slotSeconds)),
    formatShare(cost.shareOfLimit),
    formatNumber(Math.round(cost.lostJobs)),
    cost.lostRateShare === undefined ? NONE : formatShare(cost.lostRateShare),
    cost.limitToRestore === undefined ? NONE : formatNumber(cost.limitToRestore),
    cost.stuckUsd === undefined ? 'unknown' : formatUsd(cost.stuckUsd),
    `${iconOf(cost.atLimit.verdict)} ${cost.atLimit.unstable === undefined ? p95Text(cost.atLimit) : overloadText(cost.atLimit.unstable)}`,
  ]);
  const table = markdownTable(
    ['>Ghosts', '>Slot-seconds', '>Of the limit', '>Jobs lost', '>Rate lost', '>Limit that restores it', '>Charged', 'p95 wait'],
    rows,
  );
  const most = ghosts.toSorted((one, other) => other.ghosts - one.ghosts)[0];
  const words = most?.text ?? [];
  return `${table}\n\n${words.map((text) => `- ${prose(sentence(text))}`).join('\n')}`;
}

function inverseParts({ inverse = [] }: PlanResult): string | undefined {
  if (inverse.length === 0) return undefined;
  return inverse
    .map(({ question, title, answer, value, formula, columns, rows, notes }) => {
      const guess = formula === undefined || value === undefined ? [] : [`formula ${figureText(formula, value.unit)}`];
      const figures = value === undefined ? '' : ` (${prose([valueText({ question, value }), ...guess].join('; '))})`;
      return [
        `**${markdownText(title)}** ${prose(sentence(answer))}${figures}`,
        ...(rows.length === 0 ? [] : [markdownTable(columns, rows)]),
        ...(notes.length === 0 ? [] : [notes.map((note) => `- ${prose(sentence(note))}`).join('\n')]),
      ].join('\n\n');
    })
    .join('\n\n');
}

function piecesPart(pieces: readonly PieceAnswer[] | undefined, name: string, { answer }: PlanResult): string | undefined {
  if (pieces === undefined || pieces.length === 0) return undefined;
  const rows = pieces.map((piece) => [
    piece.name,
    piece.limit === undefined ? 'none found' : formatNumber(piece.limit),
    formatNumber(piece.requests),
    formatNumber(piece.offeredSlots),
    formatNumber(piece.peakInFlight),
    piece.p95Ms === undefined ? NONE : formatMs(piece.p95Ms),
  ]);
  const table = markdownTable([name === 'day' ? 'Day' : 'Tenant', '>Smallest limit', '>Requests', '>In use', '>Peak', '>p95 wait'], rows);
  return answer.limit === undefined ? table : `${prose(sentence(enoughText(pieces, name, answer.limit)))}\n\n${table}`;
}

function frontierTable({ frontier }: PlanResult): string | undefined {
  if (frontier === undefined || frontier.points.length === 0) return undefined;
  const hasFormula = frontier.erlangCP95Ms.length > 0;
  const rows = frontier.points.map((point, at) => {
    const formula = frontier.erlangCP95Ms[at];
    const latency = point.queueLatency;
    return [
      formatNumber(point.limit),
      `${iconOf(point.verdict)} ${point.verdict}`,
      latency === undefined ? NONE : estimateText(latency.p50, 'ms'),
      latency === undefined ? (point.unstable === undefined ? NONE : 'unstable') : estimateText(latency.p95, 'ms'),
      latency === undefined ? NONE : estimateText(latency.p99, 'ms'),
      ...(hasFormula ? [formula === undefined || formula === null ? 'unstable' : formatMs(formula)] : []),
    ];
  });
  return markdownTable(['>Limit', 'Verdict', '>p50 wait', '>p95 wait', '>p99 wait', ...(hasFormula ? ['>p95 by formula'] : [])], rows);
}
