import { dirname, isAbsolute, resolve } from 'node:path';
import { reasonOf } from '../reasons.js';
import type { TraceSource } from '../sim/trace.js';
import { UsageError } from './failures.js';
import type { Files } from './outside.js';

/** Recorded traces of a scenario: looked for beside it, then in the current folder. */
export function tracesBeside(scenarioFile: string, files: Files): TraceSource {
  return (file) => {
    const beside = isAbsolute(file) ? file : resolve(dirname(scenarioFile), file);
    const path = files.isFile(beside) ? beside : file;
    if (!files.isFile(path))
      throw new UsageError(`expected the trace ${JSON.stringify(file)} beside ${scenarioFile} or in the current folder, but there is no such file`);
    return readChunks(path, file, files);
  };
}

function* readChunks(path: string, file: string, files: Files): Generator<string> {
  try {
    yield* files.readChunks(path);
  } catch (error) {
    throw new UsageError(`expected to read the trace ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}
