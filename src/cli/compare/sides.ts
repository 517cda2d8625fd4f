import { createHash } from 'node:crypto';
import type { Baseline } from '../../measure/comparison/baseline.js';
import { baselineOf } from '../../measure/comparison/baseline-of.js';
import { type TermsByVariant, termsAskedBy } from '../../measure/comparison/compare-with-baseline.js';
import type { ResultFile } from '../../measure/result.js';
import { reasonOf } from '../../reasons.js';
import { readBaseline } from '../../results/baseline-file.js';
import { readResultPieces } from '../../results/read-result.js';
import { UsageError } from '../failures.js';
import type { Files, Outside } from '../outside.js';
import { GitTree } from './git-tree.js';

/** One scenario on one side of a comparison. */
export interface Side {
  /** File, or revision and file. */
  readonly source: string;
  readonly sha256: string | undefined;
  readonly baseline: Baseline;
  /** What the scenario asks to be held to; a baseline does not say. */
  readonly terms: TermsByVariant;
  /** undefined: a baseline. */
  readonly result: ResultFile | undefined;
  /** The history of its first seed, where it was written. */
  readonly trace: string | undefined;
}

const RESULT = 'result.json';
const TRACE = 'trace.ndjson.gz';
const BASELINE_FOLDER = 'reports/baselines';

/** Everything that an argument of `compare` names. @throws UsageError and ResultError for what is not there or cannot be read */
export function readSides(argument: string, outside: Outside): Side[] {
  const { files } = outside;
  if (files.isFile(argument)) return [readSide(argument, files)];
  if (files.isDirectory(argument)) return sidesInFolder(trimmed(argument), files);
  return sidesInGit(argument, outside);
}

/** A result or a baseline. */
function readSide(path: string, files: Files): Side {
  if (looksLikeBaseline(path, files))
    return baselineSide(
      guard(path, () => files.readText(path)),
      path,
    );
  return resultSide(path, files);
}

function resultSide(path: string, files: Files): Side {
  const { result } = guard(path, () => readResultPieces(files.readChunks(path), path));
  const beside = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
  const trace = `${beside}${TRACE}`;
  return {
    source: path,
    sha256: undefined,
    baseline: baselineOf(result, { reason: '', updated: '' }),
    terms: termsAskedBy(result),
    result,
    trace: files.isFile(trace) ? trace : undefined,
  };
}

function baselineSide(text: string, source: string): Side {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { source, sha256, baseline: readBaseline(text, source), terms: () => undefined, result: undefined, trace: undefined };
}

function looksLikeBaseline(path: string, files: Files): boolean {
  return guard(path, () => {
    for (const first of files.readChunks(path)) return /"kind"\s*:\s*"slotstorm-baseline"/.test(first);
    return false;
  });
}

/** A folder of a run, of runs, or of baselines. */
function sidesInFolder(folder: string, files: Files): Side[] {
  if (files.isFile(`${folder}/${RESULT}`)) return [resultSide(`${folder}/${RESULT}`, files)];
  const entries = files.list(folder).toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const runs = entries.filter(({ name, isDirectory }) => isDirectory && !name.startsWith('.') && files.isFile(`${folder}/${name}/${RESULT}`));
  const baselines = entries.filter(({ name, isDirectory }) => !isDirectory && name.endsWith('.json') && looksLikeBaseline(`${folder}/${name}`, files));
  const sides = [
    ...runs.map(({ name }) => resultSide(`${folder}/${name}/${RESULT}`, files)),
    ...baselines.map(({ name }) => readSide(`${folder}/${name}`, files)),
  ];
  if (sides.length === 0)
    throw new UsageError(`expected a folder with ${RESULT}, with folders of runs, or with baselines, but ${JSON.stringify(folder)} has none of them`);
  return onePerScenario(sides, folder);
}

/** Two folders are paired by the names of scenarios, so each may come once. */
export function onePerScenario(sides: readonly Side[], folder: string): Side[] {
  const seen = new Map<string, string>();
  for (const { source, baseline } of sides) {
    const { name } = baseline.scenario;
    const twin = seen.get(name);
    if (twin !== undefined)
      throw new UsageError(
        `expected one run of each scenario in ${JSON.stringify(folder)}, but ${source} and ${twin} are both of ${JSON.stringify(name)}; name the one you mean`,
      );
    seen.set(name, source);
  }
  return [...sides];
}

function sidesInGit(argument: string, outside: Outside): Side[] {
  const tree = GitTree.of(argument, BASELINE_FOLDER, outside);
  if (tree === undefined)
    throw new UsageError(
      `expected a file, a folder, REV:path or a git revision, got ${JSON.stringify(argument)}: there is no such file here, and git knows nothing of that name`,
    );
  const found = tree.files().map(({ source, text }) => baselineOrResult(text, source));
  if (found.length === 0) throw new UsageError(`expected baselines in ${tree.where}, but there are none; make some with slotstorm baseline update`);
  return onePerScenario(found, tree.where);
}

function baselineOrResult(text: string, source: string): Side {
  if (/"kind"\s*:\s*"slotstorm-baseline"/.test(text.slice(0, HEAD))) return baselineSide(text, source);
  const { result } = readResultPieces([text], source);
  return { source, sha256: undefined, baseline: baselineOf(result, { reason: '', updated: '' }), terms: () => undefined, result, trace: undefined };
}

const HEAD = 256 * 1024;

function trimmed(folder: string): string {
  return folder.length > 1 ? folder.replace(/\/+$/, '') : folder;
}

function guard<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    // What the system says of a file that cannot be read has a code; our own errors speak for themselves.
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(`expected to read ${JSON.stringify(path)}: ${reasonOf(error)}`);
  }
}
