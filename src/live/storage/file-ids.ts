import { randomBytes } from 'node:crypto';
import type { WireHeaders } from '../../protocol/call-headers.js';

/** The longest that a caller may ask for; more would leave the whole numbers that µs are counted in. */
const MOST_SECONDS = 1e9;
const LIFECYCLE_HEADERS = ['x-fal-object-lifecycle', 'x-fal-object-lifecycle-preference'] as const;

/** What nobody can guess: 128 bits. */
export function unguessable(): string {
  return randomBytes(16).toString('base64url');
}

/**
 * A new file's id. Files need no key to be read, so that it cannot be guessed; when it is over stands in it, so that nothing
 * beside the bytes has to be stored.
 * @param expiresUs virtual µs; undefined: never
 */
export function newFileId(expiresUs: number | undefined): string {
  return expiresUs === undefined ? unguessable() : `${unguessable()}.${expiresUs.toString(36)}`;
}

/** @param nowUs virtual µs */
export function isExpiredFile(id: string, nowUs: number): boolean {
  const [, expiry] = id.split('.');
  return expiry !== undefined && nowUs >= Number.parseInt(expiry, 36);
}

/**
 * How long a file is wanted: `{"expiration_duration_seconds": 60}` of either lifecycle header. CHOICE (2.5): what cannot be
 * read is ignored, and so is `initial_acl`: files can be read by whoever has their address.
 * @returns virtual µs; undefined: for good
 */
export function wantedLifetimeUs(headers: WireHeaders): number | undefined {
  for (const name of LIFECYCLE_HEADERS) {
    const seconds = readSeconds(headers[name]);
    if (seconds !== undefined) return Math.round(Math.min(seconds, MOST_SECONDS) * 1e6);
  }
  return undefined;
}

function readSeconds(text: WireHeaders[string]): number | undefined {
  if (typeof text !== 'string') return undefined;
  const wish = parsed(text);
  if (typeof wish !== 'object' || wish === null || !Object.hasOwn(wish, 'expiration_duration_seconds')) return undefined;
  const { expiration_duration_seconds: seconds } = wish as { expiration_duration_seconds: unknown };
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
