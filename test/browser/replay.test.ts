import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../scripts/bundle-page.mjs';
import type { Replay } from '../../src/replay/replay.js';
import { renderReplayPage } from '../../src/report/replay/page.js';
import { replayFixture } from '../replay/fixture.js';
import { HOSTILE } from '../report/fixture.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';

describe.skipIf(!hasBrowser)('the replay page in a browser', { timeout: SETUP_MS }, () => {
  let browser: Browser;
  let folder: string;
  let pageScript: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slotstorm-replay-'));
    pageScript = await bundlePage('replay');
    browser = await launchBrowser();
  }, SETUP_MS);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Seen {
    readonly page: Page;
    readonly messages: string[];
    readonly requests: string[];
  }

  async function open(replay: Replay = replayFixture(), options: BrowserContextOptions = {}): Promise<Seen> {
    const file = join(folder, 'replay.html');
    writeFileSync(file, renderReplayPage(replay, { pageScript, version: '1.2.3' }));
    const page = await (await browser.newContext(options)).newPage();
    const seen: Seen = { page, messages: [], requests: [] };
    page.on('console', (message) => seen.messages.push(message.text()));
    page.on('pageerror', (error) => seen.messages.push(String(error)));
    page.on('dialog', (dialog) => {
      seen.messages.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => seen.requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready=true]', { state: 'attached' });
    return seen;
  }

  const now = (page: Page): Promise<string> => page.innerText('#event-now');

  it('opens where the story went wrong, asks for nothing and says nothing on the console', async () => {
    const { page, messages, requests } = await open();
    expect(await now(page)).toContain('event 10 · the work of req-1 stops');
    expect(await page.locator('#lanes .bar.ghost').count()).toBeGreaterThan(0);
    expect(await page.locator('#lanes .bar.unleased').count()).toBeGreaterThan(0);
    expect(await page.locator('#lanes .mark.violation').count()).toBeGreaterThan(0);
    expect(await page.locator('#lanes .mark.message').count()).toBe(1);
    for (const group of ['Violations', 'Steps and faults', 'Parts and links', 'Keys', 'Slots', 'Runners', 'Requests']) {
      expect(await page.locator('.lane.heading', { hasText: group }).count(), group).toBe(1);
    }
    expect(messages).toEqual([]);
    expect(requests).toHaveLength(1);
    await page.context().close();
  });

  it('shows after each event what admission counts next to what works', async () => {
    const { page } = await open();
    await page.keyboard.press('Home');
    for (let n = 1; n < 5; n++) await page.keyboard.press('ArrowRight');
    expect(await now(page)).toContain('req-1 gets a slot');
    expect(await page.innerText('#state tbody')).toMatch(/acme\s+1\s+1\s+1\s+2\s+2/);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    expect(await page.innerText('#state-body')).toContain('acme slot 1: req-1 ghost: a slot without work');
    await page.context().close();
  });

  it('moves by keys, buttons, the slider, the list and the lanes, and all of them agree', async () => {
    const { page, messages } = await open();
    await page.keyboard.press('Home');
    await page.click('#forward');
    await page.keyboard.press('ArrowRight');
    expect(await page.inputValue('#slider')).toBe('2');
    expect(await page.locator('.event[aria-selected=true]').innerText()).toContain('req-2 comes in');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await now(page)).toContain('event 13');
    await page.locator('#slider').fill('3');
    expect(await now(page)).toContain('event 4');
    await page.locator('.event', { hasText: 'req-3 comes in' }).click();
    expect(await now(page)).toContain('req-3 comes in');
    await page.locator('#lanes .bar.ghost').first().click();
    expect(await now(page)).toContain('event 10');
    const playhead = await page.locator('#playhead').boundingBox();
    const ghost = await page.locator('#lanes .bar.ghost').first().boundingBox();
    expect(Math.abs((playhead?.x ?? 0) - (ghost?.x ?? 99))).toBeLessThan(4);
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('jumps to the first violation, then to the next', async () => {
    const { page } = await open();
    await page.click('#violation');
    expect(await now(page)).toContain('S-UNLEASED is violated: req-2 works without a slot');
    await page.keyboard.press('v');
    expect(await now(page)).toContain('L-QUIET is violated: req-1 still holds a slot');
    expect(await now(page)).toContain('as the scenario expects');
    await page.context().close();
  });

  it('plays to the end and stops there', async () => {
    const { page } = await open();
    await page.selectOption('#speed', '60');
    await page.keyboard.press('Home');
    await page.click('#play');
    expect(await page.innerText('#play')).toBe('Pause');
    await expect.poll(() => page.innerText('#play')).toBe('Play');
    expect(await page.inputValue('#slider')).toBe('16');
    await page.context().close();
  });

  it('filters by a request: its lanes, its slot’s holders, its events', async () => {
    const { page } = await open();
    await page.click('button.lane-label:text-is("req-3")');
    expect(await page.inputValue('#request')).toBe('req-3');
    expect(await page.locator('button.lane-label').allInnerTexts()).toEqual(['req-2', 'req-3']);
    expect(await page.locator('#event-rows').innerText()).not.toContain('req-1 comes in');
    await page.fill('#request', '');
    await page.keyboard.press('Enter');
    expect(await page.locator('button.lane-label').allInnerTexts()).toEqual(['req-1', 'req-2', 'req-3']);
    await page.context().close();
  });

  it('zooms, and shows time or one event after the other', async () => {
    const { page } = await open();
    const width = async (): Promise<number> => (await page.locator('#lanes .bar.fault').first().boundingBox())?.width ?? 0;
    const ticks = (): Promise<string> => page.innerHTML('#axis');
    expect(await ticks()).toContain('event 10');
    await page.selectOption('#axis-kind', 'time');
    expect(await ticks()).toContain('4 s');
    const whole = await width();
    await page.click('#closer');
    expect(await width()).toBeGreaterThan(whole);
    await page.click('#whole');
    expect(await width()).toBeCloseTo(whole);
    await page.context().close();
  });

  it('opens on one request where that was asked for', async () => {
    const { page } = await open({ ...replayFixture(), request: 'req-2', focusEvent: 6 });
    expect(await page.inputValue('#request')).toBe('req-2');
    expect(await now(page)).toContain('req-2 gets a slot');
    await page.context().close();
  });

  it('stays quick with as many events as a page holds: what is out of sight is not in the document', async () => {
    const { page, messages } = await open(manyEvents(replayFixture(), 20_000));
    expect(await page.locator('*').count()).toBeLessThan(3_000);
    await page.keyboard.press('End');
    expect(await now(page)).toContain('event 20000');
    expect(await page.locator('.event[aria-selected=true]').count()).toBe(1);
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('follows the colour scheme, and fits a phone', async () => {
    const { page } = await open(replayFixture(), { colorScheme: 'dark', viewport: { width: 400, height: 800 } });
    const fill = (): Promise<string> => page.evaluate(() => getComputedStyle(document.querySelector('#lanes .bar.working') as Element).fill);
    const dark = await fill();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await fill()).not.toBe(dark);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    await page.context().close();
  });

  it('says what there is to see with JavaScript off', async () => {
    const { page } = await open(replayFixture(), { javaScriptEnabled: false });
    for (const words of ['JavaScript is off', 'S-UNLEASED', 'npx slotstorm replay']) expect(await page.innerText('main')).toContain(words);
    await page.context().close();
  });

  it('runs no script from a name', async () => {
    const { page, messages, requests } = await open(replayFixture(HOSTILE), { viewport: { width: 400, height: 800 } });
    await page.keyboard.press('v');
    await page.click('button.lane-label >> nth=0');
    expect(messages).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(await page.evaluate(() => document.images.length)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    await page.context().close();
  });
});

/** The fixture, with a long tail of requests that come in. */
function manyEvents(replay: Replay, count: number): Replay {
  const last = replay.events.at(-1)?.number ?? 0;
  const more = Array.from({ length: count - last }, (_, n) => {
    const number = last + n + 1;
    return {
      number,
      atUs: 7_000_000 + n * 1000,
      name: 'submitted',
      text: `req-${number} comes in`,
      tone: 'plain' as const,
      request: `req-${number}`,
      levels: [],
    };
  });
  const lanes = more.map(({ number, atUs, request }) => ({
    group: 'requests' as const,
    label: request,
    bars: [{ kind: 'waiting' as const, fromUs: atUs, fromEvent: number, toUs: null, toEvent: null }],
    marks: [],
  }));
  return {
    ...replay,
    totalEvents: count,
    stretch: { ...replay.stretch, toEvent: count, toUs: more.at(-1)?.atUs ?? 0 },
    events: [...replay.events, ...more],
    lanes: [...replay.lanes, ...lanes],
  };
}
