import type { Argv } from 'yargs';
import { nearest } from '../../core/nearest-name.js';
import type { RunResult } from '../../measure/result.js';
import { type PreparedScenario, prepareScenario } from '../../prepare.js';
import { Replications } from '../../replications/replications.js';
import { Study } from '../../replications/study.js';
import type { Surroundings } from '../../replications/surroundings.js';
import { WorkerPool } from '../../replications/worker-pool.js';
import { terminalText } from '../../report/escape.js';
import { ScenarioError } from '../../scenario/problems.js';
import { shellWord } from '../../shell-commands.js';
import { VERSION } from '../../version.js';
import { type DetectionMatrix, matrixOf } from '../../zoo/detection-matrix.js';
import { byClass, ENTRY_VARIANTS, readEntry, type ZooEntry } from '../../zoo/entry.js';
import { Interrupted, UsageError } from '../failures.js';
import { findFiles } from '../find-files.js';
import { loadScenario } from '../load-scenario.js';
import { folderName, MOST_SEEDS, MOST_WORKERS, namesOf, wholeNumber } from '../option-values.js';
import { OutputFolder } from '../output-folder.js';
import type { Files, Outside } from '../outside.js';
import { type Progress, runWithProgress } from '../progress.js';
import { ownFile, shipped } from '../shipped.js';
import { tracesBeside } from '../trace-files.js';

const ZOO_REPORTERS = ['terminal', 'html', 'json', 'none'] as const;
type ZooReporter = (typeof ZOO_REPORTERS)[number];

/** Where the entries lie. */
const ZOO = 'scenarios/zoo';
const FIRST_SEED = 1;

interface ZooArguments {
  readonly names: readonly string[] | undefined;
  readonly seeds: number;
  readonly workers: number | undefined;
  readonly out: string;
  readonly reporter: readonly ZooReporter[];
  readonly json: boolean;
  readonly quiet: boolean;
}

interface PreparedEntry {
  readonly entry: ZooEntry;
  readonly prepared: PreparedScenario;
}

export function zooOptions(command: Argv) {
  return command
    .positional('names', { type: 'string', array: true, describe: 'Names of entries, or files and folders of your own; without any: all that are shipped' })
    .option('seeds', {
      describe: 'How many seeds, from 1 up, for each platform of each entry',
      requiresArg: true,
      default: 50,
      coerce: (value: unknown) => wholeNumber('--seeds', value, 1, MOST_SEEDS),
    })
    .option('workers', {
      describe: 'Threads that share the runs; 1: none. The results are the same',
      requiresArg: true,
      defaultDescription: 'one a core',
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--workers', value, 1, MOST_WORKERS)),
    })
    .option('out', { alias: 'o', type: 'string', default: 'reports', requiresArg: true, describe: 'Folder for the reports', coerce: folderName })
    .option('reporter', {
      type: 'string',
      array: true,
      describe: `What to write: ${ZOO_REPORTERS.join(', ')}`,
      defaultDescription: 'all',
      default: [] as string[],
      offered: ZOO_REPORTERS,
      coerce: (given: string[]) => {
        const names = namesOf('--reporter', given, ZOO_REPORTERS);
        return names.length === 0 ? ZOO_REPORTERS.filter((name) => name !== 'none') : names;
      },
    })
    .option('json', { type: 'boolean', default: false, describe: 'Print zoo.json, and nothing else, to standard output' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'One line' });
}

/** Runs every entry of the zoo on its broken and its cured platform. @returns the exit code */
export async function zooCommand(options: ZooArguments, outside: Outside, stream: NodeJS.WriteStream | undefined): Promise<number> {
  const entries = await readEntries(options.names ?? [], outside);
  const interrupt = new AbortController();
  const stopListening = outside.onInterrupt(() => interrupt.abort(new Interrupted('interrupted: no report was written')));
  try {
    const run = (progress: Progress): Promise<DetectionMatrix> => runEntries(entries, options, outside, progress, interrupt.signal);
    const [matrix] = (await runWithProgress([{ title: 'zoo', run }], outside.err, stream)) as [DetectionMatrix];
    interrupt.signal.throwIfAborted();
    const path = await write(matrix, options, outside);
    await show(matrix, path, options, outside);
    return matrix.exitCode;
  } finally {
    stopListening();
  }
}

interface EntryFile {
  /** Where it is read. */
  readonly file: string;
  /** What reports call it. */
  readonly name: string;
}

