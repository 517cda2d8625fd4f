import { reasonOf } from '../reasons.js';
import { UsageError } from './failures.js';
import type { GrowingFile } from './gzip-file.js';
import type { Files } from './outside.js';

const MOST_TRIES = 5;
/** What another program's folder of the same name makes of a rename. */
const RACES: readonly string[] = ['ENOENT', 'ENOTEMPTY', 'EEXIST'];

/**
 * A folder that appears complete or not at all: everything is written aside and renamed into place at the end.
 * A former folder of the name stays until then.
 */
export class OutputFolder {
  private readonly aside: string;
  private readonly hasMadeParent: boolean;

  /** @throws UsageError when nothing can be written there */
  constructor(
    private readonly parent: string,
    name: string,
    private readonly files: Files,
    /** Tells two processes apart that write the same folder. */
    process: string,
  ) {
    this.path = `${parent}/${name}`;
    this.aside = `${parent}/.${name}.${process}.part`;
    this.hasMadeParent = !files.isDirectory(parent);
    this.guard(() => {
      files.remove(this.aside);
      files.makeDirectory(this.aside);
    });
  }

  readonly path: string;

  /** @param name may name a folder inside: `charts/slots.png` */
  write(name: string, content: string | Uint8Array): void {
    const slash = name.lastIndexOf('/');
    this.guard(() => {
      if (slash > 0) this.files.makeDirectory(`${this.aside}/${name.slice(0, slash)}`);
      this.files.write(`${this.aside}/${name}`, content);
    });
  }

  /** Writes a text that may be longer than a string can be. */
  writePieces(name: string, pieces: Iterable<string>): void {
    this.guard(() => this.files.writePieces(`${this.aside}/${name}`, pieces));
  }

  /** Opens a file that is written piece by piece, and compressed while it is. Close it before `commit`. */
  compress(name: string): GrowingFile {
    const file = this.files.compress(`${this.aside}/${name}`);
    return {
      write: (text) => file.write(text).catch((error: unknown) => this.complain(error)),
      close: () => file.close().catch((error: unknown) => this.complain(error)),
      abandon: () => file.abandon(),
    };
  }

  /** Puts the folder in its place. */
  commit(): void {
    this.guard(() => {
      for (let tries = MOST_TRIES; ; tries--) {
        try {
          this.replace();
          return;
        } catch (error) {
          // Another program has put its own there in the meantime, or taken it away.
          if (tries === 1 || !RACES.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        }
      }
    });
  }

  private replace(): void {
    this.files.remove(this.former);
    const replaces = this.files.isDirectory(this.path) || this.files.isFile(this.path);
    if (replaces) this.files.rename(this.path, this.former);
    this.files.rename(this.aside, this.path);
    if (replaces) this.files.remove(this.former);
  }

  /** Nothing of this run stays behind, not even the parent folder if it was made for it. */
  discard(): void {
    this.files.remove(this.aside);
    if (this.hasMadeParent && this.files.isDirectory(this.parent) && this.files.list(this.parent).length === 0) this.files.remove(this.parent);
  }

  private get former(): string {
    return `${this.aside}.former`;
  }

  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.complain(error);
    }
  }

  private complain(error: unknown): never {
    throw new UsageError(`expected to write to the output folder ${JSON.stringify(this.path)}: ${reasonOf(error)}; choose another with --out`);
  }
}
