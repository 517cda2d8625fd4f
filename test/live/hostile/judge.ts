import type { Answer, Shot } from './shot.js';

/** Words that only the inside of the server knows. */
const INSIDE = /node_modules|node:internal|\.[jt]s:\d+|at Object\.|FST_ERR|SQLITE/;

/**
 * Whether an answer is one that may be given to a request which somebody got wrong.
 * @returns what is wrong with the answer; undefined: nothing
 */
export function objection(shot: Shot, answer: Answer | undefined, secret: string): string | undefined {
  if (answer === undefined) return 'the connection was closed without an answer';
  const { status, headers, body } = answer;
  const text = body.toString();
  if (!(status >= 200 && status < 600)) return `answered ${status}`;
  if (status >= 500 && !isStatedEnding(answer)) return `answered ${status}: ${text.slice(0, 200)}`;
  if (INSIDE.test(text)) return `told about its inside: ${text.slice(0, 200)}`;
  if (text.includes(secret)) return 'told a secret';
  if (headers['location']?.includes('evil.example') === true) return `sent its caller to ${headers['location']}`;
  if ((headers['access-control-allow-origin'] ?? '*') !== '*' || headers['access-control-allow-credentials'] !== undefined)
    return 'let pages of other origins act for their reader';
  if (status < 400 || shot.method === 'HEAD') return undefined;
  return shapeProblem(headers['content-type'] ?? '', text);
}

/** A start timeout that was set, and met. */
function isStatedEnding({ status, headers }: Answer): boolean {
  return status === 504 && headers['x-fal-request-timeout-type'] === 'user';
}

function shapeProblem(type: string, text: string): string | undefined {
  if (type.startsWith('text/html')) return text.startsWith('<!doctype html>') || text.startsWith('<!DOCTYPE html>') ? undefined : 'a page that is no page';
  if (!type.startsWith('application/json')) return `an error of type ${JSON.stringify(type)}: ${text.slice(0, 100)}`;
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return `JSON that cannot be parsed: ${text.slice(0, 100)}`;
  }
  return isOfAFamily(said) ? undefined : `an error of no family: ${text.slice(0, 200)}`;
}

function isOfAFamily(said: unknown): boolean {
  if (typeof said !== 'object' || said === null) return false;
  const { detail, status, error } = said as Record<string, unknown>;
  if (typeof detail === 'string' || typeof status === 'string') return true;
  if (Array.isArray(detail)) return detail.every((one) => Array.isArray((one as { loc?: unknown }).loc) && typeof (one as { msg?: unknown }).msg === 'string');
  const { type, message } = (error ?? {}) as Record<string, unknown>;
  return typeof type === 'string' && typeof message === 'string';
}
