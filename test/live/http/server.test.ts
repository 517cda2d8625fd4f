import { request as httpsRequest } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { closeGracefully, listenTls } from '../../../src/live/http/closing.js';
import type { RouteGroup } from '../../../src/live/http/context.js';
import { queueRoutes } from '../../../src/live/http/queue.js';
import { runRoutes } from '../../../src/live/http/run.js';
import { jsonSchema } from '../../../src/live/http/schemas.js';
import { createServer } from '../../../src/live/http/server.js';
import { ACME_ADMIN, FakeWorld, OPERATOR, TEST_SETTINGS, withKey } from '../fake-world.js';
import { listening, RawClient, until } from './listening.js';
import { TEST_CERTIFICATE } from './test-certificate.js';

const CreateKey = z.object({ alias: z.string().min(1), scope: z.enum(['API', 'ADMIN']) });

/** Routes that do what other groups do: validate by schema, fail, ask for a scope. */
const trialRoutes: RouteGroup = (app, context) => {
  app.post('/v1/trial', { schema: { body: jsonSchema(CreateKey) } }, (request) => ({ by: context.authorise(request, 'ADMIN').account }));
  app.post('/rest/trial', { schema: { body: jsonSchema(CreateKey) } }, () => ({}));
  app.get('/rest/broken', () => {
    throw new Error('secret detail of the implementation');
  });
  app.get('/v1/broken', () => {
    throw new Error('secret detail of the implementation');
  });
  app.get('/rest/where', (request) => ({ url: context.publicUrl(request) }));
};

let world: FakeWorld;
let app: FastifyInstance;

async function serve(limits: Partial<typeof TEST_SETTINGS.limits> = {}, publicUrl?: string): Promise<string> {
  app = await createServer(world, { ...TEST_SETTINGS, publicUrl, limits: { ...TEST_SETTINGS.limits, ...limits } }, [queueRoutes, runRoutes, trialRoutes]);
  return listening(app);
}

beforeEach(() => {
  world = new FakeWorld();
});

// Some clients here never finish what they send.
afterEach(() => closeGracefully(app, 0));

describe('errors have a documented shape', () => {
  it('never shows what broke inside', async () => {
    await serve();
    const rest = await app.inject({ url: '/rest/broken' });
    expect([rest.statusCode, rest.json()]).toEqual([500, { detail: 'Internal Server Error', error_type: 'internal_error' }]);
    const platform = await app.inject({ url: '/v1/broken' });
    expect([platform.statusCode, platform.json()]).toEqual([500, { error: { type: 'server_error', message: 'Internal Server Error' } }]);
  });

  it('lists what is wrong with an input as fal does', async () => {
    await serve();
    const answer = await app.inject({ method: 'POST', url: '/rest/trial', headers: withKey(), payload: { alias: '' } });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().detail).toEqual([{ loc: ['body', 'scope'], msg: expect.any(String), type: 'required' }]);
  });

  it("words it as the platform API's where that was asked", async () => {
    await serve();
    const headers = withKey(ACME_ADMIN);
    const invalid = await app.inject({ method: 'POST', url: '/v1/trial', headers, payload: {} });
    expect([invalid.statusCode, invalid.json().error.type]).toEqual([400, 'validation_error']);
    const unknown = await app.inject({ url: '/v1/nothing', headers });
    expect([unknown.statusCode, unknown.json().error.type]).toEqual([404, 'not_found']);
    const method = await app.inject({ method: 'DELETE', url: '/v1/trial', headers });
    expect([method.statusCode, method.headers.allow]).toEqual([405, 'POST']);
  });
});

describe('scopes', () => {
  const payload = { alias: 'a', scope: 'API' };

  test.each([
    [withKey('acme:secret'), 403],
    [withKey(ACME_ADMIN), 200],
    [withKey(OPERATOR), 200],
    [{}, 401],
  ])('%j may call an operation of ADMIN: %i', async (headers, status) => {
    await serve();
    const answer = await app.inject({ method: 'POST', url: '/v1/trial', headers, payload });
    expect(answer.statusCode).toBe(status);
    if (status >= 400) expect(answer.json().error.type).toBe('authorization_error');
  });
});

describe('where callers reach it', () => {
  test.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['[::1]:80', 'http://[::1]:80'],
    ['emulator.internal', 'http://emulator.internal'],
  ])('Host %s is %s', async (host, url) => {
    await serve();
    expect((await app.inject({ url: '/rest/where', headers: { host } })).json()).toEqual({ url });
  });

  test.each(['a"b', 'a b', 'a/b', '<script>', 'x'.repeat(300)])('the hostile Host %j never gets into a link', async (host) => {
    await serve();
    expect((await app.inject({ url: '/rest/where', headers: { host } })).json().url).not.toContain(host);
  });

  it('is what the settings say, if they do', async () => {
    await serve({}, 'https://fal.example');
    expect((await app.inject({ url: '/rest/where' })).json()).toEqual({ url: 'https://fal.example' });
  });

  test('a proxy header that names a foreign host is refused', async () => {
    await serve();
    const answer = await app.inject({ url: '/proxy', headers: { 'x-fal-target-url': 'https://example.com/' } });
    expect(answer.statusCode).toBe(412);
  });

  test.each(['https://queue.fal.run/a/b', 'https://queue.fal.run/a/b/'])('the proxy header %s submits (row 50)', async (target) => {
    await serve();
    const answer = await app.inject({ method: 'POST', url: '/api/fal/proxy', headers: { ...withKey(), 'x-fal-target-url': target }, payload: {} });
    expect(answer.statusCode).toBe(200);
    expect(world.last.endpoint).toBe('a/b');
  });
});

