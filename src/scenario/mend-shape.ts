import { Doubts } from './doubts.js';
import type { ScenarioPath } from './problems.js';
import type { ParsedScenario } from './schema.js';
import { type ShapeProblem, validateShape } from './validate.js';
import { valueAt } from './value-at.js';

/** A scenario's data with something of the right shape in place of all that has a wrong one. */
export interface MendedShape {
  readonly data: unknown;
  readonly parsed: ParsedScenario;
  /** Where the replacements stand: they mean nothing, and nothing may be said of them. */
  readonly doubts: Doubts;
}

/** A name that no file has. */
const NO_NAME = '\u0000';

/** What is put in place of a wrong value, in this order, until one is of the right shape. After them the key is left out. */
const STAND_INS: readonly unknown[] = [
  NO_NAME,
  '1s',
  1,
  '1/s',
  { burst: 1 },
  { arrivals: { burst: 1 } },
  { at: '0s', do: 'release-stuck', account: NO_NAME },
  'release-stuck',
  { id: NO_NAME },
  { id: NO_NAME, service: '1s' },
  { endpoints: [{ id: NO_NAME, service: '1s' }] },
  { name: NO_NAME },
  { duration: '1s', target: '1/s' },
  { paidUsd: 1, limit: 1 },
  [],
];

/** With more than these the rest is not looked at: nobody reads so many at once. */
const MOST_PROBLEMS = 1000;
const MOST_ROUNDS = 500;

/**
 * Puts something of the right shape in place of each value that has a wrong one, so that all else can still be checked.
 * @param problems everything that is wrong with the shape of `data`
 * @returns undefined when nothing could be saved
 */
export function mendShape(data: unknown, problems: readonly ShapeProblem[]): MendedShape | undefined {
  if (problems.length > MOST_PROBLEMS) return undefined;
  const mending = new Mending(structuredClone(data));
  let wrong = problems;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (!mending.replace(wrong)) return undefined;
    const shape = validateShape(mending.data);
    if (!('problems' in shape)) return { data: mending.data, parsed: shape.parsed, doubts: mending.doubts() };
    // What another mistake in the same value had hidden: it waits for that one, but has to be mended as well.
    wrong = shape.problems;
  }
  return undefined;
}

/** Without the keys that are missing only because their names are misspelled, of which another problem tells. */
export function withoutMisspelled(problems: readonly ShapeProblem[]): ShapeProblem[] {
  const meant = new Set(problems.flatMap(({ path, meant: key }) => (key === undefined ? [] : [JSON.stringify([...path.slice(0, -1), key])])));
  return problems.filter(({ missing = [] }) => !missing.some((path) => meant.has(JSON.stringify(path))));
}

interface Try {
  readonly path: ScenarioPath;
  /** What the value may be, as the schema says it, before the usual ones. */
  readonly standIns: readonly unknown[];
  next: number;
}

class Mending {
  private readonly tries = new Map<string, Try>();
  private readonly unknownKeys: ShapeProblem[] = [];

  constructor(public data: unknown) {}

  /** Puts the next stand-in in each place. @returns whether there was one */
  replace(problems: readonly ShapeProblem[]): boolean {
    const values: ShapeProblem[] = [];
    for (const problem of problems) {
      if (problem.aboutName && this.triedAbove(problem.path) === undefined) this.leaveOut(problem);
      else values.push(problem);
    }
    const due = new Set<Try>();
    for (const { path, allowed = [] } of values) {
      const tried = this.triedAbove(path) ?? this.begin(path, [...allowed]);
      due.add(tried);
    }
    return [...due].every((one) => this.advance(one));
  }

  doubts(): Doubts {
    const doubts = new Doubts(this.data);
    for (const { path } of this.tries.values()) doubts.add(path);
    for (const { path, meant } of this.unknownKeys) doubts.addUnknownKey(path, meant);
    return doubts;
  }

  private leaveOut(problem: ShapeProblem): void {
    const { path } = problem;
    this.unknownKeys.push(problem);
    const holder = valueAt(this.data, path.slice(0, -1)) as Record<string, unknown>;
    delete holder[String(path.at(-1))];
  }

  private triedAbove(path: ScenarioPath): Try | undefined {
    for (let length = 0; length <= path.length; length++) {
      const found = this.tries.get(JSON.stringify(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private begin(path: ScenarioPath, standIns: readonly unknown[]): Try {
    const begun: Try = { path, standIns: [...standIns, ...STAND_INS], next: 0 };
    this.tries.set(JSON.stringify(path), begun);
    return begun;
  }

  private advance(one: Try): boolean {
    const { path, standIns } = one;
    const key = path.at(-1);
    if (key === undefined) return false;
    const parent = path.slice(0, -1);
    const holder = valueAt(this.data, parent) as Record<string | number, unknown> | undefined;
    if (typeof holder !== 'object' || holder === null) return true;
    if (one.next < standIns.length) holder[key] = structuredClone(standIns[one.next]);
    else if (one.next === standIns.length && !Array.isArray(holder)) delete holder[key];
    else return this.advance(this.triedAbove(parent) ?? this.begin(parent, []));
    one.next += 1;
    return true;
  }
}
