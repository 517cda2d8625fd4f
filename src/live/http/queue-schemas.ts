import type { FastifySchema } from 'fastify';
import {
  AnyJson,
  appParams,
  CompletedStatus,
  contentAnswer,
  DetailError,
  detailAnswers,
  jsonSchema,
  PendingStatus,
  QueueWord,
  Submitted,
  WITH_KEY,
} from './schemas.js';

const REQUEST_PARAMS = appParams({ id: { type: 'string', description: 'The request_id that submit answered' } });
const LOGS_QUERY = { type: 'object', properties: { logs: { type: 'string', enum: ['0', '1', 'true', 'false'], description: 'Whether log lines are wanted' } } };

export const SUBMIT: FastifySchema = {
  tags: ['queue'],
  summary: 'Submit a request',
  description:
    'Never refused for concurrency: at the limit it waits. Sub-paths (`/queue/{owner}/{alias}/{path}`) and the namespaces `workflows` and `comfy` are served alike. ' +
    'Headers: X-Fal-Request-Start-Timeout or X-Fal-Request-Timeout (seconds, more than 0.1), X-Fal-Queue-Priority, X-Fal-Runner-Hint, X-Fal-No-Retry, X-Fal-Retry-Config, X-Fal-Store-IO, X-Fal-Tags.',
  security: WITH_KEY,
  params: appParams(),
  querystring: {
    type: 'object',
    properties: {
      fal_webhook: { type: 'string', format: 'uri', description: 'Where the result is posted to' },
      fal_max_queue_length: { type: 'integer', minimum: 0, maximum: 999_999_999, description: 'Refused when more requests wait than that' },
    },
  },
  body: AnyJson,
  response: { 200: jsonSchema(Submitted), ...detailAnswers(400, 401, 403, 404, 413, 415, 422, 429) },
};

export const STATUS: FastifySchema = {
  tags: ['queue'],
  summary: 'Status of a request',
  description: '202 while it waits or runs, 200 once it is COMPLETED. A failure is COMPLETED with `error` and `error_type`.',
  security: WITH_KEY,
  params: REQUEST_PARAMS,
  querystring: LOGS_QUERY,
  response: { 200: jsonSchema(CompletedStatus), 202: jsonSchema(PendingStatus), ...detailAnswers(400, 401, 422), 404: jsonSchema(QueueWord) },
};

export const STATUS_STREAM: FastifySchema = {
  tags: ['queue'],
  summary: 'Status of a request as it changes',
  description: 'Server-sent events: one status object each, logs since the event before; a comment every 15 s; ends after COMPLETED.',
  security: WITH_KEY,
  params: REQUEST_PARAMS,
  querystring: LOGS_QUERY,
  response: { 200: contentAnswer('Events', 'text/event-stream'), ...detailAnswers(400, 401, 422, 503), 404: jsonSchema(QueueWord) },
};

export const RESULT: FastifySchema = {
  tags: ['queue'],
  summary: 'Result of a request',
  description: "The model's own status, headers and body, errors included. Not finished: 400.",
  security: WITH_KEY,
  params: REQUEST_PARAMS,
  response: { 200: AnyJson, ...detailAnswers(400, 401, 422, 499, 500, 502, 503, 504), 404: jsonSchema(QueueWord) },
};

const CANNOT_CANCEL = { description: 'Completed already, or the body is not JSON', anyOf: [jsonSchema(QueueWord), jsonSchema(DetailError)] };

export const CANCEL: FastifySchema = {
  tags: ['queue'],
  summary: 'Cancel a request',
  description: 'One that waits never runs; one that runs is asked to stop, and may complete all the same. An empty body is accepted whatever its content type.',
  security: WITH_KEY,
  params: REQUEST_PARAMS,
  response: { 202: jsonSchema(QueueWord), 400: CANNOT_CANCEL, ...detailAnswers(401, 413, 415, 429), 404: jsonSchema(QueueWord) },
};
