import type { FastifyInstance } from 'fastify';
import { afterEach, expect, it, test } from 'vitest';
import { closeGracefully } from '../../../src/live/http/closing.js';
import { ROUTE_GROUPS } from '../../../src/live/http/groups.js';
import { createServer } from '../../../src/live/http/server.js';
import { MemoryLedger } from '../../../src/live/store/memory-ledger.js';
import { ACME_ADMIN, FakeWorld, OPERATOR, TEST_SETTINGS, withKey } from '../fake-world.js';
import { listening, RawClient, until } from './listening.js';

let app: FastifyInstance;
let world: FakeWorld;

async function serve(watch?: () => void): Promise<string> {
  world = new FakeWorld();
  world.ledger = new MemoryLedger();
  app = await createServer(world, { ...TEST_SETTINGS, limits: { ...TEST_SETTINGS.limits, readingBytes: 150_000 } }, ROUTE_GROUPS, false, watch);
  return listening(app);
}

afterEach(() => closeGracefully(app, 0));

const KEY = 'authorization: Key acme-admin:secret\r\n';

/** A request whose body does not come. */
function begun(method: string, path: string, key = KEY): string {
  return `${method} ${path} HTTP/1.1\r\nhost: x\r\n${key}content-type: application/json\r\ncontent-length: 100000\r\n\r\n`;
}

test.each([
  ['POST', '/queue/a/b', 401],
  ['POST', '/queue/a/b/c/d', 401],
  ['PUT', '/queue/a/b/requests/1/cancel', 401],
  ['POST', '/queue/a/b?fal_max_queue_length=1', 401],
  ['POST', '/%71ueue/a/b', 401],
  ['POST', '/queue/a/b/requests/1', 405],
  ['POST', '/run/a/b', 401],
  ['POST', '/run/a/b/stream', 401],
  ['POST', '/v1/keys', 401],
  ['DELETE', '/v1/keys/1', 401],
  ['POST', '/rest/tokens', 401],
  ['POST', '/rest/storage/upload/initiate', 401],
  ['POST', '/nexa/v1/images/generations', 401],
  ['POST', '/nothing', 404],
  ['POST', '/healthz', 405],
])('%s %s without a key is answered before its body comes: %i', async (method, path, status) => {
  for (const watch of [undefined, () => {}]) {
    const client = new RawClient(await serve(watch));
    client.send(begun(method, path, ''));
    expect(await client.until(/\r\n\r\n\{.*\}$/)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    client.socket.destroy();
    await closeGracefully(app, 0);
  }
});

test.each([
  ['the lane', undefined],
  ['the routes', () => {}],
])('%s: only so many bytes are read at once; who is gone gives his back', async (_what, watch) => {
  const url = await serve(watch);
  const first = new RawClient(url);
  first.send(begun('POST', '/queue/a/b'));
  const second = new RawClient(url);
  await until(() => (app.server as unknown as { _connections: number })._connections === 2);
  second.send(begun('POST', '/queue/a/b'));
  expect(await second.until(/\r\n\r\n\{.*\}$/)).toMatch(/^HTTP\/1.1 429 [\s\S]*Too many bytes/);
  const small = new RawClient(url);
  small.send(`${begun('POST', '/queue/a/b').replace('100000', '2')}{}`);
  await small.until(/IN_QUEUE/);
  first.socket.destroy();
  let isTaken = false;
  for (let tries = 0; tries < 200 && !isTaken; tries++) {
    const third = new RawClient(url);
    third.send(`${begun('POST', '/queue/a/b')}"${'x'.repeat(99_998)}"`);
    isTaken = /IN_QUEUE/.test(await third.until(/\r\n\r\n\{.*\}$/));
    third.socket.destroy();
  }
  expect(isTaken).toBe(true);
  for (const client of [second, small]) client.socket.destroy();
});

it('the platform API words it as its own', async () => {
  const url = await serve();
  const first = new RawClient(url);
  first.send(begun('POST', '/v1/keys'));
  await until(() => (app.server as unknown as { _connections: number })._connections === 1);
  const second = new RawClient(url);
  second.send(begun('POST', '/v1/keys'));
  expect(await second.until(/\r\n\r\n\{.*\}$/)).toMatch(/^HTTP\/1.1 429 [\s\S]*rate_limited/);
  for (const client of [first, second]) client.socket.destroy();
});

it('a number in a body is no text and a text no number; in a query all is text', async () => {
  await serve();
  const post = (url: string, payload: object, key = ACME_ADMIN) => app.inject({ method: 'POST', url, headers: withKey(key), payload });
  expect((await post('/v1/keys', { alias: 5 })).statusCode).toBe(400);
  expect((await post('/v1/account/invoices', { usd: '5' })).statusCode).toBe(400);
  expect((await post('/nexa/v1/images/generations', { model: 'flux', prompt: 5 })).statusCode).toBe(400);
  expect((await app.inject({ url: '/v1/keys?limit=1', headers: withKey(ACME_ADMIN) })).json().keys).toHaveLength(1);
  for (const limit of ['x', '0', '', '1e1', '1&limit=2'])
    expect((await app.inject({ url: `/v1/keys?limit=${limit}`, headers: withKey(ACME_ADMIN) })).statusCode).toBe(400);
  expect((await app.inject({ method: 'PUT', url: '/v1/slotstorm/accounts/acme/limit', headers: withKey(OPERATOR), payload: { limit: 5 } })).statusCode).toBe(
    200,
  );
});

it('a webhook to somebody’s private network is refused when it is asked for', async () => {
  await serve();
  const submit = (webhook: string) =>
    app.inject({ method: 'POST', url: `/queue/a/b?fal_webhook=${encodeURIComponent(webhook)}`, headers: withKey(), payload: {} });
  expect((await submit('http://10.0.0.1/hook')).statusCode).toBe(422);
  expect((await submit('http://127.0.0.1:1/hook')).statusCode).toBe(200);
});
