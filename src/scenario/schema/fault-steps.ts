import { z } from 'zod';
import { CRASH_POINT_NAMES, LINK_NAMES, MESSAGE_NAMES, PART_NAMES } from '../vocabulary.js';
import { count, countOrAll, duration, numberFrom, oneOf, positiveDuration, share, signedDuration, strict, text } from './words.js';

/** Steps that break something: a runner, a part, a link, the store, a clock, an owner. */

const at = duration();
const accountId = () => text('the id of an account');
const runnerOf = { endpoint: text('the id of an endpoint'), count: count().optional() };

const crash = strict(
  { at, do: z.literal('crash'), part: oneOf(PART_NAMES).optional(), between: oneOf(CRASH_POINT_NAMES).optional(), for: positiveDuration() },
  'a crash such as { do: crash, part: dispatcher, for: 2s } or { do: crash, between: acquire-dispatch, for: 2s }',
);

const disturb = strict(
  {
    at,
    do: z.literal('disturb'),
    link: oneOf(LINK_NAMES),
    message: oneOf(MESSAGE_NAMES).optional(),
    drop: share().optional(),
    duplicate: share().optional(),
    reorder: share().optional(),
    delay: duration().optional(),
    for: positiveDuration(),
  },
  'a disturbance such as { do: disturb, link: runner-dispatcher, drop: 0.2, for: 10s }',
);

const nextMessages = { at, message: oneOf(MESSAGE_NAMES), count: count().optional() };

export const faultSteps = [
  strict({ at, do: z.literal('crash-runner'), ...runnerOf, silent: z.boolean({ error: 'expected true or false' }).optional() }, 'a crash'),
  strict({ at, do: z.literal('hang-runner'), ...runnerOf }, 'a runner that hangs'),
  strict({ at, do: z.literal('pause-runner'), ...runnerOf, for: positiveDuration() }, 'a pause'),
  strict({ at, do: z.literal('slow-runner'), ...runnerOf, factor: numberFrom(1, 'a factor from 1 to 1000', 1000), for: positiveDuration() }, 'a slow runner'),
  crash,
  strict({ at, do: z.literal('cut'), link: oneOf(LINK_NAMES), for: positiveDuration() }, 'a cut'),
  disturb,
  strict({ ...nextMessages, do: z.literal('drop') }, 'messages to drop'),
  strict({ ...nextMessages, do: z.literal('duplicate') }, 'messages to duplicate'),
  strict({ ...nextMessages, do: z.literal('delay'), by: positiveDuration() }, 'messages to delay'),
  strict({ at, do: z.literal('lose-store'), age: positiveDuration().optional() }, 'a loss of the slot store'),
  // Nothing reads the clocks of the others, and the store's never jumps.
  strict({ at, do: z.literal('skew-clock'), part: oneOf(['dispatcher', 'runner']), by: signedDuration() }, 'a clock that is wrong'),
  strict({ at, do: z.literal('rename-account'), account: accountId() }, 'an account to rename'),
  strict({ at, do: z.literal('delete-account'), account: accountId() }, 'an account to delete'),
  strict(
    { at, do: z.literal('disconnect'), account: accountId(), key: text('the name of a key of the account').optional(), count: countOrAll().optional() },
    'clients that disconnect',
  ),
  strict({ at, do: z.literal('webhook-down'), account: accountId(), for: positiveDuration() }, 'a webhook receiver that is down'),
] as const;

export type ParsedFaultStep = z.output<(typeof faultSteps)[number]>;
