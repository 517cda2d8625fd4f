import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type Emulator, startEmulator } from '../../../src/live/emulator.js';
import { Line } from './line.js';

const TIMEOUT_MS = 300;
const CONNECTIONS = 8;
const STREAMS = 3;
const KEY = 'acme:a-secret';

let emulator: Emulator;
let port: number;
const sockets: Socket[] = [];

beforeEach(async () => {
  emulator = await startEmulator({
    speed: 20,
    credentials: { 'acme/key': KEY },
    limits: { headersTimeoutMs: TIMEOUT_MS, requestTimeoutMs: TIMEOUT_MS, keepAliveTimeoutMs: TIMEOUT_MS, connections: CONNECTIONS, streams: STREAMS },
    scenario: {
      name: 'sockets',
      platform: {
        policy: { onDisconnect: 'cancel' },
        accounts: [{ id: 'acme', limit: 10, keys: ['key'] }],
        endpoints: [{ id: 'acme-models/painter', service: '1h' }],
      },
    },
  });
  port = Number(new URL(emulator.url).port);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await emulator.close(0);
});

const AUTHORIZATION = `authorization: Key ${KEY}`;

/** What is answered to these bytes before the server closes the connection. */
function said(bytes: string | Buffer): Promise<string> {
  const socket = opened();
  socket.write(bytes);
  return untilClosed(socket);
}

function opened(): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

function untilClosed(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(text));
  });
}

function until(check: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (check()) resolve();
      else setTimeout(look, 5);
    };
    look();
  });
}

function expectRefusal(text: string, ...statuses: number[]): void {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(statuses).toContain(Number(head.split(' ')[1]));
  expect(head.toLowerCase()).toContain('content-type: application/json');
  expect(JSON.parse(body)).toMatchObject({ detail: expect.any(String) });
}

async function expectServes(): Promise<void> {
  const line = new Line(port);
  const answer = await line.exchange(Buffer.from('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'));
  line.close();
  expect(answer?.status).toBe(200);
  expect(emulator.slots()).toEqual([]);
}

describe('bytes that are no request', () => {
  test.each([
    ['noise', Buffer.from([0, 1, 2, 0xff, 0xfe, 13, 10, 13, 10])],
    ['a TLS hello', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 0x5a, 13, 10, 13, 10])],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no version', 'GET /nowhere\r\n\r\n'],
    ['version 9', 'GET / HTTP/9.9\r\nhost: x\r\n\r\n'],
    ['a blank in the path', 'GET /a b HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a null byte in the path', 'GET /\u0000 HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nhost x\r\n\r\n'],
    ['a header with a blank before its colon', 'GET / HTTP/1.1\r\nhost : x\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nhost: x\r\na: b\r\n c\r\nd\r\n\r\n'],
    ['a null byte in a header', 'GET / HTTP/1.1\r\nhost: x\r\na: \u0000\r\n\r\n'],
    ['a bare line feed', 'GET / HTTP/1.1\nhost: x\n\n'],
    ['a length that is no number', 'POST /queue/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: ten\r\n\r\n'],
    ['a length below zero', 'POST /queue/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n'],
    ['a length beyond all numbers', 'POST /queue/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999999\r\n\r\n'],
    ['a chunk of no size', 'POST /queue/a/b HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n'],
    [
      'a chunk of endless size',
      `POST /queue/a/b HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${'f'.repeat(40)}\r\n`,
    ],
    [
      'an extension of a chunk that never ends',
      `POST /queue/a/b HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1;${'e'.repeat(70_000)}\r\n`,
    ],
    ['an encoding that nobody knows', 'POST /queue/a/b HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: snail\r\n\r\n{}'],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n'],
    ['an upgrade to h2c', 'GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n'],
    ['an upgrade of a POST', 'POST /run/a/b/realtime HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
    ['a handshake without its key', 'GET /run/a/b/realtime HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
  ])('%s: a 4xx of JSON or a closed connection, and the server goes on', async (_what, bytes) => {
    const text = await said(bytes);
    if (text !== '') expectRefusal(text, 400, 401, 404, 405, 408, 413, 426, 431);
    await expectServes();
  });
});

describe('a request without a Host', () => {
  it('is told so', async () => {
    expectRefusal(await said('GET /healthz HTTP/1.1\r\n\r\n'), 400);
    await expectServes();
  });
});

describe('what Node would refuse without a word', () => {
  test.each([
    ['an expectation that nobody meets', 'GET /healthz HTTP/1.1\r\nhost: x\r\nexpect: foo\r\n\r\n', 417],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n', 405],
  ])('%s: an answer of the documented shape with an id, and the connection ends', async (_what, bytes, status) => {
    const text = await said(bytes);
    expectRefusal(text, status);
    expect(text.toLowerCase()).toMatch(/\r\nx-fal-request-id: [0-9a-f-]{36}\r\n/);
    expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n');
  });

  it('a realtime connection that is refused is not promised to be kept', async () => {
    const handshake = 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
    const text = await said(`GET /run/acme-models/painter/realtime HTTP/1.1\r\nhost: x\r\n${handshake}\r\n`);
    expectRefusal(text, 401);
    expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n');
  });
});

