import { readFileSync } from 'node:fs';
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
