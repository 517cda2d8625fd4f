import { describe, expect, it } from 'vitest';
import { ENDPOINT, type OpenStage, onStage, platformWith } from '../stage.js';
import { WebhookReceiver } from '../webhook-receiver.js';

const SLOW = 'acme-models/sculptor';
const OWN = 'acme/own-app';

/** Rows of the limiter that need a platform of their own. */
export function stageSlotRows(open: OpenStage): void {
  describe('the limiter of an emulator', () => {
    it('#20 calls of an own app above the limit are never refused', () =>
      onStage(
        open,
        {
          platform: platformWith({
            endpoints: [
              { id: ENDPOINT, service: '20s' },
              { id: OWN, owner: 'acme', service: '2s' },
            ],
          }),
        },
        async (stage, client) => {
          await client.fill();
          const replies = await stage.during(Promise.all([client.run(OWN), client.run(OWN), client.run(OWN)]));
          expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
        },
      ));

    it('#21 where the endpoint’s limit is the lower one it binds, and other endpoints still run', () =>
      onStage(
        open,
        {
          platform: platformWith({
            accounts: [{ id: 'acme', limit: 3, keys: ['one'] }],
            endpoints: [
              { id: ENDPOINT, service: '20s', limit: 1 },
              { id: SLOW, service: '20s' },
            ],
          }),
        },
        async (stage, client) => {
          const [first, second] = await client.submitMany(2);
          await client.reach('IN_PROGRESS', [first as string]);
          await stage.wait(5);
          expect(await client.state(second as string)).toBe('IN_QUEUE');
          expect((await client.run()).body).toMatchObject({ type: 'concurrent_requests_limit', data: { limit: 1 } });
          expect((await stage.during(client.run(SLOW))).status).toBe(200);
        },
      ));

    it('#22 a paid invoice raises the limit within minutes, and what waits is dispatched without being sent again', () =>
      onStage(
        open,
        { speed: 400, platform: platformWith({ tiers: [{ paidUsd: 50, limit: 4 }], endpoints: [{ id: ENDPOINT, service: '1h' }] }) },
        async (stage, client) => {
          const ids = await client.submitMany(5);
          await stage.wait(10);
          expect(await client.inState('IN_PROGRESS', ids)).toHaveLength(2);
          const paid = await client.api('account/invoices', { method: 'POST', json: { usd: 60 }, key: stage.admin });
          expect(paid.status).toBe(200);
          await stage.until('two more in progress', async () => (await client.inState('IN_PROGRESS', ids)).length === 4, 600);
          expect((await client.api('account/concurrency')).body).toMatchObject({ limit: 4, live: 4, queued: 1 });
        },
      ));

    it('#37 of two normal requests and a low one the low one begins last, though it came first', () =>
      onStage(
        open,
        { platform: platformWith({ policy: { waiting: 'fifo' }, accounts: [{ id: 'acme', limit: 1, keys: ['one'] }] }) },
        async (_stage, client) => {
          await client.fill();
          const low = await client.submitted(undefined, { headers: { 'x-fal-queue-priority': 'low' } });
          const normal = await client.submitMany(2);
          await client.reach('COMPLETED', [low, ...normal]);
          const starts = await Promise.all([...normal, low].map(async (id) => Date.parse(String((await client.record(id))['started_at']))));
          expect(starts).toEqual([...starts].sort((a, b) => a - b));
          expect(new Set(starts).size).toBe(3);
        },
      ));

    it('#38 fal_max_queue_length: with more waiting than that a submit is a 429, and nothing is queued', () =>
      onStage(open, {}, async (_stage, client) => {
        await client.fill();
        await client.submitMany(2);
        const refused = await client.submit(undefined, {}, '?fal_max_queue_length=1');
        expect(refused.status).toBe(429);
        expect((await client.api('account/concurrency')).body).toMatchObject({ queued: 2 });
        expect((await client.submit(undefined, {}, '?fal_max_queue_length=2')).status).toBe(200);
      }));

    it('#58 a request that finds no slot for more than ten tries still completes, on its first attempt', () =>
      onStage(
        open,
        { speed: 200, platform: platformWith({ accounts: [{ id: 'acme', limit: 1, keys: ['one'] }], endpoints: [{ id: ENDPOINT, service: '400s' }] }) },
        async (stage, client) => {
          const receiver = await WebhookReceiver.open();
          try {
            await client.fill();
            // Backoffs of 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60 s: eleven of them in the 400 s of the one before it.
            const id = await client.submitted(undefined, {}, `?fal_webhook=${encodeURIComponent(receiver.url)}`);
            await client.reach('COMPLETED', [id], undefined, 2000);
            await stage.until('its webhook', () => receiver.deliveries.length === 1, 600);
            expect(receiver.deliveries[0]?.body).toMatchObject({ request_id: id, gateway_request_id: id, status: 'OK' });
          } finally {
            receiver.close();
          }
        },
      ));

    it('#59 a limit lowered below what is in flight evicts nothing, and nothing begins before the count is below it', () =>
      onStage(
        open,
        { speed: 40, platform: platformWith({ accounts: [{ id: 'acme', limit: 4, keys: ['one'] }], endpoints: [{ id: ENDPOINT, service: '1h' }] }) },
        async (stage, client) => {
          const held = await client.fill();
          const lowered = await client.api('slotstorm/accounts/acme/limit', { method: 'PUT', json: { limit: 2 }, key: stage.operator });
          expect(lowered.status).toBe(200);
          const waiting = await client.submitted();
          await stage.wait(10);
          expect(await client.inState('IN_PROGRESS', held)).toHaveLength(4);
          for (const id of held.slice(0, 2)) await client.cancel(id);
          await client.reach('COMPLETED', held.slice(0, 2));
          await stage.wait(70);
          expect(await client.state(waiting)).toBe('IN_QUEUE');
          await client.cancel(held[2] as string);
          await client.reach('IN_PROGRESS', [waiting], undefined, 120);
        },
      ));

    it('#60 an account at its limit does not keep another one waiting at the same endpoint', () =>
      onStage(open, {}, async (stage, client) => {
        await client.fill();
        const waiting = await client.submitted();
        const other = client.as(stage.emulator.credentials('other/first'));
        const id = await other.submitted();
        await other.reach('IN_PROGRESS', [id], undefined, 5);
        expect(await client.state(waiting)).toBe('IN_QUEUE');
      }));

    it('#79 a flush takes out what waits at an own app, and leaves what runs', () =>
      onStage(open, { platform: platformWith({ endpoints: [{ id: ENDPOINT, owner: 'acme', service: '20s', runners: 1 }] }) }, async (stage, client) => {
        const ids = await client.submitMany(3);
        const [running, ...waiting] = ids as [string, ...string[]];
        await client.reach('IN_PROGRESS', [running]);
        const flushed = await client.api('serverless/apps/acme-models/painter/queue', { method: 'DELETE', key: stage.admin });
        expect(flushed.body).toEqual({ flushed: 2 });
        await client.reach('COMPLETED', waiting, undefined, 1);
        expect(await client.state(running)).toBe('IN_PROGRESS');
        await client.reach('COMPLETED', [running]);
        expect((await client.result(running)).status).toBe(200);
      }));

    it('#80 a locked account’s submits and calls are 403 with fal’s words, and its status still answers', () =>
      onStage(open, {}, async (stage, client) => {
        const id = await client.submitted();
        const lock = { method: 'PUT', json: { reason: 'Exhausted balance' }, key: stage.operator };
        expect((await client.api('slotstorm/accounts/acme/lock', lock)).status).toBe(200);
        for (const reply of [await client.submit(), await client.run()]) {
          expect(reply.status).toBe(403);
          expect(reply.body['detail']).toMatch(/^User is locked\. Reason: Exhausted balance/);
        }
        expect((await client.status(id)).status).toBe(202);
        await client.reach('COMPLETED', [id]);
      }));
  });
}
