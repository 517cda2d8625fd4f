import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder of programs that are none, for one test file. */
export class FakePrograms {
  readonly folder = mkdtempSync(join(tmpdir(), 'slotstorm-fake-'));

  constructor() {
    afterAll(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** @param body of a shell script @returns its path */
  shell(name: string, body: string): string {
    return this.write(name, `#!/bin/sh\n${body}\n`);
  }

  /** @param body of a Node script (CommonJS) @returns its path */
  node(name: string, body: string): string {
    return this.write(name, `#!${process.execPath}\n${body}\n`);
  }

  write(name: string, text: string, mode = 0o755): string {
    const path = join(this.folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }
}
