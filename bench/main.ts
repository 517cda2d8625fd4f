import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { aim, describeMachine, withMeasuredPart } from './document.js';
import { regressions } from './gate.js';
import { showFigure, showRatio } from './numbers.js';
import { type BenchOptions, commandOf, readOptions, USAGE, UsageError } from './options.js';
import { median } from './paired-ratios.js';
import { BuiltPrograms, findCompiler } from './programs.js';
import { type Machine, resultOf, type SuiteResult } from './results.js';
import { measure } from './rounds.js';
import type { Suite } from './suite.js';
import { allSuites } from './suites/all.js';

const RECORD = 'bench/results.json';
const PAGE = 'docs/performance.md';

/** Measures, prints, and keeps what was measured. Started in the repository, after its TypeScript was translated. */
function main(options: BenchOptions): void {
  const compiler = findCompiler(process.env['CXX']);
  const programs = new BuiltPrograms('.cache/bench/bench', 'bench/reference', '.cache/bench/native', compiler?.command);
  const all = allSuites({ full: options.full, scale: options.scale, programs });
  const machine: Machine = { cpu: cpus()[0]?.model ?? 'unknown CPU', cores: cpus().length, node: process.version, compiler: compiler?.version };
  const date = new Date().toISOString();
  console.log(describeMachine(machine));
  const results = chosen(all, options.suites).map((suite) => measureSuite(suite, options, machine, date.slice(0, 10)));
  keep(join('reports/bench', `${date.replaceAll(':', '-')}.json`), results);
  if (options.writeDocs) {
    writeDocs(
      results,
      all.map((suite) => suite.name),
    );
  }
  if (options.gate) closeGate(results);
}

/** A name stands for its suite, or for all whose names begin with it: `emulator` for `emulator-submit` and the others. */
function chosen(all: readonly Suite[], names: readonly string[]): readonly Suite[] {
  const isMeant = (suite: Suite, name: string): boolean => suite.name === name || suite.name.startsWith(`${name}-`);
  for (const name of names) {
    if (!all.some((suite) => isMeant(suite, name))) throw new UsageError(`expected suites of ${all.map((suite) => suite.name).join(', ')}, got ${name}`);
  }
  return names.length === 0 ? all : all.filter((suite) => names.some((name) => isMeant(suite, name)));
}

function measureSuite(suite: Suite, options: BenchOptions, machine: Machine, date: string): SuiteResult {
  console.log(`\n${suite.title}: ${suite.unit}`);
  const programs = measure(suite, options.rounds, (round, program, figure) => {
    process.stderr.write(`  round ${round} of ${options.rounds}: ${program} ${showFigure(figure)}\n`);
  });
  const result = resultOf(suite, programs, { command: commandOf(suite.name, options), date, machine, rounds: options.rounds });
  for (const line of linesOf(result)) console.log(line);
  return result;
}

function linesOf({ programs, ratios, goals }: SuiteResult): string[] {
  return [
    ...programs.map(({ name, figures, missing }) =>
      missing === undefined
        ? `  ${name}: ${showFigure(median(figures))} (${showFigure(Math.min(...figures))} .. ${showFigure(Math.max(...figures))})`
        : `  ${name}: not measured, ${missing}`,
    ),
    ...ratios.map((ratio) => {
      const wanted = ratio.bound === undefined ? '' : `, aim ${aim(ratio.median, ratio.bound)}`;
      return `  ${ratio.of} : ${ratio.to} = ${showRatio(ratio.median)} (${showRatio(ratio.min)} .. ${showRatio(ratio.max)})${wanted}`;
    }),
    ...goals.map(({ of, median: value, bound }) => `  ${of}: aim ${aim(value, bound)}`),
  ];
}

/** Suites that were not measured keep what is recorded of them. */
function writeDocs(results: readonly SuiteResult[], order: readonly string[]): void {
  const recorded = readRecord();
  const merged = order.flatMap((name) => results.find((one) => one.name === name) ?? recorded.find((one) => one.name === name) ?? []);
  keep(RECORD, merged);
  writeFileSync(PAGE, withMeasuredPart(readFileSync(PAGE, 'utf8'), merged));
}

function closeGate(results: readonly SuiteResult[]): void {
  const worse = regressions(results, readRecord());
  for (const line of worse) console.error(line);
  console.log(worse.length === 0 ? '\ngate: no ratio is worse than 0.8 of the recorded one' : '\ngate: worse than recorded');
  if (worse.length > 0) process.exitCode = 1;
}

function readRecord(): SuiteResult[] {
  try {
    return JSON.parse(readFileSync(RECORD, 'utf8')) as SuiteResult[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function keep(path: string, results: readonly SuiteResult[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
}

try {
  main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = 1;
}
