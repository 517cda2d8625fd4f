import { describe, expect, it, test } from 'vitest';
import { OTHER, withKey } from '../fake-world.js';
import { QueueScene } from './queue-scene.js';

const scene = new QueueScene();

describe('keys', () => {
  it('refuses a wrong key on every call in the same words (row 51)', async () => {
    await scene.submit();
    const calls = [
      scene.submit(undefined, withKey('acme:wrong')),
      scene.get(scene.urlOf('/status'), 'acme:wrong'),
      scene.get(scene.urlOf(), 'acme:wrong'),
      scene.get(scene.urlOf('/status/stream'), 'acme:wrong'),
      scene.app.inject({ method: 'PUT', url: scene.urlOf('/cancel'), headers: withKey('acme:wrong') }),
      scene.submit(undefined, { authorization: 'Basic YWNtZTpzZWNyZXQ=' }),
      scene.submit(undefined, { authorization: 'Key' }),
      scene.submit(undefined, { authorization: `Key ${'x'.repeat(5000)}` }),
    ];
    for (const answer of await Promise.all(calls)) {
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toEqual({ detail: 'invalid key credentials' });
    }
  });

  it('asks for a key where none is sent, and names the app', async () => {
    const answer = await scene.app.inject({ method: 'POST', url: '/queue/a/b', payload: {} });
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toContain('Cannot access application "a/b"');
  });

  it('answers for a request of another account as for an unknown one (row 13)', async () => {
    await scene.submit();
    const unknown = await scene.get('/queue/fal-ai/flux/requests/00000000-0000-4000-8000-000000000000/status');
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json()).toEqual({ status: 'NOT_FOUND' });
    for (const tail of ['/status', '', '/status/stream']) {
      const foreign = await scene.get(scene.urlOf(tail), OTHER);
      expect([foreign.statusCode, foreign.body]).toEqual([404, unknown.body]);
    }
    const cancel = await scene.app.inject({ method: 'PUT', url: scene.urlOf('/cancel'), headers: withKey(OTHER) });
    expect([cancel.statusCode, cancel.body]).toEqual([404, unknown.body]);
    expect(scene.world.cancelled).toHaveLength(0);
  });

  it('does not know a request under the name of another app', async () => {
    await scene.submit();
    expect((await scene.get(`/queue/fal-ai/other/requests/${scene.world.last.id}/status`)).statusCode).toBe(404);
  });
});

describe('whatever is no route', () => {
  test.each([
    ['GET', '/queue/a/b', 'POST'],
    ['DELETE', '/queue/a/b/requests/1/status', 'GET'],
    ['POST', '/queue/a/b/requests/1/cancel', 'PUT'],
  ] as const)('%s %s is 405 and says what is allowed', async (method, url, allow) => {
    const answer = await scene.app.inject({ method, url, headers: withKey() });
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
    const answer = await scene.app.inject({ method: 'POST', url, headers: withKey(), payload: {} });
    expect(answer.statusCode).toBe(404);
    expect(answer.json().detail).toBeTypeOf('string');
  });

  it('is 400 for an address that cannot be decoded', async () => {
    const answer = await scene.app.inject({ method: 'GET', url: '/queue/a/b/requests/%zz/status', headers: withKey() });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().detail).toBeTypeOf('string');
  });
});
