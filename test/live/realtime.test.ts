import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { realtimeRoutes } from '../../src/live/http/realtime.js';
import { createServer } from '../../src/live/http/server.js';
import type { Json } from '../../src/live/json.js';
import type { FakeModel, Model, ModelCall } from '../../src/live/models/model.js';
import { ModelError } from '../../src/live/models/model-error.js';
import { MessageRate } from '../../src/live/realtime/message-rate.js';
import { isSoundMsgpack } from '../../src/live/realtime/msgpack-shape.js';
import { SILENCE_MS } from '../../src/live/realtime/realtime-connection.js';
import { readMessage } from '../../src/live/realtime/realtime-message.js';
import { Turns, type TurnTaker } from '../../src/live/realtime/turns.js';
import { FakeWorld, OTHER, TEST_SETTINGS, withKey } from './fake-world.js';

const PATH = '/run/fal-ai/fast-lcm/realtime';
const ECHO: Model = {
  kind: 'fake',
  plan: () => ({ slowness: 1, end: 0 }),
  answer: ({ input, endpoint }: ModelCall) => ({ status: 200, headers: {}, body: JSON.stringify({ echo: input, endpoint }) }),
  parts: () => [],
  logs: () => [],
};

let world: FakeWorld;
let app: FastifyInstance;
let port: number;
const clients: WebSocket[] = [];

beforeEach(async () => {
  world = new FakeWorld();
  world.models = { modelFor: () => ECHO };
  app = await createServer(world, TEST_SETTINGS, [realtimeRoutes]);
  await app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = app.server.address() as AddressInfo);
});

afterEach(async () => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.terminate();
  await app.close();
});

/** A client that keeps what it hears, in order, and can wait for it. */
class Client {
  readonly heard: { readonly data: Buffer; readonly isBinary: boolean }[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #told: () => void = () => {};

  constructor(readonly socket: WebSocket) {
    clients.push(socket);
    socket.on('error', () => {});
    socket.on('message', (data: Buffer, isBinary) => {
      this.heard.push({ data, isBinary });
      this.#told();
    });
    this.closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })));
  }

  send(value: unknown): void {
    this.socket.send(JSON.stringify(value));
  }

  /** The first `count` messages, as their form says. */
  async messages(count: number): Promise<unknown[]> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
    return this.heard.map(({ data, isBinary }) => (isBinary ? decode(data) : JSON.parse(data.toString())));
  }
}

async function open(path = PATH, headers: Record<string, string> = withKey()): Promise<Client> {
  const client = new Client(new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers }));
  await once(client.socket, 'open');
  return client;
}

/** What a caller is answered who is not let in. */
async function refusal(path = PATH, headers: Record<string, string> = withKey()): Promise<{ readonly status: number; readonly body: Json }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  clients.push(socket);
  socket.on('error', () => {});
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, NodeJS.ReadableStream & { readonly statusCode: number }];
  let text = '';
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode, body: JSON.parse(text) as Json };
}

