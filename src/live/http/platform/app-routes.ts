import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { notFound, notFoundAtRest } from './errors.js';
import { operation } from './operation.js';
import { IDEMPOTENCY_HEADERS, idempotencyKey, type PlatformRoutes, type PlatformTools } from './tools.js';

const name = z.string().min(1).max(200);
const params = z.object({ owner: name, name });
const restParams = z.object({ user: name, app: name });
const sizeSchema = z.object({ queue_size: z.int() });
const restSizeSchema = z.object({ size: z.int() });
const flushedSchema = z.object({ flushed: z.int().describe('Requests taken out of the queue. fal does not say.') });

/** The queue of an app: its owner sees how long it is, and takes out what waits. */
export const appRoutes: PlatformRoutes = (app, tools) => {
  const { world } = tools;

  app.get('/v1/serverless/apps/:owner/:name/queue', { schema: SIZE }, (request) => {
    const { owner, name } = request.params as z.output<typeof params>;
    return { queue_size: world.queueLength(ownApp(request, owner, name, tools)) };
  });

  app.delete('/v1/serverless/apps/:owner/:name/queue', { schema: FLUSH }, (request) => {
    const { owner, name } = request.params as z.output<typeof params>;
    return flush(request, owner, name, tools);
  });

  // What `fal queue size` and `fal queue flush` of the `fal` package ask for.
  app.get('/rest/applications/:user/:app/queue', { schema: REST_SIZE }, (request) => {
    const { user, app } = request.params as z.output<typeof restParams>;
    return { size: world.queueLength(ownApp(request, user, app, tools)) };
  });

  app.delete('/rest/applications/:user/:app/queue', { schema: REST_FLUSH }, (request) => {
    const { user, app } = request.params as z.output<typeof restParams>;
    return flush(request, user, app, tools);
  });
};

const SIZE = operation({ summary: 'How many requests wait at an own app', tag: 'Apps', params, success: [200, sizeSchema], refusals: [403, 404] });

const FLUSH = operation({
  summary: 'Take all waiting requests out of an own app’s queue',
  description: 'Requests in progress go on.',
  tag: 'Apps',
  params,
  headers: IDEMPOTENCY_HEADERS,
  success: [200, flushedSchema],
  refusals: [403, 404],
});

const REST_SIZE = operation({
  summary: 'How many requests wait at an own app, as the fal command line asks',
  tag: 'Apps',
  params: restParams,
  success: [200, restSizeSchema],
  isRest: true,
  refusals: [403, 404],
});

const REST_FLUSH = operation({
  summary: 'Flush the queue of an own app, as the fal command line does',
  tag: 'Apps',
  params: restParams,
  headers: IDEMPOTENCY_HEADERS,
  success: [200, flushedSchema],
  isRest: true,
  refusals: [403, 404],
});

function flush(request: FastifyRequest, owner: string, name: string, tools: PlatformTools): z.output<typeof flushedSchema> {
  const app = ownApp(request, owner, name, tools);
  const flushed = tools.answers.once(`flush ${app}`, idempotencyKey(request.headers), () => tools.world.flush(app));
  return { flushed };
}

/** @returns `owner/alias`. Another account's app is answered like an unknown one */
function ownApp(request: FastifyRequest, owner: string, name: string, { world, authorise }: PlatformTools): string {
  const caller = authorise(request, 'ADMIN');
  const app = `${owner}/${name}`;
  const endpoint = world.endpoints().find((one) => one.endpoint === app || one.endpoint.startsWith(`${app}/`));
  const isOwn = endpoint !== undefined && (caller.scope === 'OPERATOR' || endpoint.ownerAccount === caller.account);
  if (!isOwn) throw request.url.startsWith('/rest/') ? notFoundAtRest('app') : notFound('app');
  return app;
}
