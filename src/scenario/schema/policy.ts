import { z } from 'zod';
import { PRESET_NAMES } from '../../core/policy.js';
import { count, DURATION, duration, money, numberFrom, oneOf, positiveDuration, share, strict } from './words.js';

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

const leaseTerms = strict(
  { ttl: positiveDuration(), renewEvery: positiveDuration(), reapEvery: positiveDuration() },
  'none, or a lease { ttl, renewEvery, reapEvery }',
).superRefine((lease, context) => {
  if (lease.renewEvery >= lease.ttl)
    context.addIssue({ code: 'custom', path: ['renewEvery'], message: 'expected renewEvery shorter than ttl, or healthy work loses its lease' });
});

const policySwitches = strict(
  {
    preset: oneOf(PRESET_NAMES).optional(),
    onRevoke: oneOf(['strand', 'drain', 'cancel']).optional(),
    keyCache: duration().optional(),
    revokeWithin: duration().optional(),
    waiting: oneOf(['backoff', 'fifo']).optional(),
    requeueBackoff: backoff().optional(),
    lease: z.union([z.literal('none', { error: 'expected none, or a lease { ttl, renewEvery, reapEvery }' }), leaseTerms]).optional(),
    release: oneOf(['token', 'counter']).optional(),
    releaseOn: oneOf(['confirmed-stop', 'cancel-request']).optional(),
    requeue: oneOf(['release-slot', 'keep-slot']).optional(),
    retryBackoff: backoff().optional(),
    maxAttempts: count().optional(),
    deadlineCheck: oneOf(['at-start', 'at-dispatch']).optional(),
    dispatchLatency: duration().optional(),
    stopDelay: duration().optional(),
    maxHold: z.union([z.literal('none', { error: `expected none, or ${DURATION}` }), positiveDuration()]).optional(),
    selfService: z.boolean({ error: 'expected true or false' }).optional(),
    tierDelay: duration().optional(),
    priceUsd: money().optional(),
  },
  `a preset (${PRESET_NAMES.join(', ')}) or switches such as { preset: fal-documented, onRevoke: strand }`,
);

/** How the platform behaves: a preset, or a preset with some switches set otherwise. */
export const policy = z.union([oneOf(PRESET_NAMES), policySwitches]);
