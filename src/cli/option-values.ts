import { parseDurationUs } from '../core/units.js';
import { DURATION } from '../scenario/schema/words.js';
import { UsageError } from './failures.js';
import type { Shipped } from './shipped.js';

/** `--limiter`, wherever a scenario is run. */
export function limiterOption(shipped: Shipped) {
  return {
    type: 'string',
    requiresArg: true,
    describe: `Module of a limiter of your own (.ts, .js) that decides about slots: see ${shipped('docs/own-limiter.md')}`,
  } as const;
}

export const MOST_SEEDS = 100_000;
export const MOST_WORKERS = 1_024;

/** @throws UsageError that names the option */
export function wholeNumber(option: string, value: unknown, least: number, most: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least && number <= most) return number;
  // SLOTSTORM_WORKERS may hold the address of a Redis for plans, and reaches the commands that count threads.
  const got = option === '--workers' && mayHoldPassword(String(value)) ? 'something else' : JSON.stringify(value);
  throw new UsageError(`${option}: expected a whole number from ${least} up to ${most}, got ${got}`);
}

/** Whether a text may be the address of a Redis, with mistakes in it: that is never repeated. */
export function mayHoldPassword(text: string): boolean {
  return /[@:/]/.test(text);
}

export function folderName(value: string): string {
  if (value.trim() !== '') return value;
  throw new UsageError('--out: expected a folder, got an empty name');
}

/** A duration of real time, ms. @throws UsageError that names the option */
export function milliseconds(option: string, value: unknown): number {
  const us = typeof value === 'string' ? parseDurationUs(value) : undefined;
  if (us !== undefined && us >= 1_000) return Math.round(us / 1_000);
  throw new UsageError(`${option}: expected ${DURATION}, of at least 1ms, got ${JSON.stringify(value)}`);
}

/** A list of names, each of which is known; several may stand in one text, with commas between them. @throws UsageError */
export function namesOf<Name extends string>(option: string, given: readonly string[], known: readonly Name[]): Name[] {
  const names = given
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names) {
    if (!(known as readonly string[]).includes(name)) throw new UsageError(`${option}: expected ${known.join(', ')}, got ${JSON.stringify(name)}`);
  }
  return names as Name[];
}

/** Virtual seconds in a second of the wall clock. @throws UsageError */
export function speedOf(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && number >= 0.001 && number <= 10_000) return number;
  throw new UsageError(`--speed: expected a number from 0.001 up to 10000, got ${JSON.stringify(value)}`);
}

/** One of several names; undefined where none was given. @throws UsageError */
export function nameOf<Name extends string>(option: string, value: unknown, known: readonly Name[]): Name | undefined {
  if (value === undefined) return undefined;
  const [name, ...more] = namesOf(option, [value].flat().map(String), known);
  if (name === undefined || more.length > 0) throw new UsageError(`${option}: expected one of ${known.join(', ')}, got ${JSON.stringify(value)}`);
  return name;
}

/** @throws UsageError */
export function pathText(option: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value.trim() !== '')) return value;
  throw new UsageError(`${option}: expected a path, got ${JSON.stringify(value)}`);
}
