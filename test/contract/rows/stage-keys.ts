import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Client } from '../client.js';
import { appOf } from '../client.js';
import { ENDPOINT, type OpenStage, onStage, platformWith, type Stage, type StageOptions } from '../stage.js';
import { type Delivery, WebhookReceiver } from '../webhook-receiver.js';

const LISTENER = 'acme-models/listener';
const WRITER = 'acme-models/writer';

/** Rows of cancels, revocations, webhooks and retention that need a platform of their own. */
export function stageKeyRows(open: OpenStage): void {
  describe('cancels', () => {
    it('#15 a cancel of a running request reaches its work, under the same request id', () => {
      const work = new Listener();
      return onStage(open, work.options, async (stage, client) => {
        const id = await client.submitted(LISTENER);
        await stage.until('its start', () => work.begun.length === 1, 60);
        expect((await client.cancel(id, LISTENER)).status).toBe(202);
        await stage.until('the signal', () => work.stopped.length === 1, 5);
        expect([work.begun, work.stopped]).toEqual([[id], [id]]);
        await client.reach('COMPLETED', [id], LISTENER, 10);
        expect(await client.slots()).toEqual([]);
      });
    });

    it('#77 work that ignores its cancel keeps its slot to its end, and gives it back once', () =>
      onStage(open, { platform: platformWith({ policy: { stopDelay: '1h' } }) }, async (stage, client) => {
        const id = await client.submitted();
        await client.reach('IN_PROGRESS', [id]);
        expect((await client.cancel(id)).status).toBe(202);
        await stage.wait(5);
        expect(await client.state(id)).toBe('IN_PROGRESS');
        expect(await client.slots()).toMatchObject([{ request_id: id, reason: 'stopping' }]);
        await client.reach('COMPLETED', [id], undefined, 60);
        expect((await client.result(id)).status).toBe(200);
        expect((await client.api('account/concurrency')).body).toMatchObject({ live: 0, stuck: 0 });
      }));
  });

  describe('a key revoked amid its work', () => {
    it('#75 under fal-939: six slots are ghosts’, new requests never begin, and the list names each of them', () =>
      onStage(open, revocation('fal-939'), async (stage, client) => {
        const ids = await client.fill();
        const other = await revokeFirstKey(stage, client);
        const late = await other.submitted();
        await stage.wait(stage.serviceS + 120);
        expect(await other.state(late)).toBe('IN_QUEUE');
        const slots = await other.slots();
        expect(slots.map((slot) => slot['request_id']).sort()).toEqual([...ids].sort());
        for (const slot of slots) expect(slot).toMatchObject({ reason: 'ghost', key_revoked: true, key_alias: 'first' });
        expect((await other.api('account/concurrency')).body).toMatchObject({ live: 6, stuck: 6 });
      }));

    it('#76 under a policy that releases: six slots are back at once, and new requests begin', () =>
      onStage(open, revocation({ onRevoke: 'cancel' }), async (stage, client) => {
        await client.fill();
        const other = await revokeFirstKey(stage, client);
        await stage.until('the slots', async () => (await other.slots()).length === 0, 5);
        const ids = await other.fill();
        await other.reach('COMPLETED', ids);
        expect((await other.api('account/concurrency')).body).toMatchObject({ live: 0, stuck: 0 });
      }));
  });

  describe('webhooks and retention', () => {
    it('#43 a webhook bears a signature that the published keys verify; a receiver that fails is told the same id again', async () => {
      const receiver = await WebhookReceiver.open(2);
      try {
        await onStage(open, { webhookRetriesS: [1, 1, 1] }, async (stage, client) => {
          const id = await client.submitted(undefined, {}, `?fal_webhook=${encodeURIComponent(receiver.url)}`);
          await stage.until('three deliveries', () => receiver.deliveries.length === 3, 600);
          const { keys } = (await stage.fetch('rest', '.well-known/jwks.json')).body as { keys: { x: string }[] };
          for (const delivery of receiver.deliveries) {
            expect(delivery.body).toMatchObject({ request_id: id, status: 'OK' });
            expect(keys.some(({ x }) => isSigned(delivery, x))).toBe(true);
          }
          await stage.wait(10);
          expect(receiver.deliveries).toHaveLength(3);
          expect(isSigned({ ...(receiver.deliveries[0] as Delivery), text: '{}' }, keys[0]?.x ?? '')).toBe(false);
        });
      } finally {
        receiver.close();
      }
    });

    it('#49 a result of 10 KB is gone after six minutes, a small one after an hour', () => {
      const platform = platformWith({ endpoints: [{ id: WRITER, service: '1s' }] });
      const handlers = { [WRITER]: ({ input }: { readonly input: unknown }) => 'x'.repeat(Number((input as { size: number }).size)) };
      return onStage(open, { platform, handlers, speed: 4000 }, async (stage, client) => {
        const [large, small] = [await client.submitted(WRITER, { json: { size: 20_000 } }), await client.submitted(WRITER, { json: { size: 20 } })];
        const gone = async (id: string): Promise<boolean> => (await client.result(id, WRITER)).status === 404;
        await stage.until(
          'the end of both',
          async () => (await client.result(large, WRITER)).status === 200 && (await client.result(small, WRITER)).status === 200,
          60,
        );
        await stage.wait(420);
        expect([await gone(large), await gone(small)]).toEqual([true, false]);
        await stage.wait(3300);
        expect(await gone(small)).toBe(true);
      });
    });
  });
}

