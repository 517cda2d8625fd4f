import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { worstExitCode } from '../../measure/exit-codes.js';
import type { ResultFile, RunResult } from '../../measure/result.js';
import { type PreparedScenario, prepareScenario } from '../../prepare.js';
import { terminalText } from '../../report/escape.js';
import { assembleResult, resultJson } from '../../result-file.js';
import { ScenarioRun } from '../../run.js';
import { ScenarioError } from '../../scenario/problems.js';
import type { Setting } from '../../scenario/set-path.js';
import type { TraceSource } from '../../sim/trace.js';
import { Interrupted, reasonOf, UsageError } from '../failures.js';
import { findFiles } from '../find-files.js';
import { loadScenario } from '../load-scenario.js';
import { OutputFolder } from '../output-folder.js';
import type { Outside } from '../outside.js';
import { type Progress, runWithProgress } from '../progress.js';

export const REPORTERS = ['terminal', 'html', 'json', 'junit', 'markdown', 'png', 'none'] as const;
export type Reporter = (typeof REPORTERS)[number];

export interface RunArguments {
  readonly files: readonly string[];
  /** undefined: the scenario's own. */
  readonly seed: number | undefined;
  /** How many seeds, counted up from the first. */
  readonly seeds: number;
  readonly settings: readonly Setting[];
  readonly out: string;
  readonly reporters: readonly Reporter[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Events between two looks at the terminal and at interrupts: some hundredths of a second. */
const SLICE_EVENTS = 50_000;

interface Finished {
  readonly result: ResultFile;
  readonly reportPath: string | undefined;
}

/** Runs scenario files one after the other. @returns the exit code */
export async function runCommand(options: RunArguments, outside: Outside, stream: NodeJS.WriteStream | undefined): Promise<number> {
  const scenarios = await prepareAll(options, outside);
  let interrupted = false;
  const stopListening = outside.onInterrupt(() => {
    interrupted = true;
  });
  const checkInterrupt = (): void => {
    if (interrupted) throw new Interrupted('interrupted: no report was written for the scenario that was running');
  };
  try {
    const tasks = scenarios.map((prepared) => ({
      title: prepared.name,
      run: async (progress: Progress): Promise<Finished> => {
        const finished = await runScenario(prepared, options, outside, progress, checkInterrupt);
        if (!outside.err.isTTY) await show(finished, options, outside);
        return finished;
      },
    }));
    const finished = await runWithProgress(tasks, outside.err, stream);
    if (outside.err.isTTY) for (const one of finished) await show(one, options, outside);
    if (options.json) {
      const results = finished.map((one) => one.result);
      outside.out.write(
        results.length === 1 ? resultJson(results[0] as ResultFile) : `[${results.map((result) => resultJson(result).trimEnd()).join(',\n')}]\n`,
      );
    }
    return worstExitCode(finished.map((one) => one.result.exitCode));
  } finally {
    stopListening();
  }
}

/** Everything that can be wrong is found before the first run begins. */
async function prepareAll(options: RunArguments, outside: Outside): Promise<PreparedScenario[]> {
  const files = findFiles(options.files, outside.files);
  const prepared: PreparedScenario[] = [];
  const problems: Error[] = [];
  for (const file of files) {
    try {
      prepared.push(prepareScenario(await loadScenario(file, outside.files), options.settings));
    } catch (error) {
      if (!(error instanceof ScenarioError || error instanceof UsageError)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new UsageError(problems.map((problem) => problem.message).join('\n'));
  for (const [n, { name, file }] of prepared.entries()) {
    const twin = prepared.findIndex((other) => other.name === name);
    if (twin !== n)
      throw new UsageError(
        `expected every scenario to have a name of its own, for it names the output folder: ${file} and ${prepared[twin]?.file} are both "${name}"`,
      );
  }
  return prepared;
}

async function runScenario(
  prepared: PreparedScenario,
  options: RunArguments,
  outside: Outside,
  progress: Progress,
  checkInterrupt: () => void,
): Promise<Finished> {
  const startedMs = outside.monotonicMs();
  const date = outside.now();
  const first = options.seed ?? prepared.seed;
  const seeds = Array.from({ length: options.seeds }, (_, n) => first + n);
  const folder = writesFiles(options) ? new OutputFolder(options.out, folderName(prepared, seeds), outside.files, String(process.pid)) : undefined;
  try {
    const runs = await runAll(prepared, seeds, traceSource(prepared.file, outside), outside, progress, checkInterrupt);
    const meta = { date: date.toISOString(), ...outside.machine, durationMs: Math.round(outside.monotonicMs() - startedMs) };
    const result = assembleResult(prepared, seeds, runs, meta);
    progress.update(1, 'writing reports');
    await outside.breathe();
    if (folder !== undefined) await writeReports(result, options, folder);
    checkInterrupt();
    folder?.commit();
    return { result, reportPath: folder?.path };
  } catch (error) {
    folder?.discard();
    throw error;
  }
}

async function runAll(
  prepared: PreparedScenario,
  seeds: readonly number[],
  traces: TraceSource,
  outside: Outside,
  progress: Progress,
  checkInterrupt: () => void,
): Promise<RunResult[]> {
  const runs: RunResult[] = [];
  const total = prepared.variants.length * seeds.length;
  for (const variant of prepared.variants) {
    for (const seed of seeds) {
      // Charts are drawn for the first seed of a variant; the others are in the tables.
      const run = new ScenarioRun(variant.scenario, variant.plan, { seed, variant: variant.name, evidence: seed === seeds[0], traceSource: traces });
      const what = `${variant.name ?? prepared.name}, seed ${seed}`;
      for (let over = false; !over; ) {
        over = run.advance(SLICE_EVENTS);
        progress.update((runs.length + run.progress) / total, what);
        await outside.breathe();
        checkInterrupt();
      }
      runs.push(run.result());
    }
  }
  return runs;
}

/** Files of a trace are looked for beside the scenario, then in the current folder. */
function traceSource(scenarioFile: string, outside: Outside): TraceSource {
  return (file) => {
    const beside = isAbsolute(file) ? file : resolve(dirname(scenarioFile), file);
    const path = outside.files.isFile(beside) ? beside : file;
    if (!outside.files.isFile(path))
      throw new UsageError(`expected the trace ${JSON.stringify(file)} beside ${scenarioFile} or in the current folder, but there is no such file`);
    return readChunks(path, file, outside);
  };
}

function* readChunks(path: string, file: string, outside: Outside): Generator<string> {
  try {
    yield* outside.files.readChunks(path);
  } catch (error) {
    throw new UsageError(`expected to read the trace ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}

function folderName(prepared: PreparedScenario, seeds: readonly number[]): string {
  return seeds.length === 1 ? `${prepared.name}-${seeds[0]}` : `${prepared.name}-${seeds[0]}-to-${seeds[seeds.length - 1]}`;
}

function writesFiles({ reporters }: RunArguments): boolean {
  return reporters.some((reporter) => reporter !== 'terminal' && reporter !== 'none');
}

async function writeReports(result: ResultFile, { reporters }: RunArguments, folder: OutputFolder): Promise<void> {
  if (reporters.includes('json')) folder.write('result.json', resultJson(result));
  if (reporters.includes('junit')) folder.write('junit.xml', (await import('../../report/junit.js')).renderJUnit(result));
  if (reporters.includes('markdown')) folder.write('summary.md', (await import('../../report/markdown.js')).renderMarkdown(result));
  if (reporters.includes('html')) folder.write('report.html', (await import('../../report/html/document.js')).renderHtml(result, { pageScript: pageScript() }));
  if (!reporters.includes('png')) return;
  const { renderPngs } = await import('../../report/png.js');
  for (const { name, png } of await renderPngs(result)) folder.write(`charts/${name}`, png);
}

let page: string | undefined;

/** The bundled script of the report, which the build puts beside the compiled report. */
function pageScript(): string {
  page ??= readFileSync(fileURLToPath(new URL('../../../dist/report/page.bundle.js', import.meta.url)), 'utf8');
  return page;
}

async function show({ result, reportPath }: Finished, options: RunArguments, outside: Outside): Promise<void> {
  if (options.json || !options.reporters.includes('terminal')) return;
  const report = reportPath === undefined ? undefined : options.reporters.includes('html') ? `${reportPath}/report.html` : reportPath;
  if (options.quiet) {
    outside.out.write(`${result.verdict} ${terminalText(result.scenario.name)} (exit code ${result.exitCode})${report === undefined ? '' : ` ${report}`}\n`);
    return;
  }
  const { renderTerminal } = await import('../../report/terminal.js');
  const colour = outside.out.isTTY && outside.env['NO_COLOR'] === undefined;
  const text = renderTerminal(result, {
    colour,
    width: Math.max(60, Math.min(160, outside.out.columns)),
    ...(report === undefined ? {} : { reportPath: report }),
  });
  outside.out.write(`${text.trimEnd()}\n\n`);
}
