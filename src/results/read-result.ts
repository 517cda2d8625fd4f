import type { ResultFile, RunResult } from '../measure/result.js';
import type { GivenResult } from './check-shards.js';
import { parseJson } from './parse-json.js';
import { ResultError } from './result-error.js';
import { RunSplitter } from './run-splitter.js';
import { resultShape } from './shapes/result.js';
import { Mismatch } from './shapes/shape.js';
import { upgrade } from './upgrade.js';

export { ResultError } from './result-error.js';

/** Texts up to this length are parsed in one go. */
const LONGEST_TEXT = 100_000_000;

/**
 * Reads `result.json` of any version; older ones are brought up to the current one. Nothing that draws results throws at
 * what comes out.
 * @param file where it comes from, for messages
 * @throws ResultError
 */
export function readResult(text: string, file: string): ResultFile {
  return resultIn(parseJson(text, file), file).result;
}

/**
 * The same for a text that may be longer than a string can be.
 * @param longest what is longer is parsed run by run
 * @returns also with which schema version it was written
 */
export function readResultPieces(pieces: Iterable<string>, file: string, longest = LONGEST_TEXT): GivenResult {
  const splitter = new RunSplitter(file, longest);
  for (const piece of pieces) splitter.add(piece);
  return resultIn(splitter.finish(), file);
}

function resultIn(data: unknown, file: string): GivenResult {
  checkIsResult(data, file);
  const schemaVersion = data['schemaVersion'] as number;
  try {
    const result = resultShape(upgrade(data, file));
    checkRuns(result);
    return { file, schemaVersion, result };
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new ResultError(
      `${file}: ${error.where === '' ? '' : `at ${error.where}: `}expected ${error.expected}, got ${preview(error.got)}; the file is damaged or was edited: run the scenario again, or take the file from where it was written`,
    );
  }
}

/** Before anything is said about single fields: is it one of ours at all? */
function checkIsResult(data: unknown, file: string): asserts data is Record<string, unknown> {
  const { kind, tool, schemaVersion, runs, rows } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  const isOurs = typeof tool === 'object' && tool !== null && (tool as Record<string, unknown>)['name'] === 'slotstorm';
  if (isOurs && schemaVersion !== undefined && runs !== undefined) return;
  const what =
    kind === 'slotstorm-baseline'
      ? 'a baseline'
      : isOurs && rows !== undefined
        ? 'zoo.json'
        : isOurs
          ? 'a file of slotstorm that is no result, or not all of one'
          : `${preview(data)}, which slotstorm did not write`;
  throw new ResultError(`${file}: expected a result of slotstorm, got ${what}; give a result.json that "slotstorm run" wrote, or its folder`);
}

/** What the shape of single fields cannot say. */
function checkRuns({ variants, runs, seeds }: ResultFile): void {
  const names = new Set(variants.map(({ name }) => name));
  if (names.size !== variants.length)
    throw new Mismatch(
      'every variant to have a name of its own',
      variants.map(({ name }) => name),
    ).inside('variants');
  const knownSeeds = new Set(seeds);
  if (knownSeeds.size !== seeds.length) throw new Mismatch('every seed once', seeds).inside('seeds');
  const seen = new Map<string | undefined, Set<number>>(variants.map(({ name }) => [name, new Set()]));
  for (const [at, run] of runs.entries()) checkRun(run, knownSeeds, seen.get(run.variant), at);
}

function checkRun({ variant, seed }: RunResult, known: ReadonlySet<number>, seen: Set<number> | undefined, at: number): void {
  if (seen === undefined) throw new Mismatch('the name of one of the variants', variant).inside('variant').inside(at).inside('runs');
  if (!known.has(seed)) throw new Mismatch('one of the seeds', seed).inside('seed').inside(at).inside('runs');
  if (seen.has(seed)) throw new Mismatch('one run of each variant with each seed', seed).inside('seed').inside(at).inside('runs');
  seen.add(seed);
}

const PREVIEW = 80;

/** What came, as far as it fits into a message. */
function preview(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    return names.length === 0 ? 'an empty object' : `an object with ${shorten(names.slice(0, 5).join(', '))}`;
  }
  return shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length <= PREVIEW ? text : `${text.slice(0, PREVIEW)}…`;
}
