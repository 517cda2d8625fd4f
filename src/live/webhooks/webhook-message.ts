import { createHash } from 'node:crypto';
import type { LiveRequest } from '../world/live-request.js';
import type { SigningKey } from './signing-key.js';

/** What a receiver is told of an ended request: JSON text. */
export function webhookBody(request: LiveRequest): string {
  const { answer } = request;
  const words: string[] = [`"request_id":${JSON.stringify(request.id)}`, `"gateway_request_id":${JSON.stringify(request.gatewayRequestId)}`];
  const isWell = request.failure === undefined && answer !== undefined && answer.status < 400;
  words.push(`"status":"${isWell ? 'OK' : 'ERROR'}"`);
  if (!isWell) words.push(`"error":${JSON.stringify(errorText(request))}`);
  if (answer !== undefined && isJson(answer.body)) words.push(`"payload":${answer.body}`);
  else words.push('"payload":null', `"payload_error":${JSON.stringify(payloadError(request))}`);
  return `{${words.join(',')}}`;
}

/**
 * The headers that go with a body, its signature among them.
 * @param sentMs ms since 1970 by the wall clock: receivers refuse what is more than 300 s off THEIR clock, so that
 * virtual time, which may run faster, would make every delivery look forged
 */
export function webhookHeaders(key: SigningKey, request: LiveRequest, body: string, sentMs: number): Record<string, string> {
  const user = headerText(request.account);
  const timestamp = String(Math.floor(sentMs / 1000));
  const digest = createHash('sha256').update(body).digest('hex');
  return {
    'content-type': 'application/json',
    'user-agent': 'slotstorm-webhook',
    'x-fal-webhook-request-id': request.id,
    'x-fal-webhook-user-id': user,
    'x-fal-webhook-timestamp': timestamp,
    'x-fal-webhook-signature': key.sign(`${request.id}\n${user}\n${timestamp}\n${digest}`),
  };
}

function errorText({ answer, failure }: LiveRequest): string {
  if (answer !== undefined && answer.status >= 400) return `Invalid status code: ${answer.status}`;
  return failure?.error ?? 'The request has no result';
}

function payloadError({ answer }: LiveRequest): string {
  return answer === undefined ? 'The result is not kept any more' : 'The result is not JSON';
}

/** A model of the user's own may have answered anything. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Account names are free text in a scenario; a header is not, and it is signed as it is sent. */
function headerText(name: string): string {
  return /^[\x21-\x7e]+$/.test(name) ? name : encodeURIComponent(name);
}
