import type { SwaggerOptions } from '@fastify/swagger';
import { VERSION } from '../../version.js';

/** What the OpenAPI document says beside its routes. */
export const API_DESCRIPTION: SwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'slotstorm emulator',
      version: VERSION,
      description:
        "fal's queue, run, storage and platform API on this machine. Each of fal's hosts is a prefix here: `queue.fal.run` is `/queue`, `fal.run` is `/run`, " +
        '`rest.fal.ai` is `/rest`, `api.fal.ai/v1` is `/v1`, `v3.fal.media` is `/cdn`. The same routes answer to those Host names and to the proxy header `x-fal-target-url`.',
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
