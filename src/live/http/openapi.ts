import type { SwaggerOptions } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { VERSION } from '../../version.js';
import { contentAnswer, DetailError, type JsonSchema, jsonSchema, PlatformError } from './schemas.js';

type Answers = Readonly<Record<string, JsonSchema>>;

const DETAIL = jsonSchema(DetailError);
const FOREIGN = { ...DETAIL, description: 'x-fal-target-url does not name a fal host' };
const NOT_WRITTEN = 'What has happened cannot be written now, so nothing is told of it';
const PAGE = contentAnswer(NOT_WRITTEN, 'text/html');

/** What every operation may answer, whatever it does. */
function withCommonAnswers(schema: FastifySchema | undefined, url: string): FastifySchema {
  if (schema?.response === undefined || schema.hide === true) return schema ?? {};
  const own = schema.response as Answers;
  return { ...schema, response: { 412: FOREIGN, 503: notWritten(own, url), ...own } };
}

function notWritten(own: Answers, url: string): JsonSchema {
  if (url.startsWith('/v1/')) return { ...jsonSchema(PlatformError), description: NOT_WRITTEN };
  // Its errors are all of one shape, and all need a key.
  if (url.startsWith('/nexa/')) return { ...own[401], description: NOT_WRITTEN };
  return /^\/(?:rest|cdn|queue|run|metrics)/.test(url) ? { ...DETAIL, description: NOT_WRITTEN } : PAGE;
}

/** What the OpenAPI document says beside its routes. */
export const API_DESCRIPTION: SwaggerOptions = {
  transform: ({ schema, url }) => ({ schema: withCommonAnswers(schema, url), url }),
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'slotstorm emulator',
      version: VERSION,
      description:
        "fal's queue, run, storage and platform API on this machine. Each of fal's hosts is a prefix here: `queue.fal.run` is `/queue`, `fal.run` is `/run`, " +
        '`rest.fal.ai` is `/rest`, `api.fal.ai/v1` is `/v1`, `v3.fal.media` is `/cdn`. The same routes answer to those Host names and to the proxy header `x-fal-target-url`; 412 where that names another host.',
    },
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Key <id>:<secret>`' },
      },
    },
    tags: [
      { name: 'queue', description: 'Submit, status, result, cancel' },
      { name: 'run', description: 'Direct calls: answered on the same connection, or refused' },
    ],
  },
};
