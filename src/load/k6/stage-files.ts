import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PlayBook, PlayHead } from './play.js';

/** What lies ready for k6. */
export interface StagedPlay {
  readonly script: string;
  readonly head: PlayHead;
  readonly book: PlayBook;
  /** `id:secret` by target. */
  readonly keys: readonly string[];
  /** PEM; undefined: none of its own. */
  readonly ca: string | undefined;
}

const FOR_OWNER_ONLY = 0o600;

/** A folder that only its owner may read, since keys lie in it, until `remove`. */
export class StageFiles {
  readonly folder = mkdtempSync(resolve(tmpdir(), 'slotstorm-k6-'));
  readonly script = join(this.folder, 'play.js');
  private readonly hasCa: boolean;

  constructor({ script, head, book, keys, ca }: StagedPlay) {
    this.hasCa = ca !== undefined;
    this.write('play.js', script);
    this.write('head.json', JSON.stringify(head));
    this.write('book.json', JSON.stringify(book));
    this.write('keys.json', JSON.stringify(keys));
    if (ca !== undefined) this.write('ca.pem', ca);
  }

  /** Environment variables that name the files. */
  get variables(): Readonly<Record<string, string>> {
    const files = { SLOTSTORM_HEAD: this.at('head.json'), SLOTSTORM_BOOK: this.at('book.json'), SLOTSTORM_KEYS: this.at('keys.json') };
    // Go reads the system's folder of authorities beside this file.
    return this.hasCa ? { ...files, SSL_CERT_FILE: this.at('ca.pem') } : files;
  }

  /** A folder for one process. */
  folderFor(process: number): string {
    const folder = this.at(`k6-${process}`);
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  }

  /** The keys are in k6's memory: they need not lie about for the whole run. */
  forgetKeys(): void {
    rmSync(this.at('keys.json'), { force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private at(name: string): string {
    return join(this.folder, name);
  }

  private write(name: string, text: string): void {
    writeFileSync(this.at(name), text, { mode: FOR_OWNER_ONLY });
  }
}
