/** Reads one part of a file: returns it, cleaned up, or throws `Mismatch`. */
export type Shape<Value> = (given: unknown) => Value;

/** Something else stands in a file than belongs there. Where, it learns on its way out. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
  private readonly steps: (string | number)[] = [];

  constructor(
    readonly expected: string,
    readonly got: unknown,
  ) {
    super(expected);
  }

  /** It lies inside this field, or at this place of a list. */
  inside(step: string | number): this {
    this.steps.unshift(step);
    return this;
  }

  /** `runs[3].metrics["queue_latency{key:new}"].p95` */
  get where(): string {
    const path = this.steps.map((step) => (typeof step === 'number' ? `[${step}]` : /^\w+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`)).join('');
    return path.startsWith('.') ? path.slice(1) : path;
  }
}

const NUMBER_WORDS: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

/** The longest a run can be: times are exact up to here. */
const MOST = Number.MAX_SAFE_INTEGER;

export const text: Shape<string> = (given) => (typeof given === 'string' ? given : fail('a text', given));

export const truth: Shape<boolean> = (given) => (typeof given === 'boolean' ? given : fail('true or false', given));

/** Any number; "no limit" and "never" stand in files as words. */
export const number: Shape<number> = (given) => {
  if (typeof given === 'number') return given;
  return typeof given === 'string' && Object.hasOwn(NUMBER_WORDS, given) ? (NUMBER_WORDS[given] as number) : fail('a number', given);
};

/** A time, or how many or much of something: finite, and not below zero. */
export const amount: Shape<number> = (given) =>
  typeof given === 'number' && given >= 0 && given <= MOST ? given : fail('a number from 0 up to 9007199254740991', given);

export const whole: Shape<number> = (given) =>
  Number.isSafeInteger(given) && (given as number) >= 0 ? (given as number) : fail('a whole number from 0 up to 9007199254740991', given);

/** A number that something is drawn at: finite, whatever its sign. */
export const finite: Shape<number> = (given) => (typeof given === 'number' && Math.abs(given) <= MOST ? given : fail('a finite number', given));

export function oneOf<Word extends string | number>(...words: readonly Word[]): Shape<Word> {
  const known = new Set<unknown>(words);
  return (given) => (known.has(given) ? (given as Word) : fail(words.map((word) => JSON.stringify(word)).join(' or '), given));
}

/** What may be left out. Files know no `undefined`: where a list held one, it is null. */
export function maybe<Value>(shape: Shape<Value>): Shape<Value | undefined> {
  return (given) => (given === undefined || given === null ? undefined : shape(given));
}

/** @param least so many entries at least */
export function listOf<Value>(shape: Shape<Value>, least = 0): Shape<readonly Value[]> {
  return (given) => {
    if (!Array.isArray(given)) return fail('a list', given);
    if (given.length < least) return fail(`a list of at least ${least}`, given);
    for (let at = 0; at < given.length; at++) {
      try {
        const value = shape(given[at]);
        if (!Object.is(value, given[at])) given[at] = value;
      } catch (error) {
        throw error instanceof Mismatch ? error.inside(at) : error;
      }
    }
    return given;
  };
}

/** A list of fixed length. */
export function tupleOf<Values extends readonly unknown[]>(...shapes: { readonly [At in keyof Values]: Shape<Values[At]> }): Shape<Values> {
  return (given) => {
    if (!Array.isArray(given) || given.length !== shapes.length) return fail(`a list of ${shapes.length}`, given);
    for (const [at, shape] of shapes.entries()) {
      try {
        given[at] = shape(given[at]);
      } catch (error) {
        throw error instanceof Mismatch ? error.inside(at) : error;
      }
    }
    return given as unknown as Values;
  };
}

/** Values by names that nobody knows beforehand. */
export function tableOf<Value>(shape: Shape<Value>): Shape<Readonly<Record<string, Value>>> {
  return (given) => {
    const table = objectIn(given);
    for (const name of Object.keys(table)) {
      try {
        const value = shape(table[name]);
        if (!Object.is(value, table[name])) table[name] = value;
      } catch (error) {
        throw error instanceof Mismatch ? error.inside(name) : error;
      }
    }
    return table as Readonly<Record<string, Value>>;
  };
}

/** A shape for every field of a type, so that a new field cannot be forgotten here. Fields that this version does not know stay. */
export type Fields<Type> = { readonly [Name in keyof Required<Type>]: Shape<Type[Name] | undefined> };

export function objectOf<Type extends object>(fields: Fields<Type>): Shape<Type> {
  const names = Object.keys(fields) as (keyof Type & string)[];
  const shapes = names.map((name) => fields[name] as Shape<unknown>);
  return (given) => {
    const object = objectIn(given);
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string;
      const own = object[name];
      try {
        const value = (shapes[at] as Shape<unknown>)(own);
        if (!Object.is(value, own)) object[name] = value;
      } catch (error) {
        throw error instanceof Mismatch ? error.inside(name) : error;
      }
    }
    return object as Type;
  };
}

function objectIn(given: unknown): Record<string, unknown> {
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as Record<string, unknown>) : fail('an object', given);
}

export function fail(expected: string, got: unknown): never {
  throw new Mismatch(expected, got);
}