describe('an open connection', () => {
  it('is one direct call that lasts until it is finished, of the app without its suffix', async () => {
    await open();
    expect(world.taken).toHaveLength(1);
    expect(world.last).toMatchObject({ mode: 'direct', endpoint: 'fal-ai/fast-lcm', account: 'acme' });
    expect(world.last.order.style).toBe('open');
  });

  it('answers text with text and msgpack with msgpack, once a runner has taken it', async () => {
    const client = await open();
    client.send({ prompt: 'a' });
    client.socket.send(encode({ prompt: 'b' }));
    expect(client.heard).toEqual([]);
    world.last.start();
    expect(await client.messages(2)).toEqual([
      { echo: { prompt: 'a' }, endpoint: 'fal-ai/fast-lcm' },
      { echo: { prompt: 'b' }, endpoint: 'fal-ai/fast-lcm' },
    ]);
    expect(client.heard.map(({ isBinary }) => isBinary)).toEqual([false, true]);
  });

  test.each([1000, 1001, undefined])('is finished when its client says goodbye with %s', async (code) => {
    const client = await open();
    world.last.start();
    client.socket.close(code);
    await client.closed;
    await expect.poll(() => world.last.outcome).toBe('ok');
    expect(world.disconnected).toEqual([]);
  });

  it('is a lost client’s when the connection breaks', async () => {
    const client = await open();
    world.last.start();
    client.socket.terminate();
    await expect.poll(() => world.disconnected).toEqual([world.last]);
    // Its work was to serve the connection.
    expect(world.last.outcome).toBe('ok');
  });

  it('that is lost before a runner has taken it ends as soon as one has', async () => {
    const client = await open();
    client.socket.terminate();
    await expect.poll(() => world.disconnected).toEqual([world.last]);
    expect(world.last.outcome).toBeUndefined();
    world.last.start();
    world.clock.advance(0);
    expect(world.last.outcome).toBe('ok');
    expect(world.last.watchers).toBe(0);
  });

  it('leaves nothing behind', async () => {
    const client = await open();
    world.last.start();
    client.send({});
    await client.messages(1);
    client.socket.close();
    await client.closed;
    await expect.poll(() => [world.last.watchers, world.keys.listeners, world.clock.pending]).toEqual([0, 0, 0]);
  });

  it('ends with its key', async () => {
    const client = await open();
    world.last.start();
    world.keys.revoke('acme', 'acme');
    expect(await client.closed).toMatchObject({ code: 1008 });
    expect(await client.messages(1)).toEqual([{ status: 'error', error: 'Unauthorized' }]);
    expect(world.disconnected).toEqual([world.last]);
  });

  it('outlives other keys', async () => {
    const client = await open();
    world.last.start();
    world.keys.revoke('other', 'other');
    client.send({});
    expect(await client.messages(1)).toHaveLength(1);
  });

  it('ends with its runner, and says why', async () => {
    const client = await open();
    world.last.start();
    world.last.end({ status: 503, headers: {}, body: '{}' }, 'failed', { error: 'Runner disconnected', errorType: 'runner_disconnected' });
    expect(await client.closed).toMatchObject({ code: 1011 });
    expect(await client.messages(1)).toEqual([{ type: 'x-fal-error', error: 'runner_disconnected', reason: 'Runner disconnected' }]);
    expect(world.disconnected).toEqual([]);
  });

  it('ends with the server', async () => {
    const client = await open();
    world.last.start();
    const closing = app.close();
    expect(await client.closed).toMatchObject({ code: 1001 });
    await closing;
  });

  it('ends when nothing is said for a minute of its client’s time, however fast the platform’s goes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = await open();
    world.last.start();
    world.clock.advance(3600e6);
    vi.advanceTimersByTime(SILENCE_MS - 1);
    client.send({});
    await client.messages(1);
    vi.advanceTimersByTime(SILENCE_MS - 1);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    expect(world.last.outcome).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect((await client.messages(2))[1]).toMatchObject({ type: 'x-fal-error', error: 'TIMEOUT' });
    expect(world.last.outcome).toBe('ok');
  });
});

describe('who is not let in', () => {
  it('is told 429 over HTTP at the limit', async () => {
    world.refusal = { refused: 'limit', limit: 2, reason: 'at the limit' };
    expect(await refusal()).toEqual({
      status: 429,
      body: { detail: 'Reached concurrent requests limit of 2', type: 'concurrent_requests_limit', data: { limit: 2 } },
    });
  });

  it('is told 401 without a key and with a wrong one', async () => {
    expect((await refusal(PATH, {})).status).toBe(401);
    expect(await refusal(PATH, withKey('wrong:key'))).toEqual({ status: 401, body: { detail: 'invalid key credentials' } });
    expect(world.taken).toEqual([]);
  });

  it('is told Unauthorized on the connection when it is a token that is not accepted: clients fetch another then', async () => {
    const client = await open(`${PATH}?fal_jwt_token=old`, {});
    expect(await client.messages(1)).toEqual([{ status: 'error', error: 'Unauthorized' }]);
    expect(await client.closed).toMatchObject({ code: 1008 });
    expect(world.taken).toEqual([]);
  });

  it('comes in with a token for the app', async () => {
    const caller = { account: 'other', keyId: 'other', scope: 'API' } as const;
    const token = world.keys.issueToken(caller, ['fal-ai/fast-lcm'], 120);
    await open(`${PATH}?fal_jwt_token=${token}`, {});
    expect(world.last.account).toBe('other');
    void OTHER;
  });

  test.each(['0', '61', 'x', '-1'])('is told what is wrong with max_buffering=%s', async (text) => {
    expect((await refusal(`${PATH}?max_buffering=${text}`)).status).toBe(422);
  });

  it('is told so when it does not speak WebSocket', async () => {
    const answer = await app.inject({ url: PATH, headers: withKey() });
    expect(answer.statusCode).toBe(426);
    expect(answer.json()).toEqual({ detail: 'Realtime endpoints speak WebSocket: connect with an upgrade' });
  });

  it('keeps no slot when its handshake cannot be completed', async () => {
    const socket = connect(port, '127.0.0.1');
    // No Sec-WebSocket-Key: the call is taken, the upgrade then fails.
    socket.end(`GET ${PATH} HTTP/1.1\r\nhost: a\r\nauthorization: Key acme:secret\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`);
    socket.resume();
    await once(socket, 'close');
    await expect.poll(() => world.disconnected.length).toBe(world.taken.length);
  });
});

