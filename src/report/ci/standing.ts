import type { ResultFile } from '../../measure/result.js';
import { type Gate, NOT_OBSERVED, NOT_PROMISED, type SeededGate, seededGates } from '../gates.js';

/**
 * What a check means to whoever waits for the gate. `failed` and `undecided` decide the exit code; `warned` and
 * `quarantined` are shown and decide nothing; `skipped` was not held against the run.
 */
export const STANDINGS = ['failed', 'undecided', 'warned', 'quarantined', 'skipped', 'passed'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface StandingCheck {
  readonly standing: Standing;
  readonly gate: SeededGate;
}

export function standingOf(gate: Pick<Gate, 'verdict' | 'note' | 'level' | 'quarantine'>): Standing {
  if (gate.level === 'off') return 'skipped';
  if (gate.verdict === 'pass') return gate.note.startsWith(NOT_PROMISED) || gate.note.startsWith(NOT_OBSERVED) ? 'skipped' : 'passed';
  if (gate.quarantine != null) return 'quarantined';
  if (gate.level === 'warn') return 'warned';
  return gate.verdict === 'fail' ? 'failed' : 'undecided';
}

/** Every check of a result over its seeds, the most severe first. */
export function standingChecks(result: ResultFile): StandingCheck[] {
  const checks = seededGates(result).map((gate) => ({ standing: standingOf(gate), gate }));
  return checks.toSorted((a, b) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing));
}

/** `2 failed, 1 undecided, 20 passed`: only what there is. */
export function standingsText(checks: readonly Pick<StandingCheck, 'standing'>[]): string {
  const counts = STANDINGS.flatMap((standing) => {
    const count = checks.filter((check) => check.standing === standing).length;
    return count === 0 ? [] : [`${count} ${standing}`];
  });
  return counts.length === 0 ? 'nothing was checked' : counts.join(', ');
}

/** `leaky: queue_latency p(95) < 5s` */
export function checkName({ variant, scope, expression }: Pick<Gate, 'variant' | 'scope' | 'expression'>): string {
  return `${variant == null ? '' : `${variant}: `}${scope} ${expression}`;
}

/** `fails in 2 of 20 seeds, such as 7`; empty where there is one seed or nothing to say. */
export function seedsText({ kind, seeds, seedsFailing, seedsUndecided, seed, verdict }: SeededGate): string {
  const open = verdict === 'fail' ? seedsFailing : seedsUndecided;
  if (seeds < 2 || verdict === 'pass' || open === 0) return '';
  const what = verdict === 'undecided' ? 'is undecided' : kind === 'regression' ? 'is worse' : 'fails';
  return `${what} in ${open} of ${seeds} seeds, such as ${seed}`;
}

/** `quarantined until 2027-01-15 by team-queue: #123 flaky upstream` */
export function quarantineText({ until, owner, reason, issue }: NonNullable<Gate['quarantine']>): string {
  return `quarantined until ${until} by ${owner}: ${issue == null ? '' : `${issue} `}${reason}`;
}
