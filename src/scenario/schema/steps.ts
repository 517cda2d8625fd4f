import { z } from 'zod';
import { faultSteps } from './fault-steps.js';
import { count, countOrAll, didYouMean, duration, money, oneOf, strict, text } from './words.js';
import { client, KEY } from './workload.js';

const at = duration();
const accountId = () => text('the id of an account');

const steps = [
  strict({ at, do: z.literal('burst'), count: count(), ...client() }, 'a burst'),
  strict({ at, do: z.literal('revoke-key'), key: text(KEY) }, 'a revocation'),
  strict({ at, do: z.literal('set-limit'), account: accountId(), endpoint: text('the id of an endpoint').optional(), limit: count() }, 'a limit'),
  strict({ at, do: z.literal('invoice-paid'), account: accountId(), usd: money() }, 'an invoice'),
  strict(
    {
      at,
      do: z.literal('cancel'),
      account: accountId(),
      key: text('the name of a key of the account').optional(),
      count: countOrAll().optional(),
      state: oneOf(['queued', 'in-progress', 'any']).optional(),
    },
    'a cancel',
  ),
  strict({ at, do: z.literal('release-stuck'), account: accountId() }, 'a release'),
  ...faultSteps,
] as const;

/** What a step may `do`. */
export const STEP_NAMES = steps.map((one) => one.shape.do.value);

export const step = z.discriminatedUnion('do', steps, {
  error: (issue) => {
    const came = (issue.input as { do?: unknown } | undefined)?.do;
    return `expected do: one of ${STEP_NAMES.join(', ')}${didYouMean(came, STEP_NAMES)}`;
  },
});
