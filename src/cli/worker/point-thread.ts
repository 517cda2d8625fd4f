import { PointRuns } from '../../plan/point-runs.js';
import { keepingTraces } from '../../sim/kept-traces.js';
import { TraceError } from '../../sim/trace.js';
import type { PointAnswer, PointWork } from '../../workers/point-hands.js';
import { explainFailure } from '../failures.js';

// The script of a thread of `slotstorm worker`: a further entry of the program beside `bin`. It opens no file.

/** Sets of recordings whose points are kept prepared; the least recently used goes first. */
const MOST_SETS = 4;
const CHUNK_BYTES = 1024 * 1024;

const runsByFiles = new Map<string, PointRuns>();

export function figures(work: PointWork): PointAnswer {
  try {
    const point = { input: work.input, key: work.document };
    const runs = runsOf(work);
    const startedMs = performance.now();
    const done = work.seeds.map((seed) => runs.run(point, seed));
    return { figures: done, ms: performance.now() - startedMs };
  } catch (error) {
    return { failure: explainFailure(error) };
  }
}

function runsOf({ filesKey, files }: PointWork): PointRuns {
  const runs = runsByFiles.get(filesKey) ?? new PointRuns(keepingTraces((file) => textOf(files, file)));
  runsByFiles.delete(filesKey);
  runsByFiles.set(filesKey, runs);
  if (runsByFiles.size > MOST_SETS) runsByFiles.delete(runsByFiles.keys().next().value as string);
  return runs;
}

function* textOf(files: PointWork['files'], file: string): Generator<string> {
  const bytes = Object.hasOwn(files, file) ? files[file] : undefined;
  if (bytes === undefined) throw new TraceError(`expected the plan to bring the recording ${JSON.stringify(file)}, but it has not`);
  const decoder = new TextDecoder();
  for (let from = 0; from < bytes.byteLength; from += CHUNK_BYTES) {
    const chunk = new Uint8Array(bytes, from, Math.min(CHUNK_BYTES, bytes.byteLength - from));
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}
