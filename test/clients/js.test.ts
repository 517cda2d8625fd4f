import { createPublicKey, verify, webcrypto } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFalClient, ValidationError } from '@fal-ai/client';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Emulator } from '../../src/live/emulator.js';
import { type AtEnd, CANCELS, refusal, STATUS_POLLS, scene } from './js-scene.js';
import { callsOf, hasBeenSeen } from './scene.js';

describe.concurrent('the queue', () => {
  it('submits, tells the status, and hands out the result', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished, 'app/main', { worksUntil: hasBeenSeen });
    const { request_id: requestId, status, queue_position: position } = await fal.queue.submit('fal-ai/flux/schnell', { input: { prompt: 'a lighthouse' } });
    expect({ status, position }).toEqual({ status: 'IN_QUEUE', position: 0 });
    expect(['IN_QUEUE', 'IN_PROGRESS']).toContain((await fal.queue.status('fal-ai/flux/schnell', { requestId })).status);
    const done = await fal.queue.subscribeToStatus('fal-ai/flux/schnell', { requestId, pollInterval: 50 });
    expect(done).toMatchObject({ status: 'COMPLETED', metrics: { inference_time: expect.any(Number) } });
    const { data, requestId: resultId } = await fal.queue.result('fal-ai/flux/schnell', { requestId });
    expect(resultId).toBe(requestId);
    expect(data).toMatchObject({ prompt: 'a lighthouse', images: [{ url: expect.any(String) }] });
    await emulator.expectNoLeaks();
  });

  it('subscribes by polling, with logs and updates', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished, 'app/main', { worksUntil: hasBeenSeen });
    const seen: string[] = [];
    let logged = 0;
    const { data } = await fal.subscribe('fal-ai/flux/schnell', {
      input: { prompt: 'x' },
      logs: true,
      pollInterval: 50,
      onQueueUpdate: (update) => {
        seen.push(update.status);
        if (update.status !== 'IN_QUEUE') logged = Math.max(logged, update.logs.length);
      },
    });
    expect(data).toHaveProperty('images');
    expect(seen.at(-1)).toBe('COMPLETED');
    expect(seen).toContain('IN_PROGRESS');
    expect(logged).toBeGreaterThan(0);
    expect(callsOf(emulator, 'GET', /\/status\?logs=1/)).toHaveLength(seen.length);
  });

  it('subscribes by streaming', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const seen: string[] = [];
    const { data } = await fal.subscribe('fal-ai/flux/schnell', {
      input: { prompt: 'x' },
      mode: 'streaming',
      logs: true,
      onQueueUpdate: ({ status }) => seen.push(status),
    });
    expect(data).toHaveProperty('images');
    expect(seen.at(-1)).toBe('COMPLETED');
    expect(callsOf(emulator, 'GET', STATUS_POLLS)).toHaveLength(0);
    expect(callsOf(emulator, 'GET', /\/status\/stream\?logs=1/)).toHaveLength(1);
  });

  it('streams the status', async ({ onTestFinished }) => {
    const { fal } = await scene(onTestFinished);
    const { request_id: requestId } = await fal.queue.submit('fal-ai/flux/schnell', { input: { prompt: 'x' } });
    const stream = await fal.queue.streamStatus('fal-ai/flux/schnell', { requestId, logs: true });
    const seen: string[] = [];
    for await (const { status } of stream) seen.push(status);
    expect(seen.at(-1)).toBe('COMPLETED');
    expect(await stream.done()).toMatchObject({ status: 'COMPLETED', request_id: requestId });
  });

  it('cancels with a JSON content type and no body (row 17)', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const { request_id: requestId } = await fal.queue.submit('test/hour', { input: {} });
    await expect(fal.queue.cancel('test/hour', { requestId })).resolves.toBeUndefined();
    expect(callsOf(emulator, 'PUT', CANCELS).map(({ status }) => status)).toEqual([202]);
    await expect.poll(async () => (await fal.queue.status('test/hour', { requestId })).status).toBe('COMPLETED');
    expect((await refusal(fal.queue.cancel('test/hour', { requestId }))).body).toEqual({ status: 'ALREADY_COMPLETED' });
    await emulator.expectNoLeaks();
  });

  it('keeps the namespace of a workflow (row 3)', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const { data } = await fal.subscribe('workflows/acme/pipeline/main', { input: { a: 1 }, pollInterval: 50 });
    expect(data).toBeDefined();
    expect(callsOf(emulator, 'GET', '/queue/workflows/acme/pipeline/requests/').length).toBeGreaterThan(1);
  });

  it('gives a model’s 422 as a ValidationError', async ({ onTestFinished }) => {
    const { fal } = await scene(onTestFinished);
    const error = await refusal(fal.subscribe('fal-ai/flux/schnell', { input: {} as { prompt: string }, pollInterval: 50 }));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).getFieldErrors('prompt')).toHaveLength(1);
  });

  it('refuses a wrong key and an unknown request as fal does (rows 13, 51)', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const stranger = createFalClient({ credentials: 'nobody:nothing-at-all', fetch: emulator.fetch });
    expect(await refusal(stranger.queue.submit('fal-ai/flux/schnell', { input: { prompt: 'x' } }))).toMatchObject({
      status: 401,
      body: { detail: 'invalid key credentials' },
    });
    const unknown = { requestId: '00000000-0000-4000-8000-000000000000' };
    expect(await refusal(fal.queue.status('fal-ai/flux/schnell', unknown))).toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } });
  });
});

