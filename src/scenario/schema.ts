import { z } from 'zod';
import { nearest } from '../core/nearest-name.js';
import { PRESET_NAMES } from '../core/policy.js';
import { parseDurationUs, parseRatePerSecond } from '../core/units.js';
import { CALLS, INVARIANT_EXPECTATIONS, SDKS } from './types.js';

/**
 * The format of a scenario file. Types, checks, error texts and `scenarios/scenario.schema.json` all come from here.
 * Messages say what was expected; the reader of the issues adds what came and where.
 */

const CV = 'a coefficient of variation above 0 and up to 100 such as 0.5';
const DURATION = 'a duration such as 500ms, 12s or 1m30s';

function text(what: string) {
  return z.string({ error: `expected ${what}` }).min(1, { error: `expected ${what}` });
}

function durationOf(what: string, isAllowed: (us: number) => boolean) {
  return z
    .string({ error: `expected ${what}` })
    .meta({ examples: ['500ms', '12s', '1m30s'] })
    .transform((value, context) => {
      const us = parseDurationUs(value);
      if (us !== undefined && isAllowed(us)) return us;
      context.issues.push({ code: 'custom', message: `expected ${what}`, input: value });
      return z.NEVER;
    });
}

const duration = (): ReturnType<typeof durationOf> => durationOf(DURATION, (us) => us >= 0);
const positiveDuration = (): ReturnType<typeof durationOf> => durationOf(`${DURATION}, longer than 0`, (us) => us > 0);
const beforeTheRun = (): ReturnType<typeof durationOf> =>
  durationOf('a time before the run such as -10d (for one during the run there is the step invoice-paid)', (us) => us <= 0);

const rate = () =>
  z
    .string({ error: 'expected a rate such as 5/s or 20/m' })
    .meta({ examples: ['0.3/s', '20/m'] })
    .transform((value, context) => {
      const perSecond = parseRatePerSecond(value);
      if (perSecond !== undefined && perSecond > 0) return perSecond;
      context.issues.push({ code: 'custom', message: 'expected a rate above 0 such as 5/s or 20/m', input: value });
      return z.NEVER;
    });

const MAX_COUNT = 100_000_000;
const count = (what = 'a whole number from 1 up') =>
  z
    .int({ error: `expected ${what}` })
    .min(1, { error: `expected ${what}` })
    .max(MAX_COUNT, { error: `expected ${what}, at most ${MAX_COUNT}` });
const wholeFromZero = () => z.int({ error: 'expected a whole number from 0 up' }).min(0, { error: 'expected a whole number from 0 up' });
const money = () => z.number({ error: 'expected an amount in US dollars such as 0.03' }).min(0, { error: 'expected an amount in US dollars from 0 up' });
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names, { error: (issue) => `expected one of ${names.join(', ')}${didYouMean(issue.input, names)}` });

/** An object in which an unknown key is an error that names the nearest known one. */
function strict<T extends z.core.$ZodLooseShape>(shape: T, what: string) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') {
        const [key] = issue.keys as [string];
        return `unknown key "${key}"${didYouMean(key, known)}; known here: ${known.join(', ')}`;
      }
      return issue.code === 'invalid_type' ? `expected ${what}` : undefined;
    },
  });
}

/** Like `strict`, with exactly one of some keys. */
function withExactlyOne<T extends z.ZodType>(schema: T, names: readonly string[]): T {
  return schema.superRefine((value, context) => {
    const given = names.filter((name) => (value as Record<string, unknown>)[name] !== undefined);
    if (given.length === 1) return;
    context.addIssue({ code: 'custom', message: `expected exactly one of ${names.join(', ')}, got ${given.length === 0 ? 'none' : given.join(' and ')}` });
  }) as T;
}