describe('messages', () => {
  it('that cannot be read are told so, and the next one is answered', async () => {
    const client = await open();
    world.last.start();
    client.socket.send('{');
    client.socket.send(Buffer.from([0xc1]));
    client.send({ n: 1 });
    expect(await client.messages(3)).toEqual([
      { type: 'x-fal-error', error: 'INVALID_MESSAGE', reason: 'Text messages must be JSON' },
      { type: 'x-fal-error', error: 'INVALID_MESSAGE', reason: 'Binary messages must be msgpack, nested at most 200 levels deep' },
      { echo: { n: 1 }, endpoint: 'fal-ai/fast-lcm' },
    ]);
    // Python looks for errors in text only.
    expect(client.heard.map(({ isBinary }) => isBinary)).toEqual([false, false, false]);
  });

  it('that are too large end the connection', async () => {
    await app.close();
    app = await createServer(world, { ...TEST_SETTINGS, limits: { ...TEST_SETTINGS.limits, bodyBytes: 1000 } }, [realtimeRoutes]);
    await app.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = app.server.address() as AddressInfo);
    const client = await open();
    world.last.start();
    client.socket.send('x'.repeat(1001));
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it('that come too fast end the connection', async () => {
    const client = await open();
    for (let count = 0; count < 500; count++) client.send({});
    expect(await client.closed).toMatchObject({ code: 1008 });
    expect(world.disconnected).toEqual([world.last]);
  });

  it('above max_buffering push out the oldest', async () => {
    const client = await open(`${PATH}?max_buffering=2`);
    for (const n of [1, 2, 3]) client.send({ n });
    const [dropped] = (await client.messages(1)) as [Record<string, unknown>];
    expect(dropped).toMatchObject({ type: 'x-fal-message', action: 'dropped' });
    world.last.start();
    expect((await client.messages(3)).slice(1)).toMatchObject([{ echo: { n: 2 } }, { echo: { n: 3 } }]);
  });

  it('let everything else in between any two answers', async () => {
    let answers = 0;
    const between: number[] = [];
    const answer = (call: ModelCall) => {
      answers += 1;
      setImmediate(() => between.push(answers));
      return (ECHO as FakeModel).answer(call);
    };
    world.models = { modelFor: () => ({ ...ECHO, answer }) as FakeModel };
    const client = await open();
    for (let n = 0; n < 40; n++) client.send({ n });
    client.socket.send('{');
    await client.messages(1);
    world.last.start();
    await client.messages(41);
    expect(between.slice(0, 39)).toEqual(Array.from({ length: 39 }, (_, n) => n + 1));
  });

  it('whose answers keep everybody waiting are followed by a rest', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = (call: ModelCall) => {
      const untilMs = performance.now() + 5;
      while (performance.now() < untilMs);
      return (ECHO as FakeModel).answer(call);
    };
    world.models = { modelFor: () => ({ ...ECHO, answer }) as FakeModel };
    const client = await open();
    client.send({ n: 1 });
    client.send({ n: 2 });
    client.socket.send('{');
    await client.messages(1);
    world.last.start();
    await client.messages(2);
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(client.heard).toHaveLength(2);
    vi.advanceTimersByTime(14);
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(client.heard).toHaveLength(2);
    vi.advanceTimersByTime(30_000);
    expect((await client.messages(3))[2]).toMatchObject({ echo: { n: 2 } });
  });

  it('are answered by a handler one after the other, whose refusals are errors', async () => {
    const asked: unknown[] = [];
    const handle = async ({ input }: ModelCall): Promise<Json> => {
      asked.push(input);
      if (input === 2) throw new ModelError(422, 'two is too much');
      if (input === 3) throw new Error('a secret of the handler');
      return { n: input };
    };
    world.models = { modelFor: () => ({ kind: 'handler', handle }) };
    const client = await open();
    world.last.start();
    for (const n of [1, 2, 3, 4]) client.send(n);
    expect(await client.messages(4)).toEqual([
      { n: 1 },
      { type: 'x-fal-error', error: 'INVALID_INPUT', reason: 'two is too much' },
      { type: 'x-fal-error', error: 'INTERNAL_ERROR', reason: 'Internal Server Error' },
      { n: 4 },
    ]);
    expect(asked).toEqual([1, 2, 3, 4]);
  });

  it('of a handler are given up with the connection', async () => {
    let signal: AbortSignal | undefined;
    const handle = (context: { readonly signal: AbortSignal }): Promise<Json> => {
      signal = context.signal;
      return new Promise(() => {});
    };
    world.models = { modelFor: () => ({ kind: 'handler', handle }) };
    const client = await open();
    world.last.start();
    client.send({});
    await expect.poll(() => signal).toBeDefined();
    client.socket.close();
    await expect.poll(() => signal?.aborted).toBe(true);
  });
});

