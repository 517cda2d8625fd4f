import type { z } from 'zod';
import { detailAnswers, type JsonSchema, jsonSchema, platformAnswers, WITH_KEY } from '../schemas.js';

/** One operation of the platform API: types, validation and the OpenAPI document come from the same schemas. */
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'Keys' | 'Account' | 'Requests' | 'Apps' | 'Models' | 'Operator';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly headers?: z.ZodType;
  readonly body?: z.ZodType;
  /** Status and body of success; `null`: no body. */
  readonly success: readonly [status: number, body: z.ZodType | null];
  /** Statuses of refusals beside 401 and those of what it takes in. */
  readonly refusals?: readonly (403 | 404 | 409)[];
  /** Errors as `rest.fal.ai` words them. */
  readonly isRest?: boolean;
}

/** @returns the schema of a fastify route */
export function operation(given: Operation): JsonSchema {
  const { summary, description = summary, tag, params, query, headers, body, success, refusals = [], isRest = false } = given;
  // What the schema refuses is a 422 at rest.fal.ai.
  const codes = [isRest ? 422 : 400, 401, ...refusals, ...(body === undefined ? [] : [413, 415, 429])];
  const [status, answer] = success;
  return {
    summary,
    description,
    tags: [tag],
    security: WITH_KEY,
    ...(params && { params: jsonSchema(params) }),
    ...(query && { querystring: jsonSchema(query) }),
    ...(headers && { headers: jsonSchema(headers) }),
    ...(body && { body: jsonSchema(body) }),
    response: {
      [status]: answer === null ? { description: 'Done', type: 'null' } : { description: 'Done', ...jsonSchema(answer, 'output') },
      ...(isRest ? detailAnswers(...codes) : platformAnswers(...codes)),
    },
  };
}