describe('a body that nobody asked for', () => {
  it.each(['', 'authorization: Key acme:wrong\r\n'])('is refused by its headers alone, without a key and with a wrong one (%j)', async (key) => {
    const line = new Line(port);
    const head = `POST /queue/acme-models/painter HTTP/1.1\r\nhost: x\r\n${key}content-type: application/json\r\ncontent-length: 9000000\r\n\r\n`;
    expect((await line.exchange(Buffer.from(head)))?.status).toBe(401);
    line.close();
    await expectServes();
  });
});

describe('a second request hidden in the first', () => {
  const HIDDEN = `POST /queue/acme-models/smuggled HTTP/1.1\r\nhost: x\r\n${AUTHORIZATION}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;
  const start = `POST /queue/acme-models/painter HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;

  test.each([
    ['two lengths', `${start}content-length: 0\r\ncontent-length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
    ['a list of lengths', `${start}content-length: 0, ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
    ['a length with a sign', `${start}content-length: +0\r\n\r\n${HIDDEN}`],
    ['a length beside chunks', `${start}content-length: ${HIDDEN.length + 5}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['chunks beside a length', `${start}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['chunks spelled oddly', `${start}transfer-encoding: \u000bchunked\r\ncontent-length: 0\r\n\r\n${HIDDEN}`],
    ['chunks said twice', `${start}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n${HIDDEN}`],
    ['a blank before the colon', `${start}content-length : ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
  ])('%s: refused, and nobody asks for what was hidden', async (_what, bytes) => {
    expectRefusal(await said(bytes), 400);
    expect(emulator.requestLog().filter(({ path }) => path.includes('smuggled'))).toEqual([]);
    await expectServes();
  });
});

describe('clients that are slow or silent', () => {
  it('headers that never end are given up with 408', async () => {
    expectRefusal(await said('GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: '), 408);
    await expectServes();
  });

  it('headers that come byte by byte are given up too', async () => {
    const socket = opened();
    const closed = untilClosed(socket);
    const drip = setInterval(() => socket.write('x'), 20);
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ');
    expectRefusal(await closed, 408);
    clearInterval(drip);
    await expectServes();
  });

  it('a body that never comes is given up with 408, and takes no slot', async () => {
    expectRefusal(
      await said(`POST /queue/acme-models/painter HTTP/1.1\r\nhost: x\r\n${AUTHORIZATION}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a`),
      408,
    );
    await expectServes();
  });

  it('chunks that never end are given up with 408', async () => {
    expectRefusal(
      await said(
        `POST /run/acme-models/painter HTTP/1.1\r\nhost: x\r\n${AUTHORIZATION}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`,
      ),
      408,
    );
    await expectServes();
  });

  it('a connection that says nothing at all is closed', async () => {
    const socket = opened();
    await untilClosed(socket);
    await expectServes();
  });

  it('a caller that goes away in the middle of its body leaves nothing behind', async () => {
    const socket = opened();
    socket.write(`POST /run/acme-models/painter HTTP/1.1\r\nhost: x\r\n${AUTHORIZATION}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a`);
    socket.resetAndDestroy();
    await expectServes();
  });

  it('a caller that closes only its half of a direct call gives the slot back', async () => {
    const socket = opened();
    const closed = untilClosed(socket);
    socket.write(`POST /run/acme-models/painter HTTP/1.1\r\nhost: x\r\n${AUTHORIZATION}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`);
    await until(() => emulator.slots().length === 1);
    socket.end();
    await closed;
    await until(() => emulator.slots().length === 0);
    await expectServes();
  });

  it('more connections than there may be are closed, and the others are served', async () => {
    const idle = Array.from({ length: CONNECTIONS }, opened);
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect(await said('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
    for (const socket of idle) socket.destroy();
    await until(() => (emulator.app.server as unknown as { _connections: number })._connections === 0);
    await expectServes();
  });

  it('one stream more than there may be is the one 503 that is stated', async () => {
    const stream = `GET /status/events HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n`;
    const open = Array.from({ length: STREAMS }, opened);
    await Promise.all(
      open.map((socket) => {
        socket.write(stream);
        return new Promise((resolve) => socket.once('data', resolve));
      }),
    );
    const refused = opened();
    const text = untilClosed(refused);
    refused.write(stream.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
    expect(await text).toMatch(/^HTTP\/1\.1 503 [\s\S]*Too many open streams/);
    for (const socket of open) socket.destroy();
    await expectServes();
  });
});
