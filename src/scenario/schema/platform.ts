import { z } from 'zod';
import { durationLaw, durationLawFromZero } from './laws.js';
import { policy } from './policy.js';
import { beforeTheRun, count, duration, money, share, strict, text, wholeFromZero } from './words.js';

const RUNNERS = 'unlimited, a number of runners, or { min, max, coldStart, keepAlive, multiplexing }';

const runners = z.union([
  z.literal('unlimited', { error: `expected ${RUNNERS}` }),
  count(),
  strict(
    {
      min: wholeFromZero().optional(),
      max: z.union([z.literal('unlimited', { error: 'expected unlimited or a whole number from 1 up' }), count()]).optional(),
      coldStart: durationLawFromZero().optional(),
      keepAlive: duration().optional(),
      multiplexing: count().optional(),
    },
    RUNNERS,
  ).superRefine((value, context) => {
    if (typeof value.max === 'number' && (value.min ?? 0) > value.max)
      context.addIssue({ code: 'custom', path: ['min'], message: `expected min of at most max (${value.max})` });
  }),
]);

const account = strict(
  {
    id: text('a name for the account'),
    limit: count().optional(),
    keys: z.array(text('a name for the key'), { error: 'expected a list of key names' }).min(1, { error: 'expected at least one key name' }).optional(),
    invoices: z
      .array(strict({ at: beforeTheRun(), usd: money() }, '{ at: -10d, usd: 100 }'), { error: 'expected a list of invoices such as { at: -10d, usd: 100 }' })
      .optional(),
    endpointLimits: z.record(z.string(), count(), { error: 'expected limits by endpoint such as { fal-ai/flux/dev: 3 }' }).optional(),
  },
  'an account such as { id: acme, limit: 10, keys: [old, new] }',
);

const endpoint = strict(
  {
    id: text('a name for the endpoint such as fal-ai/flux/dev'),
    owner: text('the id of the account whose own app this is').optional(),
    service: durationLaw(),
    failureProbability: share().optional(),
    requestTimeout: duration().optional(),
    runners: runners.optional(),
    limit: count().optional(),
    priceUsd: money().optional(),
  },
  'an endpoint such as { id: fal-ai/flux/dev, service: 12s }',
);

const tier = strict({ paidUsd: money(), limit: count() }, '{ paidUsd: 50, limit: 10 }');

export const platform = strict(
  {
    policy: policy.optional(),
    tiers: z.array(tier, { error: 'expected a list of tiers such as { paidUsd: 50, limit: 10 }' }).min(1, { error: 'expected at least one tier' }).optional(),
    accounts: z.array(account, { error: 'expected a list of accounts' }).optional(),
    endpoints: z.array(endpoint, { error: 'expected a list of endpoints' }).min(1, { error: 'expected at least one endpoint' }),
  },
  '{ policy, accounts, endpoints }',
);
