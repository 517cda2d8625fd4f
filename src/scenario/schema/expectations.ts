import { z } from 'zod';
import { CHECK_LEVELS, EXPECTATION_PRESETS, INVARIANT_EXPECTATIONS } from '../types.js';
import { count, duration, oneOf, strict, text } from './words.js';

const level = () => oneOf(CHECK_LEVELS).optional();

/** As it is, or as `{ is: …, level: warn }`. */
const leveled = <Schema extends z.ZodType>(schema: Schema, what: string) => z.union([schema, strict({ is: schema, level: level() }, what)]);

/** What k6 knows and a simulation has no use for, and why. */
const NOT_FROM_K6: Readonly<Record<string, string>> = {
  abortOnFail: 'a run is judged once it is over, and takes seconds: there is nothing to abort; leave it out',
  delayAbortEval: 'it delays what abortOnFail does, and nothing is aborted here; leave it out, or demand minSamples',
};

const THRESHOLD_KEYS = ['threshold', 'level', 'minSamples'];
const LONG_THRESHOLD = 'a threshold such as "p(95) < 5s" or { threshold: "p(95) < 5s", level: warn }';

const longThreshold = z.strictObject(
  { threshold: text('a threshold such as "p(95) < 5s"'), level: level(), minSamples: count().optional() },
  {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return issue.code === 'invalid_type' ? `expected ${LONG_THRESHOLD}` : undefined;
      const [key] = issue.keys as [string];
      const ofK6 = Object.hasOwn(NOT_FROM_K6, key) ? `: ${NOT_FROM_K6[key]}` : '';
      return `unknown key "${key}"${ofK6}; known here: ${THRESHOLD_KEYS.join(', ')}`;
    },
  },
);

const threshold = () => z.union([text(LONG_THRESHOLD), longThreshold]);

const regression = strict(
  {
    gate: z
      .array(
        z.union([
          text('a number such as "queue_latency p95"'),
          strict({ number: text('a number such as "queue_latency p95"'), level: level() }, '{ number: "queue_latency p95", level: warn }'),
        ]),
        { error: 'expected a list of numbers such as ["queue_latency p95"]' },
      )
      .min(1, { error: 'expected at least one number such as "queue_latency p95"' })
      .optional(),
    margin: text('a share such as 5%').optional(),
    absolute: duration().optional(),
    misrate: text('a share such as 1%').optional(),
  },
  'true, false or { gate: ["queue_latency p95"], margin: 5%, absolute: 50ms, misrate: 1% }',
);

export const expect = strict(
  {
    preset: z.union([oneOf(EXPECTATION_PRESETS), z.array(oneOf(EXPECTATION_PRESETS))]).optional(),
    exercised: z
      .record(z.string(), leveled(text('a comparison such as ">= 1"'), 'a comparison such as ">= 1" or { is: ">= 1", level: warn }'), {
        error: 'expected comparisons by counter such as { revoked_in_progress: ">= 6" }',
      })
      .optional(),
    thresholds: z
      .record(z.string(), z.union([text(LONG_THRESHOLD), longThreshold, z.array(threshold())]), {
        error: 'expected thresholds by metric such as { leaked_slots: ["value == 0"] }',
      })
      .optional(),
    invariants: z
      .record(z.string(), leveled(oneOf(INVARIANT_EXPECTATIONS), `one of ${INVARIANT_EXPECTATIONS.join(', ')} or { is: held, level: warn }`), {
        error: 'expected expectations by invariant such as { L-REL: violated }',
      })
      .optional(),
    budgets: z
      .record(z.string(), leveled(text('a share such as 0.1%'), 'a share such as 0.1% or { is: 0.1%, level: warn }'), {
        error: 'expected shares by what may happen such as { start_timeouts: 0.1% }',
      })
      .optional(),
    regression: z.union([z.boolean({ error: 'expected true, false or { gate: ["queue_latency p95"], margin: 5% }' }), regression]).optional(),
  },
  '{ preset, exercised, thresholds, invariants, budgets, regression }',
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
