import { loadImage } from '@napi-rs/canvas';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { byteRange } from '../../../src/live/http/byte-range.js';
import { pictureRoutes } from '../../../src/live/http/pictures.js';
import { createServer } from '../../../src/live/http/server.js';
import { FakeWorld, TEST_SETTINGS } from '../fake-world.js';

let app: FastifyInstance;

beforeAll(async () => {
  app = await createServer(new FakeWorld(), TEST_SETTINGS, [pictureRoutes]);
});

afterAll(() => app.close());

const PICTURE = '/cdn/pictures/7-320x200.png';

describe('files of pretended models', () => {
  test.each([
    [PICTURE, 'image/png'],
    ['/cdn/pictures/7-64x64.jpeg', 'image/jpeg'],
    ['/cdn/pictures/7-64x64.webp', 'image/webp'],
    ['/cdn/sounds/7-100ms.wav', 'audio/wav'],
    ['/cdn/videos/7-64x64-1s.webm', 'video/webm'],
  ])('%s needs no key and says what it is', async (url, contentType) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': contentType, 'content-length': String(answer.rawPayload.length), 'accept-ranges': 'bytes' });
    expect(answer.rawPayload.length).toBeGreaterThan(100);
  });

  it('a picture has the size that its address says', async () => {
    const { width, height } = await loadImage((await app.inject(PICTURE)).rawPayload);
    expect([width, height]).toEqual([320, 200]);
  });

  it('is not sent again to who has it', async () => {
    const { etag } = (await app.inject(PICTURE)).headers;
    const again = await app.inject({ url: PICTURE, headers: { 'if-none-match': `"other", ${etag}` } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await app.inject({ url: PICTURE, headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200);
  });

  it('HEAD says the same without the file', async () => {
    const whole = await app.inject(PICTURE);
    const head = await app.inject({ method: 'HEAD', url: PICTURE, headers: { range: 'bytes=0-3' } });
    expect(head.statusCode).toBe(200);
    expect(head.body).toBe('');
    for (const name of ['content-type', 'content-length', 'etag']) expect(head.headers[name]).toBe(whole.headers[name]);
  });

  it('is sent in parts to players that ask for them', async () => {
    const whole = (await app.inject(PICTURE)).rawPayload;
    const part = await app.inject({ url: PICTURE, headers: { range: 'bytes=1-3' } });
    expect(part.statusCode).toBe(206);
    expect(part.headers).toMatchObject({ 'content-range': `bytes 1-3/${whole.length}`, 'content-length': '3' });
    expect(part.body).toBe('PNG');
    const outside = await app.inject({ url: PICTURE, headers: { range: `bytes=${whole.length}-` } });
    expect(outside.statusCode).toBe(416);
    expect(outside.headers['content-range']).toBe(`bytes */${whole.length}`);
    const other = await app.inject({ url: PICTURE, headers: { range: 'bytes=1-3', 'if-range': '"other"' } });
    expect(other.statusCode).toBe(200);
  });

  test.each([
    '/cdn/pictures/7-9999x9999.png',
    '/cdn/pictures/..%2f..%2fetc%2fpasswd',
    '/cdn/pictures/%00',
    '/cdn/pictures/7-64x64.svg',
    '/cdn/sounds/7-64x64.png',
    '/cdn/videos/7-64x64-99s.webm',
    `/cdn/pictures/${'7'.repeat(400)}`,
  ])('%s is not there', async (url) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ detail: 'Not Found' });
  });

  it('every name that is asked for ends in 200 or 404', async () => {
    const part = fc.oneof(fc.nat({ max: 200 }).map(String), fc.constantFrom('x', '-', '.png', 'ms.wav', 's.webm', '%', '/', '..', '\\'));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('pictures', 'sounds', 'videos'), fc.array(part, { maxLength: 8 }), async (folder, parts) => {
        const answer = await app.inject(`/cdn/${folder}/${encodeURIComponent(parts.join(''))}`);
        expect([200, 404]).toContain(answer.statusCode);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('the document lists all of them with what they answer', async () => {
    const { paths } = (await app.inject('/openapi.json')).json();
    expect(Object.keys(paths)).toEqual(['/cdn/pictures/{name}', '/cdn/sounds/{name}', '/cdn/videos/{name}']);
    expect(Object.keys(paths['/cdn/pictures/{name}'].get.responses)).toEqual(['200', '206', '304', '404', '412', '416', '429', '503']);
  });
});

describe('a range', () => {
  test.each<[string | undefined, unknown]>([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=4-', { first: 4, last: 9 }],
    ['bytes=-3', { first: 7, last: 9 }],
    ['bytes=-99', { first: 0, last: 9 }],
    ['bytes=4-99', { first: 4, last: 9 }],
    ['bytes=10-', 'outside'],
    ['bytes=-0', 'outside'],
    ['bytes=5-4', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,3-4', undefined],
    ['items=0-1', undefined],
    ['bytes=1e1-', undefined],
    [undefined, undefined],
  ])('%s of ten bytes', (header, range) => {
    expect(byteRange(header, 10)).toEqual(range);
  });
});
