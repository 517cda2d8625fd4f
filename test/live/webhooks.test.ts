import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { fastify } from 'fastify';
import { request } from 'undici';
import { afterEach, describe, expect, it, test } from 'vitest';
import type { HttpContext } from '../../src/live/http/context.js';
import { webhookRoutes } from '../../src/live/http/webhooks.js';
import type { StoredDelivery } from '../../src/live/store/ledger.js';
import { MemoryLedger } from '../../src/live/store/memory-ledger.js';
import { DeliveryLine } from '../../src/live/webhooks/delivery-line.js';
import { addressProblem, webhookProblem } from '../../src/live/webhooks/destination.js';
import { guardedAgent, type NameLookup } from '../../src/live/webhooks/guarded-agent.js';
import { RETRY_DELAYS_S, type WebhookAttempt, WebhookSender, type WebhookSettings } from '../../src/live/webhooks/sender.js';
import { SigningKey } from '../../src/live/webhooks/signing-key.js';
import { parseAppId } from '../../src/protocol/app-id.js';
import { type FakeRequest, FakeWorld } from './fake-world.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Delivered {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers with these statuses in turn, the last one for ever. */
async function receiver(...statuses: readonly number[]): Promise<{ readonly url: string; readonly deliveries: Delivered[] }> {
  const deliveries: Delivered[] = [];
  const url = await listening((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      deliveries.push({ headers: request.headers, body });
      response.writeHead(statuses[Math.min(deliveries.length, statuses.length) - 1] ?? 200).end('thanks');
    });
  });
  return { url: `${url}/hook`, deliveries };
}