describe.concurrent('direct calls', () => {
  it('run', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const { data, requestId } = await fal.run('fal-ai/flux/schnell', { input: { prompt: 'x', seed: 7 } });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(data).toMatchObject({ seed: 7 });
    expect(callsOf(emulator, 'POST', '/run/')).toHaveLength(1);
  });

  it('run with GET, the input in the query', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const { data } = await fal.run('fal-ai/flux/schnell', { method: 'get', input: { prompt: 'x' } });
    expect(data).toMatchObject({ prompt: 'x' });
    expect(callsOf(emulator, 'GET', '/run/fal-ai/flux/schnell?prompt=x')).toHaveLength(1);
  });

  it('stream, the last part of which is what done() gives', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const stream = await fal.stream('fal-ai/any-llm', { input: { prompt: 'Tell me of slots' } });
    const parts: unknown[] = [];
    for await (const part of stream) parts.push(part);
    expect(parts.length).toBeGreaterThan(1);
    expect(await stream.done()).toEqual(parts.at(-1));
    expect(callsOf(emulator, 'POST', '/run/fal-ai/any-llm/stream')).toHaveLength(1);
  });

  it('stream as browsers do, with a token in the address', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const stream = await fal.stream('fal-ai/any-llm', { input: { prompt: 'x' }, connectionMode: 'client', tokenProvider: () => token(emulator, 'any-llm') });
    expect(await stream.done()).toBeDefined();
    expect(callsOf(emulator, 'POST', /\/stream\?fal_jwt_token=/).map(({ status }) => status)).toEqual([200]);
  });
});

describe('files', () => {
  it('are uploaded, given to a model, and downloaded', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const url = await fal.storage.upload(new File(['<b>hi</b>'], 'Grüße.html', { type: 'text/html' }));
    const file = await fetch(url);
    expect(await file.text()).toBe('<b>hi</b>');
    expect(file.headers.get('content-type')).toBe('text/html');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment/);
    const { data } = await fal.run('acme/echo', { input: { image: new Blob(['x'], { type: 'image/png' }) } });
    expect(JSON.stringify(data)).toContain(`${emulator.url}/cdn/files/`);
    const bytes = await fetch(((await fal.run('fal-ai/flux/schnell', { input: { prompt: 'x' } })).data as { images: { url: string }[] }).images[0]?.url ?? '');
    expect(bytes.headers.get('content-type')).toMatch(/^image\//);
  });

  it('above 90 MiB are uploaded in parts', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    const size = 91 * 1024 * 1024;
    const url = await fal.storage.upload(new Blob([new Uint8Array(size).fill(7)], { type: 'video/mp4' }));
    expect(callsOf(emulator, 'PUT', '/cdn/uploads/')).toHaveLength(10);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(size));
    const end = await fetch(url, { headers: { range: 'bytes=-2' } });
    expect([...new Uint8Array(await end.arrayBuffer())]).toEqual([7, 7]);
  });

  it('end when their lifecycle says so', async ({ onTestFinished }) => {
    const { fal } = await scene(onTestFinished, 'app/main', { speed: 1000 });
    const url = await fal.storage.upload(new Blob(['x']), { lifecycle: { expiresIn: 'immediate' } });
    await expect.poll(async () => (await fetch(url)).status).toBe(404);
  });
});

