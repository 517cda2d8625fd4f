import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { runRoutes } from '../../../src/live/http/run.js';
import { createServer } from '../../../src/live/http/server.js';
import { FakeWorld, TEST_SETTINGS, withKey } from '../fake-world.js';
import { listening, RawClient, until } from './listening.js';

let world: FakeWorld;
let app: FastifyInstance;

beforeEach(async () => {
  world = new FakeWorld();
  app = await createServer(world, TEST_SETTINGS, [runRoutes]);
});

afterEach(() => app.close());

function run(url = '/run/fal-ai/flux/dev', headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url, headers: { ...withKey(), ...headers }, payload: { prompt: 'a cat' } });
}

async function taken() {
  await until(() => world.taken.length > 0);
  return world.last;
}

describe('a direct call', () => {
  it("is answered on the same connection with the model's output and fal's headers", async () => {
    const answer = run();
    const call = await taken();
    expect(call).toMatchObject({ mode: 'direct', endpoint: 'fal-ai/flux/dev', input: { prompt: 'a cat' }, account: 'acme' });
    call.start('runner-3');
    call.end({ status: 200, headers: { 'x-fal-billable-units': '4' }, body: '{"images":[]}' });
    const { statusCode, headers, body } = await answer;
    expect([statusCode, body]).toEqual([200, '{"images":[]}']);
    expect(headers).toMatchObject({ 'x-fal-request-id': call.id, 'x-fal-served-from': 'runner-3', 'x-fal-billable-units': '4' });
  });

  it('says that another try may do where the platform lost its runner (row 35)', async () => {
    const answer = run();
    (await taken()).end({ status: 503, headers: {}, body: '{"detail":"lost","error_type":"runner_disconnected"}' }, 'failed', {
      error: 'lost',
      errorType: 'runner_disconnected',
    });
    expect((await answer).headers).toMatchObject({ 'x-fal-error-type': 'runner_disconnected', 'x-fal-needs-retry': '1' });
  });

  it("says that the start deadline was the caller's own, and not to try again (row 25)", async () => {
    const answer = run();
    (await taken()).end({ status: 504, headers: {}, body: '{"detail":"late"}' }, 'startTimeout', { error: 'late', errorType: 'startup_timeout' });
    const { statusCode, headers } = await answer;
    expect(statusCode).toBe(504);
    expect(headers['x-fal-request-timeout-type']).toBe('user');
    expect(headers['x-fal-needs-retry']).toBeUndefined();
  });

  it('has its input in the query for method get; the token is not part of it', async () => {
    const token = world.keys.issueToken({ account: 'acme', keyId: 'acme', scope: 'API' }, ['a/b'], 60);
    const answer = app.inject({ method: 'GET', url: `/run/a/b?prompt=cat&fal_jwt_token=${token}` });
    const call = await taken();
    expect(call.input).toEqual({ prompt: 'cat' });
    call.succeed();
    expect((await answer).statusCode).toBe(200);
  });

  it('that has ended at once is answered at once', async () => {
    const call = world.call.bind(world);
    world.call = (order) => {
      const request = call(order);
      world.last.succeed({ quick: true });
      return request;
    };
    expect((await run()).json()).toEqual({ quick: true });
  });

  it('waits for the disk before its caller hears of the end', async () => {
    const answer = run();
    const call = await taken();
    world.ledger = { ...world.ledger, isDirty: true };
    call.succeed();
    await answer;
    expect(world.settles).toBe(1);
  });

  it('is refused at the limit with 429 in the documented words (rows 19, 61)', async () => {
    world.refusal = { refused: 'limit', limit: 2, reason: 'at the limit' };
    const { statusCode, headers, body } = await run();
    expect(statusCode).toBe(429);
    expect(JSON.parse(body)).toEqual({ detail: 'Reached concurrent requests limit of 2', type: 'concurrent_requests_limit', data: { limit: 2 } });
    expect(headers['x-fal-needs-retry']).toBe('1');
    expect(headers['retry-after']).toBeUndefined();
  });

  it('is refused without a runner with 503', async () => {
    world.refusal = { refused: 'no-runner', reason: 'No runner available' };
    const { statusCode, headers, body } = await run();
    expect([statusCode, JSON.parse(body)]).toEqual([503, { detail: 'No runner available', error_type: 'runner_scheduling_failure' }]);
    expect(headers['x-fal-error-type']).toBe('runner_scheduling_failure');
  });

  test.each(['/run/a/b', '/run/workflows/a/b/c'])('to %s needs a key', async (url) => {
    expect((await app.inject({ method: 'POST', url, payload: {} })).statusCode).toBe(401);
  });

  it('is cancelled when its client goes away (row 42), and only then', async () => {
    const client = new RawClient(await listening(app));
    const request = 'POST /run/a/b HTTP/1.1\r\nHost: x\r\nAuthorization: Key acme:secret\r\nContent-Length: 0\r\n\r\n';
    client.send(request);
    const first = await taken();
    first.succeed();
    await client.until(/"ok":true/);
    client.send(request);
    await until(() => world.taken.length === 2);
    client.socket.destroy();
    await until(() => world.disconnected.length > 0);
    expect(world.disconnected).toEqual([world.last]);
    expect(first.watchers + world.last.watchers).toBe(0);
  });
});

