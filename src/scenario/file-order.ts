import type { LocatedProblem, ScenarioPath } from './problems.js';

/** Problems in the order in which they stand in the file; those without a line, such as of a `--set`, first. */
export function inFileOrder(problems: readonly LocatedProblem[], data: unknown): LocatedProblem[] {
  // A script has no lines, but its data has an order.
  const order = new DataOrder(data);
  const placed = problems.map((problem) => ({ problem, at: order.of(problem.path) }));
  placed.sort((a, b) => byLine(a.problem, b.problem) || byPlace(a.at, b.at));
  return placed.map(({ problem }) => problem);
}

function byLine(a: LocatedProblem, b: LocatedProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function byPlace(a: readonly number[], b: readonly number[]): number {
  for (let n = 0; n < Math.min(a.length, b.length); n++) {
    const difference = (a[n] as number) - (b[n] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Numbers the keys of each object once. */
class DataOrder {
  private readonly numbered = new Map<object, ReadonlyMap<string, number>>();

  constructor(private readonly data: unknown) {}

  of(path: ScenarioPath): number[] {
    let value = this.data;
    return path.map((part) => {
      if (typeof value !== 'object' || value === null) return -1;
      const at = typeof part === 'number' ? part : (this.keysOf(value).get(part) ?? -1);
      value = (value as Record<string | number, unknown>)[part];
      return at;
    });
  }

  private keysOf(value: object): ReadonlyMap<string, number> {
    const known = this.numbered.get(value) ?? new Map(Object.keys(value).map((key, n) => [key, n]));
    this.numbered.set(value, known);
    return known;
  }
}
