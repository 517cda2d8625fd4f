import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { worstExitCode } from '../../measure/exit-codes.js';
import type { ResultFile } from '../../measure/result.js';
import { type PreparedScenario, prepareScenario } from '../../prepare.js';
import { terminalText } from '../../report/escape.js';
import { assembleResult } from '../../result-file.js';
import { ScenarioError } from '../../scenario/problems.js';
import type { Setting } from '../../scenario/set-path.js';
import { shellWord } from '../../shell-commands.js';
import { Interrupted, UsageError } from '../failures.js';
import { findFiles } from '../find-files.js';
import { checkLiveArguments, type LiveArguments, liveWords } from '../live/options.js';
import { BundledLimiter } from '../load-limiter.js';
import { loadScenario } from '../load-scenario.js';
import { OutputFolder } from '../output-folder.js';
import type { Outside } from '../outside.js';
import { type Progress, runWithProgress } from '../progress.js';
import { resultPieces } from '../result-pieces.js';
import { type SeedOptions, SeedRunner, type SeedRuns } from '../run-seeds.js';
import { variantNamed } from '../variant-named.js';

export const REPORTERS = ['terminal', 'html', 'json', 'junit', 'markdown', 'png', 'none'] as const;
export type Reporter = (typeof REPORTERS)[number];

export interface RunArguments extends SeedOptions {
  readonly files: readonly string[];
  /** undefined: the scenario's own. */
  readonly seed: number | undefined;
  /** How many seeds, counted up from the first. */
  readonly seeds: number;
  readonly settings: readonly Setting[];
  /** Only these variants; empty: all. */
  readonly variants: readonly string[];
  readonly live: LiveArguments;
  /** Module of a limiter that decides about slots instead of the policies. */
  readonly limiter: string | undefined;
  readonly out: string;
  readonly reporters: readonly Reporter[];
  readonly json: boolean;
  readonly quiet: boolean;
}

interface Finished {
  readonly result: ResultFile;
  readonly reportPath: string | undefined;
}

/** Runs scenario files one after the other. @returns the exit code */
export async function runCommand(options: RunArguments, outside: Outside, stream: NodeJS.WriteStream | undefined): Promise<number> {
  checkLiveArguments(outside.argv, options.live, options);
  const prepared = await prepareAll(options, outside);
  const limiter = options.limiter === undefined ? undefined : await BundledLimiter.of(options.limiter, outside.files);
  const scenarios = limiter === undefined ? prepared : prepared.map((scenario) => ({ ...scenario, limiter: limiter.module }));
  const interrupt = new AbortController();
  const stopListening = outside.onInterrupt(() => {
    interrupt.abort(new Interrupted('interrupted: no report was written for the scenario that was running'));
  });
  const seedRunner = new SeedRunner(options, outside, interrupt.signal);
  try {
    const runner = await runnerFor(options, outside, seedRunner, interrupt.signal);
    for (const scenario of scenarios) runner.check?.(scenario);
    const tasks = scenarios.map((prepared) => ({
      title: prepared.name,
      run: async (progress: Progress): Promise<Finished> => {
        const finished = await runScenario(prepared, options, outside, runner, progress, interrupt.signal);
        if (!outside.err.isTTY) await show(finished, options, outside);
        return finished;
      },
    }));
    const finished = await runWithProgress(tasks, outside.err, stream);
    if (outside.err.isTTY) for (const one of finished) await show(one, options, outside);
    if (options.json)
      printJson(
        finished.map((one) => one.result),
        outside,
      );
    return worstExitCode(finished.map((one) => one.result.exitCode));
  } finally {
    await seedRunner.stop();
    stopListening();
    limiter?.remove();
  }
}

/** One result as it is in its file, several as a list of them. */
function printJson(results: readonly ResultFile[], { out }: Outside): void {
  if (results.length !== 1) out.write('[');
  for (const [n, result] of results.entries()) {
    if (n > 0) out.write(',');
    for (const piece of resultPieces(result)) out.write(piece);
  }
  if (results.length !== 1) out.write(']\n');
}

