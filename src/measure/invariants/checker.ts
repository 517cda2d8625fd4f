import type { InvariantId } from './registry.js';

export interface Violation {
  readonly atUs: number;
  /** Number of the event in the run's history. */
  readonly event: number;
  /** `req-17` */
  readonly request: string;
  readonly account: string;
  readonly key: string;
  readonly message: string;
}

/** `held`: examined and never broken. `undecided`: the run ended too early to say. `idle`: there was nothing to examine. */
export type InvariantState = 'held' | 'violated' | 'undecided' | 'idle';

export interface InvariantOutcome {
  readonly id: InvariantId;
  readonly state: InvariantState;
  /** How many things were examined; a law that examined nothing has not been tested. */
  readonly examined: number;
  readonly violations: number;
  /** The first ones. */
  readonly examples: readonly Violation[];
  /** Why it is undecided. */
  readonly reason: string | undefined;
}

const KEPT = 20;

/** One checker's findings: how much it looked at, and what it found. */
export class Findings {
  examined = 0;
  violations = 0;
  private readonly examples: Violation[] = [];
  private reason: string | undefined;

  constructor(readonly id: InvariantId) {}

  /** @param describe called only for the first few, so that a flood of violations costs little */
  violate(describe: () => Violation): void {
    this.violations++;
    if (this.examples.length < KEPT) this.examples.push(describe());
  }

  /** The run ended before this could be decided. */
  leaveOpen(reason: string): void {
    this.reason ??= reason;
  }

  outcome(): InvariantOutcome {
    const state = this.violations > 0 ? 'violated' : this.reason !== undefined ? 'undecided' : this.examined === 0 ? 'idle' : 'held';
    return { id: this.id, state, examined: this.examined, violations: this.violations, examples: this.examples, reason: this.reason };
  }
}
