import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { appOf, Client, requestId } from '../client.js';
import type { OpenTarget } from '../stage.js';
import type { Reply, Target } from '../target.js';

const NOBODYS_ID = '00000000-0000-4000-8000-000000000000';

/** Rows 1 to 17, 51 and 52: what can be seen of anybody's API. */
export function wireRows(open: OpenTarget): void {
  describe('the wire', () => {
    let target: Target;
    let client: Client;

    beforeAll(async () => {
      target = await open();
      client = new Client(target);
    });
    afterEach(() => client.clear());
    afterAll(() => target.close());

    it('#1 submit answers 200 with an id, three absolute addresses and a position from 0 up', async () => {
      const reply = await client.submit();
      expect(reply.status).toBe(200);
      const { request_id, queue_position } = reply.body;
      expect(request_id).toMatch(/./);
      expect(queue_position).toBeGreaterThanOrEqual(0);
      for (const name of ['response_url', 'status_url', 'cancel_url']) expect(URL.canParse(String(reply.body[name])), name).toBe(true);
    });

    it('#2 addresses of an endpoint with a path name owner and alias only', async () => {
      const reply = await client.submit();
      const end = `${appOf(target.endpoint)}/requests/${requestId(reply)}`;
      expect(new URL(String(reply.body['response_url'])).pathname.endsWith(end)).toBe(true);
      expect(new URL(String(reply.body['status_url'])).pathname.endsWith(`${end}/status`)).toBe(true);
      expect(new URL(String(reply.body['cancel_url'])).pathname.endsWith(`${end}/cancel`)).toBe(true);
    });

    it('#4 the status of a queued request is 202, IN_QUEUE, with a whole position', async () => {
      await client.fill();
      const reply = await client.status(await client.submitted());
      expect(reply.status).toBe(202);
      expect(reply.body).toMatchObject({ status: 'IN_QUEUE' });
      expect(reply.body['queue_position']).toSatisfy(Number.isInteger);
    });

    it('#5 the status of a running request is 202 with the key logs, null unless asked for', async () => {
      const id = await client.submitted();
      await client.reach('IN_PROGRESS', [id]);
      const reply = await client.status(id);
      expect(reply.status).toBe(202);
      expect(reply.body).toMatchObject({ status: 'IN_PROGRESS', logs: null });
    });

    it('#6 the status of a finished request is 200, COMPLETED, with the seconds that it took', async () => {
      const id = await client.submitted();
      await client.reach('COMPLETED', [id]);
      const reply = await client.status(id);
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ status: 'COMPLETED', metrics: { inference_time: expect.any(Number) } });
    });

    it('#7 logs=1 and logs=true make logs a list of lines with message, timestamp, level and source', async () => {
      const id = await client.submitted();
      await client.reach('COMPLETED', [id]);
      for (const query of ['?logs=1', '?logs=true']) {
        const { logs } = (await client.status(id, query)).body;
        expect(Array.isArray(logs), query).toBe(true);
        for (const line of logs as unknown[]) {
          expect(line).toMatchObject({ message: expect.any(String), timestamp: expect.any(String), level: expect.any(String), source: 'USER' });
        }
      }
    });

    it('#8 a slash at the end changes neither status nor result', async () => {
      const id = await client.submitted();
      await client.reach('COMPLETED', [id]);
      const path = `${appOf(target.endpoint)}/requests/${id}`;
      const slashed = await target.fetch('queue', `${path}/status/`);
      expect(slashed.status).toBe(200);
      expect(slashed.body).toEqual((await client.status(id)).body);
      expect((await target.fetch('queue', `${path}/`)).text).toBe((await client.result(id)).text);
    });

    it('#9 #10 a status stream ends with COMPLETED, and shows every 15 s by a comment that it lives', async () => {
      const id = await client.submitted();
      const stream = await target.during(target.fetch('queue', `${appOf(target.endpoint)}/requests/${id}/status/stream`));
      expect(stream.status).toBe(200);
      expect(stream.header('content-type')).toContain('text/event-stream');
      const events = eventsOf(stream);
      expect(events.at(-1)).toMatchObject({ status: 'COMPLETED', request_id: id });
      for (const event of events.slice(0, -1)) expect(event['status']).not.toBe('COMPLETED');
      if (target.serviceS > 15) expect(stream.text.split('\n').filter((line) => line.startsWith(':'))).not.toHaveLength(0);
    });

    it('#11 the result of an unfinished request is a 400 with detail, never a 200', async () => {
      const reply = await client.result(await client.submitted());
      expect(reply.status).toBe(400);
      expect(reply.body['detail']).toMatch(/./);
    });

    it('#13 the status and the cancel of an unknown id are 404 NOT_FOUND', async () => {
      for (const reply of [await client.status(NOBODYS_ID), await client.cancel(NOBODYS_ID)]) {
        expect(reply.status).toBe(404);
        expect(reply.body).toEqual({ status: 'NOT_FOUND' });
      }
    });

    it('#14 a queued request that is cancelled never reaches a runner', async () => {
      await client.fill();
      const id = await client.submitted();
      const reply = await client.cancel(id);
      expect(Math.floor(reply.status / 100)).toBe(2);
      await target.until('its end', async () => (await client.status(id)).status !== 202, 60);
      const served = await client.result(id);
      expect(served.status).toBeGreaterThanOrEqual(400);
      expect(served.header('x-fal-served-from')).toBeUndefined();
    });

    it('#16 the cancel of a completed request is 400 ALREADY_COMPLETED', async () => {
      const id = await client.submitted();
      await client.reach('COMPLETED', [id]);
      const reply = await client.cancel(id);
      expect(reply.status).toBe(400);
      expect(reply.body).toEqual({ status: 'ALREADY_COMPLETED' });
    });

    it('#17 a cancel as the JavaScript client sends it, with a JSON content type and no body, is accepted', async () => {
      const id = await client.submitted();
      const reply = await client.cancel(id);
      expect(reply.status).toBe(202);
      expect(reply.body).toEqual({ status: 'CANCELLATION_REQUESTED' });
    });

    it('#51 a wrong key is answered 401 invalid key credentials, wherever it knocks', async () => {
      const id = await client.submitted();
      const wrong = client.as('wrong-id:wrong-secret');
      for (const reply of [await wrong.submit(), await wrong.status(id), await wrong.result(id), await wrong.cancel(id), await wrong.run()]) {
        expect(reply.status).toBe(401);
        expect(reply.body).toEqual({ detail: 'invalid key credentials' });
      }
      expect(await client.state(id)).not.toBe('COMPLETED');
    });

    it('#52 whatever says that it is JSON can be parsed', async () => {
      const id = await client.submitted();
      const early = [await client.status(id), await client.result(id), await client.cancel(id), await client.status(NOBODYS_ID), await client.as('x:y').run()];
      await target.until('its end', async () => (await client.status(id)).status !== 202, 120);
      const late = [await client.status(id), await client.result(id), await client.cancel(id)];
      for (const reply of [...early, ...late]) {
        expect(reply.isJson).toBe(true);
        expect(() => reply.body).not.toThrow();
      }
    });
  });
}

export function eventsOf(stream: Reply): Readonly<Record<string, unknown>>[] {
  const lines = stream.text.split('\n').filter((line) => line.startsWith('data:'));
  return lines.map((line) => JSON.parse(line.slice('data:'.length)) as Record<string, unknown>);
}
