import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Emulator, startEmulator } from '../../../src/live/emulator.js';

const APP = 'acme-models/painter';

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({
    speed: 20,
    scenario: {
      name: 'revoked',
      platform: {
        policy: { onRevoke: 'cancel', onDisconnect: 'cancel' },
        accounts: [{ id: 'acme', limit: 10, keys: ['doomed', 'other'] }],
        endpoints: [{ id: APP, service: '1h' }],
      },
    },
  });
});
afterEach(() => emulator.close(0));

function call(path: string, method = 'GET', key = 'acme/doomed', body = '{}'): Promise<Response> {
  const headers = { authorization: `Key ${emulator.credentials(key)}`, 'content-type': 'application/json', accept: 'text/event-stream, application/json' };
  return fetch(emulator.url + path, { method, headers, ...(method === 'POST' ? { body } : {}) });
}

async function submitted(): Promise<string> {
  const answer = (await (await call(`/queue/${APP}`, 'POST')).json()) as { request_id: string };
  return answer.request_id;
}

async function slots(count: number): Promise<void> {
  while (emulator.slots().length !== count) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a key revoked while something is open with it', () => {
  it('a status stream ends', async () => {
    const id = await submitted();
    const stream = await call(`/queue/${APP}/requests/${id}/status/stream`);
    expect(stream.status).toBe(200);
    const text = stream.text();
    emulator.revokeKey('acme/doomed');
    expect(await text).toContain('data:');
    await slots(0);
  });

  it('a direct call and its stream are answered, and give their slots back', async () => {
    const calls = [call(`/run/${APP}`, 'POST'), call(`/run/${APP}/stream`, 'POST')];
    await slots(2);
    emulator.revokeKey('acme/doomed');
    for (const answer of await Promise.all(calls)) {
      expect(answer.status).toBe(499);
      expect(await answer.json()).toMatchObject({ detail: expect.any(String), error_type: 'client_cancelled' });
    }
    expect(emulator.slots()).toEqual([]);
  });

  it('a realtime connection is closed, and gives its slot back', async () => {
    const address = `${emulator.url.replace('http', 'ws')}/run/${APP}/realtime`;
    const socket = new WebSocket(address, { headers: { authorization: `Key ${emulator.credentials('acme/doomed')}` } });
    await new Promise((resolve) => socket.once('open', resolve));
    await slots(1);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    emulator.revokeKey('acme/doomed');
    await closed;
    await slots(0);
  });

  it('what was handed out by then is of no use any more: polls, tokens and uploads are 401', async () => {
    const id = await submitted();
    const token = (await (await call('/rest/tokens', 'POST', 'acme/doomed', '{"allowed_apps":["painter"],"token_expiration":120}')).json()) as unknown;
    expect(token).toEqual(expect.any(String));
    emulator.revokeKey('acme/doomed');
    expect((await call(`/queue/${APP}/requests/${id}/status`)).status).toBe(401);
    expect((await call('/rest/storage/upload/initiate?storage_type=fal-cdn-v3', 'POST')).status).toBe(401);
    expect((await fetch(`${emulator.url}/run/${APP}?fal_jwt_token=${String(token)}`, { method: 'POST' })).status).toBe(401);
    expect((await call(`/queue/${APP}/requests/${id}`, 'GET', 'acme/other')).status).not.toBe(401);
    await slots(0);
  });
});
