import type { Backoff } from './backoff.js';
import { US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_SECOND } from './time.js';

/** A lease: a slot is held only while its holder keeps saying so. All in µs. */
export interface LeaseTerms {
  /** A lease not renewed for this long has expired. */
  readonly ttlUs: number;
  /** A live execution renews its lease this often. */
  readonly renewEveryUs: number;
  /** Expired leases are collected this often. */
  readonly reapEveryUs: number;
}

/**
 * What a platform says of itself. A checker that needs a promise says "not promised" where it is missing: a documented
 * backoff is no broken queue.
 */
export const PROMISES = {
  fifo: 'Requests of one account and endpoint begin in the order in which they came (L-BYPASS).',
  'work-conserving': 'No request waits while its slot and a runner are free (L-WC).',
  'no-duplicates': 'A request is worked on by one runner at a time (S-DUP).',
  'prompt-release':
    'A slot whose work has ended, or never began, is free again at once if no fault has touched it; leases are the last resort (S-ORPH in its strict form).',
  'self-healing': 'What a fault has broken is whole again within a bound, and nobody has to help (L-HEAL).',
} as const;
export type PromiseName = keyof typeof PROMISES;
export const PROMISE_NAMES = Object.keys(PROMISES) as PromiseName[];

/** The switches in which platforms differ. `docs/policies.md` lists each with its default, who behaves so, and its failure. */
export interface Policy {
  /** The preset this policy started from. */
  readonly preset: PresetName;
  readonly promises: readonly PromiseName[];

  // Whose slot it is
  /**
   * What a revoked key does to its requests in progress. `strand`: the work ends, but its completion, authorised by the
   * key, is dropped. `drain`: they end normally. `cancel`: they are stopped within `stopDelayUs`.
   * Queued requests of the key are removed by all three.
   */
  readonly onRevoke: 'strand' | 'drain' | 'cancel';
  /** The same for a request whose client has gone; `finish`: it is worked on as if nothing had happened. */
  readonly onDisconnect: 'finish' | 'cancel' | 'strand';
  /** What a release is looked up by. `name`: after the account was renamed or deleted it finds nothing. */
  readonly boundTo: 'account' | 'name';
  /** How long gateways go on accepting a revoked key. */
  readonly keyCacheUs: number;
  /** The promise that S-KEY holds the platform to: no admission with a revoked key after this. */
  readonly revokeWithinUs: number;

  // Taking a slot
  /** `check-then-act`: the count is read, and the slot is taken `checkGapUs` later without another look. */
  readonly acquire: 'atomic' | 'check-then-act';
  readonly checkGapUs: number;
  /** `one-by-one`: the account's slot is taken first and not given back when the endpoint's limit refuses. */
  readonly scopes: 'together' | 'one-by-one';
  /** A request that asks again because the answer was lost gets the lease it has (`adopt`), or another one. */
  readonly acquireRetry: 'adopt' | 'second-slot';
  /** `permit-pool`: lowering a limit takes back only permits that nobody holds. */
  readonly limitCheck: 'at-admission' | 'permit-pool';
  /**
   * What admission compares with the limit: the leases themselves (`lease-set`), a number beside them (`counter`: expiry
   * and loss do not change it), one that begins anew every `accountingWindowUs` (`window-counter`), or one for each of
   * `gateways` gateways (`per-gateway`).
   */
  readonly accounting: 'lease-set' | 'counter' | 'window-counter' | 'per-gateway';
  readonly accountingWindowUs: number;
  readonly gateways: number;

  // Waiting
  /** At capacity a queued request sleeps and asks again (`backoff`), or is woken: the oldest first, or the newest. */
  readonly waiting: 'backoff' | 'fifo' | 'newest-first';
  /** The curve of `waiting: backoff`. It has no cap on attempts. */
  readonly requeueBackoff: Backoff;
  /** What wakes the line: releases and raised limits, or releases only. */
  readonly wakeOn: 'release-and-raise' | 'release';
  /** Where a wake-up may be missing, the line is looked at this often as well; undefined: never, so that a lost one stays lost. */
  readonly wakeEveryUs: number | undefined;
  /** `granted`: a waiter that has given up still stands in the line and is given a slot. */
  readonly abandonedWaiter: 'removed' | 'granted';
  /** Whether the queue survives a crash of the dispatcher. */
  readonly queue: 'durable' | 'memory';

  // Holding a slot
  readonly lease: LeaseTerms | undefined;
  /** `upsert`: renewing a lease that is gone makes it anew. */
  readonly renew: 'existing' | 'upsert';
  /** A runner that cannot renew stops its work before the lease expires. */
  readonly selfFence: boolean;
  /** Whose clock a lease's expiry is written and read with. `caller`: whoever happens to do it. */
  readonly clock: 'store' | 'caller';
  /** `older-than-ttl`: the reaper goes by the age of a lease, whether it was renewed or not. */
  readonly reaper: 'expired' | 'older-than-ttl';
  /** A slot held longer than this is taken back and its work killed. `undefined`: no bound. */
  readonly maxHoldUs: number | undefined;
  /** A parent that waits for its child gives its slot back (`yield`), or holds it. */
  readonly parentSlot: 'yield' | 'keep';

