import type { ResultFile } from '../measure/result.js';
import { checkTable } from './ci/check-table.js';
import { comparisonParts } from './ci/comparison-parts.js';
import { environmentPart } from './ci/environment-part.js';
import { failureParts } from './ci/failure-parts.js';
import { prose as text } from './ci/prose.js';
import { type StandingCheck, standingChecks } from './ci/standing.js';
import { COLUMNS, compareVariants } from './comparison.js';
import { markdownCode } from './escape.js';
import { cutText, plural } from './format.js';
import { agreementParts, liveParts, viewParts } from './live/markdown-parts.js';
import { markdownTable } from './markdown-table.js';
import { seedLines } from './seed-lines.js';
import { traceLines } from './trace-lines.js';
import { exitCodeDoc, expectedViolations, scopeSentence, VERDICT_WORDS, verdictSentences } from './verdict.js';
import { warmupLines } from './warmup-lines.js';

const MAX_SEED_LINES = 20;

/** For a pull request, a step summary or a chat. */
export function renderMarkdown(result: ResultFile): string {
  const checks = standingChecks(result);
  const gates = checks.map(({ gate }) => gate);
  const { word, icon } = VERDICT_WORDS[result.verdict];
  const expected = expectedViolations(gates);
  const { lead, rest } = verdictSentences(result, gates);
  const parts = [
    `## ${icon} ${word}: ${text(result.scenario.name)}`,
    `**${text(lead)}** ${text(rest)}${expected > 0 ? ` ${plural(expected, 'invariant was', 'invariants were')} violated because the scenario expects it.` : ''}`,
    `${text(scopeSentence(result))}. Exit code ${result.exitCode}: ${exitCodeDoc(result.exitCode)}.`,
    markdownCode(cutText(result.scenario.rerun, 4_000)),
    ...tracePart(result),
    ...warmupPart(result),
    ...liveParts(result),
    ...gateParts(checks, result),
    ...comparisonParts(result.comparison),
    '### Variants',
    variantsTable(result),
    ...viewParts(result),
    ...seedsPart(result),
    ...agreementParts(result),
    ...failureParts(result),
    environmentPart(result),
  ];
  return `${parts.join('\n\n')}\n`;
}

function tracePart(result: ResultFile): string[] {
  const lines = traceLines(result);
  return lines.length === 0 ? [] : [lines.map((line) => `- Trace: ${text(line)}`).join('\n')];
}

function warmupPart(result: ResultFile): string[] {
  const lines = warmupLines(result);
  return lines.length === 0 ? [] : [lines.map((line) => `- Warm-up: ${line.found ? '' : `${VERDICT_WORDS.undecided.icon} `}${text(line.text)}`).join('\n')];
}

/** Intervals over seeds, and what share of all seeds may fail. */
function seedsPart(result: ResultFile): string[] {
  const lines = seedLines(result);
  if (lines.length === 0) return [];
  const left = lines.length > MAX_SEED_LINES ? [`- ${plural(lines.length - MAX_SEED_LINES, 'more line')} in the report.`] : [];
  // The shares of failing seeds come last and stay.
  const shown = lines.length > MAX_SEED_LINES ? [...lines.slice(0, MAX_SEED_LINES / 2), ...lines.slice(-MAX_SEED_LINES / 2)] : lines;
  return ['### Across seeds', [...shown.map((line) => `- ${text(line)}`), ...left].join('\n')];
}

function gateParts(checks: readonly StandingCheck[], { scenario }: ResultFile): string[] {
  const closed = checks.filter(({ standing }) => standing === 'passed' || standing === 'skipped');
  const open = checks.filter((check) => !closed.includes(check));
  const passed = closed.filter(({ standing }) => standing === 'passed').length;
  const skipped = closed.length - passed;
  const folded = [...(passed > 0 ? [`${plural(passed, 'check')} passed`] : []), ...(skipped > 0 ? [`${skipped} not judged`] : [])].join(', ');
  return [
    '### Gates',
    ...(open.length > 0 ? [checkTable(open, scenario.file)] : []),
    ...(closed.length > 0 ? [`<details><summary>${folded}</summary>\n\n${checkTable(closed, scenario.file)}\n\n</details>`] : []),
    ...(checks.length === 0 ? ['The scenario expects nothing, so nothing was checked.'] : []),
  ];
}

function variantsTable(result: ResultFile): string {
  const rows = compareVariants(result).map((variant) => {
    const { word, icon } = VERDICT_WORDS[variant.verdict];
    return [
      variant.title,
      variant.policy,
      `${icon} ${word.toLowerCase()}`,
      ...variant.cells.map((cell) => (cell.range === undefined ? cell.text : `${cell.text} (${cell.range})`)),
    ];
  });
  return markdownTable(['Variant', 'Policy', 'Verdict', ...COLUMNS.map((column) => `>${column.heading}`)], rows);
}
