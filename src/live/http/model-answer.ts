import type { FastifyReply } from 'fastify';
import { copyAnswerHeaders } from '../../protocol/answer-headers.js';
import type { Answer } from '../answer.js';
import type { LiveRequest } from '../world/live-request.js';
import { JSON_TYPE } from './wire-error.js';

/** Sends what a request ended with: the model's own status, headers and body, and the platform's headers of 2.6. */
export function sendAnswer(reply: FastifyReply, request: LiveRequest, answer: Answer): void {
  reply.code(answer.status);
  copyAnswerHeaders(answer.headers, answer.status, (name, value) => reply.header(name, value));
  reply.headers(platformHeaders(request, answer));
  if (!reply.hasHeader('content-type')) reply.header('content-type', JSON_TYPE);
  reply.send(answer.body);
}

/** What the platform says beside the model. Names in lower case. */
export function platformHeaders(request: LiveRequest, { status, headers }: Pick<Answer, 'status' | 'headers'>): Record<string, string> {
  const own: Record<string, string> = { 'x-fal-request-id': request.id };
  if (request.runner !== '') own['x-fal-served-from'] = headerText(request.runner);
  // CHOICE (2.6): a call that went well is one unit; fal's units differ by model, and 5xx are never billed.
  if (status < 300) own['x-fal-billable-units'] = '1';
  if (request.outcome === 'startTimeout') own['x-fal-request-timeout-type'] = 'user';
  const errorType = request.failure?.errorType;
  if (errorType !== undefined) own['x-fal-error-type'] = headerText(errorType);
  if (isTemporary(request, status)) own['x-fal-needs-retry'] = '1';
  return { ...own, ...onlyKnown(headers, own) };
}

/** A direct call is not tried again by the platform: its caller is told that another try may do. */
function isTemporary({ mode, outcome, failure }: LiveRequest, status: number): boolean {
  return mode === 'direct' && status >= 502 && outcome !== 'startTimeout' && failure?.errorType !== undefined;
}

/** Where the answer already says one of the platform's headers, its word counts. */
function onlyKnown(headers: Answer['headers'], own: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name in own && name !== 'x-fal-request-id'));
}

/** Names come from scenarios; a header takes no control characters. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '_').slice(0, 200);
}
