import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { main } from '../../src/cli/main.js';
import { type Files, type Output, type Outside, realOutside } from '../../src/cli/outside.js';
import { FUZZ_SCRIPT, LOAD_SCRIPT, POINT_SCRIPT, WORKER_SCRIPT } from '../build-page.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line in memory: what it prints is kept, and files are real. */
export async function slotstorm(argv: readonly string[], changes: Partial<Outside> = {}): Promise<Ran> {
  const out = new Kept();
  const err = new Kept();
  const code = await main({
    ...realOutside(),
    workerScript: WORKER_SCRIPT,
    pointScript: POINT_SCRIPT,
    fuzzScript: FUZZ_SCRIPT,
    loadScript: LOAD_SCRIPT,
    argv,
    env: {},
    out,
    err,
    ...changes,
  });
  return { code, out: out.text, err: err.text };
}

export class Kept implements Output {
  readonly isTTY = false;
  readonly columns = 100;
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

/** Real files, with some functions replaced. */
export function filesWith(changes: Partial<Files>): Files {
  return { ...realOutside().files, ...changes };
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Real files, as they look to a program whose current folder is this one. */
export function filesIn(folder: string): Files {
  const { files } = realOutside();
  const at = (path: string): string => resolve(folder, path);
  return {
    ...files,
    currentFolder: folder,
    readText: (path) => files.readText(at(path)),
    readChunks: (path) => files.readChunks(at(path)),
    isFile: (path) => files.isFile(at(path)),
    isDirectory: (path) => files.isDirectory(at(path)),
    isSpecial: (path) => files.isSpecial(at(path)),
    realPath: (path) => files.realPath(at(path)),
    modifiedMs: (path) => files.modifiedMs(at(path)),
    list: (path) => files.list(at(path)),
    write: (path, content) => files.write(at(path), content),
    append: (path, text) => files.append(at(path), text),
    writePieces: (path, pieces) => files.writePieces(at(path), pieces),
    compress: (path) => files.compress(at(path)),
    makeDirectory: (path) => files.makeDirectory(at(path)),
    rename: (from, to) => files.rename(at(from), at(to)),
    remove: (path) => files.remove(at(path)),
  };
}
