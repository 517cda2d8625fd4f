import { z } from 'zod';
import { FAULT_KINDS } from '../types.js';
import { above0, duration, oneOf, positiveDuration, share, strict } from './words.js';

const KINDS = `all, or a list of fault kinds (${FAULT_KINDS.join(', ')})`;

const kindList = z
  .array(oneOf(FAULT_KINDS), { error: `expected ${KINDS}` })
  .min(1, { error: `expected ${KINDS}` })
  .superRefine((kinds, context) => {
    for (const [n, kind] of kinds.entries())
      if (kinds.indexOf(kind) !== n) context.addIssue({ code: 'custom', path: [n], message: 'expected every kind once' });
  });

/** Faults that chance draws before the run begins. */
export const faults = strict(
  {
    kinds: z.union([z.literal('all', { error: `expected ${KINDS}` }), kindList]),
    activation: share().optional(),
    strikes: above0('a mean number of strikes above 0 and up to 1000', 1000).optional(),
    from: duration().optional(),
    to: positiveDuration().optional(),
  },
  'faults such as { kinds: all } or { kinds: [crash, cut], activation: 0.5, strikes: 2, from: 0s, to: 30s }',
);
