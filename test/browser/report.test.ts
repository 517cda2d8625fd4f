import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../scripts/bundle-page.mjs';
import type { ResultFile } from '../../src/measure/result.js';
import { renderOpenMetrics } from '../../src/report/ci/openmetrics.js';
import { renderHtml } from '../../src/report/html/document.js';
import { renderJUnit } from '../../src/report/junit.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { renderMetricsCsv } from '../../src/report/metrics-csv.js';
import { resultJson } from '../../src/result-file.js';
import { readResult } from '../../src/results/read-result.js';
import { comparison, quarantined, withQuarantine } from '../report/ci/gated-result.js';
import { fixture, HOSTILE, seededFixture } from '../report/fixture.js';
import { realResult } from '../report/real-result.js';
import { richFixture, story } from '../report/rich-fixture.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';
import { axeProblems, coloursOf, type Visit, visit } from './page-visit.js';

describe.skipIf(!hasBrowser)('the HTML report in a browser', { timeout: SETUP_MS }, () => {
  let browser: Browser;
  let folder: string;
  let pageScript: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slotstorm-report-'));
    pageScript = await bundlePage();
    browser = await launchBrowser();
  }, SETUP_MS);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: BrowserContextOptions = {}, result = fixture()): Promise<Visit> {
    const file = join(folder, 'report.html');
    writeFileSync(file, renderHtml(result, { pageScript }));
    const seen = await visit(browser, pathToFileURL(file).href, options);
    if (options.javaScriptEnabled !== false) await seen.page.waitForSelector('html[data-ready=true]', { state: 'attached' });
    return seen;
  }

  /** Of the charts that are to be seen. */
  const colours = (page: Page): Promise<Record<string, number>> => coloursOf(page, 'canvas:not([hidden] *)');

  /** Rows of a table are all alike: a few of each say as much to axe as all of them, in a tenth of the time. */
  const openAll = (page: Page): Promise<void> =>
    page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
      for (const row of document.querySelectorAll('tbody > tr:nth-child(n + 25)')) row.remove();
    });

  it('draws every chart, asks for nothing and says nothing on the console', async () => {
    const { page, messages, requests } = await open();
    const drawn = await colours(page);
    expect(Object.keys(drawn)).toEqual(
      expect.arrayContaining(['account-0-0', 'account-0-1', 'gantt-0', 'latencies', 'latency-0', 'leak', 'queue-0', 'retries-0', 'slots-0']),
    );
    for (const [chart, count] of Object.entries(drawn)) expect(count, chart).toBeGreaterThan(8);
    expect(messages).toEqual([]);
    expect(requests).toHaveLength(1);
    await page.context().close();
  });

  it('shows the other variants as tabs, by mouse and by keyboard', async () => {
    const { page, messages } = await open();
    await page.click('#tab-1');
    expect(Object.keys(await colours(page))).toContain('slots-1');
    expect(await page.isVisible('#panel-0')).toBe(false);
    await page.keyboard.press('ArrowLeft');
    expect(await page.isVisible('#panel-0')).toBe(true);
    expect(await page.getAttribute('#tab-0', 'aria-selected')).toBe('true');
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('draws anew when the colour scheme changes', async () => {
    const { page } = await open({ colorScheme: 'light' });
    const picture = (): Promise<string> => page.evaluate(() => document.querySelector<HTMLCanvasElement>('#slots-0 canvas')?.toDataURL() ?? '');
    const light = await picture();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(picture).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(picture).toBe(light);
    await page.context().close();
  });

  it('ends in the colours of the last scheme, also where it changes back while charts are being drawn', async () => {
    const { page } = await open({ colorScheme: 'light' });
    const pictures = (): Promise<string[]> =>
      page.evaluate(() => [...document.querySelectorAll<HTMLCanvasElement>('#panel-0 canvas')].map((canvas) => canvas.toDataURL()));
    const light = await pictures();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(async () => (await pictures()).some((picture, at) => picture !== light[at]), { interval: 1 }).toBe(true);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(pictures).toEqual(light);
    await page.context().close();
  });

  it('prints all variants, also from a dark screen, and is itself again afterwards', async () => {
    const { page, messages } = await open({ colorScheme: 'dark' });
    const pdf = await page.pdf({ format: 'A4', printBackground: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(50_000);
    await expect.poll(() => page.isVisible('#panel-1')).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const drawn = await colours(page);
    for (const chart of ['slots-0', 'slots-1', 'gantt-1']) expect(drawn[chart], chart).toBeGreaterThan(8);
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('shows every column of gates, of the baseline and of runs on a desk and on paper', async () => {
    const seeded = seededFixture(12, { key: 'a-key-with-a-longer-name' });
    const result = withQuarantine(quarantined('expired'), { ...seeded, comparison: comparison() });
    for (const [width, media] of [
      [1280, 'screen'],
      [718, 'print'],
    ] as const) {
      const { page } = await open({ viewport: { width, height: 900 } }, result);
      await page.emulateMedia({ media });
      if (media === 'print') await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('#gates .scroll, #baseline .scroll, #seeds .scroll')]
          .filter((table) => table.scrollWidth > table.clientWidth + 2)
          .map((table) => table.getAttribute('aria-label')),
      );
      expect(cut, media).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.context().close();
    }
  });

  it('shows verdict, gates and numbers with JavaScript off', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.innerText('h1')).toContain('FAIL');
    for (const text of ['JavaScript is off', '−700 %', '432,000', 'leaked_slot_seconds']) expect(await page.innerText('main')).toContain(text);
    expect(await page.isVisible('#panel-0')).toBe(true);
    expect(await page.isVisible('#panel-1')).toBe(true);
    expect(await page.isVisible('[data-download=result]')).toBe(false);
    await page.click('#slots-0 summary');
    expect(await page.innerText('#slots-0 details')).toContain('averages over');
    await page.context().close();
  });

  it('gives result.json back, byte for byte', async () => {
    const { page } = await open({ acceptDownloads: true });
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-download=result]')]);
    expect(download.suggestedFilename()).toBe('result.json');
    const text = readFileSync(await download.path(), 'utf8');
    expect(text).toBe(resultJson(fixture()));
    expect(await page.innerText('#data')).toContain(createHash('sha256').update(text).digest('hex'));
    await page.context().close();
  });

  it('makes the other formats of the result inside it, as the command line writes them', async () => {
    const result = richFixture();
    const { page } = await open({ acceptDownloads: true }, result);
    const expected = { csv: renderMetricsCsv(result), junit: renderJUnit(result), markdown: renderMarkdown(result), openmetrics: renderOpenMetrics(result) };
    for (const [kind, text] of Object.entries(expected)) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-download=${kind}]`)]);
      expect(readFileSync(await download.path(), 'utf8'), kind).toBe(text);
    }
    await page.context().close();
  });

  describe('the table of requests', () => {
    const shown = (page: Page): Promise<string[]> => page.locator('tr.request:visible button.expand').allInnerTexts();

    it('is narrowed by the filter, which says how many match', async () => {
      const { page, messages } = await open({}, richFixture());
      expect(await page.innerText('#request-count')).toBe('4 of 4 requests');
      await page.fill('#request-filter', 's:open !k:k2');
      await expect.poll(() => shown(page)).toEqual(['req-0']);
      expect(await page.innerText('#request-count')).toBe('1 of 4 requests match');
      await page.keyboard.press('Escape');
      await expect.poll(() => shown(page)).toHaveLength(4);
      await page.click('[data-filter="s:failed"]');
      expect(await shown(page)).toEqual(['req-9']);
      expect(messages).toEqual([]);
      await page.context().close();
    });

    it('opens the way of a request by keyboard, and goes from row to row with the arrows', async () => {
      const { page } = await open({}, richFixture());
      const first = page.locator('button.expand').first();
      await first.focus();
      await page.keyboard.press('Enter');
      expect(await first.getAttribute('aria-expanded')).toBe('true');
      expect(await page.locator('.waterfall:visible .span.ghost').count()).toBe(1);
      await page.keyboard.press('ArrowDown');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('req-9');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      expect(await page.locator('.waterfall:visible').count()).toBe(0);
      await page.context().close();
    });

    it('draws what was not drawn beforehand once it is opened', async () => {
      const result = richFixture();
      const [first, ...others] = result.runs;
      const list = Array.from({ length: 80 }, (_, at) => story(`req-${at + 1}`));
      const evidence = { ...first!.evidence!, stories: { stories: list, total: 80, counts: { slow: 80, failed: 0, ghost: 0, open: 0 } } };
      const { page, messages } = await open({}, { ...result, runs: [{ ...first!, evidence }, ...others] });
      expect(await shown(page)).toHaveLength(50);
      await page.click('#request-more');
      expect(await shown(page)).toHaveLength(80);
      await page.locator('button.expand').last().click();
      expect(await page.locator('.waterfall:visible li').allInnerTexts()).toEqual(['2s to 12s: asleep, tried again later (10s)', '12s to 24s: working (12s)']);
      expect(messages).toEqual([]);
      await page.context().close();
    });

    it('is where links from ledgers lead to, and they open the row', async () => {
      const { page } = await open({}, richFixture());
      await page.fill('#request-filter', 's:slow');
      await expect.poll(() => shown(page)).toEqual(['req-7']);
      await page.locator('.ledger a', { hasText: 'req-0' }).first().click();
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('req-0');
      expect(await page.locator('.waterfall:visible').count()).toBe(1);
      await page.context().close();
    });

    it('is readable without JavaScript, ways included', async () => {
      const { page } = await open({ javaScriptEnabled: false }, richFixture());
      expect(await page.locator('tr.request:visible').count()).toBe(4);
      expect(await page.locator('.waterfall:visible').count()).toBe(4);
      expect(await page.isVisible('#request-filter')).toBe(false);
      await page.context().close();
    });
  });

  it('copies the seed of a failing run', async () => {
    const { page } = await open({ permissions: ['clipboard-read', 'clipboard-write'] }, seededFixture(20));
    const button = page.locator('.seed-list button').first();
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => button.innerText()).toBe('Copied');
    const seed = seededFixture(20).runs.find((run) => run.verdict === 'fail')?.seed;
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(String(seed));
    await page.context().close();
  });

  describe.each([
    ['burst', 'scenarios/burst-submission.yaml', 1],
    ['revocation', 'scenarios/key-revocation-mid-flight.yaml', 3],
    ['an entry of the zoo', 'scenarios/zoo/lost-release.yaml', 2],
  ] as const)('of %s', (_, file, seeds) => {
    let result: ResultFile;
    beforeAll(async () => {
      result = await realResult(
        file,
        Array.from({ length: seeds }, (_, at) => at + 1),
      );
    }, SETUP_MS);

    it.each(['light', 'dark'] as const)('asks for nothing, says nothing and has no fault of access, %s', async (colorScheme) => {
      const { page, messages, requests } = await open({ colorScheme }, result);
      await openAll(page);
      await page.locator('button.expand').first().click();
      expect(await axeProblems(page)).toEqual([]);
      expect(messages).toEqual([]);
      expect(requests).toHaveLength(1);
      await page.context().close();
    });
  });

  it('has no fault of access with all that a result may hold, nor with the oldest result there is', async () => {
    const old = readResult(readFileSync('test/results/fixtures/result-v1.json', 'utf8'), 'result-v1.json');
    for (const result of [richFixture(), old]) {
      const { page, messages } = await open({}, result);
      await openAll(page);
      expect(await axeProblems(page)).toEqual([]);
      expect(messages).toEqual([]);
      await page.context().close();
    }
  });

  it('fits a phone: tables scroll, the page does not', async () => {
    const { page } = await open({ viewport: { width: 400, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    await page.context().close();
  });

  it('draws the strip of seeds as dots, and of a thousand as bands, on a phone too', async () => {
    for (const [seeds, mark] of [
      [20, 'circle.dot'],
      [1000, 'rect.band'],
    ] as const) {
      const { page, messages } = await open({ viewport: { width: 400, height: 800 } }, seededFixture(seeds));
      const strip = await page.locator('#seeds .strip svg[role=img]').first().boundingBox();
      const marks = await page.locator(`#seeds .strip svg[role=img] >> nth=0 >> ${mark}`).evaluateAll((all) =>
        all.map((one) => {
          const { left, right, height } = one.getBoundingClientRect();
          return { left, right, height };
        }),
      );
      if (strip === null) throw new Error('the strip is not drawn');
      expect(marks.length).toBeGreaterThan(1);
      for (const { left, right, height } of marks) {
        expect(height).toBeGreaterThan(5);
        expect(left).toBeGreaterThan(strip.x);
        expect(right).toBeLessThan(strip.x + strip.width);
      }
      expect(await page.locator('#seeds .cross').count()).toBeGreaterThan(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
      expect(messages).toEqual([]);
      await page.context().close();
    }
  });

  it('runs no script from a name', async () => {
    const result = fixture({ scenario: HOSTILE, key: HOSTILE, endpoint: HOSTILE, account: HOSTILE, variant: HOSTILE });
    const { page, messages, requests } = await open({ viewport: { width: 400, height: 800 } }, result);
    expect(messages).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(await page.evaluate(() => document.images.length)).toBe(0);
    expect(Object.keys(await colours(page))).toContain('account-0-0');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    await page.context().close();
  });
});