function didYouMean(came: unknown, known: readonly string[]): string {
  const near = typeof came === 'string' ? nearest(came, known) : undefined;
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

const backoff = () =>
  strict(
    {
      base: positiveDuration().optional(),
      factor: z.number({ error: 'expected a number from 1 up' }).min(1, { error: 'expected a number from 1 up' }).optional(),
      cap: positiveDuration().optional(),
      jitter: z
        .number({ error: 'expected a share from 0 to 1' })
        .min(0, { error: 'expected a share from 0 to 1' })
        .max(1, { error: 'expected a share from 0 to 1' })
        .optional(),
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

const service = z.union([
  positiveDuration(),
  withExactlyOne(
    strict(
      {
        constant: positiveDuration().optional(),
        exponential: strict({ mean: positiveDuration() }, '{ mean: 12s }').optional(),
        lognormal: strict(
          {
            mean: positiveDuration(),
            cv: z
              .number({ error: `expected ${CV}` })
              .positive({ error: `expected ${CV}` })
              .max(100, { error: `expected ${CV}` }),
          },
          '{ mean: 12s, cv: 0.5 }',
        ).optional(),
      },
      'a duration, or one of { constant: 12s }, { exponential: { mean: 12s } }, { lognormal: { mean: 12s, cv: 0.5 } }',
    ),
    ['constant', 'exponential', 'lognormal'],
  ),
]);

const runners = z.union([
  z.literal('unlimited', { error: 'expected unlimited, a number of runners, or { min, max, coldStart, keepAlive, multiplexing }' }),
  count(),
  strict(
    {
      min: wholeFromZero().optional(),
      max: z.union([z.literal('unlimited', { error: 'expected unlimited or a whole number from 1 up' }), count()]).optional(),
      coldStart: duration().optional(),
      keepAlive: duration().optional(),
      multiplexing: count().optional(),
    },
    'unlimited, a number of runners, or { min, max, coldStart, keepAlive, multiplexing }',
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
    service,
    runners: runners.optional(),
    limit: count().optional(),
    priceUsd: money().optional(),
  },
  'an endpoint such as { id: fal-ai/flux/dev, service: 12s }',
);

const traceColumns = strict(
  {
    arrival: text('the name of the column with the arrival times'),
    service: text('the name of the column with the service times').optional(),
    account: text('the name of the column with the tenants').optional(),
    endpoint: text('the name of the column with the endpoints').optional(),
  },
  'columns such as { arrival: created_at, service: seconds, account: tenant }',
);

const arrivals = withExactlyOne(
  strict(
    {
      burst: count().optional(),
      rate: rate().optional(),
      poisson: rate().optional(),
      trace: text('the path of a CSV file').optional(),
      at: duration().optional(),
      from: duration().optional(),
      to: duration().optional(),
      columns: traceColumns.optional(),
      serviceUnit: oneOf(['s', 'ms', 'us']).optional(),
      accountLimit: count().optional(),
      speed: z.number({ error: 'expected a factor above 0' }).positive({ error: 'expected a factor above 0' }).optional(),
    },
    'arrivals such as { burst: 6, at: 0s }, { poisson: 0.3/s, from: 0s, to: 10m } or { trace: file.csv, columns: { arrival: … } }',
  ),
  ['burst', 'rate', 'poisson', 'trace'],
);

const KEY = 'a key as account/key';

const flow = strict(
  {
    as: text(KEY).optional(),
    endpoint: text('the id of an endpoint').optional(),
    call: oneOf(CALLS).optional(),
    sdk: oneOf(SDKS).optional(),
    arrivals,
    startTimeout: positiveDuration().optional(),
    clientTimeout: positiveDuration().optional(),
  },
  'a workload entry such as { as: acme/old, endpoint: fal-ai/flux/dev, call: submit, arrivals: { burst: 6 } }',
);

const STEP_NAMES = ['burst', 'revoke-key', 'set-limit', 'invoice-paid', 'crash-runner', 'cancel', 'release-stuck'] as const;

const at = duration();
const accountId = () => text('the id of an account');
const step = z.discriminatedUnion(
  'do',
  [
    strict(
      {
        at,
        do: z.literal('burst'),
        count: count(),
        as: text(KEY).optional(),
        endpoint: text('the id of an endpoint').optional(),
        call: oneOf(CALLS).optional(),
        sdk: oneOf(SDKS).optional(),
        startTimeout: positiveDuration().optional(),
        clientTimeout: positiveDuration().optional(),
      },
      'a burst',
    ),
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

const expect = strict(
  {
    exercised: z
      .record(z.string(), text('a comparison such as ">= 1"'), { error: 'expected comparisons by counter such as { revoked_in_progress: ">= 6" }' })
      .optional(),
    thresholds: z
      .record(z.string(), z.union([text('a threshold such as "p(95) < 5s"'), z.array(text('a threshold such as "p(95) < 5s"'))]), {
        error: 'expected thresholds by metric such as { leaked_slots: ["value == 0"] }',
      })
      .optional(),
    invariants: z.record(z.string(), oneOf(INVARIANT_EXPECTATIONS), { error: 'expected expectations by invariant such as { L-REL: violated }' }).optional(),
  },
  '{ exercised, thresholds, invariants }',
);

const variant = strict(
  {
    name: text('a name for the variant'),
    description: z.string({ error: 'expected a sentence' }).optional(),
    set: z.record(z.string(), z.unknown(), { error: 'expected values by path such as { platform.policy: fal-939 }' }).optional(),
    expect: expect.optional(),
  },
  'a variant such as { name: fal-939, set: { platform.policy: fal-939 } }',
);

export const scenarioSchema = strict(
  {
    $schema: z.string().optional(),
    name: text('a name').regex(/^[a-z0-9][a-z0-9-]*$/, { error: 'expected a name of a-z, 0-9 and -, for it names the output folder' }),
    description: z.string({ error: 'expected a sentence' }).optional(),
    seed: wholeFromZero()
      .max(2 ** 52, { error: 'expected a whole number up to 2^52' })
      .optional(),
    platform: strict(
      {
        policy: z.union([oneOf(PRESET_NAMES), policySwitches]).optional(),
        tiers: z
          .array(strict({ paidUsd: money(), limit: count() }, '{ paidUsd: 50, limit: 10 }'), {
            error: 'expected a list of tiers such as { paidUsd: 50, limit: 10 }',
          })
          .min(1, { error: 'expected at least one tier' })
          .optional(),
        accounts: z.array(account, { error: 'expected a list of accounts' }).optional(),
        endpoints: z.array(endpoint, { error: 'expected a list of endpoints' }).min(1, { error: 'expected at least one endpoint' }),
      },
      '{ policy, accounts, endpoints }',
    ),
    workload: z.array(flow, { error: 'expected a list of workload entries' }).optional(),
    steps: z.array(step, { error: 'expected a list of steps' }).optional(),
    recovery: duration().optional(),
    expect: expect.optional(),
    variants: z.array(variant, { error: 'expected a list of variants' }).optional(),
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
