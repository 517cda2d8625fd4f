import type { ResultFile, RunResult } from '../measure/result.js';
import { testCase } from './ci/junit-case.js';
import { type JUnitSuite, JUnitSuites } from './ci/junit-suites.js';
import { standingOf } from './ci/standing.js';
import { byteLength, TextBudget } from './ci/text-budget.js';
import { attributes, propertyLines, seconds, timestampOf } from './ci/xml-lines.js';
import { xmlText } from './escape.js';
import { findingText, groupedFindings } from './live/findings.js';

/** Servers take longer files badly. The lines around the suites have room above it. */
const MOST_BYTES = 950_000;
/** Characters of a failure's text: where even the folded suites are large, each says less. */
const BODIES = [20_000, 2_000, 300] as const;

/**
 * JUnit XML for CI servers: one suite a run, one case a check, and a suite for what is judged over all seeds. What is
 * undecided is an error: it never counts as a pass. A warning is a case that passed, with its words in `system-out`; what is
 * quarantined is skipped. Runs that would make the file too large are folded into one suite a variant, passing ones first.
 */
export function renderJUnit(result: ResultFile): string {
  const suites = fittingSuites(result);
  const head = {
    name: `slotstorm ${result.scenario.name}`,
    ...countsOf(suites.map(({ suite }) => suite)),
    time: seconds(result.meta.durationMs / 1_000),
  };
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${attributes(head)}>`, ...suites.map(({ text }) => text), '</testsuites>'];
  return `${lines.join('\n')}\n`;
}

interface WrittenSuite {
  readonly suite: JUnitSuite;
  readonly text: string;
}

/** All runs where they fit; else as many of those that did not pass as do, and the others together. */
function fittingSuites(result: ResultFile): WrittenSuite[] {
  const suites = new JUnitSuites(result);
  const write =
    (most: number) =>
    (suite: JUnitSuite): WrittenSuite => ({ suite, text: suiteLines(result, suite, most).join('\n') });
  const size = (written: readonly WrittenSuite[]): number => written.reduce((sum, { text }) => sum + byteLength(text) + 1, 0);
  const overall = suites.overall();
  const written = (runs: readonly RunResult[], most: number, reserved: number): Map<RunResult, WrittenSuite> => {
    const budget = new TextBudget(MOST_BYTES - reserved, '\n');
    const fitting = new Map<RunResult, WrittenSuite>();
    for (const run of runs) {
      const one = write(most)(suites.ofRun(run));
      if (!budget.add(one.text)) break;
      fitting.set(run, one);
    }
    return fitting;
  };
  const whole = written(result.runs, BODIES[0], size(overall.map(write(BODIES[0]))));
  if (whole.size === result.runs.length) return [...whole.values(), ...overall.map(write(BODIES[0]))];
  const folded = (most: number, alone: ReadonlySet<RunResult>): WrittenSuite[] => [...suites.together(alone), ...overall].map(write(most));
  const most = BODIES.find((candidate) => size(folded(candidate, new Set())) <= MOST_BYTES / 2) ?? BODIES[2];
  const failing = result.runs.filter(({ verdict }) => verdict !== 'pass');
  const alone = written(failing, most, size(folded(most, new Set())));
  return [...alone.values(), ...folded(most, new Set(alone.keys()))];
}

function suiteLines(result: ResultFile, suite: JUnitSuite, mostBody: number): string[] {
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
    ...suite.checks.flatMap((check) => testCase(result, check, mostBody)),
    ...(run === undefined ? [] : findingLines(result, run)),
    '  </testsuite>',
  ];
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
