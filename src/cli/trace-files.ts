import { createHash } from 'node:crypto';
import { dirname, isAbsolute, resolve } from 'node:path';
import { reasonOf } from '../reasons.js';
import { keepingTraces, type TraceSource } from '../sim/trace.js';
import { UsageError } from './failures.js';
import { noFile } from './no-file.js';
import type { Files } from './outside.js';

/** Recorded traces of a scenario: looked for beside it, then in the current folder. Whoever keeps the source reads each trace once. */
export function tracesBeside(scenarioFile: string, files: Files): TraceSource {
  return keepingTraces(tracesReadAnew(scenarioFile, files));
}

/** The same, read from the file for every run: where two runs are held against each other, a file that has changed must show. */
export function tracesReadAnew(scenarioFile: string, files: Files): TraceSource {
  return (file) => {
    const beside = isAbsolute(file) ? file : resolve(dirname(scenarioFile), file);
    const path = files.isFile(beside) ? beside : file;
    if (!files.isFile(path))
      throw new UsageError(
        `expected the trace ${JSON.stringify(file)} beside ${scenarioFile} or in the current folder, but ${noFile(files.isDirectory(beside) ? beside : path, files)}`,
      );
    return readChunks(path, file, files);
  };
}

/**
 * Recordings of one plan. What is read of a file first, all later readings must find, here and in every thread that is given
 * the hashes: else parts of one answer would be of different loads.
 */
export class PinnedTraces {
  /** @throws UsageError at the end of a file that has changed */
  readonly source: TraceSource;
  private readonly pins: Map<string, string>;

  /** @param sha256s of the texts that others have read already, by the names that the load has for them */
  constructor(
    readonly scenarioFile: string,
    files: Files,
    sha256s: Readonly<Record<string, string>> = {},
  ) {
    this.pins = new Map(Object.entries(sha256s));
    const open = tracesReadAnew(scenarioFile, files);
    this.source = keepingTraces((file) => this.pinned(file, open(file)));
  }

  /** Of everything that was read so far. */
  get sha256s(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.pins);
  }

  private *pinned(file: string, text: Iterable<string>): Generator<string> {
    const chunks = text[Symbol.iterator]();
    const hash = createHash('sha256');
    let isOver = false;
    const read = (): string | undefined => {
      isOver = true;
      const { done, value } = chunks.next();
      if (done === true) return this.pin(file, hash.digest('hex'));
      isOver = false;
      hash.update(value);
      return value;
    };
    try {
      for (let chunk = read(); chunk !== undefined; chunk = read()) yield chunk;
    } finally {
      // Who needs no more of it has read a part of a file that may have changed.
      while (!isOver) read();
    }
  }

  private pin(file: string, sha256: string): undefined {
    const known = this.pins.get(file) ?? sha256;
    this.pins.set(file, known);
    if (known !== sha256)
      throw new UsageError(
        `expected the recording ${JSON.stringify(file)} to stay as it was when the plan began (SHA-256 ${known.slice(0, 12)}…), but it has changed meanwhile (now ${sha256.slice(0, 12)}…): plan again once nobody writes into it, or with a copy`,
      );
  }
}

function* readChunks(path: string, file: string, files: Files): Generator<string> {
  try {
    yield* files.readChunks(path);
  } catch (error) {
    throw new UsageError(`expected to read the trace ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}