  // Giving it back
  /** `token`: a lease is given back once, by the grant that took it. `counter`: whoever releases decrements. */
  readonly release: 'token' | 'counter';
  /** Whether a cancelled request's slot is free when the cancel is accepted, or when its work has stopped. */
  readonly releaseOn: 'confirmed-stop' | 'cancel-request';
  /** Whether the slot is free when the work has ended, or when the webhook was delivered. */
  readonly releaseAfter: 'work' | 'webhook';
  /** From the end of the work to the free slot. */
  readonly releaseLatencyUs: number;
  /** Who releases when a cancel meets the end of the work. */
  readonly cancelRace: 'compare-and-set' | 'both-release' | 'neither-releases';
  /** `none`: whatever says "done" or "begin" is believed, also on behalf of an attempt that was given up. */
  readonly fence: 'token' | 'none';

  // Trying again
  /** Whether a request that failed on its runner keeps its slot while it waits for its next attempt. */
  readonly requeue: 'release-slot' | 'keep-slot';
  /** Delays between failed attempts, and how many attempts there are at most. */
  readonly retryBackoff: Backoff;
  readonly maxAttempts: number;
  /** A request that is not done after this is handed out again, its slot not given back; undefined: never. */
  readonly redeliverAfterUs: number | undefined;
  /** A message that got lost is sent again after this; undefined: never. */
  readonly resendEveryUs: number | undefined;

  // Deadlines and latencies
  /** `at-start`: deadline and start are decided in one step. `at-dispatch`: a deadline may pass between dispatch and start. */
  readonly deadlineCheck: 'at-start' | 'at-dispatch';
  /** From the granted slot to the first work on the runner. */
  readonly dispatchLatencyUs: number;
  /** From an accepted cancel to the confirmed stop of the work. */
  readonly stopDelayUs: number;

  // Healing and looking
  /** After the slot store was lost: it is empty, so all is free; or nobody is admitted until every old lease has run out. */
  readonly afterStoreLoss: 'trust-empty' | 'deny-one-lease';
  /** A job that corrects what admission counts, both ways or only downwards; `wrong-list` looks at open requests instead of leases. */
  readonly reconcile: 'none' | 'both-ways' | 'lower-only' | 'wrong-list';
  readonly reconcileEveryUs: number;
  /** `own-count`: what accounts are shown is counted apart from what admission counts. */
  readonly view: 'admission' | 'own-count';
  /** Whether an account may list its slots and release those whose work has ended. */
  readonly selfService: boolean;

  // Money
  /** From a paid invoice to the new limit. */
  readonly tierDelayUs: number;
  /** US dollars a successful request costs where the endpoint names no price. */
  readonly pricePerRequestUsd: number;
  /** Where that price comes from. */
  readonly priceSource: string;
}

/** Whether the policy lets a request be served in one step: slot and work begin together, and end together. */
export function isPlain(policy: Policy): boolean {
  const { acquire, scopes, releaseLatencyUs, boundTo, view, redeliverAfterUs } = policy;
  return (
    acquire === 'atomic' && scopes === 'together' && releaseLatencyUs === 0 && boundTo === 'account' && view === 'admission' && redeliverAfterUs === undefined
  );
}

/** Whether renewals show even where nothing fails: work outlives its lease, and a runner or the reaper notices. */
export function needsRenewals(policy: Policy): boolean {
  const { lease, reaper, selfFence, releaseOn, renew } = policy;
  return lease !== undefined && (reaper !== 'expired' || renew === 'upsert' || (selfFence && releaseOn === 'cancel-request') || leavesLeases(policy));
}

/** Whether slots may stay behind that nobody gives back, although nothing fails: only their expiry ends them. */
function leavesLeases({ boundTo, cancelRace, scopes, abandonedWaiter, redeliverAfterUs, reconcile }: Policy): boolean {
  const isForgotten = boundTo === 'name' || cancelRace === 'neither-releases' || scopes === 'one-by-one' || abandonedWaiter === 'granted';
  return isForgotten || redeliverAfterUs !== undefined || reconcile !== 'none';
}

/** When the reaper, which comes round at multiples of its interval, finds a lease that has expired. µs */
export function reaperFindsUs(expiresUs: number, nowUs: number, { reapEveryUs }: LeaseTerms): number {
  return Math.max(nowUs, Math.ceil(expiresUs / reapEveryUs) * reapEveryUs);
}

