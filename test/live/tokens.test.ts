import type { FastifyInstance } from 'fastify';
import { beforeEach, expect, it, test } from 'vitest';
import { createServer } from '../../src/live/http/server.js';
import { tokenRoutes } from '../../src/live/http/tokens.js';
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

it('for uploads says when it ends by the clock of its client, which goes slower than a quick platform’s', async () => {
  world.view = { ...world.view, speed: 10 };
  const answer = await app.inject({ method: 'POST', url: '/rest/storage/auth/token', headers: withKey() });
  const { expires_at: expires } = answer.json<{ expires_at: string }>();
  expect(Date.parse(expires) - Date.now()).toBeLessThanOrEqual(360_000);
});
