import { z } from 'zod';
import { US_PER_SECOND } from '../../../core/time.js';
import type { Json } from '../../json.js';
import type { LiveRequest } from '../../world/live-request.js';
import { type PlatformTools, timestamp } from './tools.js';

export const STATUS_FILTERS = ['success', 'error', 'user_error', 'in_queue', 'in_progress'] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];

const USER_ERRORS_FROM = 400;
const SERVER_ERRORS_FROM = 500;

export const requestSchema = z.object({
  request_id: z.string(),
  endpoint_id: z.string(),
  status: z.enum(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']).describe('fal lists requests that have ended only.'),
  sent_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  status_code: z.int().nullable(),
  duration: z.number().nullable().describe('Seconds from being sent to the end.'),
  key_id: z.string(),
  runner_id: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
  error_type: z.string().nullable(),
  json_input: z.any().optional().describe('With expand=payloads.'),
  json_output: z.any().optional().describe('With expand=payloads.'),
});

/** @param withPayloads input and output, where they are kept */
export function wireRequest(request: LiveRequest, withPayloads: boolean, tools: PlatformTools): z.output<typeof requestSchema> {
  const { endedUs, startedUs, submittedUs, answer } = request;
  return {
    request_id: request.id,
    endpoint_id: request.endpoint,
    status: request.state,
    sent_at: timestamp(tools, submittedUs),
    started_at: startedUs === undefined ? null : timestamp(tools, startedUs),
    ended_at: endedUs === undefined ? null : timestamp(tools, endedUs),
    status_code: answer?.status ?? null,
    duration: endedUs === undefined ? null : (endedUs - submittedUs) / US_PER_SECOND,
    key_id: request.keyId,
    runner_id: request.runner === '' ? null : request.runner,
    tags: { ...request.tags },
    error_type: request.failure?.errorType ?? null,
    ...(withPayloads && { json_input: request.input ?? null, json_output: outputOf(request) }),
  };
}

/** fal's words for how a request ended, and two more for those that have not. */
export function statusOf({ state, answer, outcome }: LiveRequest): StatusFilter {
  if (state === 'IN_QUEUE') return 'in_queue';
  if (state === 'IN_PROGRESS') return 'in_progress';
  if (answer === undefined) return outcome === 'ok' ? 'success' : 'error';
  if (answer.status >= SERVER_ERRORS_FROM) return 'error';
  return answer.status >= USER_ERRORS_FROM ? 'user_error' : 'success';
}

/** How much input and output together take on the wire, bytes. */
export function payloadBytes({ input, answer }: LiveRequest): number {
  const given = input === undefined ? 0 : Buffer.byteLength(JSON.stringify(input));
  return given + (answer === undefined ? 0 : Buffer.byteLength(answer.body));
}

function outputOf({ answer }: LiveRequest): Json {
  if (answer === undefined) return null;
  try {
    return JSON.parse(answer.body) as Json;
  } catch {
    return answer.body;
  }
}
