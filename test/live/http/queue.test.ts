import { describe, expect, it, test } from 'vitest';
import { withKey } from '../fake-world.js';
import { QueueScene } from './queue-scene.js';

const scene = new QueueScene();

describe('status', () => {
  it('is 202 with a position while the request waits (row 4)', async () => {
    await scene.submit();
    scene.world.last.position = 4;
    const answer = await scene.get(scene.urlOf('/status'));
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ status: 'IN_QUEUE', queue_position: 4, request_id: scene.world.last.id });
  });

  it('is 202 with the key logs, which is null, while it runs (row 5)', async () => {
    await scene.submit();
    scene.world.last.start();
    const answer = await scene.get(scene.urlOf('/status'));
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ status: 'IN_PROGRESS', logs: null });
    expect(answer.json().response_url).toBeTruthy();
  });

  it('is 200 with the time of inference in seconds when it is done (row 6)', async () => {
    await scene.submit();
    scene.world.last.start();
    scene.world.clock.advance(1_500_000);
    scene.world.last.succeed();
    const answer = await scene.get(scene.urlOf('/status'));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'COMPLETED', logs: null, metrics: { inference_time: 1.5 } });
    expect(answer.json()).not.toHaveProperty('error');
  });

  it('is COMPLETED with error and error_type when it failed (row 12)', async () => {
    await scene.submit();
    scene.world.last.start();
    scene.world.last.end({ status: 503, headers: {}, body: '{"detail":"lost"}' }, 'failed', { error: 'Runner "x" lost', errorType: 'runner_disconnected' });
    expect((await scene.get(scene.urlOf('/status'))).json()).toMatchObject({
      status: 'COMPLETED',
      error: 'Runner "x" lost',
      error_type: 'runner_disconnected',
    });
  });

  test.each(['1', 'true', 'True'])('has log lines for logs=%s (row 7)', async (flag) => {
    await scene.submit();
    scene.world.last.start();
    scene.world.last.print('step "1"\n');
    const answer = await scene.get(scene.urlOf(`/status?logs=${flag}`));
    expect(answer.json().logs).toEqual([{ message: 'step "1"\n', level: 'INFO', source: 'USER', timestamp: '2026-01-01T00:00:00.000Z' }]);
  });

  test.each(['0', 'false'])('has none for logs=%s', async (flag) => {
    await scene.submit();
    scene.world.last.start();
    scene.world.last.print('step');
    expect((await scene.get(scene.urlOf(`/status?logs=${flag}`))).json().logs).toBeNull();
  });

  test.each(['logs=maybe', 'logs=1&logs=0', 'logs='])('refuses %s', async (query) => {
    await scene.submit();
    expect((await scene.get(scene.urlOf(`/status?${query}`))).statusCode).toBe(422);
  });

  test.each(['/status/', '/status?logs=0', '/status/?logs=0'])('is the same at %s (row 8)', async (tail) => {
    await scene.submit();
    const answer = await scene.get(scene.urlOf(tail));
    expect(answer.json()).toMatchObject({ status: 'IN_QUEUE', request_id: scene.world.last.id });
  });

  it('is served under the full id as well (row 53)', async () => {
    await scene.submit();
    expect((await scene.get(`/queue/fal-ai/flux/dev/requests/${scene.world.last.id}/status`)).json().request_id).toBe(scene.world.last.id);
  });
});

describe('result', () => {
  it('is 400 with a detail before the end (row 11)', async () => {
    await scene.submit();
    const answer = await scene.get(scene.urlOf());
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ detail: 'Request is still in progress' });
  });

  test.each(['', '/', '/response', '/response/'])("is the model's own status, headers and body at %j", async (tail) => {
    await scene.submit();
    scene.world.last.start('runner-7');
    scene.world.last.end({ status: 422, headers: { 'x-model': 'yes', 'x-fal-stop-runner': '1', connection: 'close' }, body: '{"detail":[]}' }, 'failed', {
      error: 'Invalid status code: 422',
      errorType: undefined,
    });
    const answer = await scene.get(scene.urlOf(tail));
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toBe('{"detail":[]}');
    expect(answer.headers).toMatchObject({ 'x-model': 'yes', 'x-fal-request-id': scene.world.last.id, 'x-fal-served-from': 'runner-7' });
    expect(answer.headers['x-fal-stop-runner']).toBeUndefined();
    expect(answer.headers['x-fal-billable-units']).toBeUndefined();
  });

  it('has its price when it went well', async () => {
    await scene.submit();
    scene.world.last.start();
    scene.world.last.succeed({ images: [] });
    const answer = await scene.get(scene.urlOf());
    expect(answer.json()).toEqual({ images: [] });
    expect(answer.headers['x-fal-billable-units']).toBe('1');
  });

  it("says that the start deadline was the caller's own", async () => {
    await scene.submit();
    scene.world.last.end({ status: 504, headers: {}, body: '{"detail":"late"}' }, 'startTimeout', { error: 'late', errorType: 'startup_timeout' });
    expect((await scene.get(scene.urlOf())).headers).toMatchObject({ 'x-fal-request-timeout-type': 'user', 'x-fal-error-type': 'startup_timeout' });
  });

  it('keeps all headers together below 16 KB', async () => {
    await scene.submit();
    scene.world.last.start();
    const headers = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`x-long-${index}`, 'v'.repeat(1000)]));
    scene.world.last.end({ status: 200, headers: { ...headers, 'x-bad\n': 'v', 'x-bad-value': 'a\r\nb: c' }, body: '{}' });
    const answer = await scene.get(scene.urlOf());
    const bytes = Object.entries(answer.headers).reduce((sum, [name, value]) => sum + name.length + String(value).length + 4, 0);
    expect(answer.statusCode).toBe(200);
    expect(bytes).toBeLessThan(16 * 1024);
  });

  it('is unknown when it is not kept any more', async () => {
    await scene.submit();
    scene.world.last.succeed();
    scene.world.last.answer = undefined;
    expect((await scene.get(scene.urlOf())).statusCode).toBe(404);
  });
});

describe('cancel', () => {
  it('takes a JSON content type with an empty body, as JavaScript sends it (row 17)', async () => {
    await scene.submit();
    const answer = await scene.app.inject({
      method: 'PUT',
      url: scene.urlOf('/cancel'),
      headers: { ...withKey(), 'content-type': 'application/json', 'content-length': '0' },
    });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({ status: 'CANCELLATION_REQUESTED' });
    expect(scene.world.cancelled).toEqual([scene.world.last]);
  });

  it('is 400 for what is completed (row 16)', async () => {
    await scene.submit();
    scene.world.last.succeed();
    const answer = await scene.app.inject({ method: 'PUT', url: scene.urlOf('/cancel/'), headers: withKey() });
    expect([answer.statusCode, answer.json()]).toEqual([400, { status: 'ALREADY_COMPLETED' }]);
  });
});
