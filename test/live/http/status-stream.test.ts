import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UNREAD_MS } from '../../../src/live/http/event-stream.js';
import { queueRoutes } from '../../../src/live/http/queue.js';
import { createServer } from '../../../src/live/http/server.js';
import { ACME, FakeWorld, OTHER, TEST_SETTINGS, withKey } from '../fake-world.js';
import { listening, RawClient, until } from './listening.js';

let world: FakeWorld;
let app: FastifyInstance;
let url: string;

beforeEach(async () => {
  world = new FakeWorld();
  app = await createServer(world, { ...TEST_SETTINGS, limits: { ...TEST_SETTINGS.limits, streams: 2 } }, [queueRoutes]);
  url = await listening(app);
  await app.inject({ method: 'POST', url: '/queue/a/b', headers: withKey(), payload: {} });
});

afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

function open(query = '', credentials = ACME): RawClient {
  const client = new RawClient(url);
  client.send(`GET /queue/a/b/requests/${world.last.id}/status/stream${query} HTTP/1.1\r\nHost: x\r\nAuthorization: Key ${credentials}\r\n\r\n`);
  return client;
}

function eventsOf(text: string): { status: string; logs?: unknown[]; queue_position?: number }[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json as string));
}

it('tells the status at once, then each change, and ends after COMPLETED (row 9)', async () => {
  const client = open();
  const head = await client.until(/IN_QUEUE/);
  expect(head).toContain('content-type: text/event-stream');
  expect(head).toContain(`x-fal-request-id: ${world.last.id}`);
  world.last.start();
  await client.until(/IN_PROGRESS/);
  world.last.succeed();
  const events = eventsOf(await client.untilEnd());
  expect(events.map(({ status }) => status)).toEqual(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']);
});

it('tells the position when it has changed, and only then', async () => {
  world.last.position = 3;
  const client = open();
  await client.until(/"queue_position":3/);
  world.change();
  world.last.position = 1;
  world.change();
  world.change();
  await client.until(/"queue_position":1/);
  world.last.start();
  expect(eventsOf(await client.until(/IN_PROGRESS/)).map(({ queue_position }) => queue_position)).toEqual([3, 1, undefined]);
  expect(world.listeners).toBe(0);
});

it('sends each log line once, as the JavaScript client adds them up', async () => {
  const client = open('?logs=1');
  await client.until(/IN_QUEUE/);
  world.last.start();
  world.last.print('one');
  await client.until(/one/);
  world.last.print('two');
  await client.until(/two/);
  world.last.succeed();
  const logs = eventsOf(await client.untilEnd()).flatMap(({ logs }) => (logs ?? []) as { message: string }[]);
  expect(logs.map(({ message }) => message)).toEqual(['one', 'two']);
});

it('says nothing of logs that were not asked for', async () => {
  const client = open();
  await client.until(/IN_QUEUE/);
  world.last.start();
  world.last.print('secret');
  world.last.succeed();
  const text = await client.untilEnd();
  expect(text).not.toContain('secret');
  expect(eventsOf(text).at(-1)).toMatchObject({ status: 'COMPLETED', logs: null });
});

it('shows by a comment every 15 s of the platform that it lives (row 10)', async () => {
  const client = open();
  await client.until(/IN_QUEUE/);
  world.clock.advance(14_999_999);
  world.clock.advance(1);
  await client.until(/^: ping$/m);
  world.clock.advance(15_000_000);
  await client.until(/: ping\n\n[\s\S]*: ping\n\n/);
});

it('of a request that is over has one event', async () => {
  world.last.succeed();
  expect(eventsOf(await open().untilEnd())).toHaveLength(1);
});

it('ends when its key is revoked, and leaves nothing behind', async () => {
  const client = open();
  await client.until(/IN_QUEUE/);
  world.keys.revoke('acme', 'other');
  expect(world.last.watchers).toBe(1);
  world.keys.revoke('acme', 'acme');
  await client.untilEnd();
  expect([world.last.watchers, world.keys.listeners, world.listeners, world.clock.pending]).toEqual([0, 0, 0, 0]);
});

it('leaves nothing behind when the reader goes away', async () => {
  const client = open();
  await client.until(/IN_QUEUE/);
  client.socket.destroy();
  await until(() => world.last.watchers === 0);
  expect([world.keys.listeners, world.listeners, world.clock.pending, world.cancelled.length]).toEqual([0, 0, 0, 0]);
});

it('is refused with 503 beyond the limit of open streams, and a closed one gives its place back', async () => {
  const [one, two] = [open(), open()];
  await Promise.all([one.until(/IN_QUEUE/), two.until(/IN_QUEUE/)]);
  expect(await open().until(/error_type/)).toMatch(/^HTTP\/1.1 503 /);
  one.socket.destroy();
  await until(() => world.last.watchers === 1);
  await open().until(/IN_QUEUE/);
});

it('is not there for another account', async () => {
  expect(await open('', OTHER).until(/NOT_FOUND/)).toMatch(/^HTTP\/1.1 404 Not Found/);
});

it('takes a token in the address, as browsers send it', async () => {
  const token = world.keys.issueToken({ account: 'acme', keyId: 'acme', scope: 'API' }, ['a/b'], 60);
  const client = new RawClient(url);
  client.send(`GET /queue/a/b/requests/${world.last.id}/status/stream?fal_jwt_token=${token} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await client.until(/IN_QUEUE/);
});

it('skips what a slow reader has not read, holds little for it, and gives it up in the end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const client = open('?logs=1');
  await client.until(/IN_QUEUE/);
  client.socket.pause();
  world.last.start();
  // One and the same text: what is held for the reader is told from what the request itself keeps.
  const line = 'x'.repeat(50_000);
  const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
  for (let turn = 0; turn < 1_000 && world.last.watchers > 0; turn++) {
    world.last.print(line);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // An hour of a quick platform's time is a moment of the reader's.
  world.clock.advance(3600_000_000);
  vi.advanceTimersByTime(UNREAD_MS - 1);
  expect(world.last.watchers).toBe(1);
  vi.advanceTimersByTime(1);
  await until(() => world.last.watchers === 0);
  expect(process.memoryUsage().heapUsed + process.memoryUsage().external - before).toBeLessThan(64 * 1024 * 1024);
});

it('ends when the server closes', async () => {
  const client = open();
  await client.until(/IN_QUEUE/);
  await app.close();
  await client.untilClosed();
});
