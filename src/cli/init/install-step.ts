import { isAbsolute, relative, resolve } from 'node:path';
import { shortened } from '../../reasons.js';
import { VERSION } from '../../version.js';

/** Where slotstorm comes from: it is not published under its name, and whoever is would be somebody else. `npm pack` makes this in a clone. */
export const TARBALL = `slotstorm-${VERSION}.tgz`;
export const INSTALL = `npm install --save-dev ./${TARBALL}`;
const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** How slotstorm gets into a project. */
export interface InstallStep {
  /** undefined: it is there already. */
  readonly command: string | undefined;
  /** Why it will not be there where others install the project; undefined: nothing speaks against it. */
  readonly warning: string | undefined;
}

/** @param manifest text of the project's package.json, which is valid; undefined: there is none @param folder of the project */
export function installStep(manifest: string | undefined, folder: string): InstallStep {
  // Without a package.json of its own, npm would install into a folder further up.
  if (manifest === undefined) return { command: `npm init --yes && ${INSTALL}`, warning: undefined };
  const content = JSON.parse(manifest.replace(/^\uFEFF/, '')) as Readonly<Record<string, unknown>>;
  if (content['name'] === 'slotstorm') return { command: undefined, warning: undefined };
  const source = sourceIn(content);
  return source === undefined ? { command: INSTALL, warning: undefined } : { command: undefined, warning: warningOf(source, folder) };
}

/** What package.json says of where slotstorm comes from. */
function sourceIn(content: Readonly<Record<string, unknown>>): string | undefined {
  for (const kind of DEPENDENCIES) {
    const own = content[kind];
    if (typeof own === 'object' && own !== null && Object.hasOwn(own, 'slotstorm')) return String((own as Record<string, unknown>)['slotstorm']);
  }
  return undefined;
}

/** A path is only there where the project lies on the same machine, unless it is a part of the project. */
function warningOf(source: string, folder: string): string | undefined {
  const [, path] = /^(?:file:|link:)(.+)$/.exec(source) ?? /^(\.{1,2}[/\\].*|\/.*|~\/.*)$/.exec(source) ?? [];
  if (path === undefined) return undefined;
  const inside = relative(resolve(folder), resolve(folder, path));
  const isOutside = path.startsWith('~') || isAbsolute(inside) || /^\.\.(?:[/\\]|$)/.test(inside);
  return isOutside
    ? `package.json takes slotstorm from ${JSON.stringify(shortened(source))}, outside this folder: a checkout in CI will not have it. Put ${TARBALL}, which npm pack makes in a clone of slotstorm, into this folder, run ${INSTALL}, and commit it`
    : undefined;
}
