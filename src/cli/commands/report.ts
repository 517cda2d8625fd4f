import { resolve } from 'node:path';
import { EXIT_CODES, reportOnlyExitCode, worstExitCode } from '../../measure/exit-codes.js';
import { terminalText } from '../../report/escape.js';
import { plural } from '../../report/format.js';
import { writeCiOutput } from '../ci-output.js';
import { UsageError } from '../failures.js';
import type { Outside } from '../outside.js';
import { checkHoldsReports } from '../report/folder-check.js';
import { adoptResults, INDEX_FILE, writeIndexPage } from '../report/index-page.js';
import { mergeShards } from '../report/merge-shards.js';
import { renderAgain } from '../report/render-again.js';
import { DEFAULT_REPORTERS, type Reporter } from '../report-files.js';
import { GateFiles } from '../run/gate-files.js';
import type { JudgeArguments } from '../run/gate-options.js';
import { showResult } from '../show-result.js';

const DEFAULT_FOLDER = 'reports';

export interface ReportArguments extends JudgeArguments {
  /** A folder; or `merge` and shards. */
  readonly words: readonly string[] | undefined;
  readonly from: string | undefined;
  readonly out: string | undefined;
  /** Empty: the usual ones. */
  readonly reporter: readonly Reporter[];
  readonly allowMissing: boolean;
  readonly open: boolean;
  readonly serve: boolean;
  readonly port: number;
  readonly quiet: boolean;
}

/** Makes reports of results that are there: an index page, a report written anew, shards joined. @returns the exit code: only `merge` judges */
export async function reportCommand(options: ReportArguments, outside: Outside): Promise<number> {
  const [first, ...others] = options.words ?? [];
  if (first === 'merge') return merge(others, options, outside);
  if (others.length > 0)
    throw new UsageError(`report: expected one folder, or merge and shards, got ${plural(others.length + 1, 'word')}: ${[first, ...others].join(' ')}`);
  if (options.allowMissing) throw new UsageError('--allow-missing belongs to report merge');
  if (options.from !== undefined) return again(options.from, first, options, outside);
  return index(first ?? DEFAULT_FOLDER, options, outside);
}

async function index(given: string, { out, reporter, open, serve, port }: ReportArguments, outside: Outside): Promise<number> {
  if (out !== undefined || reporter.length > 0)
    throw new UsageError('--out and --reporter go together with --from or merge: the index page lies in the folder that it is about');
  const folder = given.length > 1 ? given.replace(/\/+$/, '') : given;
  checkHoldsReports(folder, outside.files);
  const { adopted, trouble } = adoptResults(folder, outside);
  const path = await writeIndexPage(folder, outside);
  for (const line of trouble) outside.err.write(`slotstorm: left out: ${terminalText(line)}\n`);
  if (adopted > 0) outside.out.write(`${plural(adopted, 'result')} that the history did not know ${adopted === 1 ? 'was' : 'were'} added to it.\n`);
  outside.out.write(`${terminalText(path)}\n`);
  if (serve) return serveUntilInterrupted(folder, port, open, outside);
  if (open) openPage(path, outside);
  return EXIT_CODES.passed.code;
}

async function again(from: string, folder: string | undefined, { out, reporter, open, serve }: ReportArguments, outside: Outside): Promise<number> {
  if (folder !== undefined || serve) throw new UsageError('--from writes the reports of one result: expected neither a folder nor --serve beside it');
  const path = await renderAgain(from, out, reporter, outside);
  const page = `${path}/report.html`;
  outside.out.write(`${terminalText(outside.files.isFile(page) ? page : path)}\n`);
  if (open) openPage(page, outside);
  return EXIT_CODES.passed.code;
}

async function merge(shards: readonly string[], options: ReportArguments, outside: Outside): Promise<number> {
  if (shards.length === 0) throw new UsageError('report merge: expected shards: folders or result.json files of slotstorm run --shard');
  if (options.from !== undefined || options.serve) throw new UsageError('report merge: expected neither --from nor --serve');
  const reporters = options.reporter.length > 0 ? options.reporter : DEFAULT_REPORTERS;
  const gate = new GateFiles(options, outside);
  const wish = { shards, allowMissing: options.allowMissing, out: options.out ?? DEFAULT_FOLDER, reporters };
  const merged = await mergeShards(wish, gate, outside);
  for (const one of merged) await showResult(one, { reporters, quiet: options.quiet }, outside);
  const annotations = gate.tellOfMissingBaselines(merged);
  const results = merged.map(({ result }) => result);
  if (reporters.includes('github')) writeCiOutput(results, outside, { out: wish.out, annotations });
  if (options.open) for (const { reportPath } of merged) openPage(`${reportPath ?? wish.out}/report.html`, outside);
  const code = worstExitCode(results.map(({ exitCode }) => exitCode));
  return options.exitZero ? reportOnlyExitCode(code) : code;
}

/** Where there is no browser, nothing opens and nobody is told: so it is said where the page lies. */
function openPage(page: string, { files, err, open }: Outside): void {
  if (!files.isFile(page)) {
    err.write(`slotstorm: --open: there is no ${terminalText(page)}; write it with --reporter html\n`);
    return;
  }
  err.write(`slotstorm: opening ${terminalText(resolve(page))}; if no browser comes up, open it by hand\n`);
  open(page);
}

/** @returns 0: to be interrupted is how it ends */
async function serveUntilInterrupted(folder: string, port: number, open: boolean, outside: Outside): Promise<number> {
  const { FolderServer } = await import('../report/folder-server.js');
  const server = await FolderServer.start(folder, port);
  outside.out.write(`Serving ${terminalText(folder)} at ${server.url} until interrupted (Ctrl-C)\n`);
  const interrupted = new Promise<void>((resolve) => {
    const stopListening = outside.onInterrupt(() => {
      stopListening();
      resolve();
    });
  });
  if (open) outside.open(`${server.url}${INDEX_FILE}`);
  await interrupted;
  await server.stop();
  return EXIT_CODES.passed.code;
}
