import { afterAll, beforeAll, describe, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/live/emulator.js';
import { Remote, type RemoteTerms } from './over-http.js';
import { slotRows } from './rows/slots.js';
import { wireRows } from './rows/wire.js';
import { ENDPOINT, PLATFORM, SERVICE_S } from './stage.js';

/*
 * The same rows against any API of fal's shape:
 *
 *   CONFORMANCE_URL=https://fal.run CONFORMANCE_KEY=… CONFORMANCE_ENDPOINT=fal-ai/… CONFORMANCE_SECONDS=8 \
 *     CONFORMANCE_LIMIT=2 [CONFORMANCE_ADMIN_KEY=…] npx vitest run test/contract/base-url.test.ts
 *
 * Without an address they run against an emulator of which nothing is known but its address.
 */

/** Somebody else's clock is no faster than ours. */
vi.setConfig({ testTimeout: 15 * 60_000 });

const SPEED = 20;
let stranger: Emulator | undefined;
let terms: RemoteTerms;

beforeAll(async () => {
  const { CONFORMANCE_URL: url } = process.env;
  if (url !== undefined) {
    terms = termsFrom(process.env, url);
    return;
  }
  stranger = await startEmulator({ scenario: { name: 'stranger', platform: PLATFORM }, speed: SPEED, logsRequests: false });
  const common = { endpoint: ENDPOINT, serviceS: SERVICE_S, limit: 2, speed: SPEED };
  terms = { ...common, url: stranger.url, credentials: stranger.credentials('acme/first'), admin: stranger.credentials('acme/second') };
});

afterAll(() => stranger?.close(0));

describe('the contract, at an address', () => {
  wireRows(async () => new Remote(terms));
  slotRows(async () => new Remote(terms));
});

function termsFrom(env: NodeJS.ProcessEnv, url: string): RemoteTerms {
  if (!URL.canParse(url)) throw new Error(`expected CONFORMANCE_URL to be an address such as https://fal.run, got ${JSON.stringify(url)}`);
  return {
    url: url.replace(/\/+$/, ''),
    credentials: needed(env, 'CONFORMANCE_KEY'),
    admin: env['CONFORMANCE_ADMIN_KEY'],
    endpoint: needed(env, 'CONFORMANCE_ENDPOINT'),
    serviceS: Number(needed(env, 'CONFORMANCE_SECONDS')),
    limit: Number(needed(env, 'CONFORMANCE_LIMIT')),
    speed: Number(env['CONFORMANCE_SPEED'] ?? 1),
  };
}

function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`expected ${name} beside CONFORMANCE_URL, got none`);
  return value;
}
