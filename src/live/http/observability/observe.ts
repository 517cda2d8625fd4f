import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { LiveWorld } from '../../world/live-world.js';
import { logAnswer } from './logging.js';
import { groupOf, Metrics } from './metrics.js';

const DECORATOR = 'metrics';
/** Routes that run a model and wait for it. */
const DIRECT = /^\/run\/|^\/nexa\/v1\/images?\//;

/**
 * Counts and logs what a server answers. Called before its routes are added, or it does not hear of them.
 * @param app the server itself, not a part of it
 */
export function observe(app: FastifyInstance, world: LiveWorld): void {
  const metrics = new Metrics(world);
  app.decorate(DECORATOR, metrics);
  app.addHook('onSend', (request: FastifyRequest, reply: FastifyReply, _payload, done) => {
    const group = groupOf(request.url);
    metrics.answered(group, reply.statusCode);
    if (group === 'queue' && request.method === 'POST') countRequest(metrics, reply);
    done();
  });
  app.addHook('onRoute', (route) => countDirectCalls(route, metrics));
  if (logsAnswers(app)) app.addHook('onResponse', logAnswer);
  app.addHook('onReady', (done) => {
    metrics.process.start();
    done();
  });
  app.addHook('onClose', (_app, done) => {
    metrics.process.stop();
    done();
  });
}

/** The metrics of the server that a route belongs to. */
export function metricsOf(app: FastifyInstance): Metrics {
  return app.getDecorator<Metrics>(DECORATOR);
}

/** A streamed answer is never "sent", but it ends. */
function countDirectCalls(route: RouteOptions, metrics: Metrics): void {
  if (!DIRECT.test(route.url)) return;
  const own = route.onResponse === undefined ? [] : [route.onResponse].flat();
  route.onResponse = [
    ...own,
    (_request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      countRequest(metrics, reply);
      done();
    },
  ];
}

function countRequest(metrics: Metrics, reply: FastifyReply): void {
  const id = reply.getHeader('x-fal-request-id') ?? reply.raw.getHeader('x-fal-request-id');
  if (typeof id === 'string') metrics.apps.accepted(id);
}

/** Whether a line is written for each answer. */
export function logsAnswers({ log }: FastifyInstance): boolean {
  return 'isLevelEnabled' in log && (log as { isLevelEnabled(level: string): boolean }).isLevelEnabled('info');
}
