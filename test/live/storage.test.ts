import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import type { ServerLimits } from '../../src/live/http/context.js';
import { UNREAD_FILE_MS } from '../../src/live/http/file-stream.js';
import { DEFAULT_LIMITS } from '../../src/live/http/limits.js';
import { createServer } from '../../src/live/http/server.js';
import { storageRoutes } from '../../src/live/http/storage.js';
import { tokenRoutes } from '../../src/live/http/tokens.js';
import { contentDisposition, safeContentType, safeFileName } from '../../src/live/storage/file-names.js';
import { UploadPlaces } from '../../src/live/storage/upload-places.js';
import { Uploads } from '../../src/live/storage/uploads.js';
import { MemoryLedger } from '../../src/live/store/memory-ledger.js';
import { FakeClock, FakeWorld, OTHER, TEST_SETTINGS, withKey } from './fake-world.js';
import { RawClient, until } from './http/listening.js';

let world: FakeWorld;
let app: FastifyInstance;

async function serve(limits: Partial<ServerLimits> = {}, speed = 1): Promise<void> {
  world = new FakeWorld();
  world.view = { ...world.view, speed };
  world.ledger = new MemoryLedger();
  app = await createServer(world, { ...TEST_SETTINGS, publicUrl: 'http://emulator.test', limits: { ...DEFAULT_LIMITS, ...limits } }, [
    storageRoutes,
    tokenRoutes,
  ]);
}

beforeEach(() => serve());

