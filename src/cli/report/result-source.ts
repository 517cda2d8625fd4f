import { reasonOf } from '../../reasons.js';
import type { GivenResult } from '../../results/check-shards.js';
import { readResultPieces } from '../../results/read-result.js';
import { UsageError } from '../failures.js';
import type { Files } from '../outside.js';

/**
 * Reads a result.
 * @param path of a `result.json`, or of the folder that it lies in
 * @throws UsageError or ResultError for what cannot be read
 */
export function readResultFile(path: string, files: Files): GivenResult {
  const file = files.isDirectory(path) ? `${path.replace(/\/+$/, '')}/result.json` : path;
  if (!files.isFile(file)) throw new UsageError(`expected a result.json or a folder that holds one, but ${JSON.stringify(file)} does not exist`);
  return readResultPieces(piecesOf(file, files), file);
}

function* piecesOf(file: string, files: Files): Generator<string> {
  try {
    yield* files.readChunks(file);
  } catch (error) {
    throw new UsageError(`expected to read ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}