/** Everything that can be wrong is found before the first run begins. */
async function readEntries(names: readonly string[], outside: Outside): Promise<PreparedEntry[]> {
  const entries: PreparedEntry[] = [];
  const problems: Error[] = [];
  for (const { file, name } of filesOf(names, outside)) {
    try {
      const source = { ...(await loadScenario(file, outside.files)), file: name };
      // First: it finds more that may be wrong.
      const prepared = prepareScenario(source);
      entries.push({ entry: readEntry(source), prepared });
    } catch (error) {
      if (!(error instanceof ScenarioError || error instanceof UsageError)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new UsageError(problems.map((problem) => problem.message).join('\n'));
  return entries.sort((one, other) => byClass(one.entry, other.entry));
}

/** The package's own are read in the package, for they can be code; others where they lie. */
function filesOf(names: readonly string[], { files }: Outside): EntryFile[] {
  const zoo = ownFile(ZOO, files);
  return pathsOf(names, zoo, files).map((file) => ({ file, name: file.startsWith(`${zoo}/`) ? shipped(`${ZOO}${file.slice(zoo.length)}`, files) : file }));
}

function pathsOf(names: readonly string[], zoo: string, files: Files): string[] {
  if (names.length === 0) return findFiles([zoo], files);
  return findFiles(
    names.map((name) => {
      const file = `${zoo}/${name}.yaml`;
      if (/^[a-z0-9-]+$/.test(name) && files.isFile(file)) return file;
      if (/[./*?]/.test(name) || files.isDirectory(name)) return name;
      const known = files.list(zoo).flatMap((one) => (one.name.endsWith('.yaml') ? [one.name.slice(0, -'.yaml'.length)] : []));
      const near = nearest(name, known);
      const hint = near === undefined ? `the zoo has ${known.sort().join(', ')}` : `did you mean ${JSON.stringify(near)}?`;
      throw new UsageError(`expected the name of an entry, a file or a folder, got ${JSON.stringify(name)}; ${hint}`);
    }),
    files,
  );
}

/** All runs of all entries are one study, so that threads have enough to do. */
async function runEntries(
  entries: readonly PreparedEntry[],
  options: ZooArguments,
  outside: Outside,
  progress: Progress,
  interrupt: AbortSignal,
): Promise<DetectionMatrix> {
  const seeds = Array.from({ length: options.seeds }, (_, n) => FIRST_SEED + n);
  const variants = entries.flatMap(({ prepared }) => prepared.variants);
  const workers = options.workers ?? outside.parallelism;
  const scenarioFile = entries[0]?.prepared.file ?? ZOO;
  const around: Surroundings = { breathe: () => outside.breathe(), monotonicMs: () => outside.monotonicMs(), interrupt };
  let pool: Promise<WorkerPool> | undefined;
  const started = (): Promise<WorkerPool> => {
    pool ??= WorkerPool.start(outside.workerScript, workers);
    return pool;
  };
  try {
    const runs: readonly RunResult[] = await new Replications(
      new Study(variants, seeds),
      {
        workers,
        pool: started,
        scenarioFile,
        traceSource: tracesBeside(scenarioFile, outside.files),
        firstSeeds: [],
        evidenceFor: NO_SEED,
        progress: (share, what) => progress.update(share, what),
      },
      around,
    ).run();
    return matrixOf(
      entries.map(({ entry }) => entry),
      runs,
      seeds,
    );
  } finally {
    await (await pool)?.stop();
  }
}

/** The matrix needs neither charts nor ledgers of any run. */
const NO_SEED = -1;

/** @returns the page's path, or the folder's where no page was asked for */
async function write(matrix: DetectionMatrix, options: ZooArguments, outside: Outside): Promise<string | undefined> {
  const { reporter } = options;
  if (!reporter.includes('html') && !reporter.includes('json')) return undefined;
  const folder = new OutputFolder(options.out, 'zoo', outside.files, String(process.pid));
  try {
    if (reporter.includes('json')) folder.write('zoo.json', matrixJson(matrix));
    if (reporter.includes('html')) {
      const { renderZooPage } = await import('../../report/zoo/page.js');
      folder.write('zoo.html', renderZooPage(matrix, { version: VERSION, date: outside.now().toISOString(), command: commandOf(options) }));
    }
    folder.commit();
  } catch (error) {
    folder.discard();
    throw error;
  }
  return reporter.includes('html') ? `${folder.path}/zoo.html` : folder.path;
}

async function show(matrix: DetectionMatrix, path: string | undefined, options: ZooArguments, outside: Outside): Promise<void> {
  if (options.json) {
    outside.out.write(matrixJson(matrix));
    return;
  }
  if (!options.reporter.includes('terminal')) return;
  if (options.quiet) {
    outside.out.write(`${matrix.verdict} zoo (exit code ${matrix.exitCode})${path === undefined ? '' : ` ${terminalText(path)}`}\n`);
    return;
  }
  const { renderZooTerminal } = await import('../../report/zoo/terminal.js');
  const colour = outside.out.isTTY && outside.env['NO_COLOR'] === undefined;
  const width = Math.max(60, Math.min(160, outside.out.columns));
  outside.out.write(renderZooTerminal(matrix, { colour, width, ...(path === undefined ? {} : { reportPath: path }) }));
}

function matrixJson({ seeds, rows, verdict, exitCode }: DetectionMatrix): string {
  return `${JSON.stringify({ tool: { name: 'slotstorm', version: VERSION }, seeds, variants: ENTRY_VARIANTS, verdict, exitCode, rows }, undefined, 1)}\n`;
}

function commandOf({ names = [], seeds }: ZooArguments): string {
  return ['npx slotstorm zoo', ...names.map(shellWord), `--seeds ${seeds}`].join(' ');
}
