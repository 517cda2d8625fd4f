import { describe, expect, it } from 'vitest';
import { type Emulator, prepareEmulator } from '../../../src/live/emulator.js';

const MODEL = 'flux';

async function emulatorOf(policy: 'fal-939' | 'nexaapi-claims'): Promise<Emulator> {
  const emulator = await prepareEmulator({
    speed: 'manual',
    scenario: {
      name: 'two-keys',
      platform: { policy, accounts: [{ id: 'acme', limit: 2, keys: ['old', 'new'] }], endpoints: [{ id: `nexa/${MODEL}`, service: '10s' }] },
    },
  });
  await emulator.app.ready();
  return emulator;
}

function send(emulator: Emulator, method: 'GET' | 'POST' | 'DELETE', url: string, key: string) {
  const payload = method === 'POST' ? { model: MODEL, prompt: 'a cat', width: 64, height: 64 } : undefined;
  return emulator.app.inject({ method, url, ...(payload && { payload }), headers: { authorization: `Bearer ${emulator.credentials(`acme/${key}`)}` } });
}

/** Two calls of the old key take both slots; then it is revoked while they work. */
async function revokedMidFlight(emulator: Emulator) {
  const calls = [1, 2].map(() => send(emulator, 'POST', '/nexa/v1/images/generations', 'old'));
  await expect.poll(() => emulator.slots('acme').length).toBe(2);
  emulator.revokeKey('acme/old');
  emulator.advance('60s');
  return calls;
}

describe('the advertisement’s claim and the incident it answers to, on the same platform', () => {
  it('a picture is made, and can be looked at', async () => {
    await using emulator = await emulatorOf('nexaapi-claims');
    const answer = send(emulator, 'POST', '/nexa/v1/images/generations', 'old');
    await expect.poll(() => emulator.slots('acme').length).toBe(1);
    emulator.advance('60s');
    const { image_url } = (await answer).json();
    const file = await emulator.app.inject(new URL(image_url).pathname);
    expect([file.statusCode, file.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(emulator.slots()).toEqual([]);
  });

  it('as claimed: a revoked key’s slots come back, and another key goes on', async () => {
    await using emulator = await emulatorOf('nexaapi-claims');
    const calls = await revokedMidFlight(emulator);
    for (const call of calls) expect((await call).statusCode).toBe(499);
    const { data, can_release } = (await send(emulator, 'GET', '/nexa/v1/slots', 'new')).json();
    expect([data, can_release]).toEqual([[], true]);
  });

  it('as fal issue 939 has it: two ghosts hold both slots, and nothing is offered to free them', async () => {
    await using emulator = await emulatorOf('fal-939');
    void (await revokedMidFlight(emulator));
    const { data, can_release } = (await send(emulator, 'GET', '/nexa/v1/slots', 'new')).json();
    expect(data.map(({ reason, key_revoked }: { reason: string; key_revoked: boolean }) => [reason, key_revoked])).toEqual([
      ['ghost', true],
      ['ghost', true],
    ]);
    expect(can_release).toBe(false);
    const refused = await send(emulator, 'POST', '/nexa/v1/images/generations', 'new');
    expect([refused.statusCode, refused.json().error.code]).toEqual([429, 'concurrent_requests_limit']);
    expect((await send(emulator, 'DELETE', `/nexa/v1/slots/${data[0].id}`, 'new')).json().error.code).toBe('recovery_not_offered');
  });
});