/** The path of an address that the server gave out. */
function pathOf(url: string): string {
  expect(url).toMatch(/^http:\/\/emulator\.test\//);
  return url.slice('http://emulator.test'.length);
}

interface Ticket {
  readonly upload_url: string;
  readonly file_url: string;
}

async function initiate(
  kind: 'initiate' | 'initiate-multipart' = 'initiate',
  headers: Record<string, string> = {},
  body: object = { content_type: 'image/png', file_name: 'cat.png' },
): Promise<Ticket> {
  const answer = await app.inject({
    method: 'POST',
    url: `/rest/storage/upload/${kind}?storage_type=fal-cdn-v3`,
    headers: { ...withKey(), ...headers },
    payload: body,
  });
  expect(answer.statusCode).toBe(200);
  return answer.json<Ticket>();
}

function put(url: string, payload: string | Buffer, headers: Record<string, string> = {}) {
  return app.inject({ method: 'PUT', url: pathOf(url), payload, headers: { 'content-type': 'application/json', ...headers } });
}

describe('an upload as JavaScript does it', () => {
  it('is begun with a key, sent without one, and then there', async () => {
    const { upload_url, file_url } = await initiate();
    expect((await app.inject(pathOf(file_url))).statusCode).toBe(404);
    const sent = await put(upload_url, '{"a": ');
    expect(sent.statusCode).toBe(200);
    expect(sent.json()).toEqual({ file_url });
    const file = await app.inject(pathOf(file_url));
    expect(file.statusCode).toBe(200);
    expect(file.headers['content-type']).toBe('image/png');
    expect(file.body).toBe('{"a": ');
    expect(file_url).toMatch(/\/cat\.png$/);
  });

  it('uses its address up', async () => {
    const { upload_url, file_url } = await initiate();
    await put(upload_url, 'first');
    const second = await put(upload_url, 'second');
    expect(second.statusCode).toBe(404);
    expect(second.json()).toEqual({ detail: 'No such upload: its address is unknown, used up or too old' });
    expect((await app.inject(pathOf(file_url))).body).toBe('first');
  });

  it('has an hour of the platform’s time', async () => {
    const { upload_url } = await initiate();
    world.clock.advance(3600e6);
    expect((await put(upload_url, 'late')).statusCode).toBe(404);
  });

  it('has an hour of its client’s time where the platform’s goes faster', async () => {
    await serve({}, 100);
    const { upload_url } = await initiate();
    world.clock.advance(100 * 3600e6 - 1);
    expect((await put(upload_url, 'in time')).statusCode).toBe(200);
  });

  it('above 90 MiB comes in parts, in any order, each of which may be sent again', async () => {
    const { upload_url, file_url } = await initiate('initiate-multipart');
    const send = async (part: number, text: string) => (await put(`${upload_url}/${part}`, text)).json<{ partNumber: number; etag: string }>();
    const two = await send(2, 'world');
    await send(1, 'lost');
    const one = await send(1, 'hello ');
    expect(one).toEqual({ partNumber: 1, etag: expect.any(String) });
    const done = await app.inject({ method: 'POST', url: `${pathOf(upload_url)}/complete`, payload: { parts: [one, two] } });
    expect(done.json()).toEqual({ file_url });
    expect((await app.inject(pathOf(file_url))).body).toBe('hello world');
    expect((await put(`${upload_url}/3`, 'more')).statusCode).toBe(404);
  });

  test.each([
    ['a part that was not sent', [1, 2, 3], 400],
    ['a gap', [1, 3], 400],
    ['not all parts', [1], 400],
    ['nothing', [], 400],
  ])('cannot be completed with %s', async (_what, numbers, status) => {
    const { upload_url } = await initiate('initiate-multipart');
    const etags = new Map<number, string>();
    for (const part of [1, 2]) etags.set(part, (await put(`${upload_url}/${part}`, 'x')).json<{ etag: string }>().etag);
    const parts = numbers.map((partNumber) => ({ partNumber, etag: etags.get(partNumber) ?? '"unknown"' }));
    expect((await app.inject({ method: 'POST', url: `${pathOf(upload_url)}/complete`, payload: { parts } })).statusCode).toBe(status);
  });

  test.each(['0', '-1', '1.5', 'x', '10001', '1e9'])('takes no part with the number %s', async (part) => {
    const { upload_url } = await initiate('initiate-multipart');
    expect((await put(`${upload_url}/${part}`, 'x')).statusCode).toBe(400);
  });
});

describe('an upload as Python does it', () => {
  async function token(): Promise<string> {
    const answer = await app.inject({ method: 'POST', url: '/rest/storage/auth/token?storage_type=fal-cdn-v3', headers: withKey(), payload: {} });
    const { token: text, token_type: type, base_url: base, expires_at: expires } = answer.json<Record<string, string>>();
    expect(base).toBe('http://emulator.test/cdn');
    expect(expires).toMatch(/\+00:00$/);
    return `${type} ${text}`;
  }

  it('goes with a token to the CDN', async () => {
    const headers = { authorization: await token(), 'content-type': 'application/json', 'x-fal-file-name': 'notes.json' };
    const sent = await app.inject({ method: 'POST', url: '/cdn/files/upload', headers, payload: 'not json' });
    const { access_url } = sent.json<{ access_url: string }>();
    const file = await app.inject(pathOf(access_url));
    expect(file.body).toBe('not json');
    expect(access_url).toMatch(/\/notes\.json$/);
  });

  it('in parts names etags in headers', async () => {
    const authorization = await token();
    const begun = await app.inject({
      method: 'POST',
      url: '/cdn/files/upload/multipart',
      headers: { authorization, 'content-type': 'video/mp4', 'x-fal-file-name': 'film.mp4' },
    });
    const { access_url, uploadId } = begun.json<{ access_url: string; uploadId: string }>();
    const parts = [];
    for (const partNumber of [1, 2]) {
      const sent = await app.inject({
        method: 'PUT',
        url: `${pathOf(access_url)}/multipart/${uploadId}/${partNumber}`,
        headers: { authorization, 'content-type': 'video/mp4' },
        payload: `part ${partNumber};`,
      });
      parts.push({ partNumber, etag: sent.headers.etag });
    }
    const done = await app.inject({
      method: 'POST',
      url: `${pathOf(access_url)}/multipart/${uploadId}/complete`,
      headers: { authorization },
      payload: { parts },
    });
    expect(done.json()).toEqual({ access_url });
    const file = await app.inject(pathOf(access_url));
    expect(file.body).toBe('part 1;part 2;');
    expect(file.headers['content-type']).toBe('video/mp4');
  });

  it('needs a key or a token, and another account’s upload is nobody’s', async () => {
    expect((await app.inject({ method: 'POST', url: '/cdn/files/upload', payload: 'x', headers: { 'content-type': 'text/plain' } })).statusCode).toBe(401);
    expect(
      (await app.inject({ method: 'POST', url: '/cdn/files/upload', payload: 'x', headers: { 'content-type': 'text/plain', authorization: 'Bearer no' } }))
        .statusCode,
    ).toBe(401);
    const begun = await app.inject({ method: 'POST', url: '/cdn/files/upload/multipart', headers: withKey() });
    const { access_url, uploadId } = begun.json<{ access_url: string; uploadId: string }>();
    const url = `${pathOf(access_url)}/multipart/${uploadId}`;
    const part = { method: 'PUT' as const, url: `${url}/1`, payload: 'x', headers: { ...withKey(OTHER), 'content-type': 'text/plain' } };
    expect((await app.inject(part)).statusCode).toBe(404);
    expect((await app.inject({ method: 'POST', url: `${url}/complete`, headers: withKey(OTHER), payload: { parts: [] } })).statusCode).toBe(404);
  });

  it('is refused for a locked account', async () => {
    world.usageOf = () => ({ lockedBecause: 'Exhausted balance' }) as never;
    const answer = await app.inject({ method: 'POST', url: '/rest/storage/upload/initiate', headers: withKey(), payload: {} });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toEqual({ detail: 'User is locked. Reason: Exhausted balance' });
  });
});

describe('limits', () => {
  beforeEach(() => serve({ uploadBytes: 1000 }));

  it('refuse a file that is too large, whole or in parts', async () => {
    const whole = await initiate();
    expect((await put(whole.upload_url, Buffer.alloc(1001))).statusCode).toBe(413);
    const parts = await initiate('initiate-multipart');
    expect((await put(`${parts.upload_url}/1`, Buffer.alloc(600))).statusCode).toBe(200);
    const second = await put(`${parts.upload_url}/2`, Buffer.alloc(600));
    expect(second.statusCode).toBe(413);
    expect(second.json()).toEqual({ detail: 'The file is too large' });
  });

  it('bound what the parts of all unfinished files take', () => {
    const uploads = new Uploads(new FakeClock(), 1000);
    const order = { account: 'acme', name: undefined, contentType: undefined, lifetimeUs: undefined, kind: 'parts' } as const;
    const all = Array.from({ length: 5 }, () => uploads.open(order));
    const kept = all.map((upload) => uploads.keepPart(upload, 1, new Uint8Array(1000)));
    expect(kept[3]).toMatchObject({ etag: expect.any(String) });
    expect(kept[4]).toBe('busy');
    expect(uploads.heldBytes).toBe(4000);
    for (const upload of all) uploads.close(upload);
    expect(uploads.heldBytes).toBe(0);
  });

  it('forget unfinished files after an hour, and the oldest of very many', () => {
    const clock = new FakeClock();
    const uploads = new Uploads(clock, 1000);
    const order = { account: 'acme', name: undefined, contentType: undefined, lifetimeUs: undefined, kind: 'parts' } as const;
    const old = uploads.open(order);
    uploads.keepPart(old, 1, new Uint8Array(500));
    clock.advance(3600e6);
    const next = uploads.open(order);
    expect(uploads.heldBytes).toBe(0);
    for (let count = 0; count < 10_000; count++) uploads.open(order);
    expect(uploads.find(next.id, 'parts')).toBeUndefined();
  });

  it('bound the bodies under way', () => {
    const places = new UploadPlaces(1000);
    expect([1, 2, 3, 4].map(() => places.take(undefined))).toEqual([1000, 1000, 1000, 1000]);
    expect(places.take('1')).toBeUndefined();
    places.giveBack(1000);
    expect(places.take('12')).toBe(12);
    expect(places.take('99999999')).toBeUndefined();
  });

  it('are given back after each answer', async () => {
    for (let count = 0; count < 10; count++) {
      const { upload_url } = await initiate();
      expect((await put(upload_url, Buffer.alloc(1000))).statusCode).toBe(200);
    }
  });
});

describe('a file', () => {
  async function keep(name: string, type: string, content = '0123456789', headers: Record<string, string> = {}): Promise<string> {
    const { upload_url, file_url } = await initiate('initiate', headers, { content_type: type, file_name: name });
    await put(upload_url, content);
    return pathOf(file_url);
  }

  test.each([
    ['page.html', 'text/html'],
    ['image.svg', 'image/svg+xml'],
    ['code.js', 'text/javascript'],
    ['feed.xml', 'application/xml'],
    ['odd', 'text/html; charset=utf-7'],
  ])('%s that could run in a browser is only saved by it', async (name, type) => {
    const { headers } = await app.inject(await keep(name, type));
    expect(headers['content-disposition']).toMatch(/^attachment;/);
    expect(headers['content-security-policy']).toContain('sandbox');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('is shown when it is a picture', async () => {
    const { headers } = await app.inject(await keep('cat.png', 'image/png'));
    expect(headers['content-disposition']).toBe("inline; filename*=UTF-8''cat.png");
  });

  it('cannot put anything into headers', async () => {
    const { headers } = await app.inject(await keep('a"\r\nset-cookie: x=1;.png', 'image/png\r\nx: y'));
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['content-disposition']).toBe("attachment; filename*=UTF-8''a%22set-cookie%3A%20x%3D1%3B.png");
  });

  it('can be asked for in part, and for its head', async () => {
    const url = await keep('film.mp4', 'video/mp4');
    const part = await app.inject({ url, headers: { range: 'bytes=2-4' } });
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
    const outside = await app.inject({ url, headers: { range: 'bytes=10-' } });
    expect([outside.statusCode, outside.headers['content-range']]).toEqual([416, 'bytes */10']);
    const head = await app.inject({ method: 'HEAD', url });
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '10', '']);
  });

  test.each(['x-fal-object-lifecycle', 'x-fal-object-lifecycle-preference'])('is over when %s says so', async (header) => {
    const url = await keep('brief.txt', 'text/plain', 'now', { [header]: JSON.stringify({ expiration_duration_seconds: 60 }) });
    world.clock.advance(60e6 - 1);
    expect((await app.inject(url)).statusCode).toBe(200);
    world.clock.advance(1);
    expect((await app.inject(url)).statusCode).toBe(404);
  });

  test.each(['{', '[]', 'null', '{"expiration_duration_seconds":-1}', '{"expiration_duration_seconds":"1"}', '{"initial_acl":{"default":"forbid"}}'])(
    'is kept when its lifecycle is %s',
    async (wish) => {
      const url = await keep('kept.txt', 'text/plain', 'now', { 'x-fal-object-lifecycle': wish });
      world.clock.advance(1e12);
      expect((await app.inject(url)).statusCode).toBe(200);
    },
  );

  test.each(['/cdn/files/unknown/cat.png', '/cdn/files/__proto__/x', '/cdn/files/..%2f..%2fetc/passwd'])('%s is not there', async (url) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ detail: 'Not Found' });
  });
});

