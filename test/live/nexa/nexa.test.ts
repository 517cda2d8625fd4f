import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { nexaRoutes } from '../../../src/live/http/nexa.js';
import { createServer } from '../../../src/live/http/server.js';
import { familyOf } from '../../../src/live/models/families.js';
import { CATALOGUE } from '../../../src/live/nexa/catalogue.js';
import { ACME, OPERATOR, OTHER, TEST_SETTINGS } from '../fake-world.js';
import { FakePlatform } from './fake-platform.js';

const GENERATE = '/nexa/v1/images/generations';
const EXAMPLE = { model: 'flux', prompt: 'A futuristic cityscape at sunset', width: 1024, height: 1024 };
const SETTINGS = { ...TEST_SETTINGS, publicUrl: 'http://127.0.0.1:8080' };

let platform: FakePlatform;
let app: FastifyInstance;

beforeEach(async () => {
  platform = new FakePlatform();
  app = await createServer(platform.world, SETTINGS, [nexaRoutes]);
});

afterEach(() => app.close());

function send(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: InjectOptions['payload'], authorization = `Bearer ${ACME}`) {
  return app.inject({
    method,
    url,
    ...(payload !== undefined && { payload }),
    headers: { authorization, ...(payload !== undefined && { 'content-type': 'application/json' }) },
  });
}

describe('the second provider makes images', () => {
  test.each([GENERATE, '/nexa/v1/image/generate'])('%s answers the advertisement’s example, for both of its clients', async (url) => {
    const answer = await send('POST', url, EXAMPLE);
    expect(answer.statusCode).toBe(200);
    const body = answer.json();
    expect(body).toMatchObject({
      id: platform.fake.last.id,
      model: 'flux',
      created: Date.UTC(2026, 0, 1) / 1000,
      cost_usd: 0.003,
      data: [{ url: body.image_url }],
      imageUrl: body.image_url,
    });
    expect(body.image_url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/cdn\/pictures\/\d+-1024x1024\.jpeg$/);
    expect(platform.fake.last.order).toMatchObject({ caller: { account: 'acme' }, app: { owner: 'nexa', alias: 'flux' } });
  });

  it('makes several, and bills each', async () => {
    const { data, cost_usd, seed } = (await send('POST', GENERATE, { ...EXAMPLE, n: 3, seed: 9 }, `Key ${ACME}`)).json();
    expect(new Set(data.map(({ url }: { url: string }) => url)).size).toBe(3);
    expect([cost_usd, seed]).toEqual([0.009, 9]);
  });

  test.each<[string, unknown, number, { code: string; type: string; param?: string | null }]>([
    ['an unknown model', { ...EXAMPLE, model: 'nobody' }, 404, { code: 'model_not_found', type: 'not_found_error', param: 'model' }],
    ['a model of films', { ...EXAMPLE, model: 'veo' }, 400, { code: 'model_makes_no_images', type: 'invalid_request_error', param: 'model' }],
    ['no prompt', { model: 'flux' }, 400, { code: 'invalid_input', type: 'invalid_request_error' }],
    ['a side too long', { ...EXAMPLE, width: 100_000 }, 400, { code: 'invalid_input', type: 'invalid_request_error', param: 'width' }],
    ['no JSON', '{', 400, { code: 'bad_request', type: 'invalid_request_error' }],
    ['no body', '', 400, { code: 'invalid_input', type: 'invalid_request_error' }],
    ['a failing model', { ...EXAMPLE, model: 'flux-failing' }, 500, { code: 'generation_failed', type: 'server_error' }],
    ['a model that refuses', { ...EXAMPLE, model: 'flux-failing-422' }, 422, { code: 'generation_failed', type: 'invalid_request_error' }],
  ])('%s is refused in the shape of such APIs', async (_, body, status, error) => {
    const answer = await send('POST', GENERATE, body as InjectOptions['payload']);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ error });
    expect(typeof answer.json().error.message).toBe('string');
  });

  test.each([
    ['limit', 429, 'concurrent_requests_limit'],
    ['no-runner', 503, 'no_runner'],
    ['locked', 403, 'account_locked'],
    ['key', 401, 'invalid_api_key'],
  ] as const)('when the platform refuses because of %s, the status is %i', async (refused, status, code) => {
    platform.fake.refusal = { refused, limit: 2, reason: 'because' };
    const answer = await send('POST', GENERATE, EXAMPLE);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().error.code).toBe(code);
    if (refused === 'limit') expect(answer.json().error).toMatchObject({ type: 'rate_limit_error', message: 'Reached concurrent requests limit of 2' });
  });

  it('waits on the connection until the work has ended', async () => {
    platform.holdsCalls = true;
    const answer = send('POST', GENERATE, EXAMPLE);
    const call = await firstCall();
    call.end(platform.answerTo(call.order));
    expect((await answer).statusCode).toBe(200);
    expect(call.watchers).toBe(0);
  });

  it('tells the platform when the caller is gone', async () => {
    platform.holdsCalls = true;
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const client = httpRequest({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: GENERATE,
      headers: { authorization: `Key ${ACME}`, 'content-type': 'application/json' },
    });
    client.on('error', () => {});
    client.end(JSON.stringify(EXAMPLE));
    const call = await firstCall();
    client.destroy();
    await expect.poll(() => platform.fake.disconnected).toEqual([call]);
    expect(call.watchers).toBe(0);
  });

  async function firstCall() {
    await expect.poll(() => platform.fake.taken.length).toBe(1);
    return platform.fake.last;
  }
});

