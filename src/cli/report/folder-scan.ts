import type { Files } from '../outside.js';

/** A folder of reports inside another. */
export interface ReportFolder {
  /** Relative, with `/`. */
  readonly path: string;
  /** Its page, the best there is; undefined: it has none. */
  readonly page: string | undefined;
}

const RESULT = 'result.json';
const PAGES = ['report.html', 'summary.md'] as const;
/** Reports lie in the folder, or one folder further in: `nightly/burst-1`. */
const DEEPEST = 2;
const MOST_FOLDERS = 20_000;
/** They hold something else. */
const OTHERS: readonly string[] = ['charts', 'baselines', 'node_modules'];

/** Folders that hold a `result.json`, by name. */
export function reportFolders(root: string, files: Files): ReportFolder[] {
  const found: ReportFolder[] = [];
  const pending: { readonly path: string; readonly depth: number }[] = namesIn(root, files).map((path) => ({ path, depth: 1 }));
  for (let at = 0; at < pending.length && at < MOST_FOLDERS; at++) {
    const { path, depth } = pending[at] as { path: string; depth: number };
    if (files.isFile(`${root}/${path}/${RESULT}`)) found.push({ path, page: PAGES.find((page) => files.isFile(`${root}/${path}/${page}`)) });
    else if (depth < DEEPEST) pending.push(...namesIn(`${root}/${path}`, files).map((name) => ({ path: `${path}/${name}`, depth: depth + 1 })));
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function namesIn(folder: string, files: Files): string[] {
  const folders = files.list(folder).filter(({ name, isDirectory }) => isDirectory && !name.startsWith('.') && !OTHERS.includes(name));
  return folders.map(({ name }) => name).sort();
}
