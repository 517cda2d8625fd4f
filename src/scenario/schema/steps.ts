import { z } from 'zod';
import { count, didYouMean, duration, money, oneOf, strict, text } from './words.js';
import { client, KEY } from './workload.js';

const STEP_NAMES = ['burst', 'revoke-key', 'set-limit', 'invoice-paid', 'crash-runner', 'cancel', 'release-stuck'] as const;

const at = duration();
const accountId = () => text('the id of an account');

export const step = z.discriminatedUnion(
  'do',
  [
    strict({ at, do: z.literal('burst'), count: count(), ...client() }, 'a burst'),
    strict({ at, do: z.literal('revoke-key'), key: text(KEY) }, 'a revocation'),
    strict({ at, do: z.literal('set-limit'), account: accountId(), endpoint: text('the id of an endpoint').optional(), limit: count() }, 'a limit'),
    strict({ at, do: z.literal('invoice-paid'), account: accountId(), usd: money() }, 'an invoice'),
    strict({ at, do: z.literal('crash-runner'), endpoint: text('the id of an endpoint'), count: count().optional() }, 'a crash'),
    strict(
      {
        at,
        do: z.literal('cancel'),
        account: accountId(),
        key: text('the name of a key of the account').optional(),
        count: z.union([z.literal('all', { error: 'expected all or a whole number from 1 up' }), count()]).optional(),
        state: oneOf(['queued', 'in-progress', 'any']).optional(),
      },
      'a cancel',
    ),
    strict({ at, do: z.literal('release-stuck'), account: accountId() }, 'a release'),
  ],
  {
    error: (issue) => {
      const came = (issue.input as { do?: unknown } | undefined)?.do;
      return `expected do: one of ${STEP_NAMES.join(', ')}${didYouMean(came, STEP_NAMES)}`;
    },
  },
);
