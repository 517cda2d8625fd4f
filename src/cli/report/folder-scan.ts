import type { Files } from '../outside.js';

/** What wrote a folder of reports. */
export type ReportKind = keyof typeof KINDS;

/** A folder of reports inside another. */
export interface ReportFolder {
  readonly kind: ReportKind;
  /** Relative, with `/`. */
  readonly path: string;
  /** Its page, the best there is; undefined: it has none. */
  readonly page: string | undefined;
}

/** The file that everything else in the folder is made of, and its pages, the best first. */
const KINDS = {
  run: { data: 'result.json', pages: ['report.html', 'summary.md'] },
  plan: { data: 'plan.json', pages: ['plan.html', 'plan.md'] },
  score: { data: 'score.json', pages: ['score.html', 'score.md'] },
} as const;
/** Reports lie in the folder, or one folder further in: `nightly/burst-1`. */
const DEEPEST = 2;
const MOST_FOLDERS = 20_000;
/** They hold something else. */
const OTHERS: readonly string[] = ['charts', 'baselines', 'node_modules'];

/** Folders that hold what these commands write, by name. */
export function reportFolders(root: string, files: Files, kinds: readonly ReportKind[] = ['run', 'plan', 'score']): ReportFolder[] {
  const found: ReportFolder[] = [];
  const pending: { readonly path: string; readonly depth: number }[] = namesIn(root, files).map((path) => ({ path, depth: 1 }));
  for (let at = 0; at < pending.length && at < MOST_FOLDERS; at++) {
    const { path, depth } = pending[at] as { path: string; depth: number };
    const has = (name: string): boolean => files.isFile(`${root}/${path}/${name}`);
    const held = kinds.filter((kind) => has(KINDS[kind].data));
    if (held.length > 0) found.push(...held.map((kind) => ({ kind, path, page: KINDS[kind].pages.find(has) })));
    else if (depth < DEEPEST) pending.push(...namesIn(`${root}/${path}`, files).map((name) => ({ path: `${path}/${name}`, depth: depth + 1 })));
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function namesIn(folder: string, files: Files): string[] {
  const folders = files.list(folder).filter(({ name, isDirectory }) => isDirectory && !name.startsWith('.') && !OTHERS.includes(name));
  return folders.map(({ name }) => name).sort();
}
