import { z } from 'zod';
import { PRESET_NAMES, PROMISE_NAMES } from '../../core/policy.js';
import { count, DURATION, duration, money, numberFrom, oneOf, orNone, positiveDuration, share, strict } from './words.js';

const backoff = () =>
  strict(
    {
      base: positiveDuration().optional(),
      factor: numberFrom(1, 'a number from 1 up').optional(),
      cap: positiveDuration().optional(),
      jitter: share().optional(),
    },
    'a backoff { base, factor, cap, jitter }',
  );

const LEASE = 'a lease { ttl, renewEvery, reapEvery }';

const leaseTerms = strict({ ttl: positiveDuration(), renewEvery: positiveDuration(), reapEvery: positiveDuration() }, `none, or ${LEASE}`).superRefine(
  (lease, context) => {
    if (lease.renewEvery >= lease.ttl)
      context.addIssue({ code: 'custom', path: ['renewEvery'], message: 'expected renewEvery shorter than ttl, or healthy work loses its lease' });
  },
);

const promises = z
  .array(oneOf(PROMISE_NAMES), { error: `expected a list of promises (${PROMISE_NAMES.join(', ')}), [] for none` })
  .superRefine((names, context) => {
    for (const [n, name] of names.entries())
      if (names.indexOf(name) !== n) context.addIssue({ code: 'custom', path: [n], message: 'expected every promise once' });
  });

const flag = () => z.boolean({ error: 'expected true or false' });
const periodOrNone = () => orNone(positiveDuration(), `${DURATION}, longer than 0`);

/** In the order of `Policy`: whose slot it is; taking one; waiting; holding; giving back; trying again; times; healing; money. */
const policySwitches = strict(
  {
    preset: oneOf(PRESET_NAMES).optional(),
    promises: promises.optional(),

    onRevoke: oneOf(['strand', 'drain', 'cancel']).optional(),
    onDisconnect: oneOf(['finish', 'cancel', 'strand']).optional(),
    boundTo: oneOf(['account', 'name']).optional(),
    keyCache: duration().optional(),
    revokeWithin: duration().optional(),

    acquire: oneOf(['atomic', 'check-then-act']).optional(),
    checkGap: duration().optional(),
    scopes: oneOf(['together', 'one-by-one']).optional(),
    acquireRetry: oneOf(['adopt', 'second-slot']).optional(),
    limitCheck: oneOf(['at-admission', 'permit-pool']).optional(),
    accounting: oneOf(['lease-set', 'counter', 'window-counter', 'per-gateway']).optional(),
    accountingWindow: positiveDuration().optional(),
    gateways: count().optional(),

    waiting: oneOf(['backoff', 'fifo', 'newest-first']).optional(),
    requeueBackoff: backoff().optional(),
    wakeOn: oneOf(['release-and-raise', 'release']).optional(),
    wakeEvery: periodOrNone().optional(),
    abandonedWaiter: oneOf(['removed', 'granted']).optional(),
    queue: oneOf(['durable', 'memory']).optional(),

    lease: orNone(leaseTerms, LEASE).optional(),
    renew: oneOf(['existing', 'upsert']).optional(),
    selfFence: flag().optional(),
    clock: oneOf(['store', 'caller']).optional(),
    reaper: oneOf(['expired', 'older-than-ttl']).optional(),
    maxHold: periodOrNone().optional(),
    parentSlot: oneOf(['yield', 'keep']).optional(),

    release: oneOf(['token', 'counter']).optional(),
    releaseOn: oneOf(['confirmed-stop', 'cancel-request']).optional(),
    releaseAfter: oneOf(['work', 'webhook']).optional(),
    releaseLatency: duration().optional(),
    cancelRace: oneOf(['compare-and-set', 'both-release', 'neither-releases']).optional(),
    fence: oneOf(['token', 'none']).optional(),

    requeue: oneOf(['release-slot', 'keep-slot']).optional(),
    retryBackoff: backoff().optional(),
    maxAttempts: count().optional(),
    redeliverAfter: periodOrNone().optional(),
    resendEvery: periodOrNone().optional(),

    deadlineCheck: oneOf(['at-start', 'at-dispatch']).optional(),
    dispatchLatency: duration().optional(),
    stopDelay: duration().optional(),

    afterStoreLoss: oneOf(['trust-empty', 'deny-one-lease']).optional(),
    reconcile: oneOf(['none', 'both-ways', 'lower-only', 'wrong-list']).optional(),
    reconcileEvery: positiveDuration().optional(),
    view: oneOf(['admission', 'own-count']).optional(),
    selfService: flag().optional(),

    tierDelay: duration().optional(),
    priceUsd: money().optional(),
  },
  `a preset (${PRESET_NAMES.join(', ')}) or switches such as { preset: fal-documented, onRevoke: strand }`,
);

/** How the platform behaves: a preset, or a preset with some switches set otherwise. */
export const policy = z.union([oneOf(PRESET_NAMES), policySwitches]);
