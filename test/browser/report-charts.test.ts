import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../scripts/bundle-page.mjs';
import { renderHtml } from '../../src/report/html/document.js';
import { requestAnchor } from '../../src/report/html/request-anchor.js';
import { chartFixture } from '../report/chart-fixture.js';
import { HOSTILE } from '../report/fixture.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';
import { axeProblems, type Visit, visit } from './page-visit.js';

const OVER_TIME = ['slots-0', 'account-0-0', 'limit-0', 'gantt-0', 'queue-0', 'waits-0', 'refusals-0'];
const NOT_OVER_TIME = ['latency-0', 'tail-0', 'retries-0'];

describe.skipIf(!hasBrowser)('charts of the HTML report in a browser', { timeout: SETUP_MS }, () => {
  let browser: Browser;
  let folder: string;
  let pageScript: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slotstorm-charts-'));
    pageScript = await bundlePage();
    browser = await launchBrowser();
  }, SETUP_MS);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: BrowserContextOptions = {}, result = chartFixture()): Promise<Visit> {
    const file = join(folder, 'report.html');
    writeFileSync(file, renderHtml(result, { pageScript }));
    const seen = await visit(browser, pathToFileURL(file).href, options);
    await seen.page.waitForSelector('html[data-ready=true]', { state: 'attached' });
    return seen;
  }

  const picture = (page: Page, figure: string): Promise<string> =>
    page.evaluate((id) => document.querySelector<HTMLCanvasElement>(`#${id} canvas`)?.toDataURL() ?? '', figure);
  const pictures = (page: Page, figures: readonly string[]): Promise<string[]> => Promise.all(figures.map((figure) => picture(page, figure)));
  const shownTime = (page: Page): Promise<string> => page.innerText('#panel-0 .zoom-range');

  /** Drags across the middle part of a chart. */
  async function drag(page: Page, figure: string): Promise<void> {
    const canvas = page.locator(`#${figure} canvas`);
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (box === null) throw new Error(`${figure} is not drawn`);
    const y = box.y + box.height / 3;
    await page.mouse.move(box.x + box.width * 0.3, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.4, y);
    await page.mouse.move(box.x + box.width * 0.5, y);
    expect(await page.locator('.brush:visible').count()).toBe(1);
    await page.mouse.up();
  }

  it('draws every chart of what is shown, those on screen first, and asks for nothing', async () => {
    const { page, messages, requests } = await open();
    for (const figure of [...OVER_TIME, ...NOT_OVER_TIME]) expect((await picture(page, figure)).length, figure).toBeGreaterThan(3000);
    expect((await picture(page, 'slots-1')).length).toBeLessThan(3000);
    await page.click('#tab-1');
    await expect.poll(async () => (await picture(page, 'refusals-1')).length).toBeGreaterThan(3000);
    expect(messages).toEqual([]);
    expect(requests).toHaveLength(1);
    await page.context().close();
  });

  it('shows in all charts over time the stretch that was chosen in one, and the whole again', async () => {
    const { page, messages } = await open();
    const whole = await pictures(page, OVER_TIME);
    const others = await pictures(page, NOT_OVER_TIME);
    expect(await shownTime(page)).toContain('the whole run: 0s to 3m 20s');
    for (const figure of ['slots-0', 'gantt-0', 'queue-0', 'waits-0']) {
      await drag(page, figure);
      expect(await shownTime(page)).toMatch(/^All charts over time show .+ to .+ of 3m 20s\.$/);
      const zoomed = await pictures(page, OVER_TIME);
      for (const [at, name] of OVER_TIME.entries()) expect(zoomed[at] === whole[at], `${name} by ${figure}`).toBe(false);
      expect(await page.locator('.brush').count()).toBe(0);
      await page.click('#panel-0 button[data-zoom=all]');
      await page.mouse.move(0, 0);
      await expect.poll(() => pictures(page, OVER_TIME)).toEqual(whole);
    }
    expect(await pictures(page, NOT_OVER_TIME)).toEqual(others);
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('zooms and moves by keyboard, within the run', async () => {
    const { page } = await open();
    await page.focus('#queue-0 canvas');
    await page.keyboard.press('+');
    expect(await shownTime(page)).toContain('show 50s to 2m 30s of');
    await page.keyboard.press('ArrowRight');
    expect(await shownTime(page)).toContain('show 1m 15s to 2m 55s of');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await shownTime(page)).toContain('show 1m 40s to 3m 20s of');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('-');
    expect(await shownTime(page)).toContain('the whole run');
    for (const all of ['0', 'Escape']) {
      await page.keyboard.press('+');
      await page.keyboard.press(all);
      expect(await shownTime(page)).toContain('the whole run');
    }
    for (let times = 0; times < 30; times++) await page.keyboard.press('+');
    expect(await shownTime(page)).toContain('show 1m 39.95s to 1m 40.05s of');
    const hint = await page.getAttribute('#queue-0 canvas', 'aria-describedby');
    expect(await page.textContent(`#${hint}`)).toContain('arrow keys');
    await page.context().close();
  });

  it('does the same by buttons, and keeps what is shown when the colours change', async () => {
    const { page } = await open({ colorScheme: 'light' });
    await page.click('#panel-0 button[data-zoom=in]');
    await page.click('#panel-0 button[data-zoom=later]');
    expect(await shownTime(page)).toContain('show 1m 15s to 2m 55s of');
    await page.mouse.move(0, 0);
    const light = await picture(page, 'slots-0');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => picture(page, 'slots-0')).not.toBe(light);
    expect(await shownTime(page)).toContain('show 1m 15s to 2m 55s of');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => picture(page, 'slots-0')).toBe(light);
    expect(await page.locator('#panel-1 .zoom-range').textContent()).toContain('the whole run');
    await page.context().close();
  });

  it('prints the whole run and both charts of holds, whatever is shown on screen', async () => {
    const { page, messages } = await open();
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const whole = await pictures(page, OVER_TIME);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await page.click('#panel-0 button[data-zoom=in]');
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await pictures(page, OVER_TIME)).toEqual(whole);
    for (const figure of ['runners-0', 'gantt-1', 'waits-1', 'tail-1']) expect((await picture(page, figure)).length, figure).toBeGreaterThan(3000);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.isVisible('#runners-0')).toBe(false);
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('shows slots or runners as rows', async () => {
    const { page } = await open();
    expect([await page.isVisible('#gantt-0'), await page.isVisible('#runners-0')]).toEqual([true, false]);
    await page.click('#panel-0 button[data-rows-of=runners]');
    expect([await page.isVisible('#gantt-0'), await page.isVisible('#runners-0')]).toEqual([false, true]);
    expect(await page.getAttribute('#panel-0 button[data-rows-of=runners]', 'aria-pressed')).toBe('true');
    await expect.poll(async () => (await picture(page, 'runners-0')).length).toBeGreaterThan(3000);
    await page.context().close();
  });

  it('leads from a bar to the request that held the slot', async () => {
    const { page } = await open();
    const canvas = page.locator('#gantt-0 canvas');
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (box === null) throw new Error('the chart is not drawn');
    // req-90 works from 12 s to 30 s of 200 s; which row it is on is found by its pointer.
    const x = box.x + box.width * 0.17;
    const cursor = (): Promise<string> => canvas.evaluate((element) => (element as HTMLCanvasElement).style.cursor);
    const rows = Array.from({ length: 40 }, (_, at) => box.y + 4 + at * 5);
    for (const y of rows) {
      await page.mouse.move(x, y);
      if ((await cursor()) === 'pointer') break;
    }
    expect(await cursor()).toBe('pointer');
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(() => new URL(page.url()).hash).toBe(`#${requestAnchor('req-90', 'leaky')}`);
    expect(await shownTime(page)).toContain('the whole run');
    await page.context().close();
  });

  it('has nothing that axe finds wrong, in light and dark, whole and zoomed', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open({ colorScheme });
      expect(await axeProblems(page), colorScheme).toEqual([]);
      await page.click('#panel-0 button[data-zoom=in]');
      expect(await axeProblems(page), `${colorScheme}, zoomed`).toEqual([]);
      await page.context().close();
    }
  });

  it('fits a phone and lets no name out of its place', async () => {
    const result = chartFixture({ scenario: HOSTILE, key: HOSTILE, endpoint: HOSTILE, account: HOSTILE, variant: HOSTILE });
    const { page, messages } = await open({ viewport: { width: 400, height: 800 } }, result);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    expect((await picture(page, 'waits-0')).length).toBeGreaterThan(3000);
    expect(messages).toEqual([]);
    await page.context().close();
  });
});
