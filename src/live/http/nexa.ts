import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CATALOGUE, PRICE_PER_IMAGE } from '../nexa/catalogue.js';
import { callImageModel, generated, isAnswered } from '../nexa/image-call.js';
import { NexaError, sendNexaError } from '../nexa/nexa-error.js';
import { Recovery } from '../nexa/recovery.js';
import { CALL_REFUSALS, Freed, Generated, Generation, ModelList, nexaSchema, Pricing, SlotList } from '../nexa/schemas.js';
import type { Caller } from '../world/keys.js';
import type { HttpContext } from './context.js';

const NOTE = 'Modelled from an advertisement. Of these names it shows "flux" only; the others are illustrative.';

/** The second provider, as its advertisement has it; absent unless the settings offer it. */
export async function nexaRoutes(app: FastifyInstance, context: HttpContext): Promise<void> {
  if (!context.settings.offersNexa) return;
  // A scope of its own: its errors have another shape than fal's.
  await app.register(async (scope) => {
    scope.setErrorHandler(sendNexaError);
    const routes = new NexaRoutes(context);
    routes.addImages(scope);
    routes.addLists(scope);
    routes.addSlots(scope);
  });
}

class NexaRoutes {
  private readonly recovery: Recovery;

  constructor(private readonly context: HttpContext) {
    this.recovery = new Recovery(context.world);
  }

  addImages(scope: FastifyInstance): void {
    const schema = nexaSchema({ summary: 'Makes images and waits for them', body: Generation, answers: { 200: Generated }, refusals: CALL_REFUSALS });
    for (const path of ['/nexa/v1/images/generations', '/nexa/v1/image/generate']) {
      scope.post(path, { schema }, (request, reply) => this.generate(request, reply));
    }
  }

  addLists(scope: FastifyInstance): void {
    const models: ModelList = {
      object: 'list',
      note: NOTE,
      data: CATALOGUE.map(({ id, kind }) => ({ id, object: 'model', kind, callable: kind === 'image', illustrative: id !== 'flux' })),
    };
    const pricing: Pricing = { currency: 'USD', image: { price: PRICE_PER_IMAGE.usd, per: 'image', source: PRICE_PER_IMAGE.source } };
    const refusals = [401, 403];
    scope.get('/nexa/v1/models', { schema: nexaSchema({ summary: 'The catalogue', answers: { 200: ModelList }, refusals }) }, async (request) => {
      this.callerOf(request);
      return models;
    });
    scope.get('/nexa/v1/pricing', { schema: nexaSchema({ summary: 'Prices, and who says so', answers: { 200: Pricing }, refusals }) }, async (request) => {
      this.callerOf(request);
      return pricing;
    });
  }

  addSlots(scope: FastifyInstance): void {
    const list = nexaSchema({ summary: 'What holds this account’s slots', answers: { 200: SlotList }, refusals: [401, 403] });
    scope.get('/nexa/v1/slots', { schema: list }, async (request) => this.recovery.slots(this.callerOf(request)));
    const answers = { 200: Freed, 202: Freed };
    const refusals = [400, 401, 403, 404];
    const one = nexaSchema({ summary: 'Frees one slot', idOf: 'slot', answers, refusals });
    scope.delete('/nexa/v1/slots/:id', { schema: one }, async (request, reply) =>
      this.answerFreed(reply, this.recovery.freeOne(this.callerOf(request), idOf(request))),
    );
    const all = nexaSchema({ summary: 'Frees all slots that a key holds', idOf: 'key', answers, refusals });
    scope.delete('/nexa/v1/keys/:id/slots', { schema: all }, async (request, reply) =>
      this.answerFreed(reply, this.recovery.freeKey(this.callerOf(request), idOf(request))),
    );
  }

  private async generate(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { world } = this.context;
    const asked = request.body as Generation;
    const call = callImageModel(world, this.callerOf(request), asked, this.context.publicUrl(request));
    reply.header('x-fal-request-id', call.id);
    if (!(await isAnswered(world, call, reply))) return reply.hijack();
    await world.settled();
    return reply.send(generated(world, call, asked));
  }

  private async answerFreed(reply: FastifyReply, freed: Freed): Promise<FastifyReply> {
    await this.context.world.settled();
    return reply.code(freed.cancelling > 0 ? 202 : 200).send(freed);
  }

  /** @throws NexaError 403 for the operator, who has no account to call for */
  private callerOf(request: FastifyRequest): Caller {
    const caller = this.context.authenticate(request);
    if (caller.account === '') throw new NexaError(403, 'no_account', 'This key belongs to the operator and to no account: use a key of an account.');
    return caller;
  }
}

function idOf(request: FastifyRequest): string {
  return (request.params as { readonly id: string }).id;
}
