import type { FastifyInstance } from 'fastify';

/**
 * What pages of other origins call: models, tokens, uploads, files. Never the pages and the platform API, which belong to
 * whoever looks after an account. No credentials: a key or a token is sent on purpose, never by the browser itself.
 */
const OPEN_TO_PAGES = /^\/(?:run|queue|rest|cdn)\//;
const ONE_DAY_SECONDS = '86400';

/** Said with every answer there. */
export const CROSS_ORIGIN_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': '*',
} as const;

const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
  // The star stands for all but the first: `content-type`, `x-fal-…`.
  'access-control-allow-headers': 'authorization, *',
  'access-control-max-age': ONE_DAY_SECONDS,
} as const;

/** Lets browsers use what is theirs to use, from pages of any origin. Called before other hooks that answer. */
export function allowOtherOrigins(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!OPEN_TO_PAGES.test(request.url)) {
      done();
      return;
    }
    // On the response itself, so that streams say it too, which write their own head.
    for (const [name, value] of Object.entries(CROSS_ORIGIN_HEADERS)) reply.raw.setHeader(name, value);
    if (request.method === 'OPTIONS') reply.code(204).headers(PREFLIGHT_HEADERS).send();
    else done();
  });
}
