import { EXIT_CODES, verdictOfCode, worstExitCode } from '../../measure/exit-codes.js';
import type { ResultFile } from '../../measure/result.js';
import { type MergedResult, mergeResults } from '../../results/merge-results.js';
import { ResultError } from '../../results/result-error.js';
import { isShardFolder } from '../../results/shard.js';
import { UsageError } from '../failures.js';
import { OutputFolder } from '../output-folder.js';
import type { Outside } from '../outside.js';
import { type Reporter, writeReportFiles, writesFiles } from '../report-files.js';
import type { GateFiles } from '../run/gate-files.js';
import { rememberRun } from '../run/remember-run.js';
import { runFolderName } from '../run-folder.js';
import { reportFolders } from './folder-scan.js';
import { readResultFile } from './result-source.js';

export interface MergeWish {
  /** Folders, files of results, and folders of folders. */
  readonly shards: readonly string[];
  readonly allowMissing: boolean;
  readonly out: string;
  readonly reporters: readonly Reporter[];
}

export interface WrittenResult {
  readonly result: ResultFile;
  /** undefined: nothing was written. */
  readonly path: string | undefined;
}

/** Joins shards, judges what came of them as `run` would have, and writes it where `run` would have. */
export async function mergeShards(wish: MergeWish, gate: GateFiles, outside: Outside): Promise<WrittenResult[]> {
  const given = pathsOf(wish.shards, outside).map((path) => readResultFile(path, outside.files));
  const merged = mergeResults(given, wish.allowMissing);
  for (const { result } of merged) checkName(result);
  const written: WrittenResult[] = [];
  for (const one of merged) written.push(await write(judged(one, gate), wish, outside));
  return written;
}

/**
 * A folder of shards stands for all of them: CI servers put what machines have written into folders of one folder. Whole
 * runs beside them are none.
 */
function pathsOf(shards: readonly string[], { files }: Outside): string[] {
  return shards.flatMap((path) => {
    if (!files.isDirectory(path) || files.isFile(`${path}/result.json`)) return [path];
    const inside = reportFolders(path, files).map((folder) => `${path}/${folder.path}`);
    const named = inside.filter(isShardFolder);
    if (inside.length === 0) throw new UsageError(`expected shards: ${JSON.stringify(path)} holds no result.json, nor does any folder in it`);
    return named.length > 0 ? named : inside;
  });
}

/** The name becomes that of a folder and of a baseline file. */
function checkName({ scenario }: ResultFile): void {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(scenario.name))
    throw new ResultError(
      `expected scenarios to have names of a-z, 0-9 and -, got ${JSON.stringify(scenario.name.slice(0, 80))}; the file is damaged or was edited`,
    );
}

/** What is not all there is never more than undecided. */
function judged({ result, missing }: MergedResult, gate: GateFiles): ResultFile {
  const whole = gate.judge(result);
  if (missing === undefined) return whole;
  const exitCode = worstExitCode([whole.exitCode, EXIT_CODES.undecided.code]);
  return { ...whole, exitCode, verdict: verdictOfCode(exitCode) };
}

async function write(result: ResultFile, { out, reporters }: MergeWish, outside: Outside): Promise<WrittenResult> {
  if (!writesFiles({ reporters, trace: false })) return { result, path: undefined };
  const name = runFolderName(result.scenario.name, result.seeds, result.runs[0]?.live?.driver);
  const folder = new OutputFolder(out, name, outside.files, String(process.pid));
  try {
    await writeReportFiles(result, reporters, folder);
    folder.commit();
  } catch (error) {
    folder.discard();
    throw error;
  }
  await rememberRun(result, name, out, outside);
  return { result, path: folder.path };
}
