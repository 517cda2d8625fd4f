import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestOrder } from '../world/live-world.js';
import { byHand, HIDDEN } from './by-hand.js';
import type { HttpContext, RouteGroup } from './context.js';
import { DirectAnswer } from './direct-answer.js';
import { DirectStream } from './direct-stream.js';
import { directOrder } from './order.js';
import { accepted } from './refusal.js';
import { AppPaths, appPathOf } from './rewrite.js';
import { RUN, RUN_BY_GET, STREAM } from './run-schemas.js';

const STREAM_PATH = '/stream';

/** fal's direct calls: `fal.run`. */
export const runRoutes: RouteGroup = (app, context) => {
  new RunRoutes(context).addTo(app);
};

class RunRoutes {
  readonly #apps = new AppPaths();

  constructor(private readonly context: HttpContext) {}

  addTo(app: FastifyInstance): void {
    app.post('/run/:owner/:alias', byHand(RUN), this.#run);
    app.post('/run/:owner/:alias/*', byHand(HIDDEN), this.#run);
    app.post('/run/:owner/:alias/stream', byHand(STREAM), this.#run);
    app.get('/run/:owner/:alias', byHand(RUN_BY_GET), this.#run);
    app.get('/run/:owner/:alias/*', byHand(HIDDEN), this.#run);
  }

  readonly #run = (request: FastifyRequest, reply: FastifyReply): void => {
    const path = appPathOf(request.url);
    const isStream = path.endsWith(STREAM_PATH) || wantsEvents(request);
    // CHOICE (2.4): `…/stream` is a way to call an endpoint, not an endpoint of its own, so both share limits and runners.
    const called = this.#apps.read(path.endsWith(STREAM_PATH) ? path.slice(0, -STREAM_PATH.length) : path);
    const caller = this.context.authenticate(request, called.name);
    const order: RequestOrder = directOrder(this.context, request, caller, called, isStream ? 'stream' : undefined);
    const taken = accepted(this.context.world.call(order), called.app);
    if (isStream) new DirectStream(this.context, taken, reply).begin();
    else new DirectAnswer(this.context, taken, reply).begin();
  };
}

/** Rule 11 of 2.1: the JavaScript client says `application/json, text/event-stream`. */
function wantsEvents({ headers: { accept } }: FastifyRequest): boolean {
  return accept?.includes('text/event-stream') === true;
}