async function listening(onRequest: RequestListener): Promise<string> {
  const server: Server = createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A platform with a sender whose tries can be awaited. */
class Platform {
  readonly world = new FakeWorld();
  readonly stored: StoredDelivery[] = [];
  readonly done: string[] = [];
  readonly attempts: WebhookAttempt[] = [];
  readonly sender: WebhookSender;
  #told: () => void = () => {};

  constructor(settings: Partial<WebhookSettings> = {}) {
    this.world.ledger = Object.assign(new MemoryLedger(), {
      delivery: (delivery: StoredDelivery) => void this.stored.push(delivery),
      delivered: (id: string) => void this.done.push(id),
    });
    this.sender = new WebhookSender(this.world, { allowsPrivateWebhooks: false, onAttempt: (attempt) => this.#note(attempt), ...settings });
    closers.push(() => this.sender.close());
  }

  request(webhook: string | undefined, account = 'acme'): FakeRequest {
    const app = parseAppId('fal-ai/flux/dev');
    if (app === undefined) throw new Error('no app');
    const caller = { account, keyId: account, scope: 'API' } as const;
    const terms = { startTimeoutUs: undefined, low: false, hint: undefined, retries: undefined, maxQueueLength: undefined, storesPayload: true, tags: {} };
    this.world.submit({ caller, app, input: {}, webhook, publicUrl: 'http://127.0.0.1', ...terms });
    return this.world.last;
  }

  /** Ends a request well and waits for so many tries in all. */
  async end(request: FakeRequest, tries = 1): Promise<void> {
    this.begin(request);
    await this.tried(tries);
  }

  /** Ends a request well. */
  begin(request: FakeRequest): void {
    request.succeed({ images: [] });
    this.sender.requestEnded(request);
  }

  async tried(count: number): Promise<void> {
    while (this.attempts.length < count) {
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }

  #note(attempt: WebhookAttempt): void {
    this.attempts.push(attempt);
    this.#told();
  }
}

describe('what a receiver is told', () => {
  it('is the result, signed so that the key set verifies it as fal documents', async () => {
    const { url, deliveries } = await receiver(200);
    const platform = new Platform({ wallClockMs: () => 1_700_000_000_500 });
    const request = platform.request(url);
    await platform.end(request);

    const [{ headers, body }] = deliveries as [Delivered];
    expect(JSON.parse(body)).toEqual({ request_id: request.id, gateway_request_id: request.id, status: 'OK', payload: { images: [] } });
    expect(headers['content-type']).toBe('application/json');
    expect(headers['x-fal-webhook-timestamp']).toBe('1700000000');
    expect(await isVerified(platform, headers, body)).toBe(true);
    expect(await isVerified(platform, headers, `${body} `)).toBe(false);
    expect(platform.done).toEqual([request.id]);
  });

  it('is the error and the model’s own body for a request that failed', async () => {
    const { url, deliveries } = await receiver(200);
    const platform = new Platform();
    const request = platform.request(url);
    request.gatewayRequestId = 'second-attempt';
    request.end({ status: 422, headers: {}, body: '{"detail":[]}' }, 'failed', { error: 'bad input', errorType: undefined });
    platform.sender.requestEnded(request);
    await platform.tried(1);
    expect(JSON.parse(deliveries[0]?.body ?? '')).toEqual({
      request_id: request.id,
      gateway_request_id: 'second-attempt',
      status: 'ERROR',
      error: 'Invalid status code: 422',
      payload: { detail: [] },
    });
  });

  it('is null with a payload_error for a result that is not JSON', async () => {
    const { url, deliveries } = await receiver(200);
    const platform = new Platform();
    const request = platform.request(url);
    request.end({ status: 200, headers: {}, body: 'NaN' });
    platform.sender.requestEnded(request);
    await platform.tried(1);
    expect(JSON.parse(deliveries[0]?.body ?? '')).toMatchObject({ status: 'OK', payload: null, payload_error: 'The result is not JSON' });
  });

  it('is nothing for a request without a webhook', async () => {
    const platform = new Platform();
    const request = platform.request(undefined);
    request.succeed();
    platform.sender.requestEnded(request);
    expect(platform.sender.pending).toBe(0);
  });

  it('is told only once it is on disk', async () => {
    const { url, deliveries } = await receiver(200);
    const platform = new Platform();
    let isOnDisk = false;
    const seen: boolean[] = [];
    platform.world.settled = () => {
      seen.push(deliveries.length === 0);
      isOnDisk = true;
      return Promise.resolve();
    };
    await platform.end(platform.request(url));
    expect(isOnDisk).toBe(true);
    expect(seen[0]).toBe(true);
  });
});

describe('a receiver that does not say 2xx', () => {
  it('is told again, with the same request id, until it does', async () => {
    const { url, deliveries } = await receiver(500, 404, 200);
    const platform = new Platform();
    const request = platform.request(url);
    await platform.end(request);
    platform.world.clock.advance(15e6);
    await platform.tried(2);
    platform.world.clock.advance(30e6);
    await platform.tried(3);
    expect(deliveries.map(({ body }) => (JSON.parse(body) as { request_id: string }).request_id)).toEqual([request.id, request.id, request.id]);
    expect(platform.attempts.map(({ outcome }) => outcome)).toEqual(['again', 'again', 'delivered']);
    expect(platform.stored.map(({ tries }) => tries)).toEqual([0, 1, 2]);
  });

  it('is given up after 10 retries within 2 hours', async () => {
    const { url, deliveries } = await receiver(503);
    const platform = new Platform();
    const request = platform.request(url);
    await platform.end(request);
    for (const [index, delayS] of RETRY_DELAYS_S.entries()) {
      platform.world.clock.advance(delayS * 1e6 - 1);
      expect(deliveries).toHaveLength(index + 1);
      platform.world.clock.advance(1);
      await platform.tried(index + 2);
    }
    expect(deliveries).toHaveLength(11);
    expect(platform.world.clock.nowUs()).toBeLessThanOrEqual(2 * 3600e6);
    expect(platform.attempts.at(-1)?.outcome).toBe('gave-up');
    expect(platform.done).toEqual([request.id]);
    expect(platform.world.clock.pending).toBe(0);
  });

  it('is not followed elsewhere: a redirect is no acknowledgement', async () => {
    const other = await receiver(200);
    const url = await listening((_request, response) => response.writeHead(307, { location: other.url }).end());
    const platform = new Platform({ retryDelaysS: [] });
    await platform.end(platform.request(url));
    expect(platform.attempts[0]).toMatchObject({ status: 307, outcome: 'gave-up' });
    expect(other.deliveries).toEqual([]);
  });

  it('costs no longer than the time-out when it never answers', async () => {
    const url = await listening(() => {});
    const platform = new Platform({ timeoutMs: 50, retryDelaysS: [] });
    await platform.end(platform.request(url));
    expect(platform.attempts[0]).toMatchObject({ status: undefined, outcome: 'gave-up' });
  });

  it('may send an endless body: its status counts', async () => {
    const url = await listening((_request, response) => {
      response.writeHead(200);
      response.write('x'.repeat(100_000));
    });
    const platform = new Platform({ timeoutMs: 200 });
    await platform.end(platform.request(url));
    expect(platform.attempts[0]).toMatchObject({ status: 200, outcome: 'delivered' });
  });

  it('keeps only so many tries under way', async () => {
    let open = 0;
    let most = 0;
    const url = await listening((request, response) => {
      most = Math.max(most, ++open);
      request.resume().on('end', () => setImmediate(() => response.end(() => open--)));
    });
    const platform = new Platform({ concurrency: 3 });
    const requests = Array.from({ length: 20 }, () => platform.request(url));
    for (const request of requests) {
      request.succeed();
      platform.sender.requestEnded(request);
    }
    await platform.tried(20);
    expect(most).toBeLessThanOrEqual(3);
    expect(platform.sender.pending).toBe(0);
  });
});

describe('receivers that never answer', () => {
  it('hold up the deliveries of others to nobody but themselves, and those of their own account not all', async () => {
    const dead = await listening(() => {});
    const { url, deliveries } = await receiver(200);
    const platform = new Platform({ timeoutMs: 60_000 });
    for (let count = 0; count < 100; count++) platform.begin(platform.request(`${dead}/hook`));
    const own = platform.request(url);
    const other = platform.request(url, 'other');
    platform.begin(own);
    platform.begin(other);
    await platform.tried(2);
    expect(deliveries.map(({ headers }) => headers['x-fal-webhook-request-id']).sort()).toEqual([own.id, other.id].sort());
    expect(platform.sender.pending).toBe(100);
  });

  it('at many addresses take no more places than one account has', async () => {
    const dead = await Promise.all(Array.from({ length: 10 }, () => listening(() => {})));
    const { url } = await receiver(200);
    const platform = new Platform({ timeoutMs: 60_000 });
    for (let count = 0; count < 100; count++) platform.begin(platform.request(dead[count % 10]));
    platform.begin(platform.request(url, 'other'));
    await platform.tried(1);
    expect(platform.attempts[0]?.outcome).toBe('delivered');
  });
});

describe('the line of deliveries', () => {
  const of = (account: string, url: string) => ({ account, url });

  it('serves accounts in turn, and each in its own order', () => {
    const line = new DeliveryLine({ all: 9, perAccount: 9, perOrigin: 9 });
    for (const path of [1, 2, 3]) line.add(of('a', `http://x/${path}`));
    for (const path of [1, 2]) line.add(of('b', `http://x/${path}`));
    const served = Array.from({ length: 6 }, () => line.next()).map((item) => item && `${item.account}${item.url.at(-1)}`);
    expect(served).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', undefined]);
  });

  it('lets only so many go at once in all, for an account and to an origin', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ account: fc.constantFrom('a', 'b', 'c'), url: fc.constantFrom('http://x/1', 'http://x/2', 'http://y/', '?') })),
        (items) => {
          const line = new DeliveryLine({ all: 5, perAccount: 3, perOrigin: 2 });
          for (const item of items) line.add({ ...item });
          const under: ReturnType<typeof of>[] = [];
          let served = 0;
          for (;;) {
            for (let item = line.next(); item !== undefined; item = line.next()) under.push(item);
            const count = (is: (item: ReturnType<typeof of>) => boolean) => under.filter(is).length;
            expect(under.length).toBeLessThanOrEqual(5);
            for (const account of ['a', 'b', 'c']) expect(count((item) => item.account === account)).toBeLessThanOrEqual(3);
            for (const origin of ['http://x', 'http://y']) expect(count(({ url }) => url.startsWith(origin))).toBeLessThanOrEqual(2);
            const done = under.shift();
            if (done === undefined) break;
            served += 1;
            line.done(done);
          }
          expect(served).toBe(items.length);
        },
      ),
    );
  });
});

