import type { Json } from '../json.js';
import type { InputProblem } from './endings.js';

/** An input that is an object, as almost every model's is. */
export type Input = Readonly<Record<string, Json>>;

/** What one field of an input must be. `null` counts as left out, as with fal's optional fields. */
export interface FieldRule {
  readonly name: string;
  readonly kind: 'text' | 'whole' | 'number' | 'flag' | 'choice' | 'list';
  readonly required?: true;
  /** Another field that will do instead. */
  readonly or?: string;
  /** Of a number: least and most. Of a text: characters. Of a list: entries. */
  readonly least?: number;
  readonly most?: number;
  readonly choices?: readonly string[];
}

/** Longer inputs are not said back. */
const LONGEST_ECHO = 1000;

/** @returns what is wrong with the input, in fal's words; empty: nothing */
export function checkFields(input: Json, rules: readonly FieldRule[]): InputProblem[] {
  if (!isObject(input)) return [problem(['body'], 'Input should be a valid dictionary or object to extract fields from', 'model_attributes_type', input)];
  return rules.flatMap((rule) => {
    const value = fieldOf(input, rule.name);
    if (value !== undefined) return checkValue(['body', rule.name], value, rule);
    const isThere = rule.required === undefined || (rule.or !== undefined && fieldOf(input, rule.or) !== undefined);
    return isThere ? [] : [problem(['body', rule.name], 'Field required', 'missing', input)];
  });
}

/** @param loc where the value is, for what is said of it */
export function checkValue(loc: readonly (string | number)[], value: Json, rule: Omit<FieldRule, 'name'>): InputProblem[] {
  switch (rule.kind) {
    case 'text':
      return typeof value === 'string' ? checkLength(loc, value, rule) : [problem(loc, 'Input should be a valid string', 'string_type', value)];
    case 'flag':
      return typeof value === 'boolean' ? [] : [problem(loc, 'Input should be a valid boolean', 'bool_type', value)];
    case 'list':
      return Array.isArray(value) ? checkCount(loc, value, rule) : [problem(loc, 'Input should be a valid list', 'list_type', value)];
    case 'choice':
      return checkChoice(loc, value, rule.choices ?? []);
    default:
      return checkNumber(loc, value, rule);
  }
}

/** The field's value; undefined where there is none or null. */
export function fieldOf(input: Input, name: string): Json | undefined {
  return Object.hasOwn(input, name) ? (input[name] ?? undefined) : undefined;
}

/** A field that the rules say is a text. */
export function textOf(input: Input, name: string): string | undefined {
  const value = fieldOf(input, name);
  return typeof value === 'string' ? value : undefined;
}

/** A field that the rules say is a number. Digits in a text count, as they do for fal's models. */
export function numberIn(input: Input, name: string): number | undefined {
  const value = asNumber(fieldOf(input, name));
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

export function isObject(value: Json | undefined): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function problem(loc: readonly (string | number)[], msg: string, type: string, input: Json, ctx?: Record<string, Json>): InputProblem {
  const isShort = JSON.stringify(input).length <= LONGEST_ECHO;
  return { loc, msg, type, ...(isShort && { input }), ...(ctx !== undefined && { ctx }) };
}

function checkNumber(loc: readonly (string | number)[], value: Json, { kind, least, most }: Omit<FieldRule, 'name'>): InputProblem[] {
  const noun = kind === 'whole' ? 'integer' : 'number';
  const stem = kind === 'whole' ? 'int' : 'float';
  const number = asNumber(value);
  if (number === undefined) return [problem(loc, `Input should be a valid ${noun}`, `${stem}_type`, value)];
  if (Number.isNaN(number))
    return [problem(loc, `Input should be a valid ${noun}, unable to parse string as ${kind === 'whole' ? 'an' : 'a'} ${noun}`, `${stem}_parsing`, value)];
  if (kind === 'whole' && !Number.isSafeInteger(number)) {
    return [problem(loc, 'Input should be a valid integer, got a number with a fractional part', 'int_from_float', value)];
  }
  if (least !== undefined && number < least)
    return [problem(loc, `Input should be greater than or equal to ${least}`, 'greater_than_equal', value, { ge: least })];
  if (most !== undefined && number > most) return [problem(loc, `Input should be less than or equal to ${most}`, 'less_than_equal', value, { le: most })];
  return [];
}

/** @returns undefined: nothing that could be a number; NaN: a text that is none */
function asNumber(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  return /^-?\d{1,16}(?:\.\d{1,16})?$/.test(value) ? Number(value) : Number.NaN;
}

function checkLength(loc: readonly (string | number)[], value: string, { least, most }: Omit<FieldRule, 'name'>): InputProblem[] {
  if (least !== undefined && value.length < least) {
    return [problem(loc, `String should have at least ${least} character${least === 1 ? '' : 's'}`, 'string_too_short', value, { min_length: least })];
  }
  if (most !== undefined && value.length > most) {
    return [problem(loc, `String should have at most ${most} characters`, 'string_too_long', value, { max_length: most })];
  }
  return [];
}

function checkCount(loc: readonly (string | number)[], value: readonly Json[], { least, most }: Omit<FieldRule, 'name'>): InputProblem[] {
  const said = `not ${value.length}`;
  if (least !== undefined && value.length < least) {
    return [
      problem(loc, `List should have at least ${least} item${least === 1 ? '' : 's'} after validation, ${said}`, 'too_short', value, { min_length: least }),
    ];
  }
  if (most !== undefined && value.length > most) {
    return [problem(loc, `List should have at most ${most} items after validation, ${said}`, 'too_long', value, { max_length: most })];
  }
  return [];
}

function checkChoice(loc: readonly (string | number)[], value: Json, choices: readonly string[]): InputProblem[] {
  if (typeof value === 'string' && choices.includes(value)) return [];
  const quoted = choices.map((choice) => `'${choice}'`);
  const expected = quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
  return [problem(loc, `Input should be ${expected}`, 'literal_error', value, { expected })];
}
