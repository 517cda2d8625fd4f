import { inFileOrder } from './scenario/file-order.js';
import { type LocatedProblem, type Problem, ScenarioError } from './scenario/problems.js';
import type { ScenarioSource } from './scenario/source.js';

/** Gathers what is wrong with a scenario, each mistake once. */
export class Findings {
  private readonly found = new Map<string, LocatedProblem>();

  constructor(private readonly source: ScenarioSource) {}

  get isAny(): boolean {
    return this.found.size > 0;
  }

  add(problems: readonly Problem[]): void {
    for (const problem of problems) this.keep(this.source.locate(problem));
  }

  /** Of something that does not stand in the file. */
  unplaced(message: string): void {
    this.keep({ path: [], aboutName: false, message, file: this.source.file, line: undefined, column: undefined });
  }

  /** With all of them, in the order of the file. */
  error(): ScenarioError {
    return new ScenarioError(inFileOrder([...this.found.values()], this.source.data));
  }

  private keep(problem: LocatedProblem): void {
    const key = JSON.stringify([problem.path, problem.message]);
    if (!this.found.has(key)) this.found.set(key, problem);
  }
}
