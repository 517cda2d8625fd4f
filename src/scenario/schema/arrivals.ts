import { z } from 'zod';
import { ARRIVAL_KINDS } from '../arrival-types.js';
import { durationLaw, unit } from './laws.js';
import { above0, count, duration, numberFrom, oneOf, positiveDuration, rate, rateFromZero, strict, text, withExactlyOne } from './words.js';

const PROCESSES = ['constant', 'poisson'] as const;

const stage = strict({ duration: duration(), target: rateFromZero() }, 'a stage such as { duration: 5m, target: 2/s }');

const onOff = strict(
  { onRate: rate(), offRate: rateFromZero().optional(), meanOn: positiveDuration(), meanOff: positiveDuration() },
  '{ onRate: 5/s, offRate: 0.1/s, meanOn: 20s, meanOff: 2m }',
);

const SIZE = 'a batch size: a whole number from 1 up, or { geometric: { mean: 4 } }';

const batches = withExactlyOne(
  strict(
    {
      rate: rate().optional(),
      poisson: rate().optional(),
      size: z.union([
        count(SIZE),
        strict({ geometric: strict({ mean: numberFrom(1, 'a mean of at least 1, at most 1000000', 1_000_000) }, '{ mean: 4 }') }, SIZE),
      ]),
    },
    'batches such as { poisson: 2/m, size: 10 } or { rate: 1/m, size: { geometric: { mean: 4 } } }',
  ),
  ['rate', 'poisson'],
);

const closedLoop = strict(
  { users: count(), thinkTime: durationLaw() },
  '{ users: 20, thinkTime: 5s } or { users: 20, thinkTime: { exponential: { mean: 5s } } }',
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

const slice = strict({ from: duration().optional(), to: positiveDuration() }, 'a part of the recording such as { from: 1h, to: 2h }').superRefine(
  ({ from, to }, context) => {
    if ((from ?? 0) >= to) context.addIssue({ code: 'custom', path: ['to'], message: 'expected the slice to end after it begins' });
  },
);

const WANTED = 'a value, or a list of values such as [SUCCEED, FAILED]';
const wanted = z.union([z.string(), z.number(), z.boolean()], { error: `expected ${WANTED}` });

const where = z
  .record(z.string(), z.union([wanted, z.array(wanted).min(1, { error: `expected ${WANTED}` })], { error: `expected ${WANTED}` }), {
    error: 'expected wanted values by column such as { status: SUCCEED }',
  })
  .refine((columns) => Object.keys(columns).length > 0, { error: 'expected wanted values by column such as { status: SUCCEED }' });

export const arrivals = withExactlyOne(
  strict(
    {
      burst: count().optional(),
      rate: rate().optional(),
      poisson: rate().optional(),
      stages: z
        .array(stage, { error: 'expected a list of stages such as { duration: 5m, target: 2/s }' })
        .min(1, { error: 'expected at least one stage' })
        .optional(),
      onOff: onOff.optional(),
      batches: batches.optional(),
      closedLoop: closedLoop.optional(),
      trace: text('the path of a CSV or NDJSON file').optional(),
      at: duration().optional(),
      from: duration().optional(),
      to: duration().optional(),
      startRate: rateFromZero().optional(),
      process: oneOf(PROCESSES).optional(),
      columns: traceColumns.optional(),
      serviceUnit: unit().optional(),
      serviceOffset: duration().optional(),
      serviceFactor: above0('a factor above 0 and up to 1000000', 1_000_000).optional(),
      where: where.optional(),
      accountLimit: count().optional(),
      speed: above0('a factor above 0 and up to 1000000', 1_000_000).optional(),
      loop: count().optional(),
      slice: slice.optional(),
      badRows: oneOf(['error', 'skip']).optional(),
    },
    'arrivals such as { burst: 6, at: 0s }, { poisson: 0.3/s, from: 0s, to: 10m } or { trace: file.csv, columns: { arrival: … } }',
  ),
  ARRIVAL_KINDS,
);
