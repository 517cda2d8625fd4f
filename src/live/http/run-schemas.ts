import type { FastifySchema } from 'fastify';
import { AnyJson, appParams, contentAnswer, detailAnswers, WITH_KEY } from './schemas.js';

const REFUSALS = detailAnswers(400, 401, 403, 404, 413, 415, 422, 429, 499, 500, 502, 503, 504);

export const RUN: FastifySchema = {
  tags: ['run'],
  summary: 'Call a model directly',
  description:
    'Answered on this connection. At the limit of the account: 429 at once; without a runner: 503. No queue, no retries by the platform. ' +
    'A client that goes away cancels its call. Sub-paths and the namespaces `workflows` and `comfy` are served alike.',
  security: WITH_KEY,
  params: appParams(),
  body: AnyJson,
  response: { 200: AnyJson, ...REFUSALS },
};

export const RUN_BY_GET: FastifySchema = {
  tags: ['run'],
  summary: 'Call a model directly, with its input in the query',
  security: WITH_KEY,
  params: appParams(),
  response: { 200: AnyJson, ...REFUSALS },
};

export const STREAM: FastifySchema = {
  tags: ['run'],
  summary: 'Call a model directly and stream its output',
  description: 'Server-sent events: one JSON object each, the last one is the result. Errors before the first event are plain answers.',
  security: WITH_KEY,
  params: appParams(),
  body: AnyJson,
  response: { 200: contentAnswer('Events', 'text/event-stream'), ...REFUSALS },
};
