import { z } from 'zod';

/** A JSON schema as fastify takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One source for types, validation and the OpenAPI document. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io });
  return rest;
}

const InputProblem = z.looseObject({
  loc: z.array(z.union([z.string(), z.number()])).describe('Where: `["body", "prompt"]`'),
  msg: z.string(),
  type: z.string(),
});

/** `{"detail": "…"}`, with the words of the infrastructure and concurrency families where they apply. */
export const DetailError = z
  .looseObject({
    detail: z.union([z.string(), z.array(InputProblem)]).describe('For people; a list where the input is at fault'),
    type: z.string().optional().describe('`concurrent_requests_limit`: the account has all its slots in use'),
    error_type: z.string().optional().describe('What the platform got wrong: `bad_request`, `runner_disconnected`, `request_timeout`, …'),
    data: z.looseObject({ limit: z.number().optional() }).optional(),
  })
  .describe('An error of a model or of the platform');

/** `{"status": "NOT_FOUND"}`. */
export const QueueWord = z
  .looseObject({ status: z.string().describe('`NOT_FOUND`, `ALREADY_COMPLETED`, `CANCELLATION_REQUESTED`') })
  .describe('A word of the queue');

/** `{"error": {"type", "message"}}`. */
export const PlatformError = z
  .looseObject({
    error: z.looseObject({
      type: z.enum(['authorization_error', 'validation_error', 'not_found', 'rate_limited', 'server_error', 'not_implemented']),
      message: z.string(),
    }),
  })
  .describe('An error of the platform API');

const LogLine = z.object({
  message: z.string(),
  level: z.enum(['STDERR', 'STDOUT', 'ERROR', 'INFO', 'WARN', 'DEBUG']),
  source: z.literal('USER'),
  timestamp: z.string().describe('ISO 8601'),
});

const Links = {
  request_id: z.string(),
  response_url: z.string().describe('Absolute'),
  status_url: z.string().describe('Absolute'),
  cancel_url: z.string().describe('Absolute'),
};

export const Submitted = z.looseObject({
  status: z.literal('IN_QUEUE'),
  ...Links,
  queue_position: z.int().min(0).describe('Requests ahead of this one, all callers together'),
  gateway_request_id: z.string().optional().describe('With a webhook: the id of the attempt'),
});

export const PendingStatus = z.looseObject({
  status: z.enum(['IN_QUEUE', 'IN_PROGRESS']),
  ...Links,
  queue_position: z.int().min(0).optional().describe('While IN_QUEUE'),
  logs: z.array(LogLine).nullable().optional().describe('While IN_PROGRESS; null unless asked for'),
});

export const CompletedStatus = z.looseObject({
  status: z.literal('COMPLETED'),
  ...Links,
  logs: z.array(LogLine).nullable(),
  metrics: z.looseObject({ inference_time: z.number().describe('Seconds') }),
  error: z.string().optional().describe('Only where it failed'),
  error_type: z.string().optional(),
});

/** A model's input or output: any JSON. */
export const AnyJson: JsonSchema = { description: 'Whatever the model takes or gives' };

const DETAIL = jsonSchema(DetailError);
const PLATFORM = jsonSchema(PlatformError);

const MEANING: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'No key, or one that is not accepted',
  403: 'The account is locked, or the key may not do this',
  404: 'Unknown, or of another account',
  405: 'Another method is meant',
  408: 'The request did not arrive in time',
  409: 'Not as things are now',
  413: 'Too much',
  415: 'Not JSON',
  422: 'The input is not valid',
  429: 'A limit is met',
  499: 'Cancelled',
  500: 'The model failed',
  502: 'The runner broke off',
  503: 'No runner, or the runner is lost',
  504: 'Too late: the start deadline or the request timeout has passed',
};

function answers(schema: JsonSchema, codes: readonly number[]): Record<number, JsonSchema> {
  return Object.fromEntries(codes.map((code) => [code, { ...schema, description: MEANING[code] ?? 'An error' }]));
}

/** Answers of the `detail` families for these statuses. */
export function detailAnswers(...codes: readonly number[]): Record<number, JsonSchema> {
  return answers(DETAIL, codes);
}

/** Answers of the platform API. */
export function platformAnswers(...codes: readonly number[]): Record<number, JsonSchema> {
  return answers(PLATFORM, codes);
}

/** An answer that is no JSON. */
export function contentAnswer(description: string, contentType: string): JsonSchema {
  // Of a stream each event would be held against the schema, and an event is no text.
  const schema = contentType === 'text/event-stream' ? {} : { type: 'string' };
  return { description, content: { [contentType]: { schema } } };
}

/** What a route asks for to be let in. */
export const WITH_KEY: readonly Readonly<Record<string, readonly string[]>>[] = [{ key: [] }];

const APP_PART: JsonSchema = { type: 'string', pattern: '^[A-Za-z0-9._~-]+$' };

/** Path parameters of routes that name an app, and more. */
export function appParams(more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  return { type: 'object', required: ['owner', 'alias', ...Object.keys(more)], properties: { owner: APP_PART, alias: APP_PART, ...more } };
}
