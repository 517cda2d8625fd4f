import type { FastifyInstance } from 'fastify';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { createServer } from '../../src/live/http/server.js';
import { STORAGE_APP } from '../../src/live/http/storage.js';
import { tokenRoutes } from '../../src/live/http/tokens.js';
import { MemoryLedger } from '../../src/live/store/memory-ledger.js';
import { KeyBook } from '../../src/live/world/key-book.js';
import { parseAppId } from '../../src/protocol/app-id.js';
import { FakeWorld, TEST_SETTINGS, withKey } from './fake-world.js';

let world: FakeWorld;
let app: FastifyInstance;

beforeEach(async () => {
  world = new FakeWorld();
  app = await createServer(world, TEST_SETTINGS, [tokenRoutes]);
});

test.each(['/rest/tokens/', '/rest/tokens'])('a token asked for at %s is a JSON string, bound to the apps and the caller', async (url) => {
  const asked: unknown[] = [];
  const issue = world.keys.issueToken.bind(world.keys);
  world.keys.issueToken = (caller, apps, seconds) => {
    asked.push([caller.account, apps, seconds]);
    return issue(caller, apps, seconds);
  };
  const answer = await app.inject({ method: 'POST', url, headers: withKey(), payload: { allowed_apps: ['flux'], token_expiration: 120 } });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toContain('application/json');
  expect(answer.json()).toBe('token-0');
  expect(asked).toEqual([['acme', ['flux'], 120]]);
});

it('lasts two minutes unless told', async () => {
  let told = 0;
  world.keys.issueToken = (_caller, _apps, seconds) => {
    told = seconds;
    return 'token';
  };
  await app.inject({ method: 'POST', url: '/rest/tokens', headers: withKey(), payload: { allowed_apps: [] } });
  expect(told).toBe(120);
});

test.each([
  ['no list of apps', {}, 422],
  ['a list of something else', { allowed_apps: [{}] }, 422],
  ['no time at all', { allowed_apps: [], token_expiration: 0 }, 422],
  ['more than a day', { allowed_apps: [], token_expiration: 86_401 }, 422],
])('a token for %s is refused', async (_what, payload, status) => {
  expect((await app.inject({ method: 'POST', url: '/rest/tokens', headers: withKey(), payload })).statusCode).toBe(status);
});

it('needs a key', async () => {
  expect((await app.inject({ method: 'POST', url: '/rest/tokens', payload: { allowed_apps: [] } })).statusCode).toBe(401);
  expect((await app.inject({ method: 'POST', url: '/rest/storage/auth/token', payload: {} })).statusCode).toBe(401);
});

test.each([
  ['a platform a hundred times as fast as its clients', 100, 100],
  ['one in their time', 1, 1],
  ['a slower one', 0.5, 1],
  ['one that stands still until it is told', 0, 1],
])('of %s last as long as was said, by the clock of its client', async (_what, speed, times) => {
  world.view = { ...world.view, speed };
  const lasting: number[] = [];
  world.keys.issueToken = (_caller, _apps, seconds) => {
    lasting.push(seconds);
    return 'token';
  };
  await app.inject({ method: 'POST', url: '/rest/tokens', headers: withKey(), payload: { allowed_apps: [], token_expiration: 60 } });
  const answer = await app.inject({ method: 'POST', url: '/rest/storage/auth/token', headers: withKey() });
  expect(lasting).toEqual([60 * times, 3600 * times]);
  const { expires_at: expires } = answer.json<{ expires_at: string }>();
  expect(Math.abs(Date.parse(expires) - Date.now() - 3600_000)).toBeLessThan(60_000);
});

describe('what a token is for', () => {
  const CALLER = { account: 'acme', keyId: 'k', scope: 'API' } as const;
  const book = (): KeyBook => {
    const host = { nowUs: () => 0, openKey: () => ({}) as never, revokeKey: () => {} };
    const keys = new KeyBook(host, new MemoryLedger());
    keys.open('acme', 'k', 'API', undefined, 'k:long-enough');
    return keys;
  };

  it('uploads: it calls no app, whatever that is called', () => {
    const keys = book();
    const token = keys.issueToken(CALLER, [STORAGE_APP], 60);
    expect(keys.authenticateToken(token, STORAGE_APP)).toEqual(CALLER);
    for (const app of ['slotstorm/storage', 'acme/storage', 'storage']) expect(keys.authenticateToken(token, app), app).toBeUndefined();
    expect(parseAppId(`acme/${STORAGE_APP}`)).toBeUndefined();
  });

  it('apps: it uploads nothing, not even that of an app called storage, or of all apps', () => {
    const keys = book();
    for (const apps of [['storage'], ['slotstorm/storage'], []]) {
      const token = keys.issueToken(CALLER, apps, 60);
      expect(keys.authenticateToken(token, 'slotstorm/storage')).toEqual(CALLER);
      expect(keys.authenticateToken(token, STORAGE_APP)).toBeUndefined();
    }
  });
});
