import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeWorld } from '../live/fake-world.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';
import { endpoint, HOSTILE, servePages } from './live-pages.js';
import { axeProblems, pageWidth, visit } from './page-visit.js';

const SECOND_US = 1_000_000;

describe.skipIf(!hasBrowser)('the status page in a browser', { timeout: SETUP_MS }, () => {
  let browser: Browser;
  let world: FakeWorld;
  let server: { readonly url: string; close(): Promise<void> };

  beforeAll(async () => {
    browser = await launchBrowser();
  }, SETUP_MS);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    world = new FakeWorld();
    world.clock.advance(3600 * SECOND_US);
    server = await servePages(world);
  });
  afterEach(() => server.close());

  function breakSomething(text = 'cut runner-dispatcher for 9s'): void {
    const now = world.clock.nowUs();
    world.view = {
      ...world.view,
      queued: 5,
      inUse: 10,
      ghosts: 6,
      incidents: [
        { atUs: now - SECOND_US, untilUs: now + 8 * SECOND_US, text },
        { atUs: SECOND_US, untilUs: SECOND_US, text: 'crash-runner fal-ai/gateway-store' },
      ],
    };
    world.endpointViews = [endpoint('fal-ai/flux/dev', { queued: 5, inProgress: 4, runners: { idle: 0, running: 4, pending: 1 } }), endpoint('fal-ai/other')];
  }

  it('follows what happens, without a key and without asking anybody else', async () => {
    const { page, messages, requests } = await visit(browser, `${server.url}/status`);
    expect(await page.innerText('h1')).toContain('Operational');
    expect(await page.innerText('#incidents')).toContain('No fault is at work.');
    breakSomething();
    world.change();
    await page.waitForSelector('h1:has-text("Slots leaked")');
    expect(await page.innerText('.headline')).toBe('6 of 10 slots in use are held by nothing.');
    const disturbed = page.locator('#components tr', { hasText: 'disturbed' });
    expect(await disturbed.locator('th').allInnerTexts()).toEqual(['Queue', 'Runners']);
    expect(await page.innerText('#incidents')).toContain('in 8s');
    expect(messages).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual([]);
    await page.context().close();
    await expect.poll(() => world.listeners).toBe(0);
  });

  it('is accessible and fits its screen, calm and broken, in light and dark', async () => {
    for (const set of [() => {}, breakSomething]) {
      set();
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const width of [1200, 390]) {
          const { page } = await visit(browser, `${server.url}/status`, { colorScheme, viewport: { width, height: 900 } });
          for (const fold of await page.locator('summary').all()) await fold.click();
          expect(await axeProblems(page), `${colorScheme} ${width}`).toEqual([]);
          expect(await pageWidth(page)).toBe(width);
          await page.context().close();
        }
      }
    }
  });

  it('tells everything without JavaScript', async () => {
    breakSomething();
    const { page } = await visit(browser, `${server.url}/status`, { javaScriptEnabled: false });
    for (const text of ['Slots leaked', 'disturbed', 'fal-ai/flux/dev', '4 running, 0 idle, 1 booting']) expect(await page.innerText('main')).toContain(text);
    await page.context().close();
  });

  it('says that it is out of date once the server is gone', async () => {
    const { page } = await visit(browser, `${server.url}/status`);
    await page.waitForSelector('html[data-live=true]', { state: 'attached' });
    await server.close();
    await page.waitForSelector('#live.stale', { state: 'attached' });
    await page.context().close();
  });

  it('runs no script from a name', async () => {
    breakSomething(HOSTILE);
    world.view = { ...world.view, scenario: HOSTILE, policy: HOSTILE };
    world.endpointViews = [endpoint(HOSTILE + 'x'.repeat(300))];
    const { page, messages } = await visit(browser, `${server.url}/status`, { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate(() => document.images.length + document.scripts.length)).toBe(1);
    expect(await pageWidth(page)).toBe(390);
    expect(messages).toEqual([]);
    await page.context().close();
  });
});
