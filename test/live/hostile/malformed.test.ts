import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../src/live/emulator.js';
import type { Dice } from '../../../src/live/models/chance.js';
import { objection } from './judge.js';
import { Line } from './line.js';
import { malformed, type Sender, SHOTS_PER_OPERATION } from './malformed.js';
import { type OpenApi, operationsOf } from './operations.js';

const SEED = 1000003;
const LINES = 12;
const MEBIBYTE = 1024 * 1024;
/** What an hour's requests may leave behind here, and the noise of a heap. */
const MOST_GROWTH_BYTES = 150 * MEBIBYTE;
const SECRET = 'a-secret-that-no-answer-may-tell';

let emulator: Emulator;
let sender: Sender;

beforeAll(async () => {
  emulator = await startEmulator({
    speed: 20,
    // As `slotstorm serve` runs it: without a log of requests the queue has its fast lane.
    logsRequests: false,
    operator: `operator:${SECRET}`,
    credentials: { 'acme/key': `acme:${SECRET}` },
    scenario: {
      name: 'hostile',
      platform: {
        policy: { onDisconnect: 'cancel' },
        accounts: [
          { id: 'acme', limit: 1000, keys: ['key'] },
          { id: 'victim', limit: 10, keys: ['key'] },
        ],
        endpoints: [
          { id: 'acme-models/painter', service: '20ms' },
          { id: 'acme/own-app', owner: 'acme', service: '20ms' },
        ],
      },
    },
  });
  sender = await senderFor(emulator);
});
afterAll(() => emulator.close(0));

async function senderFor({ app }: Emulator): Promise<Sender> {
  const authorization = `Key acme:${SECRET}`;
  const submitted = await app.inject({ method: 'POST', url: '/queue/acme-models/painter', headers: { authorization }, payload: {} });
  const id = String(submitted.json()['request_id']);
  const own = {
    owner: 'acme-models',
    alias: 'painter',
    path: 'fast',
    namespace: 'workflows',
    user: 'acme',
    app: 'own-app',
    name: 'own-app',
    account: 'victim',
  };
  return {
    session: await signedIn(),
    authorization: (path) => (path.startsWith('/v1/slotstorm/') ? `Key operator:${SECRET}` : authorization),
    values: (dice: Dice) => ({ ...own, id: dice.below(2) === 0 ? id : '00000000-0000-4000-8000-000000000000', request_id: id }),
  };
}

async function signedIn(): Promise<Sender['session']> {
  const line = new Line(Number(new URL(emulator.url).port));
  const key = `key=${encodeURIComponent(`acme:${SECRET}`)}`;
  const head = (what: string, more: string): string => `${what} HTTP/1.1\r\nhost: 127.0.0.1\r\n${more}\r\n`;
  const form = `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${key.length}\r\n`;
  const opened = await line.exchange(Buffer.from(head('POST /sign-in', form) + key));
  const [cookie = ''] = opened?.headers['set-cookie']?.split(';') ?? [];
  const page = await line.exchange(Buffer.from(head('GET /concurrency', `cookie: ${cookie}\r\n`)));
  line.close();
  const [, formToken] = /name="form_token" value="([^"]+)"/.exec(page?.body.toString() ?? '') ?? [];
  if (formToken === undefined) throw new Error(`expected the Concurrency page to have a form, got ${page?.status} ${page?.body.toString().slice(0, 200)}`);
  return { cookie, formToken };
}

describe('malformed requests', () => {
  it(`at least ${SHOTS_PER_OPERATION - 20} to each operation: each is answered with a 4xx of a documented shape, or a 2xx where nothing is wrong`, async () => {
    const document = (await emulator.app.inject({ url: '/openapi.json' })).json() as OpenApi;
    const operations = operationsOf(document);
    expect(operations.length).toBeGreaterThan(50);
    const before = heapBytes();
    const shots = operations.flatMap((operation, n) => [...malformed(operation, SEED * (n + 1), sender)].map((shot) => ({ operation, shot })));
    const seen = new Map<number, number>();
    const objections: string[] = [];
    const queue = shots.values();
    const work = async (): Promise<void> => {
      const line = new Line(Number(new URL(emulator.url).port));
      for (const { operation, shot } of queue) {
        const answer = await line.fire(shot);
        seen.set(answer?.status ?? 0, (seen.get(answer?.status ?? 0) ?? 0) + 1);
        const problem = objection(shot, answer, SECRET);
        if (problem !== undefined) objections.push(`${operation.method} ${operation.path}, ${shot.name}: ${problem}`);
      }
      line.close();
    };
    await Promise.all(Array.from({ length: LINES }, work));

    expect(objections).toEqual([]);
    expect(seen.get(200)).toBeGreaterThan(0);
    expect(([...seen.keys()] as number[]).filter((status) => status >= 400).length).toBeGreaterThan(5);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('isAdmin');
    await expectCalm(before);
  }, 300_000);
});

/** No slot is held, nothing waits, what is asked is answered, and memory is what it was. */
async function expectCalm(heapBefore: number): Promise<void> {
  const isCalm = (): boolean => emulator.slots().length === 0 && emulator.world.platform().queued === 0;
  for (let n = 0; n < 500 && !isCalm(); n++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(emulator.slots()).toEqual([]);
  expect(emulator.world.platform()).toMatchObject({ queued: 0, inUse: 0, ghosts: 0 });
  expect((await fetch(`${emulator.url}/healthz`)).status).toBe(200);
  const call = { method: 'POST', body: '{}', headers: { authorization: `Key acme:${SECRET}`, 'content-type': 'application/json' } };
  expect((await fetch(`${emulator.url}/run/acme-models/painter`, call)).status).toBe(200);
  expect(heapBytes() - heapBefore).toBeLessThan(MOST_GROWTH_BYTES);
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
