import { reasonOf, UsageError } from '../failures.js';
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
    this.guard(() => this.files.makeDirectory(this.path));
  }

  /** @returns its path */
  write(name: string, text: string): string {
    const { path, aside } = this.placesOf(name);
    this.guard(() => {
      this.files.write(aside, text);
      this.files.rename(aside, path);
    });
    return path;
  }

  /** The same, compressed. */
  async compress(name: string, text: string): Promise<string> {
    const { path, aside } = this.placesOf(name);
    try {
      const file = this.files.compress(aside);
      await file.write(text);
      await file.close();
      this.files.rename(aside, path);
    } catch (error) {
      this.complain(error);
    }
    return path;
  }

  private placesOf(name: string): { readonly path: string; readonly aside: string } {
    return { path: `${this.path}/${name}`, aside: `${this.path}/.${name}.${this.process}.part` };
  }

  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.complain(error);
    }
  }

  private complain(error: unknown): never {
    throw new UsageError(`expected to write to the folder ${JSON.stringify(this.path)}: ${reasonOf(error)}; choose another with ${this.option}`);
  }
}
