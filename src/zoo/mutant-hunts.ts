/** What scripts/measure-mutants.mjs has measured: how soon fuzz finds a policy with one thing done wrong. */
export interface MutantHunts {
  readonly measuredWith: string;
  readonly mostRuns: number;
  readonly searches: number;
  readonly mutants: readonly MutantHunt[];
}

export interface MutantHunt {
  readonly name: string;
  /** Why it shows nothing by itself; undefined: it does. */
  readonly maskedBy?: string;
  /** The setting without which it shows nothing. */
  readonly without?: string;
  /** In how many searches it was found. */
  readonly found: number;
  readonly medianRuns: number;
  /** Absent where it was not found, like what follows: the size of the smallest story that shows it. */
  readonly brokenInvariant?: string;
  readonly requests?: number;
  readonly steps?: number;
}
