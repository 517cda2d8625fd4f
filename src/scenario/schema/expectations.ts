import { z } from 'zod';
import { INVARIANT_EXPECTATIONS } from '../types.js';
import { oneOf, strict, text } from './words.js';

const threshold = () => text('a threshold such as "p(95) < 5s"');

export const expect = strict(
  {
    exercised: z
      .record(z.string(), text('a comparison such as ">= 1"'), { error: 'expected comparisons by counter such as { revoked_in_progress: ">= 6" }' })
      .optional(),
    thresholds: z
      .record(z.string(), z.union([threshold(), z.array(threshold())]), {
        error: 'expected thresholds by metric such as { leaked_slots: ["value == 0"] }',
      })
      .optional(),
    invariants: z.record(z.string(), oneOf(INVARIANT_EXPECTATIONS), { error: 'expected expectations by invariant such as { L-REL: violated }' }).optional(),
  },
  '{ exercised, thresholds, invariants }',
);

export const variant = strict(
  {
    name: text('a name for the variant'),
    description: z.string({ error: 'expected a sentence' }).optional(),
    set: z.record(z.string(), z.unknown(), { error: 'expected values by path such as { platform.policy: fal-939 }' }).optional(),
    expect: expect.optional(),
  },
  'a variant such as { name: fal-939, set: { platform.policy: fal-939 } }',
);
