import { z } from 'zod';
import { expect, variant } from './schema/expectations.js';
import { faults } from './schema/faults.js';
import { platform } from './schema/platform.js';
import { step } from './schema/steps.js';
import { DURATION, duration, positiveDuration, strict, text, wholeFromZero } from './schema/words.js';
import { flow } from './schema/workload.js';
import { zoo } from './schema/zoo.js';

/** The format of a scenario file. Types, checks, error texts and `scenarios/scenario.schema.json` all come from here. */
export const scenarioSchema = strict(
  {
    $schema: z.string().optional(),
    name: text('a name').regex(/^[a-z0-9][a-z0-9-]*$/, { error: 'expected a name of a-z, 0-9 and -, for it names the output folder' }),
    description: z.string({ error: 'expected a sentence' }).optional(),
    seed: wholeFromZero()
      .max(2 ** 52, { error: 'expected a whole number up to 2^52' })
      .optional(),
    platform,
    workload: z.array(flow, { error: 'expected a list of workload entries' }).optional(),
    steps: z.array(step, { error: 'expected a list of steps' }).optional(),
    faults: faults.optional(),
    recovery: duration().optional(),
    warmup: z.union([z.literal('auto', { error: `expected auto, or ${DURATION}` }), positiveDuration()]).optional(),
    expect: expect.optional(),
    variants: z.array(variant, { error: 'expected a list of variants' }).optional(),
    zoo: zoo.optional(),
  },
  'a scenario { name, platform, workload, steps, expect }',
);

/** What a scenario file holds, before units and names are resolved. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
/** The same with durations in µs and rates a second. */
export type ParsedScenario = z.output<typeof scenarioSchema>;

/** The JSON Schema that editors use. */
export function scenarioJsonSchema(): unknown {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  return { ...schema, title: 'slotstorm scenario' };
}
