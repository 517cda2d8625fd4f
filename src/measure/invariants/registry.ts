import type { PromiseName } from '../../core/policy.js';

/** A law of the platform that every run is checked against. `docs/invariants.md` is printed from this table. */
export interface InvariantDefinition {
  readonly kind: 'safety' | 'liveness';
  readonly statement: string;
  /** What to look at when it is broken. */
  readonly remedy: string;
  /** Only a platform that promises this is held to the law. */
  readonly promise?: PromiseName;
}

export const INVARIANTS = {
  'S-CAP': {
    kind: 'safety',
    statement:
      'Work starts only while less work runs than the limit allows, for the account and for each per-endpoint limit. The limit that counts is the highest since its slot was granted, and of the dispatch latency before the start. Paused work does not run.',
    remedy: 'Look for a slot that was given back while its work still ran, or for a limit that is checked apart from being taken.',
  },
  'S-UNLEASED': {
    kind: 'safety',
    statement:
      'Work that computes is covered by a live lease: the one that its request held when it began. Calls to an own app need none; after a store loss under afterStoreLoss: deny-one-lease there is one ttl + reap interval to stop.',
    remedy:
      'Give the slot back when the work is confirmed to have stopped, never before (releaseOn: confirmed-stop); renew well within the ttl, and let runners stop what they cannot renew (selfFence).',
  },
  'S-ORPH': {
    kind: 'safety',
    statement:
      'Each live lease has work under it, or was granted less than the dispatch latency ago, or its work ended so recently that releases and expiry (3 release latencies + ttl + reap interval) may still come. A direct call may wait for a runner that boots; paused work is work. Who promises prompt-release has only the release latency, unless a fault has touched the request.',
    remedy: 'Release in the step that ends the work or the request, on every path; let leases expire, so that what is missed on one path comes back.',
  },
  'S-LEDGER': {
    kind: 'safety',
    statement:
      'The number that admission compares with the limit equals the slots that are held, is never negative, and each slot is released once, by its holder.',
    remedy: 'Make release idempotent by token; a counter that anybody decrements drifts.',
  },
  'S-ONE': {
    kind: 'safety',
    statement: 'A request holds at most one slot, but for the release latency while it gives the former one back.',
    remedy: 'Key leases by request: who asks again gets the lease it has (acquireRetry: adopt), and who is put back gives its slot back in the same step.',
  },
  'S-DUP': {
    kind: 'safety',
    statement: 'No work of a request starts or is resumed while other work of it computes.',
    remedy: 'Check token and attempt when work begins and when a paused runner wakes up (fence: token, selfFence), and hand out again only what has stopped.',
    promise: 'no-duplicates',
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
  'S-VIS': {
    kind: 'safety',
    statement: 'The slots in use that an account is shown are those that it holds, up to what changed within the release latency, and as many as its list has.',
    remedy: 'Show the set that admission reads; a view that counts for itself drifts (view: admission).',
  },
  'L-REL': {
    kind: 'liveness',
    statement:
      'A slot comes back when its work or its request has ended: within the release latency (and one resend, where messages are sent again); within lease ttl + reap interval more where leases expire; within the stop delay more where a request may end before its work.',
    remedy: 'Bind the slot to account and request, not to the key or connection; release it in the step that ends the request; let leases expire.',
  },
  'L-HOLD': {
    kind: 'liveness',
    statement:
      'Work ends: within its service time (as slow as its runner was made) and the stop delay, or within maxHold and the stop delay where the policy bounds holds. Pauses, and the wait for a child, do not count.',
    remedy: 'A heartbeat says that a process lives, not that its work goes on: bound every hold (maxHold), and kill what exceeds it.',
  },
  'L-WC': {
    kind: 'liveness',
    statement:
      'No request waits beside a free slot in all of its scopes and an idle runner, without a break, for longer than the tick of the line, the dispatch and the release latency. Held slots count, not running work; who sleeps between two attempts does not wait.',
    remedy: 'Wake the line at every release and every raised limit, and look at it now and then even if nobody was woken (wakeEvery).',
    promise: 'work-conserving',
  },
  'L-QUIET': {
    kind: 'liveness',
    statement: 'At the end of recovery no slot is held, every counter is zero and nothing runs.',
    remedy: 'The survivors are in the leak ledger: request, key, age and last event of each.',
  },
  'L-TERM': {
    kind: 'liveness',
    statement: 'Every accepted request is terminal by the end of recovery.',
    remedy:
      'A request that is IN_PROGRESS without work needs a lease that expires, or an owner who may release it; one that waits beside free slots was lost or never woken; parents must not hold slots that their children need (parentSlot: yield).',
  },
  'L-BYPASS': {
    kind: 'liveness',
    statement:
      'At most limit + 1 later requests of the same account and endpoint start before a request does. Counted from below: starts since it joined the line (or since the last fault), less those that stood before it. First starts of queued requests.',
    remedy: 'Hand a free slot to the head of the line; a backoff lets newcomers pass those who sleep.',
    promise: 'fifo',
  },
  'L-HEAL': {
    kind: 'liveness',
    statement:
      'When the last fault has been over for the longest healing time (expiry, three release latencies, the stop delay, a tick, a round of the reconciler; maxHold if work hung), nothing that it broke is left: no slot without work, no work without slot, no counter that is off.',
    remedy: 'Whatever only one message can mend needs a second way: a lease that expires, a reaper, a reconciler that corrects both ways, a tick of the line.',
    promise: 'self-healing',
  },
  'L-RETRY': {
    kind: 'liveness',
    statement: 'No request is tried more often than maxAttempts.',
    remedy: 'Count attempts where they begin, also those of redelivered and duplicated messages.',
  },
} as const satisfies Record<string, InvariantDefinition>;

export type InvariantId = keyof typeof INVARIANTS;
export const INVARIANT_IDS = Object.keys(INVARIANTS) as InvariantId[];

/** The definition, its promise included. */
export function invariantOf(id: InvariantId): InvariantDefinition {
  return INVARIANTS[id];
}