/** Everything that can be wrong is found before the first run begins. */
async function prepareAll(options: RunArguments, outside: Outside): Promise<PreparedScenario[]> {
  const files = findFiles(options.files, outside.files);
  const prepared: PreparedScenario[] = [];
  const problems: Error[] = [];
  for (const file of files) {
    try {
      prepared.push(chosen(prepareScenario(await loadScenario(file, outside.files), options.settings), options));
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

/** Runs every seed of a scenario, in one of the worlds. */
interface ScenarioRunner {
  run(scenario: PreparedScenario, seeds: readonly number[], folder: OutputFolder | undefined, progress: Progress): Promise<SeedRuns>;
  /** Throws for what cannot be run this way. */
  check?(scenario: PreparedScenario): void;
}

/** Whoever only simulates loads no server. */
async function runnerFor({ live }: RunArguments, outside: Outside, seedRunner: SeedRunner, interrupt: AbortSignal): Promise<ScenarioRunner> {
  if (!live.live) return seedRunner;
  const { LiveRunner } = await import('../live/live-runner.js');
  return new LiveRunner(live, outside, seedRunner, interrupt);
}

/** @returns the scenario with the variants that were asked for */
function chosen(prepared: PreparedScenario, { variants, live }: RunArguments): PreparedScenario {
  const otherWords = [...variants.map((name) => `--variant ${shellWord(name)}`), ...liveWords(live)];
  return { ...prepared, otherWords, variants: variants.length === 0 ? prepared.variants : [...new Set(variants)].map((name) => variantNamed(prepared, name)) };
}

async function runScenario(
  prepared: PreparedScenario,
  options: RunArguments,
  outside: Outside,
  runner: ScenarioRunner,
  progress: Progress,
  interrupt: AbortSignal,
): Promise<Finished> {
  const startedMs = outside.monotonicMs();
  const date = outside.now();
  const first = options.seed ?? prepared.seed;
  const seeds = Array.from({ length: options.seeds }, (_, n) => first + n);
  const folder = writesFiles(options) ? new OutputFolder(options.out, folderName(prepared, seeds, options), outside.files, String(process.pid)) : undefined;
  try {
    const done = await runner.run(prepared, seeds, folder, progress);
    const meta = {
      date: date.toISOString(),
      ...outside.machine,
      durationMs: Math.round(outside.monotonicMs() - startedMs),
      ...(options.checkDeterminism ? { repeated: true as const } : {}),
    };
    const result = assembleResult(done.prepared, seeds, done.runs, meta, done.agreement);
    progress.update(1, 'writing reports');
    await outside.breathe();
    if (folder !== undefined) await writeReports(result, options, folder);
    interrupt.throwIfAborted();
    folder?.commit();
    return { result, reportPath: folder?.path };
  } catch (error) {
    folder?.discard();
    throw error;
  }
}

function folderName(prepared: PreparedScenario, seeds: readonly number[], { live }: RunArguments): string {
  const name = seeds.length === 1 ? `${prepared.name}-${seeds[0]}` : `${prepared.name}-${seeds[0]}-to-${seeds[seeds.length - 1]}`;
  return live.live ? `${name}-live-${live.driver ?? 'engine'}` : name;
}

function writesFiles({ reporters, trace }: RunArguments): boolean {
  return trace || reporters.some((reporter) => reporter !== 'terminal' && reporter !== 'none');
}

async function writeReports(result: ResultFile, { reporters }: RunArguments, folder: OutputFolder): Promise<void> {
  if (reporters.includes('json')) folder.writePieces('result.json', resultPieces(result));
  if (reporters.includes('junit')) folder.write('junit.xml', (await import('../../report/junit.js')).renderJUnit(result));
  if (reporters.includes('markdown')) folder.write('summary.md', (await import('../../report/markdown.js')).renderMarkdown(result));
  if (reporters.includes('html')) folder.write('report.html', await html(result));
  if (!reporters.includes('png')) return;
  const { renderPngs } = await import('../../report/png.js');
  for (const { name, png } of await renderPngs(result)) folder.write(`charts/${name}`, png);
}

/** The page carries the whole result, which must fit into a string. */
async function html(result: ResultFile): Promise<string> {
  const { renderHtml } = await import('../../report/html/document.js');
  try {
    return renderHtml(result, { pageScript: pageScript() });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      `expected to put ${result.runs.length} runs into one HTML page, but that is too much for it; take fewer seeds, or leave it out with --reporter terminal,json`,
    );
  }
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
