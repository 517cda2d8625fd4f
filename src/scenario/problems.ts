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

const MOST_SHOWN = 12;
const LONGEST_MESSAGE = 400;

/** A scenario that cannot be run, with everything that is wrong with it. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';

  constructor(readonly problems: readonly LocatedProblem[]) {
    const shown = problems.slice(0, MOST_SHOWN).map(describeProblem);
    if (problems.length > MOST_SHOWN) shown.push(`… and ${problems.length - MOST_SHOWN} more`);
    super(shown.join('\n'));
  }
}

/** `scenarios/x.yaml:12:7: workload[0].arrivals.poisson: expected …` */
export function describeProblem(problem: LocatedProblem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column ?? 1}`;
  const path = describePath(problem.path);
  const message = problem.message.length > LONGEST_MESSAGE ? `${problem.message.slice(0, LONGEST_MESSAGE)}…` : problem.message;
  return path === '' ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
}

export function describePath(path: ScenarioPath): string {
  return path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');
}

const SHOWN = 60;

function asText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'something that contains itself';
  }
}

/** A value as it may stand in a message: short, on one line, without control characters. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = asText(value);
  // JSON leaves the second block of control characters and the line separators as they are.
  const harmless = text.replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return harmless.length > SHOWN ? `${harmless.slice(0, SHOWN)}…` : harmless;
}
