import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { closeGracefully } from '../../../src/live/http/closing.js';
import type { HttpListener } from '../../../src/live/http/listener.js';
import { queueRoutes } from '../../../src/live/http/queue.js';
import { createServer } from '../../../src/live/http/server.js';
import { FakeWorld, TEST_SETTINGS } from '../fake-world.js';
import { listening, RawClient, until } from './listening.js';

/** A server with or without the lane, and a world where one request is known. */
interface Served {
  readonly app: FastifyInstance;
  readonly world: FakeWorld;
  readonly url: string;
}

let fast: Served;
let plain: Served;

const SETTINGS = { ...TEST_SETTINGS, limits: { ...TEST_SETTINGS.limits, bodyBytes: 2000 } };

async function serve(watch?: (app: FastifyInstance) => void): Promise<Served> {
  const world = new FakeWorld();
  const app = await createServer(world, SETTINGS, [queueRoutes], false, watch);
  const url = await listening(app);
  await app.inject({ method: 'POST', url: '/queue/a/b', headers: { authorization: 'Key acme:secret' }, payload: {} });
  return { app, world, url };
}

beforeEach(async () => {
  fast = await serve();
  plain = await serve(() => {});
});

afterEach(() => Promise.all([closeGracefully(fast.app, 0), closeGracefully(plain.app, 0)]));

const AUTH = 'Authorization: Key acme:secret\r\n';

function submit(body: string, { path = '/queue/a/b/c', head = `${AUTH}Content-Type: application/json\r\n` } = {}): string {
  return `POST ${path} HTTP/1.1\r\nHost: x:1\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function status(tail = '/status', { id = '$ID', head = AUTH, app = 'a/b' } = {}): string {
  return `GET /queue/${app}/requests/${id}${tail} HTTP/1.1\r\nHost: x:1\r\n${head}\r\n`;
}

/** The answer without what differs from call to call. */
async function answerOf({ url, world }: Served, text: string): Promise<string> {
  const client = new RawClient(url);
  client.send(text.replaceAll('$ID', (world.taken[0] as { id: string }).id));
  const whole = await client.until(/\r\n\r\n\{.*\}$/s);
  client.socket.destroy();
  const [head = '', body = ''] = whole.split('\r\n\r\n');
  const lines = head.split('\r\n').filter((line) => !/^(date|connection|keep-alive):/i.test(line));
  return `${lines
    .map((line) => line.toLowerCase())
    .sort()
    .join('\n')}\n\n${body}`.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
}

test('the lane is open on one of the two', () => {
  expect((fast.app.server as HttpListener).lane).toBeDefined();
  expect((plain.app.server as HttpListener).lane).toBeUndefined();
});

describe('the lane answers what the routes answer', () => {
  test.each([
    ['a submit', submit('{"prompt":"a cat ✓"}')],
    ['with a charset', submit('{}', { head: `${AUTH}Content-Type: application/json; charset=utf-8\r\n` })],
    ['with an empty body', submit('')],
    ['with bad JSON', submit('{"a":')],
    ['nested too deep', submit('['.repeat(900) + ']'.repeat(900))],
    ['too long', submit(`"${'x'.repeat(3000)}"`)],
    ['of another type', submit('a=b', { head: `${AUTH}Content-Type: text/plain\r\n` })],
    ['without a type', submit('', { head: AUTH })],
    ['without a key', submit('{}', { head: 'Content-Type: application/json\r\n' })],
    ['with a wrong key', submit('{}', { head: 'Authorization: Key acme:wrong\r\nContent-Type: application/json\r\n' })],
    ['with a bad start timeout', submit('{}', { head: `${AUTH}Content-Type: application/json\r\nX-Fal-Request-Timeout: 0\r\n` })],
    ['with a webhook', submit('{}', { path: '/queue/a/b?fal_webhook=http://127.0.0.1:1/' })],
    ['with a bad query', submit('{}', { path: '/queue/a/b?fal_max_queue_length=x' })],
    ['with a trailing slash', submit('{}', { path: '/queue/a/b/' })],
    ['in a namespace', submit('{}', { path: '/queue/workflows/a/b/c' })],
    ['of a legacy id', submit('{}', { path: '/queue/12345-my-app' })],
    ['with an escape in its path', submit('{}', { path: '/queue/a/b%zz' })],
    ['with an escaped slash', submit('{}', { path: '/queue/a%2Fb' })],
    ['of an alias of 600 letters', submit('{}', { path: `/queue/a/${'b'.repeat(600)}` })],
    ['of bad JSON without a key', submit('{', { head: 'Content-Type: application/json\r\n' })],
    ['of no app', submit('{}', { path: '/queue/a' })],
    ['of a hostile app', submit('{}', { path: '/queue/a/../b' })],
    ['to a request', submit('{}', { path: '/queue/a/b/requests/1/cancel' })],
    ['for another host', submit('{}', { path: '/queue/a/b', head: `${AUTH}X-Fal-Target-Url: https://example.com/\r\n` })],
    ['a status', status()],
    ['with logs', status('/status?logs=1')],
    ['with bad logs', status('/status?logs=2')],
    ['with more than logs', status('/status?logs=0&x=1')],
    ['with a slash', status('/status/')],
    ['of an unknown id', status('/status', { id: '00000000-0000-4000-8000-000000000000' })],
    ['of a strange id', status('/status', { id: 'x' })],
    ['of another app', status('/status', { app: 'a/other' })],
    ['of a namespace without an app', status('/status', { app: 'workflows/b' })],
    ['of another account', status('/status', { head: 'Authorization: Key other:secret\r\n' })],
    ['with a wrong key', status('/status', { head: 'Authorization: Key other:x\r\n' })],
    ['without a key', status('/status', { head: '' })],
    ['a result', status('')],
  ])('%s', async (_what, text) => {
    expect(await answerOf(fast, text)).toBe(await answerOf(plain, text));
    expect(fast.world.taken.map(({ order }) => order)).toEqual(plain.world.taken.map(({ order }) => order));
  });

  test('what is refused', async () => {
    const refusal = { refused: 'locked', reason: 'TOP_UP' } as const;
    fast.world.refusal = refusal;
    plain.world.refusal = refusal;
    expect(await answerOf(fast, submit('{}'))).toBe(await answerOf(plain, submit('{}')));
  });

  test('what is completed', async () => {
    for (const { world } of [fast, plain]) world.last.end({ status: 500, headers: {}, body: '{}' }, 'failed', { error: 'x', errorType: undefined });
    expect(await answerOf(fast, status())).toBe(await answerOf(plain, status()));
  });

  test('what breaks inside', async () => {
    for (const { world } of [fast, plain]) world.submit = () => JSON.parse('secret detail');
    const answer = await answerOf(fast, submit('{}'));
    expect(answer).toContain('500');
    expect(answer).not.toContain('secret');
    expect(answer).toBe(await answerOf(plain, submit('{}')));
  });
});