/** Row 42. Needs connections that can be dropped. */
export function hangUpRows(open: OpenStage): void {
  describe('dropped connections', () => {
    it('#42 a dropped direct call is cancelled where the policy says so, and its slot is free', () =>
      onStage(
        open,
        { platform: platformWith({ policy: { onDisconnect: 'cancel' }, endpoints: [{ id: ENDPOINT, service: '10m' }] }) },
        async (stage, client) => {
          const gone = new AbortController();
          const call = client.run(undefined, { signal: gone.signal }).catch(() => undefined);
          await stage.until('its start', async () => (await client.slots()).length === 1, 30);
          gone.abort();
          await stage.until('the slot', async () => (await client.slots()).length === 0, 60);
          await call;
        },
      ));

    it('#42 a poller that goes away cancels nothing', () =>
      onStage(open, {}, async (stage, client) => {
        const id = await client.submitted();
        const gone = new AbortController();
        const poll = stage.fetch('queue', `${appOf(ENDPOINT)}/requests/${id}/status/stream`, { signal: gone.signal }).catch(() => undefined);
        await stage.wait(2);
        gone.abort();
        await poll;
        await client.reach('COMPLETED', [id]);
        expect((await client.result(id)).status).toBe(200);
      }));
  });
}

/** A model that works until it is told to stop. */
class Listener {
  readonly begun: string[] = [];
  readonly stopped: string[] = [];

  readonly options: StageOptions = {
    platform: platformWith({ endpoints: [{ id: LISTENER, service: '1s' }] }),
    handlers: {
      [LISTENER]: ({ requestId, signal }) => {
        this.begun.push(requestId);
        return new Promise<null>((resolve) => {
          const stop = (): void => {
            this.stopped.push(requestId);
            resolve(null);
          };
          signal.addEventListener('abort', stop, { once: true });
        });
      },
    },
  };
}

function revocation(policy: NonNullable<ReturnType<typeof platformWith>['policy']>): StageOptions {
  return { platform: platformWith({ policy, accounts: [{ id: 'acme', limit: 6, keys: ['first', 'second'] }] }) };
}

/** @returns a client with the account's other key */
async function revokeFirstKey(stage: Stage, client: Client): Promise<Client> {
  const other = client.as(stage.admin);
  const [keyId] = stage.credentials.split(':');
  expect((await other.api(`keys/${keyId}`, { method: 'DELETE' })).status).toBe(204);
  expect((await client.submit()).status).toBe(401);
  return other;
}

function isSigned({ headers, text }: Delivery, x: string): boolean {
  const word = (name: string): string => String(headers[`x-fal-webhook-${name}`]);
  const digest = createHash('sha256').update(text).digest('hex');
  const message = [word('request-id'), word('user-id'), word('timestamp'), digest].join('\n');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(message), key, Buffer.from(word('signature'), 'hex'));
}
