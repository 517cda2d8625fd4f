import { type InputProblem, infrastructureProblem, type Problem } from './problem.js';

/** Headers as Node gives them: names in lower case. */
export type WireHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a caller says beside the input. */
export interface CallTerms {
  /** µs; undefined: none. */
  readonly startTimeoutUs: number | undefined;
  readonly low: boolean;
  readonly hint: string | undefined;
  readonly retries: CallRetries | undefined;
  readonly storesPayload: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Extra attempts by condition; undefined: the platform's. Only the owner of an app may have its wish, which the platform sees to. */
export interface CallRetries {
  readonly never: boolean;
  readonly serverError: number | undefined;
  readonly timeout: number | undefined;
  readonly connectionError: number | undefined;
}

const NO_TAGS: Readonly<Record<string, string>> = Object.freeze({});

/** @returns the terms, or what is wrong with them: only a start timeout can be wrong, the rest is ignored as fal does */
export function readCallTerms(headers: WireHeaders): CallTerms | Problem {
  const startTimeoutUs = readStartTimeout(headers);
  if (typeof startTimeoutUs === 'object') return startTimeoutUs;
  return {
    startTimeoutUs,
    low: headers['x-fal-queue-priority'] === 'low',
    hint: readHint(headers['x-fal-runner-hint']),
    retries: readRetries(headers),
    storesPayload: headers['x-fal-store-io'] !== '0',
    tags: readTags(headers['x-fal-tags']),
  };
}

const LEAST_START_TIMEOUT_SECONDS = 0.1;
/** About 31 years: more would leave the whole numbers that µs are counted in. */
const MOST_START_TIMEOUT_SECONDS = 1e9;
const DECIMAL = /^\s*\d+(?:\.\d*)?(?:e[+-]?\d+)?\s*$/i;

function readStartTimeout(headers: WireHeaders): number | undefined | Problem {
  // Section 13: both names are in use, and the newer one wins.
  const name = headers['x-fal-request-start-timeout'] === undefined ? 'x-fal-request-timeout' : 'x-fal-request-start-timeout';
  const text = headers[name];
  if (text === undefined) return undefined;
  const seconds = typeof text === 'string' && DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (seconds > LEAST_START_TIMEOUT_SECONDS) return Math.round(Math.min(seconds, MOST_START_TIMEOUT_SECONDS) * 1e6);
  return infrastructureProblem('bad_request', `Header ${name} must be a number of seconds greater than ${LEAST_START_TIMEOUT_SECONDS}, got ${quoted(text)}`);
}

/** Text of a caller inside a message: short, and without control characters. */
function quoted(text: string | readonly string[]): string {
  return JSON.stringify(String(text).slice(0, 40));
}

const LONGEST_HINT = 256;

function readHint(text: WireHeaders[string]): string | undefined {
  if (typeof text !== 'string' || text === '' || text.length > LONGEST_HINT) return undefined;
  return text;
}

function readRetries(headers: WireHeaders): CallRetries | undefined {
  const never = headers['x-fal-no-retry'];
  if (typeof never === 'string' && /^(?:1|true|yes)$/i.test(never))
    return { never: true, serverError: undefined, timeout: undefined, connectionError: undefined };
  const config = headers['x-fal-retry-config'];
  return typeof config === 'string' ? readRetryConfig(config) : undefined;
}

function readRetryConfig(text: string): CallRetries | undefined {
  const config = parsed(text);
  if (typeof config !== 'object' || config === null) return undefined;
  return {
    never: false,
    serverError: retriesOf(config, 'server_error'),
    timeout: retriesOf(config, 'timeout'),
    connectionError: retriesOf(config, 'connection_error'),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Bad JSON is ignored silently: 2.5.
  }
}

function retriesOf(config: object, condition: string): number | undefined {
  const entry: unknown = Object.hasOwn(config, condition) ? (config as Record<string, unknown>)[condition] : undefined;
  if (typeof entry !== 'object' || entry === null || !Object.hasOwn(entry, 'retries')) return undefined;
  const { retries } = entry as { retries: unknown };
  return Number.isSafeInteger(retries) && (retries as number) >= 0 ? (retries as number) : undefined;
}

const MOST_TAGS = 10;
const MOST_TAG_BYTES = 1024;
const TAG = /^\s*([a-z0-9._-]{1,64})=(.{0,256}?)\s*$/;

/** Bad pairs, reserved keys and whatever is too much are dropped silently. */
function readTags(text: WireHeaders[string]): Readonly<Record<string, string>> {
  if (typeof text !== 'string' || text === '') return NO_TAGS;
  const tags = new Map<string, string>();
  // Header text is Latin-1: one character, one byte.
  for (const pair of text.slice(0, MOST_TAG_BYTES).split(',')) {
    const [, key, value] = TAG.exec(pair) ?? [];
    if (key !== undefined && !key.startsWith('fal.') && (tags.has(key) || tags.size < MOST_TAGS)) tags.set(key, value ?? '');
  }
  return Object.fromEntries(tags);
}

/** `logs=0|1` of JavaScript, `logs=true|false` of Python. @returns undefined for anything else */
export function readFlag(text: unknown): boolean | undefined {
  if (text === undefined || text === '0' || text === 'false' || text === 'False') return false;
  return text === '1' || text === 'true' || text === 'True' ? true : undefined;
}

export function badFlag(name: string): InputProblem {
  return { loc: ['query', name], msg: 'Input should be 0, 1, true or false', type: 'bool_parsing' };
}
