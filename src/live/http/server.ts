import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifyServerOptions, fastify, LogController } from 'fastify';
import { plainProblem } from '../../protocol/problem.js';
import { FOREIGN_TARGET } from '../../protocol/target.js';
import type { LiveWorld } from '../world/live-world.js';
import { sharedAnswerWriters } from './answer-writers.js';
import { Gatekeeper } from './auth.js';
import { BodyGate } from './body-gate.js';
import { BodyRoom } from './body-room.js';
import { Doors, giveDoors } from './closing.js';
import type { HttpContext, RouteGroup, ServerSettings } from './context.js';
import { allowOtherOrigins } from './cross-origin.js';
import { FastLane } from './fast-lane.js';
import { acceptJsonOnly } from './json-body.js';
import { StreamPlaces } from './limits.js';
import { answerParserError, HttpListener } from './listener.js';
import { MethodTable } from './method-table.js';
import { logsAnswers, metricsOf, observe } from './observability/observe.js';
import { API_DESCRIPTION } from './openapi.js';
import { publicUrlOf } from './public-url.js';
import { readNumbersInQueries } from './query-numbers.js';
import { queueRoutes } from './queue.js';
import { rewriteUrl } from './rewrite.js';
import { tellOnlyWhatIsWritten } from './settling.js';
import { inFamilyOf, JSON_TYPE, sendError, WireError } from './wire-error.js';

const LONGEST_PARAMETER = 500;

/**
 * Puts the routes of all groups behind one listener. Not listening yet: `app.listen`, `listenTls`, or `app.inject` in tests.
 * @param logger options of pino; false: no log
 * @param watch adds hooks that see every request; with it, or with a log of requests, none takes the fast lane
 */
export async function createServer(
  world: LiveWorld,
  settings: ServerSettings,
  groups: readonly RouteGroup[],
  logger: FastifyServerOptions['logger'] = false,
  watch?: (app: FastifyInstance) => void,
): Promise<FastifyInstance> {
  const doors = new Doors(settings.limits);
  const app = newApp(settings, logger);
  giveDoors(app, doors);
  watch?.(app);
  app.setSerializerCompiler(await sharedAnswerWriters());
  acceptJsonOnly(app);
  tellOnlyWhatIsWritten(app, world);
  closeWith(app, doors);
  observe(app, world);
  allowOtherOrigins(app);
  const context = contextOf(world, settings, doors);
  const room = new BodyRoom(settings.limits);
  new BodyGate(context, room, answerWhatNoRouteDoes(app)).guard(app);
  readNumbersInQueries(app);
  await app.register(swagger, API_DESCRIPTION);
  for (const group of groups) await app.register(async (part) => group(part, context));
  serveDocument(app);
  if (watch === undefined && groups.includes(queueRoutes) && !logsAnswers(app)) openFastLane(app, context, room);
  return app;
}

function openFastLane(app: FastifyInstance, context: HttpContext, room: BodyRoom): void {
  const metrics = metricsOf(app);
  (app.server as HttpListener).lane = new FastLane(context, room, app.log, (isSubmit, status, id) => {
    metrics.answered('queue', status);
    if (isSubmit && status === 200) metrics.apps.accepted(id);
  });
}

function newApp({ limits }: ServerSettings, logger: FastifyServerOptions['logger']): FastifyInstance {
  return fastify({
    ...(logger === undefined ? {} : { logger }),
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: (handler) => new HttpListener(limits, handler),
    rewriteUrl,
    genReqId: () => randomUUID(),
    bodyLimit: limits.bodyBytes,
    // While closing, requests on open connections are still answered, as the last ones of their connection.
    return503OnClosing: false,
    // HEAD of a GET that runs a model would run it.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    frameworkErrors: sendError,
    clientErrorHandler: answerParserError,
  });
}

function contextOf(world: LiveWorld, settings: ServerSettings, doors: Doors): HttpContext {
  const gatekeeper = new Gatekeeper(world.keys);
  const places = new StreamPlaces(settings.limits.streams);
  return {
    world,
    settings,
    authenticate: (request, app) => gatekeeper.authenticate(request, app),
    authorise: (request, scope) => gatekeeper.authorise(request, scope),
    publicUrl: (request) => settings.publicUrl ?? publicUrlOf(request),
    openStream: () => places.take(),
    closing: doors.closing,
  };
}

/** @returns what is answered where nothing is served */
function answerWhatNoRouteDoes(app: FastifyInstance): (request: FastifyRequest) => WireError {
  const methods = new MethodTable();
  app.addHook('onRoute', methods.add);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request) => {
    throw noRoute(request, methods);
  });
  return (request) => noRoute(request, methods);
}

function noRoute(request: FastifyRequest, methods: MethodTable): WireError {
  const [path = ''] = request.url.split('?', 1);
  if (path === FOREIGN_TARGET) return WireError.of(plainProblem(412, 'x-fal-target-url must be an absolute address of a fal host'));
  const allowed = methods.methodsOf(path);
  if (allowed.length > 0 && !allowed.includes(request.method))
    return WireError.of(inFamilyOf(request, plainProblem(405, 'Method Not Allowed', { allow: allowed.join(', ') }), 'validation_error'));
  return WireError.of(inFamilyOf(request, plainProblem(404, 'Nothing is served here. Paths begin with /queue/, /run/, /rest/, /v1/ or /cdn/'), 'not_found'));
}

function closeWith(app: FastifyInstance, doors: Doors): void {
  app.addHook('preClose', (done) => {
    doors.close();
    done();
  });
  app.addHook('onSend', (request: FastifyRequest, reply: FastifyReply, _payload, done) => {
    if (!reply.hasHeader('x-fal-request-id')) reply.header('x-fal-request-id', request.id);
    // An upgrade that is refused: Node reads no other request from its connection.
    if (doors.closing.aborted || isUpgrade(request)) reply.header('connection', 'close');
    done();
  });
}

function serveDocument(app: FastifyInstance): void {
  let document: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    reply.header('content-type', JSON_TYPE).send(document);
  });
}

function isUpgrade({ raw }: FastifyRequest): boolean {
  return (raw as { readonly upgrade?: boolean }).upgrade === true;
}
