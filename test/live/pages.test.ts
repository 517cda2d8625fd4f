import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageRoutes } from '../../src/live/http/pages.js';
import { createServer } from '../../src/live/http/server.js';
import { sessionsOf } from '../../src/live/http/sessions.js';
import { ghost, slot, usage } from '../browser/live-pages.js';
import { ACME, ACME_ADMIN, FakeWorld, OPERATOR, TEST_SETTINGS } from './fake-world.js';

const FORM = 'application/x-www-form-urlencoded';
const DAY_US = 86_400_000_000;

describe('the pages', () => {
  let world: FakeWorld;
  let app: FastifyInstance;

  beforeEach(async () => {
    world = new FakeWorld();
    world.usage = usage({ live: 2 });
    world.slots = [slot(1), ghost(2)];
    app = await createServer(world, TEST_SETTINGS, [pageRoutes]);
  });
  afterEach(() => app.close());

  function post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return app.inject({ method: 'POST', url, headers: { 'content-type': FORM, ...headers }, payload: new URLSearchParams(fields).toString() });
  }

  async function signIn(key = ACME_ADMIN): Promise<{ cookie: string }> {
    const { headers, statusCode } = await post('/sign-in', { key });
    expect(statusCode).toBe(303);
    return { cookie: cookieIn(headers['set-cookie']) };
  }

  async function formToken(signedIn: { cookie: string }): Promise<string> {
    const { body } = await app.inject({ url: '/concurrency', headers: signedIn });
    return /name="form_token" value="([^"]+)"/.exec(body)?.[1] ?? '';
  }

  it('lets nobody see an account without its key', async () => {
    expect((await app.inject('/concurrency')).headers.location).toBe('/sign-in');
    expect((await app.inject('/concurrency?part=live')).statusCode).toBe(401);
    expect((await app.inject('/concurrency/events')).statusCode).toBe(401);
    const wrong = await post('/sign-in', { key: 'acme:wrong' });
    expect([wrong.statusCode, wrong.headers['set-cookie']]).toEqual([401, undefined]);
    expect(wrong.body).toContain('not accepted');
  });

  it('signs in with a key, in a cookie that scripts and other sites do not get', async () => {
    const { headers } = await post('/sign-in', { key: `Key ${ACME}` });
    expect(headers['set-cookie']).toMatch(/^slotstorm_session_0=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(headers['set-cookie']).not.toContain('secret');
    const { body } = await app.inject({ url: '/concurrency', headers: { cookie: cookieIn(headers['set-cookie']) } });
    expect(body).toContain('1 of 10 slots is held by nothing.');
  });

  it('signs in once by a ticket', async () => {
    const ticket = sessionsOf(world).ticketFor(world.keys.authenticate(ACME) as never);
    const { headers, statusCode } = await app.inject(`/concurrency?ticket=${ticket}`);
    expect([statusCode, headers.location]).toEqual([303, '/concurrency']);
    expect((await app.inject({ url: '/concurrency', headers: { cookie: cookieIn(headers['set-cookie']) } })).statusCode).toBe(200);
    expect((await app.inject(`/concurrency?ticket=${ticket}`)).statusCode).toBe(401);
  });

  it.each([
    ['signing out', async (signedIn: { cookie: string }) => void (await post('/sign-out', { form_token: await formToken(signedIn) }, signedIn))],
    ['revocation of its key', async () => void world.keys.revoke('acme', 'acme-admin')],
    ['time', async () => world.clock.advance(31 * DAY_US)],
  ])('ends a session by %s', async (_how, end) => {
    const signedIn = await signIn();
    expect((await app.inject({ url: '/concurrency', headers: signedIn })).statusCode).toBe(200);
    await end(signedIn);
    expect((await app.inject({ url: '/concurrency', headers: signedIn })).statusCode).toBe(303);
  });

  it('ends tickets with their key too', async () => {
    const ticket = sessionsOf(world).ticketFor(world.keys.authenticate(ACME) as never);
    world.keys.revoke('acme', 'acme');
    expect((await app.inject(`/concurrency?ticket=${ticket}`)).statusCode).toBe(401);
  });

  it('releases a stuck slot, says so, and only for a form of its own', async () => {
    const signedIn = await signIn();
    const form_token = await formToken(signedIn);
    const other = await formToken(await signIn(ACME));
    for (const [fields, headers] of [
      [{ slot: '2-7' }, {}],
      [{ slot: '2-7', form_token: other }, {}],
      [{ slot: '2-7', form_token }, { origin: 'http://evil.example' }],
      [{ slot: '2-7', form_token }, { 'sec-fetch-site': 'cross-site' }],
    ] as const)
      expect((await post('/concurrency/release', fields as Record<string, string>, { ...signedIn, ...headers })).statusCode).toBe(403);
    expect(world.slots).toHaveLength(2);
    const { statusCode, headers } = await post(
      '/concurrency/release',
      { slot: '2-7', form_token },
      { ...signedIn, origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' },
    );
    expect([statusCode, headers.location]).toEqual([303, '/concurrency?done=released']);
    expect(world.slots.map(({ id }) => id)).toEqual(['1-7']);
    expect((await app.inject({ url: String(headers.location), headers: signedIn })).body).toContain('The slot is free again');
  });

  it('sells credits to ADMIN keys', async () => {
    const paid: number[] = [];
    world.payInvoice = (...[, usd]: unknown[]) => void paid.push(usd as number);
    const admin = await signIn();
    const form_token = await formToken(admin);
    for (const [usd, outcome] of [
      ['25.504', 'paid'],
      ['-1', 'bad-amount'],
      ['Infinity', 'bad-amount'],
      ['', 'bad-amount'],
    ] as const)
      expect((await post('/concurrency/credits', { usd, form_token }, admin)).headers.location).toBe(`/concurrency?done=${outcome}`);
    const user = await signIn(ACME);
    expect((await post('/concurrency/credits', { usd: '5', form_token: await formToken(user) }, user)).headers.location).toBe('/concurrency?done=not-allowed');
    expect(paid).toEqual([25.5]);
  });

  it('lets the operator choose an account, and nobody else', async () => {
    const asked: string[] = [];
    world.usageOf = (...[account]: unknown[]) => {
      asked.push(account as string);
      return usage({ account: account as string });
    };
    const operator = await signIn(OPERATOR);
    expect((await app.inject({ url: '/concurrency?account=other', headers: operator })).statusCode).toBe(200);
    expect((await app.inject({ url: '/concurrency?account=nobody', headers: operator })).statusCode).toBe(404);
    await app.inject({ url: '/concurrency?account=other', headers: await signIn() });
    expect(asked).toEqual(['other', 'acme']);
  });

  it('says only its own words after a form', async () => {
    const { body } = await app.inject({ url: '/concurrency?done=%3Cscript%3Eyour-account-is-gone', headers: await signIn() });
    expect(body).not.toContain('your-account-is-gone');
  });

  it('shows the status to everybody', async () => {
    world.view = { ...world.view, incidents: [{ atUs: 0, untilUs: 9e9, text: 'cut runner-dispatcher for 9s' }] };
    const { statusCode, body } = await app.inject('/status');
    expect(statusCode).toBe(200);
    expect(body).toContain('1 fault is at work.');
    expect(body.match(/disturbed/g)).toHaveLength(2);
  });

  it('sends every page with headers that keep others out', async () => {
    const signedIn = await signIn();
    for (const url of ['/status', '/sign-in', '/concurrency', '/concurrency?part=live', '/concurrency?ticket=used']) {
      const { headers } = await app.inject({ url, headers: signedIn });
      expect(headers['content-security-policy'], url).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; /);
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers, url).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
    }
  });

  it('stays under 60 kB with forty slots', async () => {
    world.slots = Array.from({ length: 40 }, (_, n) => ghost(n + 1));
    world.usage = usage({ live: 40, limit: 40 });
    expect((await app.inject({ url: '/concurrency', headers: await signIn() })).body.length).toBeLessThan(60_000);
  });

  it('answers nonsense with a page, never with a 5xx', async () => {
    const signedIn = await signIn();
    for (const [url, payload, type] of [
      ['/concurrency/release', 'a'.repeat(20_000), FORM],
      ['/concurrency/release', '[]', 'application/json'],
      ['/concurrency/release', '{', 'application/json'],
      ['/concurrency/credits', 'usd=%ff%00', FORM],
      ['/sign-in', `key=${'k'.repeat(3_000)}`, FORM],
      ['/sign-in', '<xml/>', 'text/xml'],
      ['/sign-out', '__proto__=x&constructor=y', FORM],
    ] as const) {
      const { statusCode, headers } = await app.inject({ method: 'POST', url, payload, headers: { ...signedIn, 'content-type': type } });
      expect(statusCode, `${url} ${payload.slice(0, 9)}`).toBeGreaterThanOrEqual(400);
      expect(statusCode).toBeLessThan(500);
      expect(headers['content-type']).toContain('text/html');
    }
  });
});

function cookieIn(header: string | string[] | undefined): string {
  return String(header).split(';')[0] as string;
}