/** A runner fences itself this share of the ttl before the lease expires: its clock and the store's are not one. */
export const FENCE_MARGIN = 0.1;

export const PRESET_NAMES = ['fal-documented', 'fal-939', 'nexaapi-claims', 'reference'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

const SEED_003 = 'concurrency limits page of fal (seed 003)';
const SEED_000 = 'post on fal issue 939 (seed 000)';

/** What fal documents; where it is silent, the choice is marked in docs/model.md. */
const falDocumented: Policy = {
  preset: 'fal-documented',
  // Of order and duplicates the page says nothing; a backoff keeps neither promise.
  promises: [],
  onRevoke: 'drain',
  onDisconnect: 'finish',
  boundTo: 'account',
  keyCacheUs: 0,
  revokeWithinUs: 5 * US_PER_SECOND,
  acquire: 'atomic',
  checkGapUs: 20 * US_PER_MS,
  scopes: 'together',
  acquireRetry: 'second-slot',
  limitCheck: 'at-admission',
  accounting: 'lease-set',
  accountingWindowUs: US_PER_MINUTE,
  gateways: 3,
  waiting: 'backoff',
  // fal publishes no server curve. This is its advice to raw HTTP callers ("1s, 2s, 4s, 8s…") with an assumed cap.
  requeueBackoff: { baseUs: US_PER_SECOND, factor: 2, capUs: 60 * US_PER_SECOND, jitter: 0 },
  wakeOn: 'release-and-raise',
  wakeEveryUs: undefined,
  abandonedWaiter: 'removed',
  queue: 'durable',
  lease: undefined,
  renew: 'existing',
  selfFence: false,
  clock: 'store',
  reaper: 'expired',
  maxHoldUs: undefined,
  parentSlot: 'keep',
  release: 'token',
  releaseOn: 'confirmed-stop',
  releaseAfter: 'work',
  releaseLatencyUs: 0,
  cancelRace: 'compare-and-set',
  fence: 'none',
  requeue: 'release-slot',
  retryBackoff: { baseUs: US_PER_SECOND, factor: 2, capUs: 60 * US_PER_SECOND, jitter: 0 },
  maxAttempts: 10,
  redeliverAfterUs: undefined,
  resendEveryUs: undefined,
  deadlineCheck: 'at-start',
  dispatchLatencyUs: 0,
  stopDelayUs: US_PER_SECOND,
  afterStoreLoss: 'trust-empty',
  reconcile: 'none',
  reconcileEveryUs: US_PER_MINUTE,
  view: 'admission',
  selfService: false,
  tierDelayUs: 3 * US_PER_MINUTE,
  pricePerRequestUsd: 0.03,
  priceSource: `${SEED_000}: about $0.03 an image at fal`,
};

/** The named sets of switches. Each is complete: nothing is inherited at run time. */
export const PRESETS: Readonly<Record<PresetName, { readonly policy: Policy; readonly doc: string }>> = {
  'fal-documented': {
    policy: falDocumented,
    doc: `The rules of the ${SEED_003}: requeue with backoff, no cap on attempts; a revoked key lets its work drain.`,
  },
  'fal-939': {
    policy: { ...falDocumented, preset: 'fal-939', onRevoke: 'strand' },
    doc: 'As fal-documented, but a revocation strands what is in progress: the reported behaviour of fal issue 939. The mechanism is a model.',
  },
  'nexaapi-claims': {
    policy: {
      ...falDocumented,
      preset: 'nexaapi-claims',
      onRevoke: 'cancel',
      stopDelayUs: 0,
      selfService: true,
      pricePerRequestUsd: 0.003,
      priceSource: `${SEED_000}: $0.003 an image, a claim`,
    },
    doc: `What the ${SEED_000} claims for a rival: revocation releases at once, self-service recovery, $0.003 an image. Modelled from an advertisement.`,
  },
  reference: {
    policy: {
      ...falDocumented,
      preset: 'reference',
      promises: ['fifo', 'work-conserving', 'no-duplicates', 'prompt-release', 'self-healing'],
      onRevoke: 'cancel',
      acquireRetry: 'adopt',
      waiting: 'fifo',
      wakeEveryUs: US_PER_SECOND,
      lease: { ttlUs: 30 * US_PER_SECOND, renewEveryUs: 10 * US_PER_SECOND, reapEveryUs: 5 * US_PER_SECOND },
      selfFence: true,
      maxHoldUs: US_PER_HOUR,
      parentSlot: 'yield',
      fence: 'token',
      resendEveryUs: US_PER_SECOND,
      afterStoreLoss: 'deny-one-lease',
      selfService: true,
    },
    doc: 'The good policy: token-checked leases that expire, release on confirmed stop, waiters woken in order, a bound on every hold; messages are sent until they arrive.',
  },
};
