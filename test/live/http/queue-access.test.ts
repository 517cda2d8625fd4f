import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { queueRoutes } from '../../../src/live/http/queue.js';
import { createServer } from '../../../src/live/http/server.js';
import { ACME, FakeWorld, OTHER, TEST_SETTINGS, withKey } from '../fake-world.js';

let world: FakeWorld;
let app: FastifyInstance;

beforeEach(async () => {
  world = new FakeWorld();
  app = await createServer(world, TEST_SETTINGS, [queueRoutes]);
});

afterEach(() => app.close());

const HOST = { host: '127.0.0.1:8080' };

function submit(url = '/queue/fal-ai/flux/dev', headers: Record<string, string> = {}, body: string | undefined = '{"prompt":"a cat"}') {
  return app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...HOST, ...withKey(), ...headers },
    ...(body === undefined ? {} : { payload: body }),
  });
}

function get(url: string, credentials = ACME) {
  return app.inject({ method: 'GET', url, headers: { ...HOST, ...withKey(credentials) } });
}

function urlOf(tail = ''): string {
  return `/queue/fal-ai/flux/requests/${world.last.id}${tail}`;
}

describe('keys', () => {
  it('refuses a wrong key on every call in the same words (row 51)', async () => {
    await submit();
    const calls = [
      submit(undefined, withKey('acme:wrong')),
      get(urlOf('/status'), 'acme:wrong'),
      get(urlOf(), 'acme:wrong'),
      get(urlOf('/status/stream'), 'acme:wrong'),
      app.inject({ method: 'PUT', url: urlOf('/cancel'), headers: withKey('acme:wrong') }),
      submit(undefined, { authorization: 'Basic YWNtZTpzZWNyZXQ=' }),
      submit(undefined, { authorization: 'Key' }),
      submit(undefined, { authorization: `Key ${'x'.repeat(5000)}` }),
    ];
    for (const answer of await Promise.all(calls)) {
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toEqual({ detail: 'invalid key credentials' });
    }
  });

  it('asks for a key where none is sent, and names the app', async () => {
    const answer = await app.inject({ method: 'POST', url: '/queue/a/b', payload: {} });
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toContain('Cannot access application "a/b"');
  });

  it('answers for a request of another account as for an unknown one (row 13)', async () => {
    await submit();
    const unknown = await get('/queue/fal-ai/flux/requests/00000000-0000-4000-8000-000000000000/status');
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json()).toEqual({ status: 'NOT_FOUND' });
    for (const tail of ['/status', '', '/status/stream']) {
      const foreign = await get(urlOf(tail), OTHER);
      expect([foreign.statusCode, foreign.body]).toEqual([404, unknown.body]);
    }
    const cancel = await app.inject({ method: 'PUT', url: urlOf('/cancel'), headers: withKey(OTHER) });
    expect([cancel.statusCode, cancel.body]).toEqual([404, unknown.body]);
    expect(world.cancelled).toHaveLength(0);
  });

  it('does not know a request under the name of another app', async () => {
    await submit();
    expect((await get(`/queue/fal-ai/other/requests/${world.last.id}/status`)).statusCode).toBe(404);
  });
});

describe('whatever is no route', () => {
  test.each([
    ['GET', '/queue/a/b', 'POST'],
    ['DELETE', '/queue/a/b/requests/1/status', 'GET'],
    ['POST', '/queue/a/b/requests/1/cancel', 'PUT'],
  ] as const)('%s %s is 405 and says what is allowed', async (method, url, allow) => {
    const answer = await app.inject({ method, url, headers: withKey() });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.json().detail).toBe('Method Not Allowed');
  });

  test.each([
    '/',
    '/queue',
    '/queue/',
    '/queue/alone',
    '/fal-ai/flux',
    '/nothing',
    '/queue/../etc/passwd',
    '/queue/a/%2e%2e/%2e%2e/b',
    '/queue/a/%00',
    '/queue/a/b%0d%0ax',
  ])('POST %s is 404 in JSON', async (url) => {
    const answer = await app.inject({ method: 'POST', url, headers: withKey(), payload: {} });
    expect(answer.statusCode).toBe(404);
    expect(answer.json().detail).toBeTypeOf('string');
  });

  it('is 400 for an address that cannot be decoded', async () => {
    const answer = await app.inject({ method: 'GET', url: '/queue/a/b/requests/%zz/status', headers: withKey() });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().detail).toBeTypeOf('string');
  });
});
