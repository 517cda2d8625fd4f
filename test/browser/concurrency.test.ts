import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/live/emulator.js';
import { sessionsOf } from '../../src/live/http/sessions.js';
import { ACME_ADMIN, FakeWorld, OPERATOR } from '../live/fake-world.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';
import { ghost, HOSTILE, servePages, slot, usage } from './live-pages.js';
import { axeProblems, pageWidth, type Visit, visit } from './page-visit.js';

const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
  { colorScheme: 'light', viewport: { width: 390, height: 800 } },
] as const;

describe.skipIf(!hasBrowser)('the Concurrency page in a browser', { timeout: SETUP_MS }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, SETUP_MS);
  afterAll(() => browser?.close());

  describe('over a platform that strands what is in progress when its key is revoked (fal issue 939)', () => {
    let emulator: Emulator;
    beforeEach(async () => {
      emulator = await startEmulator({
        scenario: {
          name: 'stranded',
          platform: {
            policy: { preset: 'fal-939', selfService: true },
            accounts: [{ id: 'acme', limit: 6, keys: ['old', 'new'] }],
            endpoints: [{ id: 'fal-ai/flux/dev', service: '60s' }],
          },
        },
        speed: 'manual',
      });
    });
    afterEach(() => emulator.close());

    async function submit(times: number, key: string): Promise<void> {
      for (let n = 0; n < times; n++) {
        const { status } = await fetch(`${emulator.url}/queue/fal-ai/flux/dev`, {
          method: 'POST',
          headers: { authorization: `Key ${emulator.credentials(key)}`, 'content-type': 'application/json' },
          body: '{"prompt":"a cat"}',
        });
        expect(status).toBe(200);
      }
      emulator.advance('1s');
    }

    it('tells busy from leaked as it happens, and gives a stuck slot back by a click', async () => {
      await submit(8, 'acme/old');
      const { page, messages, requests } = await visit(browser, emulator.dashboardUrl('acme/new'));
      expect(await page.innerText('h1')).toContain('Busy');
      expect(await page.innerText('.banner')).toContain('2 requests wait');
      emulator.revokeKey('acme/old');
      emulator.advance('5m');
      await page.waitForSelector('h1:has-text("Leaked")');
      expect(await page.innerText('#spoken')).toBe('6 of 6 slots are held by nothing.');
      await submit(1, 'acme/new');
      expect(emulator.slots()).toHaveLength(6);

      await page.locator('#slots button').first().click();
      await page.waitForSelector('.said');
      expect(await page.innerText('.said')).toContain('The slot is free again');
      expect(await page.innerText('.headline')).toContain('5 of 6 slots are held by nothing');
      await page.click('#release-stuck');
      await page.waitForSelector('.said:has-text("All stuck slots")');
      emulator.advance('10s');
      expect(emulator.slots().map(({ reason }) => reason)).toEqual(['working']);
      expect(messages).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(emulator.url) && !url.startsWith('data:'))).toEqual([]);
      await page.context().close();
    });

    it('releases without JavaScript as well', async () => {
      await submit(6, 'acme/old');
      emulator.revokeKey('acme/old');
      emulator.advance('5m');
      const { page } = await visit(browser, emulator.dashboardUrl('acme/new'), { javaScriptEnabled: false });
      await page.locator('#slots button').first().click();
      expect(await page.innerText('.said')).toContain('The slot is free again');
      expect(emulator.slots()).toHaveLength(5);
      await page.context().close();
    });

    it('sells credits and shows what was paid', async () => {
      const { page } = await visit(browser, emulator.dashboardUrl('acme/new'));
      await page.fill('#usd', '250');
      await page.click('#credits button');
      await page.waitForSelector('.said:has-text("Paid")');
      expect(await page.innerText('#usage')).toContain('$250.00');
      await page.context().close();
    });

    it('is gone for whoever’s key is revoked', async () => {
      const { page } = await visit(browser, emulator.dashboardUrl('acme/new'));
      emulator.revokeKey('acme/new');
      emulator.advance('1s');
      await page.waitForURL('**/sign-in');
      await page.fill('#key', emulator.credentials('acme/new'));
      await page.click('main button');
      expect(await page.innerText('[role=alert]')).toContain('not accepted');
      await page.fill('#key', emulator.credentials('acme/old'));
      await page.click('main button');
      await page.waitForURL('**/concurrency');
      await page.click('text=Sign out');
      await page.waitForURL('**/sign-in');
      await page.context().close();
    });
  });

  describe('over a world that shows what it is told', () => {
    let world: FakeWorld;
    let server: { readonly url: string; close(): Promise<void> };
    beforeEach(async () => {
      world = new FakeWorld();
      world.usage = usage();
      server = await servePages(world);
    });
    afterEach(() => server.close());

    function open(options = {}, key = ACME_ADMIN): Promise<Visit> {
      const ticket = sessionsOf(world).ticketFor(world.keys.authenticate(key) as never);
      return visit(browser, `${server.url}/concurrency?ticket=${ticket}`, options);
    }

    const days = Array.from({ length: 30 }, (_, at) => ({ day: at, peak: (at * 7) % 13 }));
    const STATES: Readonly<Record<string, () => void>> = {
      'nothing in use': () => {},
      'forty slots, one stuck, no release offered': () => {
        world.slots = [ghost(99), ...Array.from({ length: 39 }, (_, n) => slot(n + 1, { reason: n < 3 ? 'booting' : n < 6 ? 'stopping' : 'working' }))];
        world.usage = usage({ limit: 40, live: 40, queued: 1234, days, canRelease: false });
      },
      'stuck slots to release and an endpoint at its limit': () => {
        world.slots = [ghost(1), ghost(2), slot(3)];
        world.usage = usage({ live: 3, days, endpointLimits: [{ endpoint: 'fal-ai/flux/dev', limit: 3, live: 3 }] });
      },
      'a locked account': () => {
        world.usage = usage({ lockedBecause: 'Exhausted balance. Top up your balance.' });
      },
      'more in use than the limit allows': () => {
        world.slots = Array.from({ length: 12 }, (_, n) => slot(n + 1));
        world.usage = usage({ live: 12, days });
      },
    };

    it.each(Object.entries(STATES))('is accessible and fits its screen: %s', async (_name, set) => {
      set();
      for (const look of LOOKS) {
        const { page, messages } = await open(look);
        await page.click('#history summary');
        expect(await axeProblems(page), JSON.stringify(look)).toEqual([]);
        expect(await pageWidth(page)).toBe(look.viewport.width);
        expect(messages).toEqual([]);
        await page.context().close();
      }
    });

    it('runs no script from a name, and shows what would hide', async () => {
      world.slots = [ghost(1, { endpoint: HOSTILE, keyId: HOSTILE, explanation: HOSTILE, requestId: HOSTILE, id: HOSTILE })];
      world.usage = usage({
        account: HOSTILE + 'x'.repeat(200),
        tier: HOSTILE,
        live: 1,
        days,
        lockedBecause: undefined,
        endpointLimits: [{ endpoint: HOSTILE, limit: 1, live: 1 }],
      });
      const released: string[] = [];
      world.releaseSlot = (...[, id]: string[]) => {
        released.push(id as string);
        return 'released';
      };
      for (const look of LOOKS) {
        const { page, messages, requests } = await open(look);
        expect(await page.evaluate(() => document.images.length + document.scripts.length)).toBe(1);
        expect(await pageWidth(page)).toBe(look.viewport.width);
        expect(await axeProblems(page)).toEqual([]);
        expect(await page.innerText('main')).not.toMatch(/\u202e/);
        await page.locator('#slots button').click();
        await page.waitForSelector('.said');
        expect(messages).toEqual([]);
        expect(requests.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([]);
        await page.context().close();
      }
      // HTML itself has no NUL: the browser sends back what it could be given.
      expect(released).toHaveLength(LOOKS.length);
    });

    it('keeps open folds, focus and the place in a wide table when it is brought up to date', async () => {
      world.slots = [ghost(1), ghost(2)];
      world.usage = usage({ live: 2, days });
      const { page } = await open({ viewport: { width: 390, height: 800 } });
      await page.click('#history summary');
      await page.focus('#release-stuck');
      await page.evaluate(() => document.querySelector('#slots .scroll')?.scrollTo({ left: 120 }));
      world.usage = usage({ live: 2, days, queued: 77 });
      world.change();
      await page.waitForSelector('#usage:has-text("77")');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('release-stuck');
      expect(await page.isVisible('#history table')).toBe(true);
      expect(await page.evaluate(() => document.querySelector('#slots .scroll')?.scrollLeft)).toBe(120);
      await page.context().close();
    });

    it('lets the operator go from account to account', async () => {
      world.usageOf = (...[account]: unknown[]) => usage({ account: account as string });
      const { page } = await open({}, OPERATOR);
      await page.selectOption('#account', 'other');
      await page.click('text=Show');
      await page.waitForURL('**/concurrency?account=other');
      expect(await page.innerText('.banner')).toContain('Concurrency of other');
      expect(await axeProblems(page)).toEqual([]);
      await page.context().close();
    });

    it('has an accessible way in', async () => {
      for (const look of LOOKS) {
        const { page } = await visit(browser, `${server.url}/sign-in`, look);
        expect(await axeProblems(page)).toEqual([]);
        await page.fill('#key', 'acme:wrong');
        await page.press('#key', 'Enter');
        await page.waitForSelector('[role=alert]');
        expect(await axeProblems(page)).toEqual([]);
        expect(await pageWidth(page)).toBe(look.viewport.width);
        await page.context().close();
      }
    });
  });
});
