/** Leads to a value inside a scenario: keys and list indices. */
export type ScenarioPath = readonly (string | number)[];

/** Something wrong with a scenario. */
export interface Problem {
  readonly path: ScenarioPath;
  /** Whether the key at the end of the path is wrong, rather than its value. */
  readonly aboutName: boolean;
  /** What was expected, what came, what to do. */
  readonly message: string;
}

/** The same, with the place where it stands. */
export interface LocatedProblem extends Problem {
  readonly file: string;
  /** From 1; undefined where the source has no positions (a script, a `--set`). */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** A scenario that cannot be run, with everything that is wrong with it. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';

  constructor(readonly problems: readonly LocatedProblem[]) {
    super(problems.map(describeProblem).join('\n'));
  }
}

/** `scenarios/x.yaml:12:7: workload[0].arrivals.poisson: expected …` */
export function describeProblem(problem: LocatedProblem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  const path = describePath(problem.path);
  return path === '' ? `${place}: ${problem.message}` : `${place}: ${path}: ${problem.message}`;
}

export function describePath(path: ScenarioPath): string {
  return path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');
}

const SHOWN = 60;

/** A value as it may stand in a message: short, on one line, without control characters. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  // JSON leaves the second block of control characters and the line separators as they are.
  const harmless = text.replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return harmless.length > SHOWN ? `${harmless.slice(0, SHOWN)}…` : harmless;
}
