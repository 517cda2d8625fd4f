import type { ResultFile, RunResult } from '../measure/result.js';
import { testCase } from './ci/junit-case.js';
import { type JUnitSuite, suitesOf } from './ci/junit-suites.js';
import { standingOf } from './ci/standing.js';
import { attributes, propertyLines } from './ci/xml-lines.js';
import { xmlText } from './escape.js';
import { findingText, groupedFindings } from './live/findings.js';

/**
 * JUnit XML for CI servers: one suite a run, one case a check, and a suite for what is judged over all seeds. What is
 * undecided is an error: it never counts as a pass. A warning is a case that passed, with its words in `system-out`; what is
 * quarantined is skipped.
 */
export function renderJUnit(result: ResultFile): string {
  const suites = suitesOf(result);
  const head = { name: `slotstorm ${result.scenario.name}`, ...countsOf(suites), time: seconds(result.meta.durationMs / 1_000) };
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(head)}>`,
    ...suites.flatMap((suite) => suiteLines(result, suite)),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function suiteLines(result: ResultFile, suite: JUnitSuite): string[] {
  const { run } = suite;
  const head = {
    name: suite.name,
    ...countsOf([suite]),
    // Virtual time, for runs: it is the same on every machine.
    time: seconds(run === undefined ? 0 : run.endUs / 1_000_000),
    timestamp: timestampOf(result.meta.date),
    file: result.scenario.file,
  };
  const properties = {
    scenario: result.scenario.file,
    sha256: result.scenario.sha256,
    ...suite.properties,
    tool: `${result.tool.name} ${result.tool.version}`,
  };
  return [
    `  <testsuite${attributes(head)}>`,
    ...propertyLines(properties, '    '),
    ...suite.checks.flatMap((check) => testCase(result, check)),
    ...(run === undefined ? [] : findingLines(result, run)),
    '  </testsuite>',
  ];
}

/** `2026-01-02T03:04:05`: the format has neither fractions nor zones. undefined where the date is none. */
function timestampOf(date: string): string | undefined {
  return /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z?$/.exec(date)?.[1];
}

function seconds(value: number): string {
  return (Number.isFinite(value) ? value : 0).toFixed(3);
}

/** Where clients and server tell different stories. That fails nothing by itself, so it is no case. */
function findingLines(result: ResultFile, run: RunResult): string[] {
  const findings = groupedFindings({ ...result, runs: [run] });
  if (findings.length === 0) return [];
  const text = findings.map((finding) => `Finding: ${findingText(finding)}. ${finding.explanation}`).join('\n');
  return [`    <system-out>${xmlText(text)}</system-out>`];
}

function countsOf(suites: readonly JUnitSuite[]): { tests: string; failures: string; errors: string; skipped: string } {
  const standings = suites.flatMap(({ checks }) => checks.map(({ gate }) => standingOf(gate)));
  const count = (...wanted: readonly string[]): string => String(standings.filter((standing) => wanted.includes(standing)).length);
  return { tests: String(standings.length), failures: count('failed'), errors: count('undecided'), skipped: count('skipped', 'quarantined') };
}
