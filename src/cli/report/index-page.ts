import { reasonOf } from '../../reasons.js';
import { plural } from '../../report/format.js';
import { type Answer, answerOfPlan, answerOfScore } from '../../report/index-page/answers.js';
import type { IndexSources } from '../../report/index-page/index-model.js';
import { type History, historyEntryOf, readHistory } from '../../results/history.js';
import type { HistoryEntry } from '../../results/history-entry.js';
import { readPlan } from '../../results/plan-file.js';
import { ResultError } from '../../results/result-error.js';
import { readScoreOutline } from '../../results/score-file.js';
import { isShardFolder } from '../../results/shard.js';
import { VERSION } from '../../version.js';
import { UsageError } from '../failures.js';
import type { Outside } from '../outside.js';
import { writeAside } from '../write-aside.js';
import { type ReportFolder, reportFolders } from './folder-scan.js';
import { readResultFile } from './result-source.js';

export const HISTORY_FILE = 'history.ndjson';
export const INDEX_FILE = 'index.html';
/** Plans and scorecards stand in no history: each is read whenever the page is written. */
const MOST_ANSWERS = 300;

/**
 * Writes the page over a folder of reports, made of its history, its plans and its scorecards. Results that the history does not know are only counted:
 * `adoptResults` reads them.
 * @returns the page's path
 */
export async function writeIndexPage(folder: string, outside: Outside): Promise<string> {
  const folders = guard(folder, () => reportFolders(folder, outside.files));
  const history = historyIn(folder, outside);
  const unknown = unknownFolders(folders, history).length;
  const trouble = unknown === 0 ? [] : [`${plural(unknown, 'folder')} with a result that the history does not know: "slotstorm report" reads them.`];
  const found = folders.filter(({ kind }) => kind !== 'run');
  if (found.length > MOST_ANSWERS) {
    const writtenMs = new Map(found.map((one) => [one, outside.files.modifiedMs(dataFile(folder, one))]));
    found.sort((one, other) => (writtenMs.get(other) as number) - (writtenMs.get(one) as number));
    trouble.push(`Only the newest ${MOST_ANSWERS} of ${found.length} plans and scorecards are listed.`);
  }
  const read = found.slice(0, MOST_ANSWERS).map((one) => readOr(() => answerIn(folder, one, outside)));
  const answers = read.filter((one) => typeof one === 'object');
  trouble.push(...read.filter((one) => typeof one === 'string'));
  return await write(folder, { history, pages: pagesOf(folders), answers, trouble }, outside);
}

/**
 * Adds results to the history that lie in the folder without standing there: of older versions, or copied from elsewhere.
 * @returns how many, and in words what could not be read
 */
export function adoptResults(folder: string, outside: Outside): { readonly adopted: number; readonly trouble: readonly string[] } {
  const folders = guard(folder, () => reportFolders(folder, outside.files));
  const trouble: string[] = [];
  const lines: string[] = [];
  for (const { path } of unknownFolders(folders, historyIn(folder, outside))) {
    const entry = readOr(() => entryOf(folder, path, outside));
    if (typeof entry === 'string') trouble.push(entry);
    else if (entry !== undefined) lines.push(`${JSON.stringify(entry)}\n`);
  }
  if (lines.length > 0) guard(folder, () => outside.files.append(`${folder}/${HISTORY_FILE}`, lines.join('')));
  return { adopted: lines.length, trouble };
}

/** @returns undefined for a shard */
function entryOf(folder: string, path: string, { files }: Outside): HistoryEntry | undefined {
  const { result } = readResultFile(`${folder}/${path}`, files);
  return result.shard === undefined ? historyEntryOf(result, path) : undefined;
}

function answerIn(folder: string, found: ReportFolder, { files }: Outside): Answer {
  const { kind, path, page } = found;
  const file = dataFile(folder, found);
  const text = guard(folder, () => files.readText(file));
  return kind === 'plan' ? answerOfPlan(readPlan(text, file), { folder: path, page }) : answerOfScore(readScoreOutline(text, file), { folder: path, page });
}

/** Of a plan or a scorecard. */
function dataFile(folder: string, { kind, path }: ReportFolder): string {
  return `${folder}/${path}/${kind}.json`;
}

/** @returns in words what is wrong with a file that cannot be read */
function readOr<Value>(read: () => Value): Value | string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ResultError || error instanceof UsageError)) throw error;
    return error.message;
  }
}

/** A shard is not a run: it belongs to one once all are merged. */
function unknownFolders(folders: readonly ReportFolder[], { entries }: History): ReportFolder[] {
  const known = new Set(entries.map((entry) => entry.folder));
  return folders.filter(({ kind, path }) => kind === 'run' && !known.has(path) && !isShardFolder(path));
}

function pagesOf(folders: readonly ReportFolder[]): IndexSources['pages'] {
  return new Map(folders.flatMap(({ kind, path, page }) => (kind !== 'run' || page === undefined ? [] : [[path, page] as const])));
}

function historyIn(folder: string, { files }: Outside): History {
  const file = `${folder}/${HISTORY_FILE}`;
  return guard(folder, () => readHistory(files.isFile(file) ? files.readChunks(file) : []));
}

async function write(folder: string, sources: IndexSources, { files }: Outside): Promise<string> {
  const { renderIndexPage } = await import('../../report/index-page/page.js');
  const page = renderIndexPage(sources, VERSION);
  const path = `${folder}/${INDEX_FILE}`;
  guard(folder, () => writeAside(files, path, page));
  return path;
}

function guard<Value>(folder: string, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    throw new UsageError(`expected a folder of reports at ${JSON.stringify(folder)}: ${reasonOf(error)}; choose another`);
  }
}
