import { basename, join, normalize, relative, sep } from 'node:path';
import { terminalText } from '../report/escape.js';
import type { Files } from './outside.js';

const PACKAGE = 'slotstorm';

/** Where a file or folder of this package lies, as whoever stands in the current folder can write it. @param name from the package's root on: `docs/k6.md` */
export type Shipped = (name: string) => string;

/** What a package as it is installed carries that users may want to name. */
const FOLDERS_OF_FILES = ['scenarios', 'scenarios/zoo', 'scenarios/trace', 'scenarios/load', 'scenarios/k6', 'examples'];

/**
 * What to call a file of this package in a text. Whatever is read is read by `ownFile`.
 * @returns the name itself in a clone, else the path within `node_modules`, or whatever else leads there.
 * What the package does not have keeps its name.
 */
export function shipped(name: string, files: Files): string {
  const { currentFolder, packageFolder } = files;
  const place = join(packageFolder, name);
  if (currentFolder === packageFolder || !isThere(place, files)) return name;
  // Where the package is linked into a project, it lies elsewhere, but this is how the project knows it.
  if (isInstalledIn(currentFolder, files)) return join('node_modules', PACKAGE, name);
  const way = relative(currentFolder, place);
  return way.length < place.length ? way : place;
}

/** Another version, of which a project may have any, has other files. */
function isInstalledIn(folder: string, files: Files): boolean {
  const place = join(folder, 'node_modules', PACKAGE);
  return files.isDirectory(place) && files.realPath(place) === files.realPath(files.packageFolder);
}

/** The same for texts of options, which know no files, and go to a terminal as they are: folders may have any name. */
export function shippedBy(files: Files): Shipped {
  return (name) => terminalText(shipped(name, files));
}

/** Where to read a file or folder of this very package, whatever the current folder holds. In a clone it is its name, as results and recipes have it. */
export function ownFile(name: string, { currentFolder, packageFolder }: Files): string {
  return currentFolder === packageFolder ? name : join(packageFolder, name);
}

/** Options are also described where nobody reads their texts. */
export const asInClone: Shipped = (name) => name;

/** What to add to the message that a path or a pattern leads to nothing: where the package has what was probably meant. Empty: nowhere. */
export function shippedInstead(missing: string, files: Files): string {
  const name = shippedAs(missing, files);
  return name === undefined ? '' : offer(shipped(name, files));
}

/** The same for a pattern with `*` or `?`. @param matches whether a pattern leads anywhere */
export function shippedPattern(pattern: string, files: Files, matches: (pattern: string) => boolean): string {
  const parts = pattern.split('/');
  const wild = parts.findIndex((part) => /[*?]/.test(part));
  const folder = parts.slice(0, wild).join('/');
  if (!SHIPPED_FOLDERS.test(`${folder}/`) || parts.includes('..')) return '';
  const there = `${shipped(folder, files)}/${parts.slice(wild).join('/')}`;
  return matches(`${join(files.packageFolder, folder)}/${parts.slice(wild).join('/')}`) ? offer(there) : '';
}

function offer(path: string): string {
  return `; slotstorm ships ${JSON.stringify(path)}`;
}

const SHIPPED_FOLDERS = /^(?:scenarios|examples|docs)\//;

/** The docs speak of `scenarios/x.yaml`; others know no more than `x`. */
function shippedAs(missing: string, files: Files): string | undefined {
  const has = (name: string): boolean => files.isFile(join(files.packageFolder, name));
  const path = normalize(missing).split(sep).join('/');
  if (SHIPPED_FOLDERS.test(`${path}/`) && isThere(join(files.packageFolder, path), files)) return path;
  const last = basename(path);
  return FOLDERS_OF_FILES.flatMap((folder) => [`${folder}/${last}`, `${folder}/${last}.yaml`]).find(has);
}

function isThere(path: string, files: Files): boolean {
  return files.isFile(path) || files.isDirectory(path);
}
