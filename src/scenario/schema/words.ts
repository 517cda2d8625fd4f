import { z } from 'zod';
import { nearest } from '../../core/nearest-name.js';
import { parseDurationUs, parseRatePerSecond } from '../../core/units.js';

/** The words that a scenario file is made of. Messages say what was expected; the reader of the issues adds what came and where. */

export const DURATION = 'a duration such as 500ms, 12s or 1m30s';

export function text(what: string) {
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

export const duration = (): ReturnType<typeof durationOf> => durationOf(DURATION, (us) => us >= 0);
export const positiveDuration = (): ReturnType<typeof durationOf> => durationOf(`${DURATION}, longer than 0`, (us) => us > 0);
/** For clocks that are fast or slow. */
export const signedDuration = (): ReturnType<typeof durationOf> => durationOf('a duration such as 30s or -30s', () => true);
export const beforeTheRun = (): ReturnType<typeof durationOf> =>
  durationOf('a time before the run such as -10d (for one during the run there is the step invoice-paid)', (us) => us <= 0);

/** Requests a second. */
export const MAX_RATE = 100_000;

function rateOf(what: string, isAllowed: (perSecond: number) => boolean) {
  return z
    .string({ error: `expected ${what}` })
    .meta({ examples: ['0.3/s', '20/m'] })
    .transform((value, context) => {
      const perSecond = parseRatePerSecond(value);
      if (perSecond !== undefined && isAllowed(perSecond) && perSecond <= MAX_RATE) return perSecond;
      const bound = perSecond !== undefined && perSecond > MAX_RATE ? `, at most ${MAX_RATE}/s: time is counted in whole microseconds` : '';
      context.issues.push({ code: 'custom', message: `expected ${what}${bound}`, input: value });
      return z.NEVER;
    });
}

export const rate = (): ReturnType<typeof rateOf> => rateOf('a rate above 0 such as 5/s or 20/m', (perSecond) => perSecond > 0);
export const rateFromZero = (): ReturnType<typeof rateOf> => rateOf('a rate from 0 up such as 5/s or 20/m', () => true);

const MAX_COUNT = 100_000_000;
export const count = (what = 'a whole number from 1 up') =>
  z
    .int({ error: `expected ${what}` })
    .min(1, { error: `expected ${what}` })
    .max(MAX_COUNT, { error: `expected ${what}, at most ${MAX_COUNT}` });
export const wholeFromZero = () => z.int({ error: 'expected a whole number from 0 up' }).min(0, { error: 'expected a whole number from 0 up' });

/** A number from `min` to `max`, both of which are allowed. */
export const numberFrom = (min: number, what: string, max = Number.POSITIVE_INFINITY) => {
  const number = z.number({ error: `expected ${what}` }).min(min, { error: `expected ${what}` });
  return max === Number.POSITIVE_INFINITY ? number : number.max(max, { error: `expected ${what}` });
};
export const above0 = (what: string, max: number) =>
  z
    .number({ error: `expected ${what}` })
    .positive({ error: `expected ${what}` })
    .max(max, { error: `expected ${what}` });
export const share = () => numberFrom(0, 'a share from 0 to 1', 1);
export const money = () => z.number({ error: 'expected an amount in US dollars such as 0.03' }).min(0, { error: 'expected an amount in US dollars from 0 up' });

export const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, { error: (issue) => `expected one of ${names.join(', ')}${didYouMean(issue.input, names)}` });

/** An object in which an unknown key is an error that names the nearest known one. */
export function strict<T extends z.core.$ZodLooseShape>(shape: T, what: string) {
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

/** `none`, or what the schema takes. */
export const orNone = <T extends z.ZodType>(schema: T, what: string) => z.union([z.literal('none', { error: `expected none, or ${what}` }), schema]);

/** `all`, or a number of them. */
export const countOrAll = () => z.union([z.literal('all', { error: 'expected all or a whole number from 1 up' }), count()]);

/** Like `strict`, with exactly one of some keys. */
export function withExactlyOne<T extends z.ZodType>(schema: T, names: readonly string[]): T {
  return schema.superRefine((value, context) => {
    const given = names.filter((name) => (value as Record<string, unknown>)[name] !== undefined);
    if (given.length === 1) return;
    const message = `expected exactly one of ${names.join(', ')}, got ${given.length === 0 ? 'none' : given.join(' and ')}`;
    context.addIssue({ code: 'custom', message, params: { missing: given.length === 0 ? names : [] } });
  }) as T;
}

export function didYouMean(came: unknown, known: readonly string[]): string {
  const near = typeof came === 'string' ? nearest(came, known) : undefined;
  return near === undefined ? '' : `; did you mean "${near}"?`;
}
