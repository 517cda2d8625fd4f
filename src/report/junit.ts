import { INVARIANTS } from '../measure/invariants/registry.js';
import type { ResultFile, RunResult } from '../measure/result.js';
import { xmlAttribute, xmlText } from './escape.js';
import { formatMargin } from './format.js';
import { type Gate, gatesOfRun, NOT_OBSERVED, NOT_PROMISED } from './gates.js';
import { findingText, groupedFindings } from './live/findings.js';
import { runLabel } from './runs.js';
import { remedyText, violationText } from './violation-text.js';

/** JUnit XML for CI servers: one suite a run, one case a check. What is undecided is an error: it never counts as a pass. */
export function renderJUnit(result: ResultFile): string {
  const runs = result.runs.map((run) => ({ run, gates: gatesOfRun(run) }));
  const all = runs.flatMap(({ gates }) => gates);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: `slotstorm ${result.scenario.name}`, ...countsOf(all) })}>`,
    ...runs.flatMap(({ run, gates }) => suite(result, run, gates)),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function suite(result: ResultFile, run: RunResult, gates: readonly Gate[]): string[] {
  const label = runLabel(result, run);
  const name = label === undefined ? result.scenario.name : `${result.scenario.name} ${label}`;
  const properties = {
    scenario: result.scenario.file,
    sha256: result.scenario.sha256,
    seed: String(run.seed),
    hash: run.hash,
    ...modeOf(run),
    tool: `${result.tool.name} ${result.tool.version}`,
    exitCode: String(run.exitCode),
  };
  return [
    `  <testsuite${attributes({ name, ...countsOf(gates), time: (run.endUs / 1_000_000).toFixed(3) })}>`,
    '    <properties>',
    ...Object.entries(properties).map(([key, value]) => `      <property${attributes({ name: key, value })}/>`),
    '    </properties>',
    ...gates.flatMap((gate) => testCase(result, run, gate)),
    ...findingLines(result, run),
    '  </testsuite>',
  ];
}

function modeOf({ live }: RunResult): Record<string, string> {
  if (live == null) return { mode: 'simulation' };
  return { mode: 'live', driver: live.driver, target: live.target.url, speed: String(live.speed), judgedBy: live.judgedBy };
}

/** Where clients and server tell different stories. That fails nothing by itself, so it is no case. */
function findingLines(result: ResultFile, run: RunResult): string[] {
  const findings = groupedFindings({ ...result, runs: [run] });
  if (findings.length === 0) return [];
  const text = findings.map((finding) => `Finding: ${findingText(finding)}. ${finding.explanation}`).join('\n');
  return [`    <system-out>${xmlText(text)}</system-out>`];
}

function testCase(result: ResultFile, run: RunResult, gate: Gate): string[] {
  const classname = run.variant == null ? result.scenario.name : `${result.scenario.name}.${run.variant}`;
  const start = `    <testcase${attributes({ classname, name: `${gate.scope} ${gate.expression}`, file: result.scenario.file })}`;
  if (isSkipped(gate)) return [`${start}>`, `      <skipped${attributes({ message: gate.note })}/>`, '    </testcase>'];
  if (gate.verdict === 'pass') return [`${start}/>`];
  const message = `actual ${gate.actual}, limit ${gate.limit}`;
  const body = xmlText(detailOf(result, run, gate));
  const element = gate.verdict === 'undecided' ? 'error' : 'failure';
  return [`${start}>`, `      <${element}${attributes({ type: gate.kind, message })}>${body}</${element}>`, '    </testcase>'];
}

/** Why it failed, an example, what to do, and the command that shows it again. */
function detailOf(result: ResultFile, run: RunResult, gate: Gate): string {
  const lines = [`${gate.scope}: expected ${gate.expression}, was ${gate.actual} (margin ${formatMargin(gate.margin)}, n = ${gate.n})`];
  if (gate.note !== '') lines.push(gate.note);
  const invariant = gate.kind === 'invariant' ? run.invariants.find((candidate) => candidate.id === gate.scope) : undefined;
  if (invariant !== undefined) {
    const { statement } = INVARIANTS[invariant.id] ?? { statement: '' };
    lines.push(
      statement,
      ...invariant.examples.slice(0, 3).map((example) => `at ${example.atUs} µs, event ${example.event}: ${violationText(example)}`),
      `What to do next: ${remedyText(invariant)}`,
    );
  }
  lines.push(`Run again: ${result.scenario.rerun}`);
  return lines.join('\n').replaceAll(/\r\n?/g, '\n');
}

function countsOf(gates: readonly Gate[]): Record<string, string> {
  const count = (verdict: Gate['verdict']): string => String(gates.filter((gate) => gate.verdict === verdict).length);
  return { tests: String(gates.length), failures: count('fail'), errors: count('undecided'), skipped: String(gates.filter(isSkipped).length) };
}

/** What the policy does not promise, or nobody could see, was not held against it. */
function isSkipped(gate: Gate): boolean {
  return gate.verdict === 'pass' && (gate.note.startsWith(NOT_PROMISED) || gate.note.startsWith(NOT_OBSERVED));
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlAttribute(value)}"`)
    .join('');
}
