import { EXIT_CODES } from '../../measure/exit-codes.js';
import type { ScoreResult } from '../../measure/score/score-result.js';
import { terminalText } from '../../report/escape.js';
import { renderScoreMarkdown } from '../../report/score/markdown.js';
import { renderScorePage } from '../../report/score/page.js';
import { renderScoreTerminal } from '../../report/score/terminal.js';
import { type Missing, scoreExitCode } from '../../score/gate.js';
import type { OutputFolder } from '../output-folder.js';
import type { Outside } from '../outside.js';

export async function writeScore(result: ScoreResult, folder: OutputFolder): Promise<void> {
  folder.write('score.json', scoreJson(result));
  folder.write('score.md', renderScoreMarkdown(result));
  folder.write('score.html', renderScorePage(result));
}

/** @param path of the page */
export async function showScore(
  result: ScoreResult,
  path: string,
  missing: readonly Missing[],
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
  outside: Outside,
): Promise<void> {
  const code = scoreExitCode(missing);
  if (json) outside.out.write(scoreJson(result));
  else if (quiet) outside.out.write(`${code === EXIT_CODES.passed.code ? 'made' : 'missing answers'} score (exit code ${code}) ${terminalText(path)}\n`);
  else {
    const colour = outside.out.isTTY && outside.env['NO_COLOR'] === undefined;
    const width = Math.max(60, Math.min(160, outside.out.columns));
    outside.out.write(renderScoreTerminal(result, missing, { colour, width, reportPath: path }));
  }
  if (json || quiet)
    for (const { provider, question, standing } of missing)
      outside.err.write(`slotstorm: ${terminalText(provider)}: ${question} is ${standing}, required: shown\n`);
}

function scoreJson(result: ScoreResult): string {
  return `${JSON.stringify(result, undefined, 1)}\n`;
}