describe('an end that cannot be put on disk', () => {
  it('is told to nobody until it can, and then as if nothing had been', async () => {
    const { url, deliveries } = await receiver(200);
    const platform = new Platform({ retryDelaysS: [] });
    const { settled } = platform.world;
    let asked = 0;
    platform.world.settled = () => {
      asked += 1;
      return Promise.reject(new Error('the disk is full'));
    };
    platform.begin(platform.request(url));
    await expect.poll(() => platform.world.clock.pending).toBe(1);
    platform.world.clock.advance(15e6);
    await expect.poll(() => [asked, platform.world.clock.pending]).toEqual([2, 1]);
    expect([deliveries.length, platform.attempts.length, platform.sender.pending]).toEqual([0, 0, 1]);
    platform.world.settled = settled.bind(platform.world);
    platform.world.clock.advance(15e6);
    await platform.tried(1);
    expect(platform.attempts[0]).toMatchObject({ attempt: 1, outcome: 'delivered' });
  });
});

describe('a restart', () => {
  it('goes on with what was still to be delivered, when it is due', async () => {
    const { url, deliveries } = await receiver(200);
    const platform = new Platform();
    const request = platform.request(url);
    request.succeed();
    platform.sender.resume([{ requestId: request.id, tries: 3, nextUs: 60e6 }]);
    platform.world.clock.advance(59e6);
    expect(deliveries).toEqual([]);
    platform.world.clock.advance(1e6);
    await platform.tried(1);
    expect(platform.attempts[0]).toMatchObject({ attempt: 4, outcome: 'delivered' });
  });

  it('drops what nobody knows any more', () => {
    const platform = new Platform();
    platform.sender.resume([{ requestId: 'gone', tries: 0, nextUs: 0 }]);
    expect(platform.done).toEqual(['gone']);
  });

  it('finds in the ledger what was not delivered when it stopped', async () => {
    const url = await listening(() => {});
    const platform = new Platform();
    const request = platform.request(url);
    request.succeed();
    platform.sender.requestEnded(request);
    await platform.sender.close();
    expect(platform.stored.map(({ requestId }) => requestId)).toEqual([request.id]);
    expect(platform.done).toEqual([]);
    expect(platform.world.clock.pending).toBe(0);
  });

  it('signs with the same key', () => {
    const made = SigningKey.make();
    const ledger = new MemoryLedger();
    ledger.signingKey(made.pem);
    const platform = new Platform({ signingKey: made.pem });
    expect(platform.sender).toBeDefined();
    expect(SigningKey.read(made.pem).jwk).toEqual(made.key.jwk);
    expect(() => SigningKey.read('nonsense')).toThrow();
  });
});

