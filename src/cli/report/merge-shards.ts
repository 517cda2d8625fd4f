import type { ResultFile } from '../../measure/result.js';
import { type MergedResult, mergeResults } from '../../results/merge-results.js';
import { ResultError } from '../../results/result-error.js';
import { isShardFolder } from '../../results/shard.js';
import { UsageError } from '../failures.js';
import { OutputFolder } from '../output-folder.js';
import type { Outside } from '../outside.js';
import { type Reporter, writeReportFiles, writesFiles } from '../report-files.js';
import type { GateFiles } from '../run/gate-files.js';
import { runFolderName } from '../run-folder.js';
import type { ShownResult } from '../show-result.js';
import { reportFolders } from './folder-scan.js';
import { readResultFile } from './result-source.js';
import { appendToHistory, renewIndexPage } from './run-history.js';

export interface MergeWish {
  /** Folders, files of results, and folders of folders. */
  readonly shards: readonly string[];
  readonly allowMissing: boolean;
  readonly out: string;
  readonly reporters: readonly Reporter[];
}

/** What is not all there must never take the place of the whole. */
const PARTIAL = '-partial';

/** Joins shards, judges what came of them as `run` would have, and writes it where `run` would have. */
export async function mergeShards(wish: MergeWish, gate: GateFiles, outside: Outside): Promise<ShownResult[]> {
  const given = pathsOf(wish.shards, outside).map((path) => readResultFile(path, outside.files));
  const merged = mergeResults(given, wish.allowMissing);
  for (const { result } of merged) checkName(result);
  gate.prepare(merged.map(({ result }) => result.scenario));
  const written: ShownResult[] = [];
  for (const one of merged) written.push(await write({ ...one, result: gate.judge(one.result) }, wish, outside));
  if (written.some(({ reportPath }) => reportPath !== undefined)) await renewIndexPage(wish.out, outside);
  return written;
}

/**
 * A folder of shards stands for all of them: CI servers put what machines have written into folders of one folder. Whole
 * runs beside them are none.
 */
function pathsOf(shards: readonly string[], { files }: Outside): string[] {
  return shards.flatMap((path) => {
    if (!files.isDirectory(path) || files.isFile(`${path}/result.json`)) return [path];
    const inside = reportFolders(path, files, ['run']).map((folder) => `${path}/${folder.path}`);
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

async function write({ result, missing, allSeeds }: MergedResult, { out, reporters }: MergeWish, outside: Outside): Promise<ShownResult> {
  if (!writesFiles({ reporters, trace: false })) return { result, reportPath: undefined };
  const name = `${runFolderName(result.scenario.name, allSeeds, result.runs[0]?.live?.driver)}${missing === undefined ? '' : PARTIAL}`;
  const folder = new OutputFolder(out, name, outside.files, String(process.pid));
  try {
    await writeReportFiles(result, reporters, folder);
    folder.commit();
  } catch (error) {
    folder.discard();
    throw error;
  }
  appendToHistory(result, name, out, outside);
  return { result, reportPath: folder.path };
}
