import { reasonOf } from '../../reasons.js';
import { UsageError } from '../failures.js';
import type { GrowingFile } from '../gzip-file.js';
import type { Files } from '../outside.js';

/** A folder of single files, each of which appears complete or not at all. */
export class FuzzFolder {
  /** @param process tells two processes apart that write the same file */
  constructor(
    readonly path: string,
    private readonly option: string,
    private readonly files: Files,
    private readonly process: string,
  ) {}

  /** Makes the folder, so that nobody searches for an hour and cannot write. @throws UsageError */
  prepare(): void {
    try {
      this.files.makeDirectory(this.path);
    } catch (error) {
      this.complain(error);
    }
  }

  /** @returns its path */
  write(name: string, text: string): string {
    const { path, aside } = this.placesOf(name);
    try {
      this.files.write(aside, text);
      this.files.rename(aside, path);
    } catch (error) {
      this.discard(aside, error);
    }
    return path;
  }

  /** The same, compressed. */
  async compress(name: string, text: string): Promise<string> {
    const { path, aside } = this.placesOf(name);
    let file: GrowingFile | undefined;
    try {
      file = this.files.compress(aside);
      await file.write(text);
      await file.close();
      this.files.rename(aside, path);
    } catch (error) {
      await file?.abandon();
      this.discard(aside, error);
    }
    return path;
  }

  private placesOf(name: string): { readonly path: string; readonly aside: string } {
    return { path: `${this.path}/${name}`, aside: `${this.path}/.${name}.${this.process}.part` };
  }

  /** Nothing half-written stays behind. @throws UsageError with why it could not be written */
  private discard(aside: string, error: unknown): never {
    try {
      this.files.remove(aside);
    } catch {
      // Why it could not be written says more than why it could not be removed.
    }
    this.complain(error);
  }

  private complain(error: unknown): never {
    throw new UsageError(`expected to write to the folder ${JSON.stringify(this.path)}: ${reasonOf(error)}; choose another with ${this.option}`);
  }
}