describe('hostile connections', () => {
  const HEAD = 'POST /queue/a/b HTTP/1.1\r\nHost: x\r\nAuthorization: Key acme:secret\r\n';

  test.each([
    ['headers without end', `${HEAD}X-Long: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
    ['what is no HTTP', 'HELLO\r\n\r\n', 400],
    ['two lengths', `${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`, 400],
    ['length and chunks', `${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['a line break inside a header', `${HEAD}X-A: b\rX-B: c\r\n\r\n`, 400],
    ['another upgrade', `${HEAD}Connection: upgrade\r\nUpgrade: h2c\r\n\r\n`, 400],
    ['a WebSocket where there is none', 'GET /queue/a/b HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n', 400],
  ])('%s: answered in JSON, and closed', async (_what, text, status) => {
    const url = await serve();
    if (status === 400 && text.includes('pgrade')) app.server.on('upgrade', () => expect.unreachable('it was upgraded'));
    const client = new RawClient(url);
    client.send(text);
    const answer = await client.untilClosed();
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [A-Z]`));
    expect(JSON.parse(answer.split('\r\n\r\n')[1] as string).detail).toBeTypeOf('string');
    expect(world.taken).toHaveLength(0);
  });

  it('answers 413 to a body that is too long while it is still coming, and hears the next request', async () => {
    const url = await serve({ bodyBytes: 1000 });
    const client = new RawClient(url);
    client.send(`${HEAD}Content-Type: application/json\r\nContent-Length: 20000000\r\n\r\n`);
    client.send('x'.repeat(20_000_000));
    expect(await client.until(/"detail":"Request body is too large"\}/)).toMatch(/^HTTP\/1.1 413 Payload Too Large/);
    client.send(`${HEAD}Content-Length: 0\r\n\r\n`);
    await client.until(/HTTP\/1.1 200 OK/);
  });

  it('answers 413 to endless chunks', async () => {
    const url = await serve({ bodyBytes: 1000 });
    const client = new RawClient(url);
    client.send(`${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
    client.send(`7d0\r\n${'x'.repeat(2000)}\r\n`);
    expect(await client.until(/\}/)).toMatch(/^HTTP\/1.1 413/);
  });

  it('gives up on who sends headers too slowly', async () => {
    const url = await serve({ headersTimeoutMs: 50, requestTimeoutMs: 100 });
    const client = new RawClient(url);
    client.send('POST /queue/a/b HTTP/1.1\r\nHost: x\r\n');
    expect(await client.untilClosed()).toMatch(/^HTTP\/1.1 408 Request Timeout[\s\S]*"detail"/);
  });

  it('takes no more connections than it may', async () => {
    const url = await serve({ connections: 1 });
    const one = new RawClient(url);
    one.send('GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n');
    await one.until(/200 OK/);
    expect(await new RawClient(url).untilClosed()).toBe('');
  });
});

describe('closing', () => {
  const CALL = 'POST /run/a/b HTTP/1.1\r\nHost: x\r\nAuthorization: Key acme:secret\r\nContent-Length: 0\r\n\r\n';

  it('lets a call under way be answered, and closes its connection with it', async () => {
    const client = new RawClient(await serve());
    client.send(CALL);
    await until(() => world.taken.length === 1);
    const closed = closeGracefully(app, 60_000);
    await until(() => !app.server.listening);
    world.last.succeed();
    expect(await client.untilClosed()).toMatch(/200 OK[\s\S]*connection: close/);
    await closed;
  });

  it('waits for nobody who has nothing under way', async () => {
    const client = new RawClient(await serve());
    client.send('GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until(/200 OK/);
    await closeGracefully(app, 60_000);
    await client.untilClosed();
  });

  it('destroys what is not done by the deadline', async () => {
    const client = new RawClient(await serve());
    client.send(CALL);
    await until(() => world.taken.length === 1);
    await closeGracefully(app, 20);
    expect(await client.untilClosed()).toBe('');
    await until(() => world.disconnected.length > 0);
    expect(world.disconnected).toEqual([world.last]);
  });
});

describe('the TLS listener', () => {
  it('serves the same routes, hands out https links, and closes with the app', async () => {
    await serve();
    const url = await listenTls(app, TEST_CERTIFICATE, '127.0.0.1', 0);
    const body = await new Promise<string>((resolve, reject) => {
      const options = { method: 'POST', ca: TEST_CERTIFICATE.cert, headers: { ...withKey(), 'content-length': '0' }, agent: false as const };
      httpsRequest(`${url}/queue/a/b`, options, (answer) => {
        answer.setEncoding('utf8');
        let text = '';
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    expect(JSON.parse(body).status_url).toBe(`${url}/queue/a/b/requests/${world.last.id}/status`);
    await closeGracefully(app, 60_000);
    const refused = new RawClient(url);
    expect(await refused.untilClosed()).toBe('');
  });
});

describe('the OpenAPI document', () => {
  it('has every route with a summary, a tag and all its answers', async () => {
    await serve();
    const document = (await app.inject({ url: '/openapi.json' })).json();
    expect(document.openapi).toBe('3.1.0');
    const submit = document.paths['/queue/{owner}/{alias}'].post;
    expect(Object.keys(submit.responses).sort()).toEqual(['200', '400', '401', '403', '404', '412', '413', '415', '422', '429', '503']);
    expect(document.paths['/queue/{owner}/{alias}/requests/{id}/status/stream'].get.responses['200'].content).toHaveProperty('text/event-stream');
    expect(Object.keys(document.paths).filter((path) => path.includes('*'))).toEqual([]);
  });
});
