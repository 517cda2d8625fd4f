/** A law of the platform that every run is checked against. `docs/invariants.md` is printed from this table. */
export interface InvariantDefinition {
  readonly kind: 'safety' | 'liveness';
  readonly statement: string;
  /** What to look at when it is broken. */
  readonly remedy: string;
}

export const INVARIANTS = {
  'S-CAP': {
    kind: 'safety',
    statement:
      'Work starts only while less work runs than the limit allows, for the account and for each per-endpoint limit. The limit that counts is the highest of the dispatch latency before the start.',
    remedy: 'Look for a slot that was given back while its work still ran, or for a limit that is checked apart from being taken.',
  },
  'S-LEDGER': {
    kind: 'safety',
    statement:
      'The number that admission compares with the limit equals the slots that are held, is never negative, and each slot is released once, by its holder.',
    remedy: 'Make release idempotent by token; a counter that anybody decrements drifts.',
  },
  'S-STATE': {
    kind: 'safety',
    statement: 'Requests move only along legal transitions; what has ended stays ended and never starts; submitted = ended + open.',
    remedy: 'Decide dispatched, timed out and cancelled in one compare-and-set, and check the state again at the start of the work.',
  },
  'S-DEADLINE': {
    kind: 'safety',
    statement: 'No request starts at or after its start deadline, and none that was reported timed out runs afterwards.',
    remedy: 'Check the deadline in the step that starts the work (deadlineCheck: at-start).',
  },
  'S-KEY': {
    kind: 'safety',
    statement:
      'After a revocation no request of the key is admitted once the promised time has passed; under onRevoke: cancel its work stops within the stop delay.',
    remedy: 'Shorten the gateways’ key cache (keyCache), or promise less (revokeWithin).',
  },
  'L-REL': {
    kind: 'liveness',
    statement:
      'A slot comes back when its work or its request has ended: at once; within lease ttl + reap interval where leases expire; within the stop delay where a request may end before its work.',
    remedy: 'Bind the slot to account and request, not to the key or connection; release it in the step that ends the request; let leases expire.',
  },
  'L-QUIET': {
    kind: 'liveness',
    statement: 'At the end of recovery no slot is held, every counter is zero and nothing runs.',
    remedy: 'The survivors are in the leak ledger: request, key, age and last event of each.',
  },
  'L-TERM': {
    kind: 'liveness',
    statement: 'Every accepted request is terminal by the end of recovery.',
    remedy: 'A request that is IN_PROGRESS without work needs a lease that expires, or an owner who may release it.',
  },
} as const satisfies Record<string, InvariantDefinition>;

export type InvariantId = keyof typeof INVARIANTS;
export const INVARIANT_IDS = Object.keys(INVARIANTS) as InvariantId[];
