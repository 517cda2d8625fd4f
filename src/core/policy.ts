import type { Backoff } from './backoff.js';
import { US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND } from './time.js';

/** A lease: a slot is held only while its holder keeps saying so. All in µs. */
export interface LeaseTerms {
  /** A lease not renewed for this long has expired. */
  readonly ttlUs: number;
  /** A live execution renews its lease this often. */
  readonly renewEveryUs: number;
  /** Expired leases are collected this often. */
  readonly reapEveryUs: number;
}

/** The switches in which platforms differ. `docs/model.md` lists each with its source and its failure. */
export interface Policy {
  /** The preset this policy started from. */
  readonly preset: PresetName;
  /**
   * What a revoked key does to its requests in progress. `strand`: the work ends, but its completion, authorised by the
   * key, is dropped. `drain`: they end normally. `cancel`: they are stopped within `stopDelayUs`.
   * Queued requests of the key are removed by all three.
   */
  readonly onRevoke: 'strand' | 'drain' | 'cancel';
  /** How long gateways go on accepting a revoked key. */
  readonly keyCacheUs: number;
  /** The promise that S-KEY holds the platform to: no admission with a revoked key after this. */
  readonly revokeWithinUs: number;
  /** At capacity a queued request sleeps and asks again (`backoff`), or is woken in order of arrival (`fifo`). */
  readonly waiting: 'backoff' | 'fifo';
  /** The curve of `waiting: backoff`. It has no cap on attempts. */
  readonly requeueBackoff: Backoff;
  readonly lease: LeaseTerms | undefined;
  /** `token`: a lease is given back once, by the grant that took it. `counter`: whoever releases decrements. */
  readonly release: 'token' | 'counter';
  /** Whether a cancelled request's slot is free when the cancel is accepted, or when its work has stopped. */
  readonly releaseOn: 'confirmed-stop' | 'cancel-request';
  /** Whether a request that failed on its runner keeps its slot while it waits for its next attempt. */
  readonly requeue: 'release-slot' | 'keep-slot';
  /** Delays between failed attempts, and how many attempts there are at most. */
  readonly retryBackoff: Backoff;
  readonly maxAttempts: number;
  /** `at-start`: deadline and start are decided in one step. `at-dispatch`: a deadline may pass between dispatch and start. */
  readonly deadlineCheck: 'at-start' | 'at-dispatch';
  /** From the granted slot to the first work on the runner. */
  readonly dispatchLatencyUs: number;
  /** From an accepted cancel to the confirmed stop of the work. */
  readonly stopDelayUs: number;
  /** A slot held longer than this is taken back and its work killed. `undefined`: no bound. */
  readonly maxHoldUs: number | undefined;
  /** Whether an account may list its slots and release those whose work has ended. */
  readonly selfService: boolean;
  /** From a paid invoice to the new limit. */
  readonly tierDelayUs: number;
  /** US dollars a successful request costs where the endpoint names no price. */
  readonly pricePerRequestUsd: number;
  /** Where that price comes from. */
  readonly priceSource: string;
}

export const PRESET_NAMES = ['fal-documented', 'fal-939', 'nexaapi-claims', 'reference'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

const SEED_003 = 'concurrency limits page of fal (seed 003)';
const SEED_000 = 'post on fal issue 939 (seed 000)';

/** What fal documents; where it is silent, the choice is marked in docs/model.md. */
const falDocumented: Policy = {
  preset: 'fal-documented',
  onRevoke: 'drain',
  keyCacheUs: 0,
  revokeWithinUs: 5 * US_PER_SECOND,
  waiting: 'backoff',
  // fal publishes no server curve. This is its advice to raw HTTP callers ("1s, 2s, 4s, 8s…") with an assumed cap.
  requeueBackoff: { baseUs: US_PER_SECOND, factor: 2, capUs: 60 * US_PER_SECOND, jitter: 0 },
  lease: undefined,
  release: 'token',
  releaseOn: 'confirmed-stop',
  requeue: 'release-slot',
  retryBackoff: { baseUs: US_PER_SECOND, factor: 2, capUs: 60 * US_PER_SECOND, jitter: 0 },
  maxAttempts: 10,
  deadlineCheck: 'at-start',
  dispatchLatencyUs: 0,
  stopDelayUs: US_PER_SECOND,
  maxHoldUs: undefined,
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
      onRevoke: 'cancel',
      waiting: 'fifo',
      lease: { ttlUs: 30 * US_PER_SECOND, renewEveryUs: 10 * US_PER_SECOND, reapEveryUs: 5 * US_PER_SECOND },
      maxHoldUs: US_PER_HOUR,
      selfService: true,
    },
    doc: 'The good policy: token-checked leases that expire, release on confirmed stop, waiters woken in order, a bound on every hold.',
  },
};
