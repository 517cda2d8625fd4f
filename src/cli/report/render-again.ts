import type { Outside } from '../outside.js';
import { DEFAULT_REPORTERS, type Reporter, writeReportFiles } from '../report-files.js';
import { ReportsBeside } from './reports-beside.js';
import { readResultFile } from './result-source.js';

/**
 * Writes the reports of a result again.
 * @param from its `result.json`, or the folder of that
 * @param out undefined: the result's own folder, whose `result.json` is left as it is unless it is asked for
 * @returns the folder
 */
export async function renderAgain(from: string, out: string | undefined, reporters: readonly Reporter[], { files }: Outside): Promise<string> {
  const { file, result } = readResultFile(from, files);
  const asked = reporters.length > 0 ? reporters : DEFAULT_REPORTERS.filter((reporter) => out !== undefined || reporter !== 'json');
  const folder = new ReportsBeside(out ?? folderOf(file), files, String(process.pid));
  try {
    await writeReportFiles(result, asked, folder);
    folder.commit();
  } catch (error) {
    folder.discard();
    throw error;
  }
  return folder.path;
}

function folderOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash < 0 ? '.' : file.slice(0, slash) || '/';
}
