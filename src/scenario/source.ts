import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { type LocatedProblem, type Problem, ScenarioError, type ScenarioPath } from './problems.js';

/** A scenario file that has been read: its data, and where in the file each value stands. */
export interface ScenarioSource {
  /** As the user named it. */
  readonly file: string;
  readonly data: unknown;
  locate(problem: Problem): LocatedProblem;
}

/** Reads YAML or JSON (which is YAML). @throws ScenarioError for text that is neither, or empty */
export function parseSource(file: string, text: string): ScenarioSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const problems = document.errors.map((error): LocatedProblem => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { file, line, column: col, path: [], aboutName: false, message: `expected YAML or JSON: ${error.message}` };
  });
  if (problems.length > 0) throw new ScenarioError(problems);
  const data: unknown = toData(file, document);
  if (data === null || data === undefined) {
    throw new ScenarioError([{ file, line: undefined, column: undefined, path: [], aboutName: false, message: 'expected a scenario, but the file is empty' }]);
  }
  const positionOf = (path: ScenarioPath, aboutName: boolean): number | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const exact = length === path.length;
      const offset = aboutName && exact ? keyOffset(document, path) : valueOffset(document, path.slice(0, length));
      if (offset !== undefined) return offset;
    }
    return undefined;
  };
  return {
    file,
    data,
    locate: (problem) => {
      const offset = positionOf(problem.path, problem.aboutName);
      const place = offset === undefined ? undefined : lines.linePos(offset);
      return { ...problem, file, line: place?.line, column: place?.col };
    },
  };
}

/** A scenario that came from a script: it has no positions. */
export function sourceOfData(file: string, data: unknown): ScenarioSource {
  return { file, data, locate: (problem) => ({ ...problem, file, line: undefined, column: undefined }) };
}

type YamlDocument = ReturnType<typeof parseDocument>;

function toData(file: string, document: YamlDocument): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that unfold without end.
    const message = error instanceof Error ? error.message : String(error);
    throw new ScenarioError([
      { file, line: undefined, column: undefined, path: [], aboutName: false, message: `expected YAML without circular or excessive aliases: ${message}` },
    ]);
  }
}

function valueOffset(document: YamlDocument, path: ScenarioPath): number | undefined {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return (node as { range?: [number, number, number] } | undefined)?.range?.[0];
}

function keyOffset(document: YamlDocument, path: ScenarioPath): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(path[path.length - 1]));
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}
