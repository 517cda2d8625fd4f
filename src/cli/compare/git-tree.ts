import type { Outside } from '../outside.js';

/** Files of a commit: one, or those of a folder. */
export class GitTree {
  private constructor(
    /** As messages name it: `v1.2:reports/baselines`. */
    readonly where: string,
    private readonly paths: readonly string[],
    private readonly revision: string,
    private readonly git: Outside['git'],
  ) {}

  /** @param argument `REV:path`, or a revision alone, whose `folder` is meant @returns undefined: git knows nothing of that name */
  static of(argument: string, folder: string, { git }: Outside): GitTree | undefined {
    const colon = argument.indexOf(':');
    const revision = colon < 0 ? argument : argument.slice(0, colon);
    const path = colon < 0 ? folder : argument.slice(colon + 1).replace(/\/+$/, '');
    // A word that begins with a dash would be an option of git.
    if (revision === '' || revision.startsWith('-') || path === '' || path.startsWith('-')) return undefined;
    if (git(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]) === undefined) return undefined;
    const object = `${revision}:./${path}`;
    const kind = git(['cat-file', '-t', object])?.trim();
    const where = `${revision}:${path}`;
    if (kind === 'blob') return new GitTree(where, [path], revision, git);
    if (kind !== 'tree') return colon < 0 ? new GitTree(where, [], revision, git) : undefined;
    const names = git(['ls-tree', '--name-only', '-z', object])?.split('\0') ?? [];
    const paths = names.filter((name) => name.endsWith('.json')).map((name) => `${path}/${name}`);
    return new GitTree(where, paths, revision, git);
  }

  files(): { readonly source: string; readonly text: string }[] {
    return this.paths.flatMap((path) => {
      const text = this.git(['show', `${this.revision}:./${path}`]);
      return text === undefined ? [] : [{ source: `${this.revision}:${path}`, text }];
    });
  }
}
