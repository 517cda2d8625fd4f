import type { Violation } from '../measure/invariants/checker.js';
import { INVARIANTS, type InvariantId } from '../measure/invariants/registry.js';
import type { RunResult } from '../measure/result.js';
import { firstViolation } from './first-violation.js';
import { REPLAY_FORMAT, type Replay, type ShownViolation, type Stretch } from './replay.js';
import type { SeenStretch } from './replay-reader.js';

/** Every violation that an example was kept of, in the order in which they happened. */
export function violationsOf({ invariants }: Pick<RunResult, 'invariants'>): ShownViolation[] {
  const all = invariants.flatMap(({ id, expected, examples }) => examples.map((example) => shown(id, expected, example)));
  return all.sort((a, b) => a.event - b.event || a.atUs - b.atUs);
}

function shown(id: InvariantId, expected: string, violation: Violation): ShownViolation {
  const { atUs, event, request, account, key, message, leases = [], others = [], hint } = violation;
  const remedy = hint === undefined ? INVARIANTS[id].remedy : `${INVARIANTS[id].remedy} (${hint})`;
  return { invariant: id, atUs, event, request, others, key: key === '' ? '' : `${account}/${key}`, leases, message, remedy, expected };
}

/** What is known of a run beside its events. */
export type ReplayedRun = Pick<Replay, 'scenario' | 'variant' | 'chosen' | 'policy' | 'command' | 'request'> & { readonly result: RunResult };

/** Puts together what is shown of a run. @param focusEvent the event to look at first; undefined: the first violation, else the first event shown */
export function assembleReplay(run: ReplayedRun, seen: SeenStretch, why: string, focusEvent: number | undefined): Replay {
  const { result, ...names } = run;
  const violations = violationsOf(result);
  return {
    format: REPLAY_FORMAT,
    ...names,
    seed: result.seed,
    hash: result.hash,
    verdict: result.verdict,
    totalEvents: result.events,
    endUs: result.endUs,
    stretch: stretchOf(seen, why),
    focusEvent: focusEvent ?? firstViolation(violations)?.event ?? seen.events[0]?.number ?? 1,
    scopes: seen.scopes,
    before: seen.scopes.map((_, scope) => seen.before[scope] ?? null),
    events: seen.events,
    lanes: seen.lanes,
    violations,
    violationsHidden: result.invariants.reduce((sum, { violations: found, examples }) => sum + found - examples.length, 0),
  };
}

function stretchOf({ events }: SeenStretch, why: string): Stretch {
  const first = events[0];
  const last = events.at(-1);
  return { fromEvent: first?.number ?? 0, toEvent: last?.number ?? 0, fromUs: first?.atUs ?? 0, toUs: last?.atUs ?? 0, why };
}
