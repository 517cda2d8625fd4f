import { createReadStream, type ReadStream, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';

/** What was found under an address. */
export type Found =
  | { readonly kind: 'file'; readonly type: string; readonly bytes: number; readonly open: () => ReadStream }
  /** A folder, whose address ends in a slash. */
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'missing' };

const MISSING: Found = { kind: 'missing' };

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  tap: 'text/plain; charset=utf-8',
  prom: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  yaml: 'text/plain; charset=utf-8',
  png: 'image/png',
  gz: 'application/gzip',
};
/** A browser shows none of it, and runs none of it. */
const OTHER = 'application/octet-stream';

/** The files of one folder by their addresses: nothing outside of it, whatever an address or a link says, and nothing hidden. */
export class StaticFiles {
  private readonly root: string;

  constructor(folder: string) {
    this.root = realpathSync(folder);
  }

  /** @param address path of a URL, as it came */
  find(address: string): Found {
    const segments = segmentsOf(address);
    if (segments === undefined) return MISSING;
    try {
      const path = realpathSync(join(this.root, ...segments));
      if (!this.holds(path)) return MISSING;
      const facts = statSync(path);
      if (facts.isDirectory())
        return address.endsWith('/') ? this.find(`${address}index.html`) : { kind: 'moved', to: `/${segments.map(encodeURIComponent).join('/')}/` };
      if (!facts.isFile()) return MISSING;
      return { kind: 'file', type: typeOf(path), bytes: facts.size, open: () => createReadStream(path) };
    } catch {
      return MISSING;
    }
  }

  /** Links are followed, but neither out of the folder nor to what is hidden. */
  private holds(path: string): boolean {
    const inside = relative(this.root, path);
    return !isAbsolute(inside) && !inside.split(sep).some((segment) => segment.startsWith('.'));
  }
}

/** @returns undefined for what names no file of ours */
function segmentsOf(address: string): string[] | undefined {
  try {
    const segments = address
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
    // `..` begins with a dot, too.
    return segments.some((segment) => segment.startsWith('.') || /[/\\\0]/.test(segment)) ? undefined : segments;
  } catch {
    return undefined;
  }
}

function typeOf(path: string): string {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(TYPES, ending) ? (TYPES[ending] as string) : OTHER;
}
