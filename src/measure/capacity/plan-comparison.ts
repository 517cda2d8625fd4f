import type { Verdict } from '../result.js';

/** One number of a plan beside the same number of its baseline. */
export interface PlanMove {
  readonly what: string;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly unit: string;
  readonly verdict: 'better' | 'same' | 'worse' | 'undecided';
}

export interface PlanComparison {
  readonly file: string;
  /** Why the two cannot be held against each other; empty: they can. */
  readonly differences: readonly string[];
  readonly moves: readonly PlanMove[];
  readonly verdict: Verdict;
  readonly text: string;
}
