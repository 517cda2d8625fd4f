import type { PlanPoint, SeedFigures } from './point.js';

/** A point with some seeds, for a worker thread. */
export interface FiguresJob {
  readonly point: PlanPoint;
  readonly seeds: readonly number[];
  /** Recorded traces are looked for beside it. */
  readonly scenarioFile: string;
  /** Of recordings, by the names that the point has for them: what the thread reads must be the same. */
  readonly sha256s: Readonly<Record<string, string>>;
}

/** The figures of those seeds in their order, and how long they took. */
export interface FiguresDone {
  readonly figures: readonly SeedFigures[];
  readonly ms: number;
}
