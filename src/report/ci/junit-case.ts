import { INVARIANTS } from '../../measure/invariants/registry.js';
import type { ResultFile, RunResult } from '../../measure/result.js';
import { xmlText } from '../escape.js';
import { cutText, formatMargin } from '../format.js';
import type { Gate } from '../gates.js';
import { sumOf } from '../text-sum.js';
import { remedyText, violationText } from '../violation-text.js';
import { minimalOf } from './minimal-of.js';
import { minimalLines, minimalSize } from './minimal-part.js';
import { quarantineText, type Standing, standingOf } from './standing.js';
import { attributes, propertyLines } from './xml-lines.js';

const MOST_NAME_CHARACTERS = 300;

/** A check of one run, or of several together. */
export interface JUnitCheck {
  readonly gate: Gate;
  /** A run in which it came out so; undefined: it speaks of no single run. */
  readonly run: RunResult | undefined;
  /** Which seeds it speaks of: `seed-7`, `together`, `all-seeds`. Servers know a case by its class and name, so that each has its own. */
  readonly about: string;
  /** `fails in 2 of 20 seeds, such as 7`; empty: of one. */
  readonly seeds: string;
}

/** One check as a case: what was measured, where it stands, and for a failure everything that is needed to look into it. @param mostBody characters of a failure's text */
export function testCase(result: ResultFile, check: JUnitCheck, mostBody: number): string[] {
  const { gate } = check;
  const { name, file } = result.scenario;
  const standing = standingOf(gate);
  const head = {
    classname: `${shortName(gate.variant == null ? name : `${name}.${gate.variant}`)}.${check.about}`,
    name: shortName(`${gate.scope} ${gate.expression}`),
    file,
    line: gate.place == null ? undefined : String(gate.place.line),
    time: '0.000',
  };
  const inside = [...outcome(result, check, standing, mostBody), ...measured(gate, standing)];
  return inside.length === 0 ? [`    <testcase${attributes(head)}/>`] : [`    <testcase${attributes(head)}>`, ...inside, '    </testcase>'];
}

/** Two long names that begin alike stay two. */
export function shortName(text: string): string {
  return text.length <= MOST_NAME_CHARACTERS ? text : `${cutText(text, MOST_NAME_CHARACTERS)}~${sumOf(text)}`;
}

/** Of a law that held there is no number to tell. */
function measured(gate: Gate, standing: Standing): string[] {
  if (standing === 'passed' && gate.margin === undefined) return [];
  const { actual, limit, margin, level = 'error', n } = gate;
  const properties = { actual, limit, ...(margin === undefined ? {} : { margin: String(Number(margin.toPrecision(4))) }), level, n: String(n) };
  return propertyLines(properties, '      ');
}

function outcome(result: ResultFile, check: JUnitCheck, standing: Standing, mostBody: number): string[] {
  const { gate } = check;
  const body = (): string => bodyOf(result, check, mostBody);
  const message = [`actual ${gate.actual}, limit ${gate.limit}`, check.seeds].filter((text) => text !== '').join('; ');
  switch (standing) {
    case 'passed':
      return [];
    case 'skipped':
      return [`      <skipped${attributes({ message: gate.level === 'off' ? `level off: ${gate.verdict}, ${message}` : gate.note })}/>`];
    case 'quarantined':
      return [
        `      <skipped${attributes({ message: gate.quarantine == null ? message : quarantineText(gate.quarantine) })}/>`,
        `      <system-out>${body()}</system-out>`,
      ];
    case 'warned':
      return [`      <system-out>${xmlText(`Warning: ${message}\n`)}${body()}</system-out>`];
    case 'failed':
      return [`      <failure${attributes({ message, type: gate.kind })}>${body()}</failure>`];
    case 'undecided':
      return [`      <error${attributes({ message, type: gate.kind })}>${body()}</error>`];
  }
}

/** Why it failed, an example, the smallest story that shows it, what to do, and the command that shows it again. */
function bodyOf(result: ResultFile, { gate, run, seeds }: JUnitCheck, most: number): string {
  const lines = [`${gate.scope}: expected ${gate.expression}, was ${gate.actual} (margin ${formatMargin(gate.margin)}, n = ${gate.n})`];
  if (seeds !== '') lines.push(seeds);
  if (gate.note !== '') lines.push(gate.note);
  lines.push(`Run again: ${result.scenario.rerun}`, ...invariantLines(result, gate, run));
  return xmlText(cutText(lines.join('\n').replaceAll(/\r\n?/g, '\n'), most));
}

function invariantLines(result: ResultFile, gate: Gate, run: RunResult | undefined): string[] {
  const invariant = gate.kind === 'invariant' ? run?.invariants.find((candidate) => candidate.id === gate.scope) : undefined;
  if (invariant === undefined) return [];
  const minimal = minimalOf(result, gate.variant, invariant.id);
  return [
    INVARIANTS[invariant.id]?.statement ?? '',
    ...invariant.examples.slice(0, 3).map((example) => `at ${example.atUs} µs, event ${example.event}: ${violationText(example)}`),
    `What to do next: ${remedyText(invariant)}`,
    ...(minimal === undefined
      ? []
      : [`Minimal story (${minimalSize(minimal)}, seed ${minimal.seed}):`, ...minimalLines(minimal), `Save it and run: ${minimal.command}`]),
  ];
}
