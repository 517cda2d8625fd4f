import { describe, expect, it, test } from 'vitest';
import type { Refusal } from '../../../src/live/world/live-world.js';
import { withKey } from '../fake-world.js';
import { QueueScene } from './queue-scene.js';

const scene = new QueueScene();

describe('submit', () => {
  it('answers 200 with the id, three absolute addresses and the position (rows 1, 2)', async () => {
    const answer = await scene.submit();
    const { id } = scene.world.last;
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      status: 'IN_QUEUE',
      request_id: id,
      response_url: `http://127.0.0.1:8080/queue/fal-ai/flux/requests/${id}`,
      status_url: `http://127.0.0.1:8080/queue/fal-ai/flux/requests/${id}/status`,
      cancel_url: `http://127.0.0.1:8080/queue/fal-ai/flux/requests/${id}/cancel`,
      queue_position: 0,
    });
    expect(answer.headers['x-fal-request-id']).toBe(id);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('hands over the whole endpoint id, the input and who calls', async () => {
    await scene.submit('/queue/fal-ai/flux/dev/image-to-image');
    expect(scene.world.last.endpoint).toBe('fal-ai/flux/dev/image-to-image');
    expect(scene.world.last.input).toEqual({ prompt: 'a cat' });
    expect(scene.world.last).toMatchObject({ account: 'acme', keyId: 'acme', mode: 'queue' });
  });

  it('keeps a namespace in the addresses (row 3)', async () => {
    const answer = await scene.submit('/queue/workflows/me/story/step');
    expect(scene.world.last.app).toEqual({ namespace: 'workflows', owner: 'me', alias: 'story', path: 'step' });
    expect(answer.json().status_url).toBe(`http://127.0.0.1:8080/queue/workflows/me/story/requests/${scene.world.last.id}/status`);
    const status = await scene.get(`/queue/workflows/me/story/requests/${scene.world.last.id}/status`);
    expect(status.json().request_id).toBe(scene.world.last.id);
  });

  it('reads a legacy id as owner and alias', async () => {
    await scene.submit('/queue/12345-my-app');
    expect(scene.world.last.endpoint).toBe('12345/my-app');
  });

  it('hands over the terms that headers and query say', async () => {
    await scene.submit('/queue/a/b?fal_webhook=http%3A%2F%2F127.0.0.1%3A9%2Fhook&fal_max_queue_length=3', {
      'x-fal-request-timeout': '30.0',
      'x-fal-queue-priority': 'low',
      'x-fal-runner-hint': 'warm',
      'x-fal-store-io': '0',
      'x-fal-tags': 'team=red,bad',
      'x-fal-retry-config': '{"server_error":{"retries":3}}',
    });
    expect(scene.world.last.order).toMatchObject({
      startTimeoutUs: 30_000_000,
      low: true,
      hint: 'warm',
      storesPayload: false,
      tags: { team: 'red' },
      webhook: 'http://127.0.0.1:9/hook',
      maxQueueLength: 3,
      retries: { never: false, serverError: 3 },
      publicUrl: 'http://127.0.0.1:8080',
    });
  });

  it('names the attempt where a webhook was asked for', async () => {
    const answer = await scene.submit('/queue/a/b?fal_webhook=http://127.0.0.1:9/hook');
    expect(answer.json().gateway_request_id).toBe(scene.world.last.gatewayRequestId);
  });

  it('gives the model an empty object when the client sends no body, as JavaScript does for a falsy input', async () => {
    expect((await scene.submit(undefined, {}, '')).statusCode).toBe(200);
    expect(scene.world.last.input).toEqual({});
    expect((await scene.app.inject({ method: 'POST', url: '/queue/a/b', headers: withKey() })).statusCode).toBe(200);
  });

  it('takes __proto__ as a name like any other', async () => {
    await scene.submit(undefined, {}, '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    expect(Object.hasOwn(scene.world.last.input as object, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('waits for the disk before anybody hears of the request', async () => {
    scene.world.ledger = { ...scene.world.ledger, isDirty: true };
    await scene.submit();
    expect(scene.world.settles).toBe(1);
  });

  test.each([
    ['bad JSON', {}, '{"prompt":', 400],
    ['a text', { 'content-type': 'text/plain' }, 'hello', 415],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=b', 415],
    ['a content type that is none', { 'content-type': 'nonsense' }, '{}', 415],
    ['too deep a body', {}, '['.repeat(5000) + ']'.repeat(5000), 400],
    ['too long a body', {}, `"${'x'.repeat(11 * 1024 * 1024)}"`, 413],
    ['a start timeout that is no number', { 'x-fal-request-start-timeout': 'soon' }, '{}', 400],
    ['a start timeout of 0.1', { 'x-fal-request-timeout': '0.1' }, '{}', 400],
  ])('refuses %s with a detail', async (_what, headers, body, status) => {
    const answer = await scene.submit(undefined, headers, body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().detail).toBeTypeOf('string');
    expect(answer.headers['x-fal-request-id']).toBeDefined();
    expect(scene.world.taken).toHaveLength(0);
  });

  it('takes the newer start-timeout header where both are sent, even if only the older one is good (row 28)', async () => {
    await scene.submit(undefined, { 'x-fal-request-timeout': '30', 'x-fal-request-start-timeout': '0.2' });
    expect(scene.world.last.order.startTimeoutUs).toBe(200_000);
    const refused = await scene.submit(undefined, { 'x-fal-request-timeout': '30', 'x-fal-request-start-timeout': 'x' });
    expect(refused.statusCode).toBe(400);
    expect(refused.json().error_type).toBe('bad_request');
    expect(refused.headers['x-fal-error-type']).toBe('bad_request');
  });

  test.each([
    'fal_webhook=not-a-url',
    'fal_webhook=file:///etc/passwd',
    'fal_webhook=http://169.254.169.254/',
    'fal_webhook=http://a.b&fal_webhook=http://a.b',
    'fal_max_queue_length=-1',
    'fal_max_queue_length=many',
  ])('refuses the query %s as fal words an invalid input', async (query) => {
    const answer = await scene.submit(`/queue/a/b?${query}`);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().detail[0]).toEqual({ loc: ['query', query.split('=')[0]], msg: expect.any(String), type: expect.any(String) });
  });

  test.each<[Refusal, number, object]>([
    [{ refused: 'queue-full', reason: 'full' }, 429, { detail: 'full', type: 'max_queue_length' }],
    [{ refused: 'locked', reason: 'Exhausted balance.' }, 403, { detail: 'User is locked. Reason: Exhausted balance.' }],
    [{ refused: 'key', reason: 'revoked' }, 401, { detail: 'invalid key credentials' }],
    [{ refused: 'too-many-endpoints', reason: '' }, 404, { detail: 'Application "a/b" not found' }],
    [{ refused: 'too-many-requests', reason: 'enough' }, 429, { detail: 'enough' }],
  ])('words the refusal %j', async (refusal, status, body) => {
    scene.world.refusal = refusal;
    const answer = await scene.submit('/queue/a/b');
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual(body);
    expect(answer.headers['retry-after']).toBeUndefined();
  });
});
