import type { ScoreCell, ScoreResult } from '../../measure/score/score-result.js';
import { markdownCode, markdownText } from '../escape.js';
import { markdownTable } from '../markdown-table.js';
import { figureText, linkTo, outcomeText, priceTexts, STANDING_LOOKS, shortQuestion, standingCounts } from './words.js';

const MODELS = ' Profiles are models, not companies: nothing here was measured at fal or at NexaAPI.';

/** The scorecard for a pull request or a wiki. Links are relative to its folder. */
export function renderScoreMarkdown(result: ScoreResult): string {
  const { questions, providers } = result;
  const blocks = [
    '# Provider scorecard',
    `${markdownText(standingCounts(providers))}.${providers.some(({ kind }) => kind === 'profile') ? MODELS : ''}`,
    markdownTable(
      ['Provider', 'Is a', ...questions.map(({ id }) => shortQuestion(id))],
      providers.map(({ name, basis, kind, cells }) => [name, basis ?? kind, ...cells.map(cellText)]),
    ),
    ...questions.flatMap((question, at) => [
      `## ${markdownText(question.question)}`,
      `Counts as yes: ${markdownText(question.criterion)}`,
      ...answersTo(result, at),
    ]),
    ...pricesOf(result),
    '## Notes',
    result.notes.map((note) => `- ${markdownText(note)}`).join('\n'),
    markdownCode(result.command),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function cellText({ standing, short }: ScoreCell): string {
  return `${STANDING_LOOKS[standing].icon} ${standing}: ${short}`;
}

function answersTo({ providers }: ScoreResult, at: number): string[] {
  return providers.flatMap(({ name, cells }) => {
    const cell = cells[at] as ScoreCell;
    const says = cell.says === undefined ? [] : [`${markdownText(cell.says)} Source: ${markdownText(cell.source ?? '')}.`];
    return [`### ${markdownText(name)}: ${markdownText(cell.standing)}`, ...says, experimentsOf(cell)].filter((text) => text !== '');
  });
}

function experimentsOf({ experiments }: ScoreCell): string {
  return experiments
    .map(({ name, seen, passed, figures = [], evidence }) => {
      const numbers = figures.map((figure) => `${figure.name}: ${figureText(figure)}`).join('; ');
      return `- ${outcomeText(passed).icon} [${markdownText(name)}](${linkTo(evidence)}): ${markdownText(seen)}${numbers === '' ? '' : ` (${markdownText(numbers)})`}`;
    })
    .join('\n');
}

function pricesOf({ prices }: ScoreResult): string[] {
  if (prices.length === 0) return [];
  const rows = prices.map(priceTexts).map((row) => [row.provider, row.price, row.requests, row.stuck, row.without, row.with, row.rule]);
  return [
    '## Prices',
    markdownTable(['Provider', '>A request', '>Successful', '>Stuck', '>Stuck not charged', '>Stuck charged', 'Rule for stuck requests'], rows),
  ];
}