it('waits for the disk before anybody hears of a request, and says so if that fails', async () => {
  fast.world.ledger = { ...fast.world.ledger, isDirty: true };
  expect(await answerOf(fast, submit('{}'))).toContain('200 ok');
  expect(fast.world.settles).toBe(1);
  fast.world.settled = () => Promise.reject(new Error('disk full'));
  expect(await answerOf(fast, submit('{}'))).toMatch(/503[\s\S]*internal_error/);
});

it('is counted like every other answer', async () => {
  const { observabilityRoutes } = await import('../../../src/live/http/observability.js');
  const world = new FakeWorld();
  const app = await createServer(world, SETTINGS, [queueRoutes, observabilityRoutes]);
  const url = await listening(app);
  await answerOf({ app, world: fast.world, url }, submit('{}'));
  const metrics = (await app.inject({ url: '/metrics' })).body;
  await closeGracefully(app, 0);
  expect(metrics).toMatch(/group="queue"[^\n]* 1$|queue[^\n]*2xx[^\n]* 1$/m);
});

it('forgets a caller who goes away in the middle of a body', async () => {
  const client = new RawClient(fast.url);
  const begun = once(fast.app.server, 'request');
  client.send(submit('{"prompt":"a cat"}').slice(0, -3));
  await begun;
  client.socket.destroy();
  expect(await answerOf(fast, submit('{}'))).toContain('200 ok');
  expect(fast.world.taken).toHaveLength(2);
});

it('closes connections with their last answer while the server closes', async () => {
  const client = new RawClient(fast.url);
  const text = submit('{"prompt":"a cat"}');
  const begun = once(fast.app.server, 'request');
  client.send(text.slice(0, -3));
  await begun;
  const closed = closeGracefully(fast.app, 60_000);
  await until(() => !fast.app.server.listening);
  client.send(text.slice(-3));
  expect(await client.untilClosed()).toMatch(/200 OK[\s\S]*connection: close/i);
  await closed;
});