describe('realtime', () => {
  const original = globalThis.WebSocket;
  afterEach(() => {
    globalThis.WebSocket = original;
  });

  /** What `printEnvironment` tells to do: the address is hard-wired, only the global can be replaced. */
  function redirectSockets({ url }: Emulator): void {
    class LocalSocket extends WebSocket {
      constructor(address: string) {
        super(address.replace('wss://fal.run', `${url.replace('http', 'ws')}/run`));
      }
    }
    globalThis.WebSocket = LocalSocket as never;
  }

  it('sends msgpack, hears msgpack, holds one slot until it closes', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    redirectSockets(emulator);
    const results: unknown[] = [];
    const errors: unknown[] = [];
    const connection = fal.realtime.connect('fal-ai/fast-lcm', {
      connectionKey: crypto.randomUUID(),
      throttleInterval: 0,
      maxBuffering: 5,
      tokenProvider: () => token(emulator, 'fast-lcm'),
      onResult: (result) => results.push(result),
      onError: (error) => errors.push(error),
    });
    connection.send({ prompt: 'one' });
    await expect.poll(() => results).toHaveLength(1);
    connection.send({ prompt: 'two' });
    await expect.poll(() => results).toHaveLength(2);
    expect(emulator.slots('app')).toHaveLength(1);
    connection.close();
    await expect.poll(() => emulator.slots('app')).toHaveLength(0);
    expect(errors).toEqual([]);
    expect(callsOf(emulator, 'GET', /max_buffering=5/)).toBeDefined();
  });

  it('ends with the key it was opened by', async ({ onTestFinished }) => {
    const { emulator, fal } = await scene(onTestFinished);
    redirectSockets(emulator);
    const results: unknown[] = [];
    const connection = fal.realtime.connect('fal-ai/fast-lcm', {
      connectionKey: crypto.randomUUID(),
      throttleInterval: 0,
      tokenProvider: () => token(emulator, 'fast-lcm'),
      onResult: (result) => results.push(result),
      onError: () => {},
    });
    connection.send({ prompt: 'one' });
    await expect.poll(() => results).toHaveLength(1);
    emulator.revokeKey('app/main');
    await expect.poll(() => emulator.slots('app')).toHaveLength(0);
  });
});

describe.concurrent('the proxy protocol', () => {
  it('routes run, queue and uploads by x-fal-target-url (row 50)', async ({ onTestFinished }) => {
    const { emulator } = await scene(onTestFinished);
    const fal = createFalClient({ credentials: emulator.credentials('app/main'), proxyUrl: { url: `${emulator.url}/proxy`, when: 'always' } });
    expect((await fal.run('fal-ai/flux/schnell', { input: { prompt: 'x' } })).data).toHaveProperty('images');
    expect((await fal.subscribe('fal-ai/flux/schnell', { input: { prompt: 'x' }, pollInterval: 50 })).data).toHaveProperty('images');
    const url = await fal.storage.upload(new Blob(['through the proxy']));
    expect(await (await fetch(url)).text()).toBe('through the proxy');
  });

  it('as a string is ignored in Node: nothing reaches the emulator, which is seen at once (row 55)', async ({ onTestFinished }) => {
    const { emulator } = await scene(onTestFinished);
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(new URL(String(input)).origin);
      throw new Error(`this call did not go to the emulator at ${emulator.url}`);
    };
    const fal = createFalClient({ credentials: emulator.credentials('app/main'), proxyUrl: `${emulator.url}/proxy`, fetch });
    await expect(fal.run('fal-ai/flux/schnell', { input: { prompt: 'x' } })).rejects.toThrow('did not go to the emulator');
    expect(asked).toEqual(['https://fal.run']);
    expect(emulator.requestLog()).toEqual([]);
  });
});

it('webhooks arrive with a signature that a receiver can check with the key set alone (row 43)', async ({ onTestFinished }) => {
  const { emulator, fal } = await scene(onTestFinished);
  const { url, delivery } = await receiver(onTestFinished);
  const { request_id: requestId } = await fal.queue.submit('fal-ai/flux/schnell', { input: { prompt: 'x' }, webhookUrl: url });
  const { headers, body } = await delivery;
  expect(JSON.parse(body)).toMatchObject({ request_id: requestId, gateway_request_id: requestId, status: 'OK', payload: { images: [{}] } });
  const { keys } = (await (await fetch(`${emulator.url}/rest/.well-known/jwks.json`)).json()) as { keys: { x: string }[] };
  const digest = Buffer.from(await webcrypto.subtle.digest('SHA-256', Buffer.from(body))).toString('hex');
  const message = [...['request-id', 'user-id', 'timestamp'].map((name) => headers[`x-fal-webhook-${name}`]), digest].join('\n');
  const signature = Buffer.from(String(headers['x-fal-webhook-signature']), 'hex');
  const isSigned = keys.some(({ x }) =>
    verify(null, Buffer.from(message), createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature),
  );
  expect(isSigned).toBe(true);
  expect(Math.abs(Date.now() / 1000 - Number(headers['x-fal-webhook-timestamp']))).toBeLessThan(300);
});

/** A token as an app's own server would ask for one. */
async function token(emulator: Emulator, alias: string): Promise<string> {
  const headers = { authorization: `Key ${emulator.credentials('app/main')}`, 'content-type': 'application/json' };
  const answer = await fetch(`${emulator.url}/rest/tokens/`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ allowed_apps: [alias], token_expiration: 120 }),
  });
  return (await answer.json()) as string;
}

interface ReceivedWebhook {
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

async function receiver(atEnd: AtEnd): Promise<{ readonly url: string; readonly delivery: Promise<ReceivedWebhook> }> {
  let told: (webhook: ReceivedWebhook) => void = () => {};
  const delivery = new Promise<ReceivedWebhook>((resolve) => {
    told = resolve;
  });
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      response.end();
      told({ headers: request.headers, body });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, delivery };
}