describe('where webhooks go', () => {
  test.each([
    ['http://127.0.0.1:3000/hook', 'loopback'],
    ['http://localhost:3000/', 'a name: its addresses are looked at when it is called'],
    ['https://[::1]/x', 'loopback'],
    ['https://example.com/hook?a=b', 'a name'],
    ['http://8.8.8.8/', 'a public address'],
    ['http://[::ffff:127.0.0.1]/', 'loopback in other words'],
  ])('%s may be (%s)', (url) => {
    expect(webhookProblem(url)).toBeUndefined();
  });

  test.each([
    ['hook', 'absolute'],
    ['ftp://example.com/', 'http or https'],
    ['file:///etc/passwd', 'http or https'],
    ['http://user:secret@example.com/', 'user name'],
    ['http://10.0.0.1/', 'private'],
    ['http://172.16.5.4/', 'private'],
    ['http://192.168.1.1/', 'private'],
    ['http://100.64.0.1/', 'private'],
    ['http://169.254.169.254/latest/meta-data/', 'link-local'],
    ['http://0xa9fea9fe/', 'link-local'],
    ['http://0.0.0.0/', 'reserved'],
    ['http://[::]/', 'reserved'],
    ['http://224.0.0.1/', 'multicast'],
    ['http://255.255.255.255/', 'reserved'],
    ['http://[fe80::1]/', 'link-local'],
    ['http://[fc00::1]/', 'private'],
    ['http://[ff02::1]/', 'multicast'],
    ['http://[::ffff:10.0.0.1]/', 'private'],
    ['http://[::ffff:a9fe:a9fe]/', 'link-local'],
    ['http://[::ffff:0:10.0.0.1]/', 'private'],
    ['http://[::ffff:0:a9fe:a9fe]/', 'link-local'],
    ['http://[64:ff9b::10.0.0.1]/', 'private'],
    ['http://[2002:0a00:0001::]/', 'private'],
    ['http://[::10.0.0.1]/', 'reserved'],
    ['http://[fd00:ec2::254]/', 'reserved'],
    [`http://example.com/${'x'.repeat(2048)}`, 'at most 2048'],
  ])('%s may not be: %s', (url, why) => {
    expect(webhookProblem(url)).toContain(why);
  });

  it('private ones may be when they are allowed; link-local ones never', () => {
    for (const address of ['10.0.0.1', '192.168.1.1', 'fc00::1', '::ffff:10.0.0.1']) expect(addressProblem(address, true)).toBeUndefined();
    for (const address of ['169.254.169.254', 'fe80::1%eth0', 'fd00:ec2::254', '224.0.0.1', 'not-an-address'])
      expect(addressProblem(address, true)).toBeDefined();
  });

  it('a refused destination is not tried again', async () => {
    const platform = new Platform();
    await platform.end(platform.request('http://192.168.0.1/'));
    expect(platform.attempts[0]).toMatchObject({ outcome: 'gave-up', error: expect.stringContaining('private') });
  });

  it('a name is called when all its addresses may be', async () => {
    const { url, deliveries } = await receiver(200);
    const platform = new Platform({ retryDelaysS: [] });
    await platform.end(platform.request(url.replace('127.0.0.1', 'localhost')));
    expect(platform.attempts[0]?.outcome).toBe('delivered');
    expect(deliveries).toHaveLength(1);
  });

  it('a name is judged by the addresses that are connected to, every time anew', async () => {
    const { url, deliveries } = await receiver(200);
    const answers = [['127.0.0.1'], ['127.0.0.1', '10.0.0.1'], ['169.254.169.254']];
    const names: NameLookup = (_name, _options, answer) =>
      answer(
        null,
        (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
      );
    const call = async (): Promise<number> => {
      const agent = guardedAgent(false, 1000, names);
      closers.push(() => agent.destroy());
      return (await request(url.replace('127.0.0.1', 'rebinding.example'), { dispatcher: agent })).statusCode;
    };
    expect(await call()).toBe(200);
    await expect(call()).rejects.toThrow('private');
    await expect(call()).rejects.toThrow('link-local');
    expect(deliveries).toHaveLength(1);
  });
});

/** As a receiver of fal's would: only the key set and the headers, nothing of this repository. */
async function isVerified({ world }: Platform, headers: IncomingHttpHeaders, body: string): Promise<boolean> {
  const app = fastify();
  await webhookRoutes(app, { world } as unknown as HttpContext);
  const { keys } = (await app.inject('/rest/.well-known/jwks.json')).json<{ keys: { x: string }[] }>();
  const words = [headers['x-fal-webhook-request-id'], headers['x-fal-webhook-user-id'], headers['x-fal-webhook-timestamp']];
  const message = [...words, createHash('sha256').update(body).digest('hex')].join('\n');
  const signature = Buffer.from(String(headers['x-fal-webhook-signature']), 'hex');
  return keys.some(({ x }) => verify(null, Buffer.from(message), createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature));
}
