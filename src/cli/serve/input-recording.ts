import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { InputLog, LiveInput } from '../../live/driver/inputs.js';
import type { PreparedVariant } from '../../prepare.js';
import { reasonOf } from '../../reasons.js';
import { VERSION } from '../../version.js';
import { UsageError } from '../failures.js';

/** The first line of a recording. */
export interface RecordingHeader {
  readonly slotstorm: string;
  readonly recording: 1;
  readonly scenario: string;
  readonly variant: string | null;
  readonly seed: number;
}

/** The last one. */
export interface RecordingEnd {
  /** Where the clock stood, µs. */
  readonly endUs: number;
  readonly hash: string;
}

/** Writes what is done to a live platform, line by line, so that a crash loses nothing that was done before it. */
export class InputRecording implements InputLog {
  private isOpen = true;

  private constructor(
    private readonly descriptor: number,
    private readonly path: string,
  ) {}

  static open(path: string, { name, scenario }: PreparedVariant, seed: number): InputRecording {
    let descriptor: number;
    try {
      descriptor = openSync(path, 'wx', 0o600);
    } catch (error) {
      throw new UsageError(`--record: expected a file that is not there yet, and can be written: ${path}: ${reasonOf(error)}`);
    }
    const header: RecordingHeader = { slotstorm: VERSION, recording: 1, scenario: scenario.name, variant: name ?? null, seed };
    writeSync(descriptor, `${JSON.stringify(header)}\n`);
    return new InputRecording(descriptor, path);
  }

  note(atUs: number, input: LiveInput): void {
    if (this.isOpen) writeSync(this.descriptor, `${JSON.stringify([atUs, input])}\n`);
  }

  close(end: RecordingEnd): void {
    this.isOpen = false;
    writeSync(this.descriptor, `${JSON.stringify(end)}\n`);
    closeSync(this.descriptor);
  }

  /** Nothing was served, so there is nothing to keep. */
  discard(): void {
    this.isOpen = false;
    closeSync(this.descriptor);
    rmSync(this.path, { force: true });
  }
}
