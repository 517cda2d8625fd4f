import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { RANDOM_SCHEME } from '../../core/random.js';
import { VERSION } from '../../version.js';
import type { Build } from '../../workers/build.js';
import type { Outside } from '../outside.js';

const CODE_CHARACTERS = 12;
const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/** What this process is to others. Its code is the script of a worker's threads with all that it imports of this package: nothing else computes figures. */
export function thisBuild({ files, pointScript }: Pick<Outside, 'files' | 'pointScript'>): Build {
  const hash = createHash('sha256');
  const read = new Set<string>();
  const add = (file: string): void => {
    if (read.has(file) || !files.isFile(file)) return;
    read.add(file);
    const text = files.readText(file);
    hash.update(text).update('\0');
    for (const [, path] of text.matchAll(IMPORT)) add(resolve(dirname(file), path as string));
  };
  add(resolve(pointScript));
  return { version: VERSION, randomScheme: RANDOM_SCHEME, code: hash.digest('hex').slice(0, CODE_CHARACTERS) };
}
