import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { stillInProgress, unknownRequest } from '../../protocol/problem.js';
import { byHand, HIDDEN } from './by-hand.js';
import type { HttpContext, RouteGroup } from './context.js';
import { sendAnswer } from './model-answer.js';
import { appOf, type QueueAnswer, QueueDesk, type RequestPath, wantsLogs } from './queue-desk.js';
import { CANCEL, RESULT, STATUS, STATUS_STREAM, SUBMIT } from './queue-schemas.js';
import { appPathOf } from './rewrite.js';
import { StatusStreams } from './status-stream.js';
import { JSON_TYPE, WireError } from './wire-error.js';

/** fal's queue: `queue.fal.run`. Sub-paths, `/response` and the like were folded into these paths by `rewriteUrl`. */
export const queueRoutes: RouteGroup = (app, context) => {
  new QueueRoutes(context).addTo(app);
};

class QueueRoutes {
  readonly #desk: QueueDesk;
  readonly #streams: StatusStreams;

  constructor(private readonly context: HttpContext) {
    this.#desk = new QueueDesk(context);
    this.#streams = new StatusStreams(context);
  }

  addTo(app: FastifyInstance): void {
    app.post('/queue/:owner/:alias', byHand(SUBMIT), this.#submit);
    app.post('/queue/:owner/:alias/*', byHand(HIDDEN), this.#submit);
    this.#addRequestRoutes(app, '/queue/:owner/:alias/requests/:id', false);
    this.#addRequestRoutes(app, '/queue/:namespace/:owner/:alias/requests/:id', true);
  }

  #addRequestRoutes(app: FastifyInstance, path: string, hidden: boolean): void {
    app.get(path, byHand(hidden ? HIDDEN : RESULT), this.#result);
    app.get(`${path}/status`, byHand(hidden ? HIDDEN : STATUS), this.#status);
    app.get(`${path}/status/stream`, byHand(hidden ? HIDDEN : STATUS_STREAM), this.#statusStream);
    app.put(`${path}/cancel`, byHand(hidden ? HIDDEN : CANCEL), this.#cancel);
  }

  readonly #submit = (request: FastifyRequest, reply: FastifyReply): void => {
    const path = appPathOf(request.url);
    // Such a path names a request, never an app: another method was meant.
    if (path.includes('/requests/')) {
      reply.callNotFound();
      return;
    }
    send(reply, this.#desk.submit(request, this.#desk.admit(request, path)));
  };

  readonly #status = (request: FastifyRequest, reply: FastifyReply): void => {
    send(reply, this.#desk.status(request, request.params as RequestPath));
  };

  readonly #cancel = (request: FastifyRequest, reply: FastifyReply): void => {
    send(reply, this.#desk.cancel(request, request.params as RequestPath));
  };

  readonly #statusStream = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const path = request.params as RequestPath;
    const found = this.#desk.find(request, path);
    const withLogs = wantsLogs(request);
    const { keyId } = this.context.authenticate(request, appOf(path));
    // What cannot be written is said with a status of its own, which a stream that has begun cannot do.
    await this.context.world.settled();
    this.#streams.open(reply, found, this.#desk.links(request, found), withLogs, keyId);
  };

  readonly #result = (request: FastifyRequest, reply: FastifyReply): void => {
    const found = this.#desk.find(request, request.params as RequestPath);
    const { answer, state } = found;
    if (state !== 'COMPLETED') throw WireError.of(stillInProgress());
    // CHOICE (2.3): a result that is not kept any more is answered like a request that never was.
    if (answer === undefined) throw WireError.of(unknownRequest());
    sendAnswer(reply, found, answer);
  };
}

function send(reply: FastifyReply, { status, id, body }: QueueAnswer): void {
  reply.code(status).header('content-type', JSON_TYPE).header('x-fal-request-id', id).send(body);
}
