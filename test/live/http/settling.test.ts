import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { ROUTE_GROUPS } from '../../../src/live/http/groups.js';
import { createServer } from '../../../src/live/http/server.js';
import type { Ledger } from '../../../src/live/store/ledger.js';
import { MemoryLedger } from '../../../src/live/store/memory-ledger.js';
import { usage } from '../../browser/live-pages.js';
import { ACME_ADMIN, FakeWorld, TEST_SETTINGS, withKey } from '../fake-world.js';
import { listening, RawClient } from './listening.js';

const FOLDER = '/somebody/data';

let world: FakeWorld;
let app: FastifyInstance;
let ledger: Ledger & { isDirty: boolean };

beforeEach(async () => {
  world = new FakeWorld();
  world.usage = usage();
  ledger = Object.defineProperty(new MemoryLedger(), 'isDirty', { value: false, writable: true });
  world.ledger = ledger;
  app = await createServer(world, TEST_SETTINGS, ROUTE_GROUPS);
  ledger.isDirty = true;
});

afterEach(() => app.close());

const TELLING = [
  ['/v1/models/requests/search', 'platform'],
  ['/v1/models/requests/by-endpoint?endpoint_id=a/b', 'platform'],
  ['/v1/account/slots', 'platform'],
  ['/v1/account/usage', 'platform'],
  ['/v1/keys', 'platform'],
  ['/v1/nothing', 'platform'],
  ['/queue/a/b/requests/1/status', 'detail'],
  ['/metrics', 'detail'],
  ['/status', 'page'],
  ['/nexa/v1/slots', 'nexa'],
] as const;

describe('nobody hears of what is not on disk', () => {
  test.each(TELLING)('%s waits for it', async (url) => {
    let isWritten = (): void => {};
    world.settled = () =>
      new Promise((resolve) => {
        isWritten = resolve;
      });
    let isAnswered = false;
    const answer = app.inject({ url, headers: withKey(ACME_ADMIN) }).then((given) => {
      isAnswered = true;
      return given;
    });
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    isWritten();
    expect((await answer).statusCode).toBeLessThan(500);
  });

  it('a refused key neither: its revocation may not have happened after a crash', async () => {
    await app.inject({ url: '/v1/keys', headers: withKey('gone:secret') });
    expect(world.settles).toBe(1);
  });

  test.each(TELLING)('%s is 503 in its own shape while it cannot be written, and says no folder', async (url, family) => {
    world.settled = () => Promise.reject(new Error(`${FOLDER}: a full disk`));
    const { statusCode, body, headers } = await app.inject({ url, headers: withKey(ACME_ADMIN) });
    expect(statusCode).toBe(503);
    expect(body).toContain('cannot be written now');
    expect(body).not.toContain(FOLDER);
    if (family === 'page') expect(headers['content-type']).toBe('text/html; charset=utf-8');
    if (family === 'detail') expect(JSON.parse(body)).toEqual({ detail: expect.any(String), error_type: 'internal_error' });
    if (family === 'platform') expect(JSON.parse(body)).toEqual({ error: { type: 'server_error', message: expect.any(String) } });
    if (family === 'nexa') expect(JSON.parse(body).error).toMatchObject({ type: 'server_error', code: 'not_written' });
  });

  it('a commit that fails while a request is taken is the same 503, not what the framework would say', async () => {
    world.settled = () => Promise.reject(new Error(`${FOLDER}: a full disk`));
    world.submit = () => {
      throw new Error(`${FOLDER}: a full disk`);
    };
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/queue/a/b?fal_max_queue_length=5', headers: withKey(), payload: {} });
    expect([statusCode, JSON.parse(body)]).toEqual([503, { detail: expect.stringContaining('cannot be written now'), error_type: 'internal_error' }]);
  });

  it('a session that was not written is not given', async () => {
    world.settled = () => Promise.reject(new Error('a full disk'));
    const { statusCode, headers } = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'key=acme:secret',
    });
    expect([statusCode, headers['set-cookie'], headers.location]).toEqual([503, undefined, undefined]);
  });

  it('health and the document say nothing of the platform, so they are given', async () => {
    world.settled = () => Promise.reject(new Error('a full disk'));
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect((await app.inject('/openapi.json')).statusCode).toBe(200);
  });
});

it('a part of a stream waits for the disk too', async () => {
  ledger.isDirty = false;
  const client = new RawClient(await listening(app));
  client.send(`POST /run/a/b/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Key acme:secret\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`);
  while (world.taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
  ledger.isDirty = true;
  let isWritten = (): void => {};
  world.settled = () =>
    new Promise((resolve) => {
      isWritten = resolve;
    });
  world.last.start();
  world.last.emit({ word: 'first' });
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(client.text).toBe('');
  isWritten();
  await client.until(/first/);
  client.socket.destroy();
});