describe('a stream', () => {
  it('is one event a part, and ends', async () => {
    const answer = run('/run/fal-ai/any-llm/stream');
    const call = await taken();
    expect(call.order.style).toBe('stream');
    expect(call.endpoint).toBe('fal-ai/any-llm');
    call.start();
    call.emit({ output: 'a', partial: true });
    call.emit({ output: 'ab\n"', partial: false });
    call.succeed({ output: 'ab' });
    const { headers, body } = await answer;
    expect(headers['content-type']).toContain('text/event-stream');
    expect(headers['x-fal-request-id']).toBe(call.id);
    expect(body).toBe('data: {"output":"a","partial":true}\n\ndata: {"output":"ab\\n\\"","partial":false}\n\n');
  });

  it('is asked for by the accept header as well (rule 11)', async () => {
    const answer = run('/run/a/b', { accept: 'application/json, text/event-stream' });
    (await taken()).succeed({ done: true });
    expect((await answer).body).toBe('data: {"done":true}\n\n');
  });

  it('that fails before its first part is answered with the status of the failure', async () => {
    const answer = run('/run/a/b/stream');
    (await taken()).end({ status: 422, headers: {}, body: '{"detail":[]}' }, 'failed', { error: 'invalid', errorType: undefined });
    const { statusCode, headers, body } = await answer;
    expect([statusCode, body]).toEqual([422, '{"detail":[]}']);
    expect(headers['content-type']).toContain('application/json');
  });

  it('that fails later tells so in its last event', async () => {
    const answer = run('/run/a/b/stream');
    const call = await taken();
    call.emit({ output: 'a' });
    call.end({ status: 503, headers: {}, body: '{"detail":"lost"}' }, 'failed', { error: 'lost', errorType: 'runner_disconnected' });
    expect((await answer).body).toBe('data: {"output":"a"}\n\ndata: {"detail":"lost"}\n\n');
  });

  it('is cancelled when its reader goes away', async () => {
    const client = new RawClient(await listening(app));
    client.send('POST /run/a/b/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Key acme:secret\r\nContent-Length: 0\r\n\r\n');
    const call = await taken();
    call.emit({ output: 'a' });
    await client.until(/"output":"a"/);
    client.socket.destroy();
    await until(() => world.disconnected.length > 0);
    expect([call.watchers, world.clock.pending]).toEqual([0, 0]);
  });

  it('keeps every part for a slow reader, in order', async () => {
    const client = new RawClient(await listening(app));
    client.send('POST /run/a/b/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Key acme:secret\r\nContent-Length: 0\r\n\r\n');
    const call = await taken();
    client.socket.pause();
    for (let number = 0; number < 400; number++) call.emit({ number, filler: 'x'.repeat(20_000) });
    call.succeed();
    client.socket.resume();
    const numbers = [...(await client.untilEnd()).matchAll(/"number":(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 400 }, (_, index) => index));
  });
});
