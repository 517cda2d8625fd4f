import { describe, expect, it, test } from 'vitest';
import { requestId } from '../client.js';
import { ENDPOINT, type OpenStage, onStage, platformWith, SERVICE_S } from '../stage.js';

const REFUSING = 'acme-models/painter-failing-422';
const APP = 'acme-models/painter';

/** Rows of the wire that need endpoints of their own, or hosts that are fal's. */
export function stageWireRows(open: OpenStage): void {
  describe('the wire of an emulator', () => {
    it('#3 an id in the namespace workflows keeps it in addresses and status', () =>
      onStage(open, {}, async (stage, client) => {
        const workflow = 'workflows/acme/story/step';
        const reply = await client.submit(workflow);
        const id = requestId(reply);
        expect(new URL(String(reply.body['status_url'])).pathname).toBe(`/queue/workflows/acme/story/requests/${id}/status`);
        expect((await client.status(id, '', workflow)).status).toBe(202);
        expect((await stage.fetch('queue', `acme/story/requests/${id}/status`)).body).toEqual({ status: 'NOT_FOUND' });
      }));

    it('#12 the result of a model that refuses its input is its own 422, and the status says COMPLETED with an error', () =>
      onStage(open, {}, async (_stage, client) => {
        const id = await client.submitted(REFUSING);
        await client.reach('COMPLETED', [id], REFUSING);
        const reply = await client.result(id, REFUSING);
        expect(reply.status).toBe(422);
        expect(reply.body).toMatchObject({ detail: [{ loc: ['body'], msg: expect.any(String), type: 'value_error' }] });
        expect((await client.status(id, '', REFUSING)).body).toMatchObject({ status: 'COMPLETED', error: expect.any(String) });
      }));

    test.each([
      ['https://queue.fal.run/', 200, 'IN_QUEUE'],
      ['https://fal.run/', 200, undefined],
    ])('#50 a POST anywhere with x-fal-target-url of %s is routed by that host', (host, status, word) =>
      onStage(open, {}, async (stage) => {
        const call = { method: 'POST', json: {}, headers: { 'x-fal-target-url': host + ENDPOINT } };
        const reply = await stage.during(stage.fetch('here', 'fal/proxy', call));
        expect(reply.status).toBe(status);
        expect(reply.body['status']).toBe(word);
        expect(reply.header('x-fal-request-id')).toMatch(/./);
      }),
    );

    it('#50 and with that of rest.fal.ai it makes a token', () =>
      onStage(open, {}, async (stage) => {
        const headers = { 'x-fal-target-url': 'https://rest.fal.ai/tokens/' };
        const reply = await stage.fetch('here', 'fal/proxy', { method: 'POST', json: { allowed_apps: ['painter'], token_expiration: 120 }, headers });
        expect(reply.status).toBe(200);
        expect(JSON.parse(reply.text)).toEqual(expect.any(String));
      }));

    it('#53 the path of the whole id and …/response answer like the short one', () =>
      onStage(open, {}, async (stage, client) => {
        const id = await client.submitted();
        await client.reach('COMPLETED', [id]);
        const short = await client.result(id);
        expect(short.status).toBe(200);
        for (const path of [`${ENDPOINT}/requests/${id}`, `${APP}/requests/${id}/response`, `${ENDPOINT}/requests/${id}/response`]) {
          expect((await stage.fetch('queue', path)).text, path).toBe(short.text);
        }
        expect((await stage.fetch('queue', `${ENDPOINT}/requests/${id}/status`)).body).toEqual((await client.status(id)).body);
      }));

    it('#54 a priority of an unknown word is normal', () =>
      onStage(open, { platform: platformWith({ policy: { waiting: 'fifo' } }) }, async (_stage, client) => {
        await client.fill();
        const odd = await client.submitted(undefined, { headers: { 'x-fal-queue-priority': 'sluggish' } });
        const normal = await client.submitted();
        await client.reach('COMPLETED', [odd, normal]);
        const [first, second] = [await client.record(odd), await client.record(normal)].map((record) => Date.parse(String(record['started_at'])));
        expect(first).toBeLessThanOrEqual(second as number);
        expect((await client.status(odd)).body['queue_position']).toBeUndefined();
      }));

    it('#61 a 429 has no Retry-After', () =>
      onStage(open, {}, async (_stage, client) => {
        await client.fill();
        const reply = await client.run();
        expect(reply.status).toBe(429);
        expect(reply.header('retry-after')).toBeUndefined();
      }));

    it('#28 of both start timeout headers the newer one counts', () =>
      onStage(open, {}, async (_stage, client) => {
        await client.fill();
        const headers = { 'x-fal-request-timeout': '1000', 'x-fal-request-start-timeout': '2' };
        const id = await client.submitted(undefined, { headers });
        await client.reach('COMPLETED', [id], undefined, SERVICE_S / 2);
        expect((await client.result(id)).status).toBe(504);
      }));

    test.each(['soon', '-1', '0', '0.1', '', 'NaN', '1,2'])('#28 #70 a start timeout of "%s" is a 400 bad_request', (text) =>
      onStage(open, {}, async (_stage, client) => {
        for (const name of ['x-fal-request-timeout', 'x-fal-request-start-timeout']) {
          const reply = await client.submit(undefined, { headers: { [name]: text } });
          expect(reply.status).toBe(400);
          expect(reply.body).toMatchObject({ error_type: 'bad_request' });
          expect(reply.header('x-fal-error-type')).toBe('bad_request');
        }
      }),
    );

    it('#70 a start timeout of 0.2 s is accepted', () =>
      onStage(open, {}, async (_stage, client) => {
        expect((await client.submit(undefined, { headers: { 'x-fal-request-timeout': '0.2' } })).status).toBe(200);
      }));
  });
}
