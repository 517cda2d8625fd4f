import type { FastifyReply } from 'fastify';
import type { Answer } from '../answer.js';
import type { Json } from '../json.js';
import { traitsOf } from '../models/traits.js';
import type { Caller } from '../world/keys.js';
import type { LiveRequest } from '../world/live-request.js';
import type { LiveWorld, Refusal } from '../world/live-world.js';
import { nexaModel, PRICE_PER_IMAGE } from './catalogue.js';
import { NexaError } from './nexa-error.js';
import { CALL_REFUSALS, type Generated, type Generation } from './schemas.js';

const REFUSALS: Readonly<Record<Refusal['refused'], readonly [status: number, code: string]>> = {
  limit: [429, 'concurrent_requests_limit'],
  'queue-full': [429, 'queue_full'],
  'no-runner': [503, 'no_runner'],
  key: [401, 'invalid_api_key'],
  locked: [403, 'account_locked'],
  'too-many-endpoints': [404, 'model_not_found'],
  'too-many-requests': [429, 'too_many_requests'],
};

/** @returns the accepted request @throws NexaError for a model that makes no images, or when the platform turns it away */
export function callImageModel(world: LiveWorld, caller: Caller, asked: Generation, publicUrl: string): LiveRequest {
  checkModel(asked.model);
  const accepted = world.call({
    caller,
    app: { namespace: '', owner: 'nexa', alias: asked.model, path: '' },
    input: inputOf(asked),
    startTimeoutUs: undefined,
    low: false,
    hint: undefined,
    retries: undefined,
    webhook: undefined,
    maxQueueLength: undefined,
    storesPayload: true,
    tags: {},
    publicUrl,
  });
  if (!('refused' in accepted)) return accepted;
  const [status, code] = REFUSALS[accepted.refused];
  throw new NexaError(status, code, accepted.refused === 'limit' ? `Reached concurrent requests limit of ${accepted.limit}` : accepted.reason);
}

/** Waits on the caller's connection. @returns false: the caller is gone, and the platform knows */
export async function isAnswered(world: LiveWorld, request: LiveRequest, reply: FastifyReply): Promise<boolean> {
  const waiting = new Wait(request, reply);
  const isThere = await waiting.end;
  if (!isThere) world.disconnect(request);
  return isThere;
}

/** Until a request ends or its caller's connection does. */
class Wait {
  readonly end: Promise<boolean>;

  constructor(
    private readonly request: LiveRequest,
    private readonly reply: FastifyReply,
  ) {
    this.end = new Promise((resolve) => this.begin(resolve));
  }

  private begin(resolve: (isThere: boolean) => void): void {
    if (this.request.state === 'COMPLETED') {
      resolve(true);
      return;
    }
    const socket = this.reply.raw;
    const done = (isThere: boolean): void => {
      unwatch();
      socket.off('close', gone);
      resolve(isThere);
    };
    const gone = (): void => done(false);
    const unwatch = this.request.watch((change) => {
      if (change === 'end') done(true);
    });
    socket.on('close', gone);
  }
}

/** @throws NexaError when the request did not end well */
export function generated(world: LiveWorld, request: LiveRequest, { model }: Generation): Generated {
  const { answer } = request;
  if (answer === undefined) throw new NexaError(500, 'internal_error', 'The result is not kept any more.');
  if (answer.status !== 200) throw new NexaError(documented(answer.status), 'generation_failed', failureText(answer));
  const { images, seed } = JSON.parse(answer.body) as { readonly images: readonly { readonly url: string }[]; readonly seed: number };
  const url = images[0]?.url ?? '';
  return {
    id: request.id,
    created: Math.floor(world.clock.toMs(request.submittedUs) / 1000),
    model,
    image_url: url,
    imageUrl: url,
    data: images.map((image) => ({ url: image.url })),
    seed,
    cost_usd: Number((images.length * PRICE_PER_IMAGE.usd).toFixed(6)),
  };
}

function checkModel(id: string): void {
  const model = nexaModel(traitsOf(id).plainId);
  if (model === undefined) throw new NexaError(404, 'model_not_found', 'There is no such model. GET /nexa/v1/models lists them.', 'model');
  if (model.kind !== 'image')
    throw new NexaError(400, 'model_makes_no_images', `The model "${model.id}" is listed for ${model.kind}: only image models can be called.`, 'model');
}

function inputOf({ prompt, width, height, n, seed }: Generation): Json {
  return { prompt, image_size: { width, height }, num_images: n, ...(seed !== undefined && { seed }) };
}

function documented(status: number): number {
  if ((CALL_REFUSALS as readonly number[]).includes(status)) return status;
  return status >= 500 ? 500 : 400;
}

function failureText({ status, body }: Answer): string {
  const { detail } = JSON.parse(body) as { readonly detail?: unknown };
  return typeof detail === 'string' ? detail : `The model answers ${status}.`;
}
