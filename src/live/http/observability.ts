import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { RouteGroup } from './context.js';
import { metricsOf } from './observability/observe.js';
import { contentAnswer, jsonSchema, platformAnswers, WITH_KEY } from './schemas.js';

export { loggerOptions } from './observability/logging.js';

const Health = z.object({ status: z.enum(['ok', 'draining']) });

/** Whether it lives, and how it does. Needs `observe` on the server. */
export const observabilityRoutes: RouteGroup = (app, { closing, authenticate }) => {
  app.get('/healthz', { schema: HEALTH }, (_request, reply) => {
    if (closing.aborted) return reply.code(503).send({ status: 'draining' });
    return reply.send({ status: 'ok' });
  });

  app.get('/metrics', { schema: METRICS }, (_request, reply) => sendMetrics(app, reply));

  app.get('/v1/serverless/metrics', { schema: FAL_METRICS }, (request, reply) => {
    authenticate(request);
    return sendMetrics(app, reply);
  });
};

async function sendMetrics(app: FastifyInstance, reply: FastifyReply): Promise<FastifyReply> {
  const metrics = metricsOf(app);
  const text = await metrics.text();
  return reply.header('content-type', metrics.contentType).send(text);
}

const HEALTH = {
  summary: 'Whether the emulator takes requests',
  description: '`draining` with 503 while it closes: what was begun is still ended.',
  tags: ['Observability'],
  response: { 200: { description: 'It does', ...jsonSchema(Health, 'output') }, 503: { description: 'It is closing', ...jsonSchema(Health, 'output') } },
};

const METRICS = {
  summary: 'Metrics for Prometheus',
  description: 'fal’s names (`fal_app_…`), and slotstorm’s own. No account is named.',
  tags: ['Observability'],
  response: { 200: contentAnswer('Prometheus text format 0.0.4', 'text/plain') },
};

const FAL_METRICS = {
  ...METRICS,
  summary: 'Metrics for Prometheus, where fal has them',
  description: 'fal shows the caller’s own apps only; here it is the same as /metrics.',
  security: WITH_KEY,
  response: { ...METRICS.response, ...platformAnswers(401) },
};
