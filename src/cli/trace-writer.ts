import { EventLines } from '../history/event-lines.js';
import type { RunResult } from '../measure/result.js';
import { VERSION } from '../version.js';
import type { GrowingFile } from './gzip-file.js';

/** Writes histories to the trace file, one run after the other. Holds no more than what happened in one slice. */
export class TraceWriter {
  private lines = new EventLines(undefined);

  constructor(private readonly file: GrowingFile) {}

  /** Opens a run. @returns what must read its history */
  begin(scenario: string, variant: string | undefined, seed: number): EventLines {
    this.lines = new EventLines(variant);
    this.lines.begin(scenario, seed, VERSION);
    return this.lines;
  }

  /** Writes what has happened since the last time. */
  async flush(): Promise<void> {
    await this.file.write(this.lines.take());
  }

  async end(result: RunResult): Promise<void> {
    this.lines.end(result);
    await this.flush();
  }

  close(): Promise<void> {
    return this.file.close();
  }

  abandon(): Promise<void> {
    return this.file.abandon();
  }
}
