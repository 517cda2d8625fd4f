import { INVARIANTS } from '../measure/invariants/registry.js';
import type { InvariantVerdict, ResultFile, RunResult } from '../measure/result.js';
import { COLUMNS, compareVariants } from './comparison.js';
import { markdownCode, markdownText as text } from './escape.js';
import { formatMargin, formatNumber, formatSeconds, plural } from './format.js';
import { type SeededGate, seededGates } from './gates.js';
import { agreementParts, liveParts, viewParts } from './live/markdown-parts.js';
import { markdownTable } from './markdown-table.js';
import { runLabel } from './runs.js';
import { seedLines } from './seed-lines.js';
import { traceLines } from './trace-lines.js';
import { exitCodeDoc, expectedViolations, gatesSentence, scopeSentence, slotsSentence, VERDICT_WORDS } from './verdict.js';
import { notBrokenText, remedyText, violationText } from './violation-text.js';
import { warmupLines } from './warmup-lines.js';

const MAX_ROWS = 60;
const MAX_DETAILS = 10;
const MAX_SEED_LINES = 20;

/** For a pull request, a step summary or a chat. */
export function renderMarkdown(result: ResultFile): string {
  const gates = seededGates(result);
  const { word, icon } = VERDICT_WORDS[result.verdict];
  const expected = expectedViolations(gates);
  const parts = [
    `## ${icon} ${word}: ${text(result.scenario.name)}`,
    `**${text(slotsSentence(result))}** ${text(gatesSentence(gates))}${expected > 0 ? ` ${plural(expected, 'invariant was', 'invariants were')} violated because the scenario expects it.` : ''}`,
    `${text(scopeSentence(result))}. Exit code ${result.exitCode}: ${exitCodeDoc(result.exitCode)}.`,
    markdownCode(result.scenario.rerun),
    ...tracePart(result),
    ...warmupPart(result),
    ...liveParts(result),
    ...gateParts(gates),
    '### Variants',
    variantsTable(result),
    ...viewParts(result),
    ...seedsPart(result),
    ...agreementParts(result),
    ...failureParts(result),
    `<sub>${text(`${result.tool.name} ${result.tool.version}, random scheme ${result.randomScheme}, scenario ${result.scenario.file} (sha256 ${result.scenario.sha256.slice(0, 12)}…)`)}</sub>`,
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

function gateParts(gates: readonly SeededGate[]): string[] {
  const open = gates.filter((gate) => gate.verdict !== 'pass');
  const passed = gates.filter((gate) => gate.verdict === 'pass');
  return [
    '### Gates',
    ...(open.length > 0 ? [gateTable(open)] : []),
    ...(passed.length > 0 ? [`<details><summary>${plural(passed.length, 'check')} passed</summary>\n\n${gateTable(passed)}\n\n</details>`] : []),
    ...(gates.length === 0 ? ['The scenario expects nothing, so nothing was checked.'] : []),
  ];
}

function gateTable(gates: readonly SeededGate[]): string {
  const rows = gates.slice(0, MAX_ROWS).map((gate) => {
    const { word, icon } = VERDICT_WORDS[gate.verdict];
    const seeds = gate.seeds > 1 ? `${gate.seedsFailing}/${gate.seeds}` : '–';
    return [
      `${icon} ${word.toLowerCase()}`,
      gate.variant ?? '–',
      gate.scope,
      gate.expression,
      gate.actual,
      gate.limit,
      formatMargin(gate.margin),
      formatNumber(gate.n),
      seeds,
      gate.note,
    ];
  });
  const left = gates.length > MAX_ROWS ? `\n\n${plural(gates.length - MAX_ROWS, 'more check')} in the report.` : '';
  return `${markdownTable(['Verdict', 'Variant', 'Scope', 'Expected', '>Actual', '>Limit', '>Margin', '>n', '>Seeds failing', 'Note'], rows)}${left}`;
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

/** What to know about each invariant that failed. */
function failureParts(result: ResultFile): string[] {
  const failed = result.runs.flatMap((run) => run.invariants.filter((invariant) => invariant.verdict === 'fail').map((invariant) => ({ run, invariant })));
  if (failed.length === 0) return [];
  const left = failed.length > MAX_DETAILS ? [`${plural(failed.length - MAX_DETAILS, 'more failed invariant')} in the report.`] : [];
  return ['### What failed', ...failed.slice(0, MAX_DETAILS).map(({ run, invariant }) => failureText(result, run, invariant)), ...left];
}

function failureText(result: ResultFile, run: RunResult, invariant: InvariantVerdict): string {
  const { statement } = INVARIANTS[invariant.id] ?? { statement: '' };
  const label = runLabel(result, run);
  const lines = [`**${invariant.id}**${label === undefined ? '' : ` in ${text(label)}`}: ${text(statement)}`];
  const first = invariant.examples[0];
  if (first !== undefined)
    lines.push(
      `- ${plural(invariant.violations, 'violation')}, the first at ${formatSeconds(first.atUs / 1e6)} of virtual time (event ${formatNumber(first.event)}): ${text(violationText(first))}`,
    );
  else lines.push(`- It was expected to be violated, but ${text(notBrokenText(invariant))}.`);
  lines.push(`- What to do next: ${text(remedyText(invariant))}`);
  return lines.join('\n');
}
