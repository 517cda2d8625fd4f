import type { RunResult } from '../measure/result.js';

/** A run of a platform that works, in which a checker spoke or could not decide. */
export interface FalseAlarm {
  readonly variant: string;
  readonly seed: number;
  readonly what: string;
}

/** Many runs of platforms that work: how often did a checker speak, and how much had it looked at? */
export interface Drill {
  readonly name: string;
  readonly description: string;
  readonly variants: readonly string[];
  readonly runs: number;
  readonly alarms: readonly FalseAlarm[];
  /** By invariant: how many things were examined in all runs. */
  readonly examined: Readonly<Record<string, number>>;
  /** By counter: what the runs met. */
  readonly exercised: Readonly<Record<string, number>>;
}

/** Adds up what the runs of a drill say. */
export class DrillTally {
  private runs = 0;
  private readonly alarms: FalseAlarm[] = [];
  private readonly examined: Record<string, number> = {};
  private readonly exercised: Record<string, number> = {};

  add(run: RunResult): void {
    this.runs++;
    for (const { id, state, verdict, examined, examples, reason } of run.invariants) {
      addTo(this.examined, id, examined);
      if (verdict !== 'pass') this.alarm(run, `${id}: ${state}, ${examples[0]?.message ?? reason ?? ''}`);
    }
    for (const { metric, expression, actual, verdict } of run.thresholds) {
      if (verdict !== 'pass') this.alarm(run, `${metric}: ${actual ?? 'no samples'}, expected ${expression}`);
    }
    for (const [name, count] of Object.entries(run.exercise)) addTo(this.exercised, name, count);
  }

  drill(name: string, description: string, variants: readonly string[]): Drill {
    const { runs, alarms, examined, exercised } = this;
    return { name, description, variants, runs, alarms, examined, exercised };
  }

  private alarm(run: RunResult, what: string): void {
    this.alarms.push({ variant: run.variant ?? '', seed: run.seed, what });
  }
}

function addTo(sums: Record<string, number>, name: string, by: number): void {
  sums[name] = (sums[name] ?? 0) + by;
}
