import { z } from 'zod';
import { above0, count, duration, numberFrom, positiveDuration, share, strict, text, withExactlyOne } from './words.js';

/** How long something takes: a duration, or a law of chance. */

const cv = () => above0('a coefficient of variation above 0 and up to 100 such as 0.5', 100);
const mean = positiveDuration;

const uniform = strict({ min: duration(), max: positiveDuration() }, '{ min: 2s, max: 6s }').superRefine(({ min, max }, context) => {
  if (min > max) context.addIssue({ code: 'custom', path: ['min'], message: 'expected min of at most max' });
});

const PARETO = '{ shape: 1.5, min: 2s }, { shape: 1.5, mean: 6s }, or either with max: 10m';

const pareto = strict(
  {
    shape: numberFrom(0.1, 'a shape from 0.1 to 100', 100),
    min: positiveDuration().optional(),
    mean: mean().optional(),
    max: positiveDuration().optional(),
  },
  PARETO,
).superRefine(({ shape, min, mean: average, max }, context) => {
  const complain = (path: string, message: string, missing: readonly string[] = []): void =>
    context.addIssue({ code: 'custom', path: [path], message, params: { missing } });
  if ((min === undefined) === (average === undefined))
    complain('shape', `expected either min or mean beside the shape: ${PARETO}`, min === undefined ? ['min', 'mean'] : []);
  if (max === undefined && shape <= 1) complain('shape', 'expected a shape above 1, or a max: without a bound this law has no mean', ['max']);
  if (max !== undefined && min !== undefined && min >= max) complain('min', 'expected min below max');
  if (max !== undefined && average !== undefined && average >= max) complain('mean', 'expected a mean below max');
});

const values = strict(
  {
    values: z.array(positiveDuration(), { error: 'expected a list of durations such as [4s, 9s, 30s]' }).min(1, { error: 'expected at least one duration' }),
    weights: z.array(numberFrom(0, 'a weight from 0 up to 1000000000', 1e9), { error: 'expected a list of weights such as [5, 3, 1]' }).optional(),
  },
  '{ values: [4s, 9s, 30s] }, with weights: [5, 3, 1] where they are not equal',
).superRefine(({ values: list, weights }, context) => {
  if (weights === undefined) return;
  if (weights.length !== list.length) context.addIssue({ code: 'custom', path: ['weights'], message: `expected as many weights as values (${list.length})` });
  if (!weights.some((weight) => weight > 0)) context.addIssue({ code: 'custom', path: ['weights'], message: 'expected a weight above 0' });
});

const QUANTILES = 'points such as [{ p: 0, is: 1s }, { p: 0.5, is: 8s }, { p: 1, is: 1m }]';

const quantiles = z
  .array(strict({ p: share(), is: duration() }, '{ p: 0.5, is: 8s }'), { error: `expected ${QUANTILES}` })
  .min(2, { error: `expected at least two ${QUANTILES}` })
  .superRefine((points, context) => {
    const complain = (at: number, key: string, message: string): void => context.addIssue({ code: 'custom', path: [at, key], message });
    for (const [at, point] of points.entries()) {
      const before = points[at - 1];
      if (before === undefined) continue;
      if (point.p <= before.p) complain(at, 'p', `expected p above that of the point before (${before.p})`);
      if (point.is < before.is) complain(at, 'is', 'expected a duration of at least that of the point before');
    }
    if (points[0]?.p !== 0) complain(0, 'p', 'expected the first point at p: 0, the shortest duration');
    if (points.at(-1)?.p !== 1) complain(points.length - 1, 'p', 'expected the last point at p: 1, the longest duration');
  });

const samples = strict(
  { file: text('the path of a CSV or NDJSON file'), column: text('the name of the column with the durations'), unit: unit().optional() },
  '{ file: recorded.csv, column: seconds, unit: s }',
);

/** One unit of a column: a name, or a duration. */
export function unit() {
  const what = 'a unit: s, ms, us, or a duration such as 20ms';
  return z.union([z.enum(['s', 'ms', 'us'], { error: `expected ${what}` }), positiveDuration()]);
}

const empirical = z.union([values, strict({ quantiles }, `{ quantiles: ${QUANTILES} }`), samples]);

const LAWS = {
  constant: positiveDuration().optional(),
  uniform: uniform.optional(),
  exponential: strict({ mean: mean() }, '{ mean: 12s }').optional(),
  lognormal: strict({ mean: mean(), cv: cv() }, '{ mean: 12s, cv: 0.5 }').optional(),
  gamma: strict({ mean: mean(), cv: cv() }, '{ mean: 12s, cv: 0.5 }').optional(),
  erlang: strict({ mean: mean(), stages: count() }, '{ mean: 12s, stages: 4 }').optional(),
  pareto: pareto.optional(),
  empirical: empirical.optional(),
};

/** Named, so that the JSON Schema for editors has it once. */
const law = withExactlyOne(
  strict(LAWS, 'a duration, or a law such as { exponential: { mean: 12s } }, { lognormal: { mean: 12s, cv: 0.5 } } or { empirical: { values: [4s, 9s] } }'),
  Object.keys(LAWS),
).meta({ id: 'durationLaw' });

/** Of something that takes time. */
export const durationLaw = () => z.union([positiveDuration(), law]);
/** Of something that may take none. */
export const durationLawFromZero = () => z.union([duration(), law]);
