import { z } from 'zod';
import { CALLS, SDKS } from '../types.js';
import { arrivals } from './arrivals.js';
import { durationLaw } from './laws.js';
import { count, oneOf, positiveDuration, share, strict, text } from './words.js';

export const KEY = 'a key as account/key';

const child = strict(
  { endpoint: text('the id of the endpoint that the other request goes to'), probability: share().optional() },
  'a child such as { endpoint: fal-ai/flux/dev, probability: 0.9 }',
);

/** What a client calls and how: the same for an entry of the workload and for a burst among the steps. */
export const client = () => ({
  as: text(KEY).optional(),
  endpoint: text('the id of an endpoint').optional(),
  call: oneOf(CALLS).optional(),
  sdk: oneOf(SDKS).optional(),
  startTimeout: positiveDuration().optional(),
  clientTimeout: positiveDuration().optional(),
  patience: durationLaw().optional(),
  child: child.optional(),
  webhook: z.boolean({ error: 'expected true or false' }).optional(),
});

export const flow = strict(
  { ...client(), arrivals, maxVUs: count().optional() },
  'a workload entry such as { as: acme/old, endpoint: fal-ai/flux/dev, call: submit, arrivals: { burst: 6 } }',
);
