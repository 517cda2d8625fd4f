import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../client.js';
import type { OpenTarget } from '../stage.js';
import type { Target } from '../target.js';

/** Rows 18, 19, 27, 30, 56, 57 of anybody's limiter, and 39 to 41 where there is a key that administers others. */
export function slotRows(open: OpenTarget): void {
  describe('slots', () => {
    let target: Target;
    let client: Client;

    beforeAll(async () => {
      target = await open();
      client = new Client(target);
    });
    afterEach(() => client.clear());
    afterAll(() => target.close());

    it('#18 of more requests than slots at most the limit is IN_PROGRESS at a time, and all complete', async () => {
      const ids = await client.submitMany(target.limit + 3);
      let most = 0;
      await target.until(
        'the end of all',
        async () => {
          most = Math.max(most, (await client.inState('IN_PROGRESS', ids)).length);
          return (await client.inState('COMPLETED', ids)).length === ids.length;
        },
        target.serviceS * 30,
      );
      expect(most).toBe(target.limit);
      for (const id of ids) expect((await client.result(id)).status).toBe(200);
    });

    it('#19 a direct call above the limit gets 429 concurrent_requests_limit with X-Fal-needs-retry', async () => {
      await client.fill();
      const reply = await client.run();
      expect(reply.status).toBe(429);
      expect(reply.body).toMatchObject({ type: 'concurrent_requests_limit', detail: expect.stringContaining(String(target.limit)) });
      expect(reply.header('x-fal-needs-retry')).toBe('1');
    });

    it('#56 the limit is inclusive: with one less in flight a direct call is taken', async () => {
      const [first] = await client.fill();
      expect((await client.run()).status).toBe(429);
      await client.cancel(first as string);
      await client.reach('COMPLETED', [first as string]);
      expect((await target.during(client.run())).status).toBe(200);
    });

    it('#57 of three times the limit in direct calls at once exactly the limit is taken, the others get 429', async () => {
      const calls = Array.from({ length: 3 * target.limit }, () => client.run());
      const statuses = (await target.during(Promise.all(calls))).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(target.limit);
      expect(statuses.filter((status) => status === 429)).toHaveLength(2 * target.limit);
    });

    it('#27 a request that is not started in time ends with 504 of type user, untouched by a runner', async () => {
      await client.fill();
      const id = await client.submitted(undefined, { headers: { 'x-fal-request-start-timeout': '2' } });
      await client.reach('COMPLETED', [id], undefined, 30);
      const reply = await client.result(id);
      expect(reply.status).toBe(504);
      expect(reply.header('x-fal-request-timeout-type')).toBe('user');
      expect(reply.header('x-fal-served-from')).toBeUndefined();
    });

    it('#30 a request that has begun in time completes, although its deadline passes', async () => {
      const id = await client.submitted(undefined, { headers: { 'x-fal-request-start-timeout': '2' } });
      await client.reach('COMPLETED', [id]);
      expect((await client.result(id)).status).toBe(200);
    });
  });

  describe('keys', () => {
    let target: Target;

    beforeAll(async () => {
      target = await open();
    });
    afterAll(() => target.close());

    it('#39 a key revoked amid its work is refused from then on, and the slots come back', async (context) => {
      const { client, doomed, revoke } = await withNewKey(target, context.skip);
      const ids = await doomed.fill();
      expect((await revoke()).status).toBe(204);
      expect((await doomed.status(ids[0] as string)).status).toBe(401);
      expect((await doomed.submit()).status).toBe(401);
      await client.reach('COMPLETED', ids);
      expect((await target.during(client.run())).status).toBe(200);
    });

    it('#40 another key of the account cancels what a revoked one has begun, and the slot is free', async (context) => {
      const { client, doomed, revoke } = await withNewKey(target, context.skip);
      const ids = await doomed.fill();
      await revoke();
      for (const id of ids) expect((await client.cancel(id)).status).toBe(202);
      await client.reach('COMPLETED', ids, undefined, 60);
      expect((await target.during(client.run())).status).toBe(200);
    });

    it('#41 a key is deleted with 204, and again with 204', async (context) => {
      const { revoke } = await withNewKey(target, context.skip);
      expect((await revoke()).status).toBe(204);
      expect((await revoke()).status).toBe(204);
    });
  });
}

interface NewKey {
  readonly client: Client;
  /** Has a key of the same account that `revoke` revokes. */
  readonly doomed: Client;
  readonly revoke: () => ReturnType<Client['api']>;
}

async function withNewKey(target: Target, skip: (why: string) => never): Promise<NewKey> {
  if (target.admin === undefined) skip('no key that administers others is given');
  const client = new Client(target);
  const call = { key: target.admin as string };
  const made = await client.api('keys', { ...call, method: 'POST', json: { alias: 'contract' } });
  const { key, key_id } = made.body;
  return { client, doomed: client.as(String(key)), revoke: () => client.api(`keys/${key_id}`, { ...call, method: 'DELETE' }) };
}