describe('readers that do not read', () => {
  const BYTES = 8 * 1024 * 1024;
  let url: string;

  beforeEach(async () => {
    // Three such files are too much.
    await serve({ uploadBytes: BYTES });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  });

  afterEach(async () => {
    vi.useRealTimers();
    await app.close();
  });

  async function keep(): Promise<string> {
    const { upload_url, file_url } = await initiate('initiate', {}, { file_name: 'film.mp4' });
    await put(upload_url, Buffer.alloc(BYTES));
    return pathOf(file_url);
  }

  /** Begins to read a file and then reads no more of it. */
  async function stall(path: string): Promise<RawClient> {
    const client = new RawClient(url);
    client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.until(/200 OK/);
    client.socket.pause();
    return client;
  }

  const connections = (): Promise<number> => new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)));

  it('are cut off after 30 s of wall time', async () => {
    const path = await keep();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await stall(path);
    for (let turn = 0; turn < 1000; turn++) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(UNREAD_FILE_MS - 1);
    expect(await connections()).toBe(1);
    vi.advanceTimersByTime(1);
    await expect.poll(connections).toBe(0);
  });

  it('share what is held of one file, and of several so much that others are told to come again', async () => {
    const [first, second, third] = [await keep(), await keep(), await keep()] as const;
    const clients = [await stall(first), await stall(first), await stall(first), await stall(second)];
    expect((await app.inject(third)).statusCode).toBe(429);
    expect((await app.inject(first)).statusCode).toBe(200);
    for (const client of clients) client.socket.destroy();
    await expect.poll(async () => (await app.inject(third)).statusCode).toBe(200);
  });

  it('are waited for as long as they read, however slowly', async () => {
    const path = await keep();
    const client = await stall(path);
    client.socket.resume();
    // The file is followed by nothing: the connection stays open for more.
    await until(() => client.text.length >= BYTES);
    expect(client.text.length - (client.text.indexOf('\r\n\r\n') + 4)).toBe(BYTES);
  });
});

describe('names', () => {
  it('of any text are one segment of an address, short enough for it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const name = safeFileName(text);
        const segment = encodeURIComponent(name);
        return name !== '' && !/^\.+$/.test(name) && !/[/\\]/.test(name) && segment.length <= 400 && decodeURIComponent(segment) === name;
      }),
    );
  });

  it('and types of any text are safe in headers', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, type) => {
        const header = `${safeContentType(type)} ${contentDisposition(safeFileName(name), safeContentType(type))}`;
        return /^[\x20-\x7e]*$/.test(header);
      }),
    );
    expect(safeContentType('text/plain; charset="utf-8"')).toBe('text/plain; charset="utf-8"');
    expect(safeContentType(undefined)).toBe('application/octet-stream');
  });

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.txt', 'a.txt'],
    ['..', 'upload.bin'],
    ['', 'upload.bin'],
    [undefined, 'upload.bin'],
    ['Grüße 🌊.png', 'Grüße 🌊.png'],
  ])('%j becomes %j', (given, name) => {
    expect(safeFileName(given)).toBe(name);
  });
});
