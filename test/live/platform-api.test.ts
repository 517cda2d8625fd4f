import type { InjectOptions } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, prepareEmulator } from '../../src/live/emulator.js';

const ENDPOINT = 'fal-ai/flux/dev';
const OWN_APP = 'acme/upscaler';

/** Revocation strands what is in progress, as fal issue 939 has it. */
const SCENARIO = {
  name: 'platform-api',
  platform: {
    policy: { preset: 'fal-939', selfService: true },
    accounts: [{ id: 'acme', limit: 4, keys: ['old', 'new'] }, { id: 'other' }],
    endpoints: [
      { id: ENDPOINT, service: '60s', priceUsd: 0.03 },
      { id: OWN_APP, owner: 'acme', service: '60s', runners: 1 },
    ],
  },
} as const;

interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the wire says
  readonly body: any;
}

describe('the platform API', () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  async function open(selfService = true): Promise<void> {
    const policy = { ...SCENARIO.platform.policy, selfService };
    emulator = await prepareEmulator({ scenario: { ...SCENARIO, platform: { ...SCENARIO.platform, policy } } as never, speed: 'manual' });
  }

  async function call(method: InjectOptions['method'], url: string, payload?: object, key = emulator.credentials('acme/new'), headers = {}): Promise<Answered> {
    const response = await emulator.app.inject({
      method: method as 'GET',
      url,
      headers: { authorization: `Key ${key}`, ...headers },
      ...(payload && { payload }),
    });
    return { status: response.statusCode, body: response.body === '' ? undefined : JSON.parse(response.body) };
  }

  const operator = (method: InjectOptions['method'], url: string, payload?: object): Promise<Answered> =>
    call(method, url, payload, emulator.operatorCredentials);

  async function submit(times: number, key: string, endpoint = ENDPOINT): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < times; n++) ids.push((await call('POST', `/queue/${endpoint}`, { prompt: 'a cat' }, key)).body.request_id);
    emulator.advance('1s');
    return ids;
  }

  /** Three requests are in progress when their key is revoked. */
  async function leak(): Promise<string[]> {
    const ids = await submit(3, emulator.credentials('acme/old'));
    emulator.revokeKey('acme/old');
    emulator.advance('2m');
    return ids;
  }

  describe('keys', () => {
    it('lists the endpoints of the scenario and those that one calls oneself, not those of others', async () => {
      await open();
      await submit(1, emulator.credentials('acme/new'), 'acme-secret/project');
      const listed = async (key: string): Promise<string[]> =>
        (await call('GET', '/v1/models', undefined, key)).body.models.map((model: { endpoint_id: string }) => model.endpoint_id);
      expect(await listed(emulator.credentials('acme/new'))).toEqual([ENDPOINT, OWN_APP, 'acme-secret/project']);
      expect(await listed(emulator.credentials('other/key'))).toEqual([ENDPOINT, OWN_APP]);
      const prices = await call('GET', '/v1/models/pricing', undefined, emulator.credentials('other/key'));
      expect(JSON.stringify(prices.body)).not.toContain('secret');
    });

    it('ends a page of payloads before it is too large, and goes on from there', async () => {
      await open();
      const payload = { prompt: 'x'.repeat(7_000_000) };
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.unshift((await call('POST', `/queue/${ENDPOINT}`, payload)).body.request_id);
      const seen: string[][] = [];
      let cursor = '';
      do {
        const { body } = await call('GET', `/v1/models/requests/search?expand=payloads&limit=100${cursor}`);
        seen.push(body.items.map((item: { request_id: string }) => item.request_id));
        cursor = body.has_more ? `&cursor=${body.next_cursor}` : '';
      } while (cursor !== '' && seen.length < 10);
      expect(seen.flat()).toEqual(ids);
      expect(seen.map((page) => page.length)).toEqual([2, 2, 1]);
      expect((await call('GET', '/v1/models/requests/search?limit=100')).body.items).toHaveLength(5);
    });

    it('makes a key that works, shows its secret once, lists it and revokes it', async () => {
      await open();
      const made = await call('POST', '/v1/keys', { alias: 'CI' });
      expect(made.status).toBe(201);
      expect(made.body.key).toBe(`${made.body.key_id}:${made.body.key_secret}`);
      expect((await call('GET', '/v1/account/usage', undefined, made.body.key)).status).toBe(200);
      const listed = await call('GET', '/v1/keys');
      expect(listed.body.keys).toContainEqual({ key_id: made.body.key_id, alias: 'CI', scope: 'API', created_at: expect.stringMatching(/^\d{4}-.*Z$/) });
      expect(JSON.stringify(listed.body)).not.toContain(made.body.key_secret);
      expect((await call('DELETE', `/v1/keys/${made.body.key_id}`)).status).toBe(204);
      expect((await call('GET', '/v1/account/usage', undefined, made.body.key)).status).toBe(401);
    });

    it('answers 204 for a key that is revoked already, for an unknown one, and for another account’s, which goes on working', async () => {
      await open();
      const { body: made } = await call('POST', '/v1/keys', { alias: 'twice' });
      const others = emulator.credentials('other/key');
      const foreign = others.slice(0, others.indexOf(':'));
      for (const id of [made.key_id, made.key_id, 'nobody', foreign]) expect((await call('DELETE', `/v1/keys/${id}`)).status, id).toBe(204);
      expect((await call('GET', '/v1/account/usage', undefined, others)).status).toBe(200);
    });

    it('is for ADMIN keys only', async () => {
      await open();
      const { body: made } = await call('POST', '/v1/keys', { alias: 'weak' });
      for (const [method, url, body] of [
        ['GET', '/v1/keys', undefined],
        ['POST', '/v1/keys', { alias: 'stronger', scope: 'ADMIN' }],
        ['DELETE', '/v1/keys/x', undefined],
      ] as const) {
        const { status, body: answer } = await call(method, url, body, made.key);
        expect([status, answer.error.type], url).toEqual([403, 'authorization_error']);
      }
    });

    it('pages through the list', async () => {
      await open();
      const seen: string[] = [];
      let cursor = '';
      for (let page = 0; page < 5; page++) {
        const { body } = await call('GET', `/v1/keys?limit=1${cursor}`);
        seen.push(...body.keys.map(({ alias }: { alias: string }) => alias));
        if (!body.has_more) break;
        cursor = `&cursor=${body.next_cursor}`;
      }
      expect(seen).toEqual(['old', 'new']);
    });
  });

  describe('slots', () => {
    it('tells limit, live count, peak, history and what waits', async () => {
      await open();
      await submit(6, emulator.credentials('acme/new'));
      const { body } = await call('GET', '/v1/account/concurrency');
      expect(body).toMatchObject({
        account: 'acme',
        limit: 4,
        tier: expect.any(String),
        live: 4,
        peak: 4,
        queued: 2,
        stuck: 0,
        can_release: true,
        locked_because: null,
      });
      expect(body.days.at(-1)).toEqual({ date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), peak: 4 });
    });

    it('names the holder, the key and the reason of every slot, and gives a stuck one back to its owner', async () => {
      await open();
      const leaked = await leak();
      const { body } = await call('GET', '/v1/account/slots');
      expect(body.slots.map(({ request_id }: { request_id: string }) => request_id).sort()).toEqual(leaked.toSorted());
      expect(body.slots[0]).toMatchObject({ reason: 'ghost', key_alias: 'old', key_revoked: true, endpoint_id: ENDPOINT, age_seconds: 121 });
      const [first] = body.slots;
      expect(await call('DELETE', `/v1/account/slots/${first.slot_id}`)).toEqual({ status: 200, body: { released: 1 } });
      expect(await call('DELETE', `/v1/account/slots/${first.slot_id}`)).toMatchObject({ status: 404, body: { error: { type: 'not_found' } } });
      expect(await call('POST', '/v1/account/slots/release')).toEqual({ status: 200, body: { released: 2 } });
      expect((await call('GET', '/v1/account/slots')).body.slots).toEqual([]);
    });

    it('does not take a slot away from work that is alive', async () => {
      await open();
      await submit(1, emulator.credentials('acme/new'));
      const { body } = await call('GET', '/v1/account/slots');
      expect(await call('DELETE', `/v1/account/slots/${body.slots[0].slot_id}`)).toMatchObject({ status: 409 });
      expect(await call('POST', '/v1/account/slots/release')).toEqual({ status: 200, body: { released: 0 } });
      expect((await call('GET', '/v1/account/slots')).body.slots).toHaveLength(1);
    });

    it('says so where the platform does not offer it', async () => {
      await open(false);
      await leak();
      const { body } = await call('GET', '/v1/account/slots');
      expect(body.can_release).toBe(false);
      for (const answer of [await call('DELETE', `/v1/account/slots/${body.slots[0].slot_id}`), await call('POST', '/v1/account/slots/release')])
        expect(answer).toMatchObject({ status: 409, body: { error: { type: 'not_implemented' } } });
    });

    it('shows an account nothing of another one', async () => {
      await open();
      const [id] = await submit(1, emulator.credentials('acme/new'));
      const theirs = (await call('GET', '/v1/account/slots')).body.slots[0].slot_id;
      const other = emulator.credentials('other/key');
      expect((await call('GET', '/v1/account/slots', undefined, other)).body.slots).toEqual([]);
      expect((await call('DELETE', `/v1/account/slots/${theirs}`, undefined, other)).status).toBe(404);
      expect((await call('GET', '/v1/account/slots?account=acme', undefined, other)).status).toBe(404);
      expect((await call('GET', '/v1/models/requests/search', undefined, other)).body.items).toEqual([]);
      expect((await call('DELETE', `/v1/models/requests/${id}/payloads`, undefined, other)).status).toBe(404);
    });
  });

  it('sells credits: the limit follows, and the same idempotency key pays once', async () => {
    await open();
    const before = (await call('GET', '/v1/account/concurrency', undefined, emulator.credentials('other/key'))).body;
    for (let n = 0; n < 2; n++) await call('POST', '/v1/account/invoices', { usd: 1000 }, emulator.credentials('other/key'), { 'idempotency-key': 'once' });
    emulator.advance('10m');
    const after = (await call('GET', '/v1/account/concurrency', undefined, emulator.credentials('other/key'))).body;
    expect(after.paid_usd).toBe(before.paid_usd + 1000);
    expect(after.limit).toBeGreaterThan(before.limit);
    expect((await call('POST', '/v1/account/invoices', { usd: -1 })).status).toBe(400);
  });

  describe('requests', () => {
    it('lists the newest first, by endpoint and by how they ended, and pages on', async () => {
      await open();
      const ids = await submit(3, emulator.credentials('acme/new'));
      emulator.advance('2m');
      const [late] = await submit(1, emulator.credentials('acme/new'), OWN_APP);
      const all = (await call('GET', '/v1/models/requests/search')).body;
      expect(all.items.map(({ request_id }: { request_id: string }) => request_id)).toEqual([late, ...ids.toReversed()]);
      const done = (await call('GET', `/v1/models/requests/by-endpoint?endpoint_id=${ENDPOINT}&status=success&expand=payloads`)).body;
      expect(done.items).toHaveLength(3);
      expect(done.items[0]).toMatchObject({ status: 'COMPLETED', status_code: 200, json_input: { prompt: 'a cat' }, duration: 60 });
      expect(done.items[0].json_output.images).toHaveLength(1);
      const first = (await call('GET', '/v1/models/requests/search?limit=2')).body;
      const second = (await call('GET', `/v1/models/requests/search?limit=2&cursor=${first.next_cursor}`)).body;
      expect([...first.items, ...second.items].map(({ request_id }) => request_id)).toEqual([late, ...ids.toReversed()]);
      expect(second.has_more).toBe(false);
      expect((await call('GET', '/v1/models/requests/search?start=soon')).status).toBe(400);
    });

    it('deletes a payload once the request has ended', async () => {
      await open();
      const [id] = await submit(1, emulator.credentials('acme/new'));
      expect((await call('DELETE', `/v1/models/requests/${id}/payloads`)).status).toBe(409);
      emulator.advance('2m');
      expect((await call('DELETE', `/v1/models/requests/${id}/payloads`)).status).toBe(200);
      const { body } = await call('GET', '/v1/models/requests/search?expand=payloads');
      expect(body.items[0]).toMatchObject({ json_input: null });
    });
  });

  it('tells the owner of an app how many wait, flushes them, and leaves the running one alone', async () => {
    await open();
    await submit(3, emulator.credentials('acme/new'), OWN_APP);
    expect((await call('GET', '/v1/serverless/apps/acme/upscaler/queue')).body).toEqual({ queue_size: 2 });
    expect((await call('GET', '/rest/applications/acme/upscaler/queue')).body).toEqual({ size: 2 });
    expect((await call('DELETE', '/v1/serverless/apps/acme/upscaler/queue')).body).toEqual({ flushed: 2 });
    expect((await call('GET', '/v1/serverless/apps/acme/upscaler/queue')).body).toEqual({ queue_size: 0 });
    expect((await call('GET', '/v1/models/requests/search?status=in_progress')).body.items).toHaveLength(1);
    const other = emulator.credentials('other/key');
    expect((await call('DELETE', '/v1/serverless/apps/acme/upscaler/queue', undefined, other)).status).toBe(404);
    expect((await call('GET', '/rest/applications/acme/upscaler/queue', undefined, other)).body).toEqual({ detail: expect.any(String) });
  });

  it('lists models with the scenario’s prices', async () => {
    await open();
    expect((await call('GET', '/v1/models')).body.models.map(({ endpoint_id }: { endpoint_id: string }) => endpoint_id)).toContain(ENDPOINT);
    expect((await call('GET', `/v1/models/pricing?endpoint_id=${ENDPOINT}`)).body.prices).toEqual([
      { endpoint_id: ENDPOINT, unit_price: 0.03, unit: 'requests', currency: 'USD' },
    ]);
    expect((await call('GET', '/v1/meta')).body.webhook_ip_ranges).toContain('127.0.0.0/8');
  });

  describe('for the operator', () => {
    it('does what a step of a scenario does, now or in a while', async () => {
      await open();
      await submit(1, emulator.credentials('acme/new'));
      expect(await operator('POST', '/v1/slotstorm/steps', { do: 'revoke-key', key: 'acme/old' })).toMatchObject({
        status: 200,
        body: { performed: true, step: 'revoke-key acme/old' },
      });
      expect((await call('GET', '/v1/account/slots', undefined, emulator.credentials('acme/old'))).status).toBe(401);
      expect((await operator('POST', '/v1/slotstorm/steps', { do: 'set-limit', account: 'acme', limit: 9, at: '30s' })).status).toBe(202);
      expect((await call('GET', '/v1/account/concurrency')).body.limit).toBe(4);
      emulator.advance('31s');
      expect((await call('GET', '/v1/account/concurrency')).body.limit).toBe(9);
    });

    it.each([
      [{ do: 'revoke-kee', key: 'acme/old' }, 'did you mean'],
      [{ do: 'revoke-key', key: 'acme/olt' }, 'acme/old'],
      [{ do: 'crash', for: '2s' }, 'expected part'],
      [{ do: 'cut', link: 'runner-dispatcher', for: '2 weeks' }, 'for: expected a duration'],
      [{ do: 'burst', count: 3, as: 'acme/old', endpoint: ENDPOINT }, 'a burst is load'],
      [{ do: 'lose-store', at: '25h' }, 'at most 24h'],
    ])('refuses %j in the words of the scenario file', async (step, words) => {
      await open();
      const { status, body } = await operator('POST', '/v1/slotstorm/steps', step);
      expect([status, body.error.type]).toEqual([400, 'validation_error']);
      expect(body.error.message).toContain(words);
    });

    it('sets limits and locks accounts, whose submits then get 403', async () => {
      await open();
      expect((await operator('PUT', '/v1/slotstorm/accounts/acme/limit', { limit: 1 })).status).toBe(200);
      expect((await call('GET', '/v1/account/concurrency')).body.limit).toBe(1);
      await operator('PUT', '/v1/slotstorm/accounts/acme/lock', { reason: 'Exhausted balance' });
      expect((await call('POST', `/queue/${ENDPOINT}`, {})).status).toBe(403);
      await operator('PUT', '/v1/slotstorm/accounts/acme/lock', { reason: null });
      expect((await call('POST', `/queue/${ENDPOINT}`, {})).status).toBe(200);
      expect((await operator('PUT', '/v1/slotstorm/accounts/nobody/limit', { limit: 1 })).status).toBe(404);
    });

    it('sees the whole platform, and any account by name', async () => {
      await open();
      await leak();
      expect((await operator('GET', '/v1/slotstorm/platform')).body).toMatchObject({
        scenario: 'platform-api',
        ghosts: 3,
        in_use: 3,
        accounts: ['acme', 'other'],
      });
      expect((await operator('GET', '/v1/account/slots?account=acme')).body.slots).toHaveLength(3);
      expect((await operator('GET', '/v1/account/slots')).status).toBe(400);
    });

    it('is for nobody else', async () => {
      await open();
      for (const [method, url, body] of [
        ['GET', '/v1/slotstorm/platform', undefined],
        ['POST', '/v1/slotstorm/steps', { do: 'lose-store' }],
        ['PUT', '/v1/slotstorm/accounts/acme/limit', { limit: 100 }],
        ['PUT', '/v1/slotstorm/accounts/acme/lock', { reason: null }],
      ] as const)
        expect((await call(method, url, body)).status, url).toBe(403);
    });
  });

  it('words every refusal as fal’s platform API does, without a key too', async () => {
    await open();
    const anonymous = await emulator.app.inject({ method: 'GET', url: '/v1/account/slots' });
    expect([anonymous.statusCode, anonymous.json().error.type]).toEqual([401, 'authorization_error']);
    for (const [method, url, body] of [
      ['POST', '/v1/keys', {}],
      ['POST', '/v1/keys', { alias: 7, scope: 'GOD' }],
      ['GET', '/v1/models?limit=0', undefined],
      ['POST', '/v1/account/invoices', { usd: 'many' }],
    ] as const) {
      const { status, body: answer } = await call(method, url, body);
      expect([status, answer.error.type], url).toEqual([400, 'validation_error']);
    }
  });
});
