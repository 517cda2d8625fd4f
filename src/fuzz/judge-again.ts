import { type Failure, nameOfFailure, violationOf } from './failure.js';
import type { RetellDone } from './jobs.js';
import type { TrialOutcome } from './trial.js';

/** What a known story comes to now. @param found what it broke; undefined: whatever is broken counts */
export function judgeAgain(found: string | undefined, { failure, invariants }: Pick<TrialOutcome, 'failure' | 'invariants'>): RetellDone {
  const same = found === undefined ? failure : sameAs(found, failure, invariants);
  if (same !== undefined) return { state: 'still broken', failure: same };
  if (failure !== undefined) return { state: 'broken otherwise', failure };
  const isOpen = invariants.some(({ id, state }) => state === 'undecided' && (found === undefined || id === found));
  return { state: isOpen ? 'undecided now' : 'holds now', failure: undefined };
}

/** An invariant may be broken although another one was broken before it. */
function sameAs(found: string, failure: Failure | undefined, invariants: TrialOutcome['invariants']): Failure | undefined {
  const broken = invariants.find(({ id, verdict }) => id === found && verdict === 'fail');
  if (broken !== undefined) return violationOf(broken) ?? failure;
  return failure !== undefined && nameOfFailure(failure) === found ? failure : undefined;
}