describe('lists', () => {
  it('the catalogue has 56 models, each once, and says which it made up', async () => {
    const { data, note } = (await send('GET', '/nexa/v1/models')).json();
    expect(data).toHaveLength(56);
    expect(new Set(data.map(({ id }: { id: string }) => id)).size).toBe(56);
    expect(data.filter(({ illustrative }: { illustrative: boolean }) => !illustrative)).toEqual([
      { id: 'flux', object: 'model', kind: 'image', callable: true, illustrative: false },
    ]);
    expect(note).toContain('Modelled from an advertisement');
  });

  test.each(CATALOGUE.filter(({ kind }) => kind === 'image').map(({ id }) => id))('%s makes images', (id) => {
    expect(familyOf(`nexa/${id}`)).toBe('image');
  });

  it('the price names its source', async () => {
    expect((await send('GET', '/nexa/v1/pricing')).json()).toMatchObject({
      currency: 'USD',
      image: { price: 0.003, per: 'image', source: expect.stringContaining('advertisement') },
    });
  });
});

describe('slots', () => {
  it('an account sees what holds its own', async () => {
    platform.addSlot('s-1', 'ghost');
    const { data, can_release } = (await send('GET', '/nexa/v1/slots')).json();
    expect(can_release).toBe(true);
    expect(data).toEqual([
      {
        ...{ id: 's-1', request_id: 'gone', endpoint: 'nexa/flux', key_id: 'acme', key_revoked: true },
        ...{ since: '2026-01-01T00:00:01.000Z', age_seconds: 2.5, reason: 'ghost', explanation: 'because' },
      },
    ]);
    expect((await send('GET', '/nexa/v1/slots', undefined, `Key ${OTHER}`)).json().data).toEqual([]);
  });

  it('a ghost is released; work is told to stop', async () => {
    platform.addSlot('s-1', 'ghost');
    const { requestId } = platform.addSlot('s-2', 'working');
    const ghost = await send('DELETE', '/nexa/v1/slots/s-1');
    expect([ghost.statusCode, ghost.json()]).toEqual([200, { released: 1, cancelling: 0, kept: 0 }]);
    const work = await send('DELETE', '/nexa/v1/slots/s-2');
    expect([work.statusCode, work.json()]).toEqual([202, { released: 0, cancelling: 1, kept: 0 }]);
    expect(platform.fake.cancelled.map(({ id }) => id)).toEqual([requestId]);
  });

  it('nobody frees a slot of somebody else', async () => {
    platform.addSlot('s-1', 'ghost');
    for (const url of ['/nexa/v1/slots/s-1', '/nexa/v1/keys/acme/slots']) expect((await send('DELETE', url, undefined, `Key ${OTHER}`)).statusCode).toBe(404);
    expect(platform.slots).toHaveLength(1);
  });

  it('all slots of a key are freed at once, those of others stay', async () => {
    platform.addSlot('s-1', 'ghost');
    platform.addSlot('s-2', 'working');
    platform.addSlot('s-3', 'ghost', 'another');
    expect((await send('DELETE', '/nexa/v1/keys/acme/slots')).json()).toEqual({ released: 1, cancelling: 1, kept: 0 });
    expect(platform.slots.map(({ id }) => id)).toEqual(['s-2', 's-3']);
  });

  it('where the policy offers no release, ghosts stay and the account is told', async () => {
    platform.addSlot('s-1', 'ghost');
    platform.canRelease = false;
    const one = await send('DELETE', '/nexa/v1/slots/s-1');
    expect([one.statusCode, one.json().error.code]).toEqual([403, 'recovery_not_offered']);
    expect((await send('DELETE', '/nexa/v1/keys/acme/slots')).json()).toEqual({ released: 0, cancelling: 0, kept: 1 });
  });
});

describe('who may call', () => {
  const ROUTES = [
    ['POST', GENERATE],
    ['GET', '/nexa/v1/models'],
    ['GET', '/nexa/v1/pricing'],
    ['GET', '/nexa/v1/slots'],
    ['DELETE', '/nexa/v1/slots/s-1'],
    ['DELETE', '/nexa/v1/keys/acme/slots'],
  ] as const;

  test.each(ROUTES)('%s %s: no key and a wrong key are 401, the operator’s is 403', async (method, url) => {
    const body = method === 'POST' ? EXAMPLE : undefined;
    const wrong = await send(method, url, body, 'Bearer nobody:1');
    expect([wrong.statusCode, wrong.json().error]).toEqual([
      401,
      { message: 'invalid key credentials', type: 'authentication_error', code: 'invalid_api_key', param: null },
    ]);
    expect((await app.inject({ method, url, ...(body && { payload: body }) })).statusCode).toBe(401);
    expect((await send(method, url, body, `Key ${OPERATOR}`)).json().error.code).toBe('no_account');
  });

  it('the provider is not there unless it is offered', async () => {
    const without = await createServer(platform.world, { ...SETTINGS, offersNexa: false }, [nexaRoutes]);
    expect((await without.inject({ url: '/nexa/v1/models', headers: { authorization: `Key ${ACME}` } })).statusCode).toBe(404);
    await without.close();
  });
});
