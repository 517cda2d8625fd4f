import type { PlanResult, PointEvidence } from '../../measure/capacity/plan-result.js';
import { prose } from '../ci/prose.js';
import { markdownCode, markdownText } from '../escape.js';
import { cutText, formatNumber, formatShare, plural } from '../format.js';
import { markdownTable } from '../markdown-table.js';
import { rowsLines } from '../recorded-rows.js';
import { VERDICT_WORDS } from '../verdict.js';
import { decisivePoints, formulaText, iconOf, platformText, pointText } from './answer-blocks.js';
import { movesTable } from './comparison-text.js';
import { planExitDoc } from './exit-words.js';
import { headline } from './headline.js';
import { analysisParts } from './markdown-analyses.js';
import { actualText, estimateText, loadText, NONE, overloadText, sentence } from './page/words.js';

const MOST_COMMAND = 4_000;

/** For a pull request, a step summary or a chat: the answer first, all evidence folded. */
export function renderPlanMarkdown(plan: PlanResult): string {
  return `${[...answerParts(plan), ...analysisParts(plan), ...closingParts(plan)].join('\n\n')}\n`;
}

/** The first screen of it. */
function answerParts(plan: PlanResult): string[] {
  const { verdict, text } = headline(plan);
  const { answer, gate, comparison, tiers, question } = plan;
  const facts = [
    prose(loadText(plan.load)),
    ...rowsLines(plan.load).map(({ text, isWarning }) => (isWarning ? `**${prose(text)}**` : prose(text))),
    prose(platformText(plan)),
    prose(formulaText(plan)),
  ];
  return [
    `## ${VERDICT_WORDS[verdict].icon} ${markdownText(text)}`,
    ...(gate === undefined ? [] : [`**Gate:** ${iconOf(gate.verdict)} ${prose(sentence(gate.text))}`]),
    ...(comparison === undefined ? [] : [`**Baseline:** ${iconOf(comparison.verdict)} ${prose(sentence(comparison.text))}`]),
    decisivePoints(answer)
      .map((point) => `- limit ${formatNumber(point.limit)} ${prose(pointText(point))}`)
      .join('\n'),
    ...(answer.why === undefined ? [] : [prose(sentence(answer.why))]),
    ...(tiers.text === '' ? [] : [`${prose(sentence(tiers.text))} Tiers: ${prose(tiersText(plan))}.`]),
    facts.map((fact) => `- ${fact}`).join('\n'),
    `Exit code ${plan.exitCode}: ${planExitDoc(plan.exitCode)}. Seeds ${question.seed} to ${question.seed + question.mostSeeds - 1} at most.`,
    markdownCode(cutText(plan.command, MOST_COMMAND)),
  ];
}

function tiersText({ tiers: { tiers, source } }: PlanResult): string {
  return `${tiers.map(({ limit, usdPerMonth }) => (usdPerMonth === undefined ? String(limit) : `${limit} ($${usdPerMonth} a month)`)).join(', ')}; ${source}`;
}

function closingParts(plan: PlanResult): string[] {
  const { notes, answer, comparison, meta, tool, randomScheme, question } = plan;
  const moves = movesTable(comparison?.moves ?? []);
  return [
    ...(moves === undefined ? [] : ['### Against the baseline', moves]),
    ...(notes.length === 0 ? [] : ['### Notes', notes.map((note) => `- ${prose(sentence(note))}`).join('\n')]),
    folded(`Everything that was tried (${plural(answer.evidence.length, 'setting')})`, evidenceTable(answer.evidence)),
    folded(
      'Environment',
      markdownTable(
        ['What', 'Value'],
        [
          ['Tool', `${tool.name} ${tool.version}`],
          ['Question', question.sha256],
          ['Random scheme', String(randomScheme)],
          ['Node', meta.node],
        ],
      ),
    ),
  ];
}

/** One row a setting, in order. */
function evidenceTable(points: readonly PointEvidence[]): string {
  const rows = points
    .toSorted((one, other) => one.limit - other.limit)
    .map((point) => [
      formatNumber(point.limit),
      `${iconOf(point.verdict)} ${point.verdict}`,
      point.unstable === undefined ? point.checks.map((check) => `${check.slo}: ${actualText(check, point)}`).join('; ') : overloadText(point.unstable),
      point.queueLatency === undefined ? NONE : estimateText(point.queueLatency.p95, 'ms'),
      point.utilisation === undefined ? NONE : formatShare(point.utilisation),
      formatNumber(point.seeds),
      formatNumber(point.requests),
    ]);
  return markdownTable(['>Limit', 'Verdict', 'SLOs', '>p95 wait', '>In use', '>Seeds', '>Requests'], rows);
}

function folded(summary: string, inside: string): string {
  return `<details><summary>${summary}</summary>\n\n${inside}\n\n</details>`;
}