describe('msgpack', () => {
  it('of any value is sound', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.double(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.uint8Array(),
        fc.array(tie('any')),
        fc.dictionary(fc.string(), tie('any')),
      ),
    })).any;
    fc.assert(fc.property(value, (any) => isSoundMsgpack(encode(any), 200)));
  });

  it('of any bytes is read or refused, never more than that', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readMessage(Buffer.from(bytes), 'binary');
        } catch (error) {
          return (error as Error).name === 'UnreadableMessage';
        }
        return true;
      }),
      { numRuns: 2000 },
    );
  });

  it('that claims more than it holds is refused before room is made for it', () => {
    const bomb = Buffer.concat(Array.from({ length: 1000 }, () => Buffer.from([0xdd, 0x01, 0xff, 0xff, 0xff])));
    expect(isSoundMsgpack(bomb, 1_000_000)).toBe(false);
    expect(isSoundMsgpack(Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff]), 200)).toBe(false);
    expect(isSoundMsgpack(Buffer.from([0xdb, 0xff, 0xff, 0xff, 0xff]), 200)).toBe(false);
  });

  it('that nests too deep is refused, as JSON is', () => {
    expect(isSoundMsgpack(Buffer.concat([Buffer.alloc(201, 0x91), Buffer.from([0xc0])]), 200)).toBe(false);
    expect(isSoundMsgpack(Buffer.concat([Buffer.alloc(200, 0x91), Buffer.from([0xc0])]), 200)).toBe(true);
    expect(() => readMessage(Buffer.from('['.repeat(300) + ']'.repeat(300)), 'text')).toThrow(/deeper than 200/);
  });

  it('brings images as bytes, which models see as data URIs', () => {
    expect(readMessage(Buffer.from(encode({ image: new Uint8Array([1, 2, 3]) })), 'binary')).toEqual({ image: 'data:application/octet-stream;base64,AQID' });
  });
});

it('connections with work take turns, one a round of the event loop', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const taker = (name: string, times: number): TurnTaker => {
    let left = times;
    const self = {
      turn: () => {
        done.push(name);
        left -= 1;
        if (left > 0) turns.wait(self);
      },
    };
    return self;
  };
  turns.wait(taker('busy', 3));
  turns.wait(taker('other', 1));
  const rounds: number[] = [];
  for (let round = 0; round < 5; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    rounds.push(done.length);
  }
  expect(done).toEqual(['busy', 'other', 'busy', 'busy']);
  expect(rounds).toEqual([1, 2, 3, 4, 4]);
});

it('the rate lets bursts through after a pause', () => {
  const rate = new MessageRate(10, 2, 0);
  expect([rate.take(0), rate.take(0), rate.take(0)]).toEqual([true, true, false]);
  expect([rate.take(50), rate.take(100)]).toEqual([false, true]);
  expect([rate.take(10_000), rate.take(10_000), rate.take(10_000)]).toEqual([true, true, false]);
});
