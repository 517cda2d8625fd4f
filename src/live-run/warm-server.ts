import { request } from 'undici';
import { type Emulator, startEmulator } from '../live/emulator.js';
import type { EmulatorOptions } from '../live/emulator-options.js';

/** So many calls of each kind until the engine of JavaScript has compiled what answers them. */
const ROUNDS = 15;
const AT_ONCE = 20;

const SCENARIO: NonNullable<EmulatorOptions['scenario']> = {
  name: 'warm-up',
  platform: { policy: 'fal-documented', accounts: [{ id: 'warm', limit: 10 }], endpoints: [{ id: 'warm/up', service: '1ms' }] },
  workload: [{ as: 'warm', call: 'submit', arrivals: { burst: 1, at: '0s' } }],
};

let warmed: Promise<void> | undefined;

/**
 * The first few hundred requests that a server of this process answers take many times as long as all later ones, which no
 * server that has been up for a while does. Called once, a server that nobody sees takes them.
 */
export function warmServer(): Promise<void> {
  warmed ??= warm();
  return warmed;
}

async function warm(): Promise<void> {
  const emulator = await startEmulator({ scenario: SCENARIO, speed: 100, logsRequests: false });
  try {
    for (let round = 0; round < ROUNDS; round++) await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => call(emulator, n % 2 === 0)));
  } finally {
    await emulator.close(0);
  }
}

async function call(emulator: Emulator, isDirect: boolean): Promise<void> {
  const headers = { authorization: `Key ${emulator.credentials()}`, 'content-type': 'application/json' };
  const answer = await request(`${emulator.url}/${isDirect ? 'run' : 'queue'}/warm/up`, { method: 'POST', headers, body: '{}' });
  const text = await answer.body.text();
  if (isDirect) return;
  const { status_url: url } = JSON.parse(text) as { status_url?: string };
  if (url !== undefined) await (await request(url, { headers })).body.dump();
}
