import { reasonOf } from '../../reasons.js';
import { UsageError } from '../failures.js';
import type { Files } from '../outside.js';
import type { ReportSink } from '../report-files.js';

/**
 * Reports that go into a folder which may hold other files: those stay. All are written aside first and then put in their
 * places one by one, each of which is whole before and after.
 */
export class ReportsBeside implements ReportSink {
  private readonly aside: string;
  private readonly names: string[] = [];

  constructor(
    readonly path: string,
    private readonly files: Files,
    /** Tells two processes apart that write into the same folder. */
    process: string,
  ) {
    this.aside = `${path}/.reports.${process}.part`;
    this.guard(() => {
      files.remove(this.aside);
      files.makeDirectory(this.aside);
    });
  }

  write(name: string, content: string | Uint8Array): void {
    this.guard(() => this.files.write(this.place(name), content));
  }

  writePieces(name: string, pieces: Iterable<string>): void {
    this.guard(() => this.files.writePieces(this.place(name), pieces));
  }

  commit(): void {
    this.guard(() => {
      for (const name of this.names) {
        this.files.makeDirectory(folderOf(`${this.path}/${name}`));
        this.files.rename(`${this.aside}/${name}`, `${this.path}/${name}`);
      }
    });
    this.discard();
  }

  discard(): void {
    this.files.remove(this.aside);
  }

  private place(name: string): string {
    this.names.push(name);
    const path = `${this.aside}/${name}`;
    this.files.makeDirectory(folderOf(path));
    return path;
  }

  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw new UsageError(`expected to write reports into ${JSON.stringify(this.path)}: ${reasonOf(error)}; choose another folder with --out`);
    }
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
