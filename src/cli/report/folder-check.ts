import { isShardFolder } from '../../results/shard.js';
import { shellWord } from '../../shell-commands.js';
import { UsageError } from '../failures.js';
import type { Files } from '../outside.js';
import { reportFolders } from './folder-scan.js';
import { HISTORY_FILE } from './index-page.js';

/** An index page is written over reports only, and into no folder that happens to be named. @throws UsageError */
export function checkHoldsReports(folder: string, files: Files): void {
  const named = JSON.stringify(folder);
  if (files.isFile(folder)) throw new UsageError(`expected a folder of reports, but ${named} is a file; ${hintFor(folder)}`);
  if (!files.isDirectory(folder)) throw new UsageError(`expected a folder of reports, but ${named} does not exist; slotstorm run makes one`);
  if (files.isFile(`${folder}/${HISTORY_FILE}`)) return;
  if (files.isFile(`${folder}/result.json`))
    throw new UsageError(
      `expected a folder of reports, but ${named} holds the reports of one run; to write them again: slotstorm report --from ${shellWord(folder)}`,
    );
  const inside = reportFolders(folder, files);
  if (inside.length === 0)
    throw new UsageError(
      `expected a folder of reports, but ${named} holds neither a ${HISTORY_FILE} nor a folder with a result.json, plan.json or score.json; slotstorm run, plan and score make them`,
    );
  if (inside.every(({ kind, path }) => kind === 'run' && isShardFolder(path)))
    throw new UsageError(`expected a folder of reports, but ${named} holds nothing but shards; join them first: slotstorm report merge ${shellWord(folder)}`);
}

function hintFor(file: string): string {
  const isResult = file.slice(file.lastIndexOf('/') + 1) === 'result.json';
  return `to write the reports of one result again: slotstorm report --from ${isResult ? shellWord(file) : 'result.json'}`;
}
