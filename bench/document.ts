import { showFigure, showRatio } from './numbers.js';
import { median } from './paired-ratios.js';
import { isMet, type Machine, type RatioResult, type SuiteResult } from './results.js';
import type { Bound } from './suite.js';

const BEGIN = '<!-- measured: written by npm run bench -- --write-docs -->';
const END = '<!-- end of measured -->';

/** The measured part of docs/performance.md: ratios first, then each suite with the command that repeats it. */
export function measuredPart(results: readonly SuiteResult[]): string {
  return [ratioTable(results), ...results.map(suitePart)].join('\n\n');
}

/** Puts the measured part between its two marks. @throws Error where a mark is missing */
export function withMeasuredPart(page: string, results: readonly SuiteResult[]): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`docs/performance.md: expected the lines "${BEGIN}" and "${END}"`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${measuredPart(results)}\n\n${page.slice(to)}`;
}

function ratioTable(results: readonly SuiteResult[]): string {
  const rows = results.flatMap(({ title, ratios, goals }) => [
    ...ratios.map((ratio) => [
      title,
      `${ratio.of} : ${ratio.to}`,
      showRatio(ratio.median),
      range(ratio),
      ratio.bound === undefined ? '' : aim(ratio.median, ratio.bound),
    ]),
    ...goals.map(({ of, median: value, bound }) => [title, of, showFigure(value), '', aim(value, bound)]),
  ]);
  return table(['measured', 'ratio of', 'median', 'min .. max', 'aim'], rows);
}

function suitePart({ title, load, unit, command, date, rounds, machine, programs }: SuiteResult): string {
  const rows = programs.map(({ name, figures, missing }) =>
    missing === undefined
      ? [name, showFigure(median(figures)), `${showFigure(Math.min(...figures))} .. ${showFigure(Math.max(...figures))}`]
      : [name, `not measured: ${missing}`, ''],
  );
  const circumstances = `\`${command}\` · ${date} · ${rounds} ${rounds === 1 ? 'round' : 'rounds'} · ${describeMachine(machine)}`;
  return [`### ${title}`, load, table(['program', `${unit}, median`, 'min .. max'], rows), circumstances].join('\n\n');
}

export function describeMachine({ cpu, cores, node, compiler }: Machine): string {
  return `${cpu}, ${cores} cores, Node ${node}${compiler === undefined ? '' : `, ${compiler}`}`;
}

function range({ min, max }: RatioResult): string {
  return `${showRatio(min)} .. ${showRatio(max)}`;
}

export function aim(value: number, bound: Bound): string {
  const wanted = 'atLeast' in bound ? `≥ ${bound.atLeast.toLocaleString('en')}` : `≤ ${bound.atMost}`;
  return isMet(value, bound) ? wanted : `${wanted}, missed`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
